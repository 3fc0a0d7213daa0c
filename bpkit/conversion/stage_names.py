"""The names of stages once several Dockerfiles are merged into one file.

A name that two files give to a stage, or that is also the name of an external image, is replaced:
``FROM name`` prefers an earlier stage to an image.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bpkit.conversion.parts import Part, StageParts, full_tag
from bpkit.core import Image
from bpkit.formats.dockerfile import Stage, find_stage, is_number, mounts_of

Key = tuple[int, int]


@dataclass
class StageNames:
    """The names of stages by part and number; a stage without a name is referred to by number."""

    parts: StageParts
    names: dict[Key, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    outside: frozenset[str] = frozenset()

    def reference(self, part: Part, stage: Stage) -> str:
        """The stage's name or number for ``--from`` in the merged file."""
        name = self.names.get((part.number, stage.number))
        return name if name is not None else str(self.offset(part) + stage.number)

    def of_image(self, image: Image) -> str:
        """The name of the stage that becomes ``image``."""
        part = self.parts.of(image)
        return self.reference(part, part.target(image))

    def offset(self, part: Part) -> int:
        """The number of stages before those of ``part``."""
        return sum(len(one.every) for one in self.parts.all[: part.number])

    def fresh(self, wanted: str) -> str:
        """Reserve a name that isn't in use yet: ``wanted``, or one derived from it."""
        name = re.sub(r"[^a-z0-9_.-]+", "-", wanted.lower()).strip("-._")
        if not name or not name[0].isalpha():
            name = f"stage-{name}".rstrip("-")
        found = name
        number = 2
        while found in self.taken or found in self.outside or found == "scratch":
            found = f"{name}-stage" if number == 2 else f"{name}-stage-{number}"
            number += 1
        self.taken.add(found)
        return found


def stage_names(parts: StageParts) -> StageNames:
    """Names for all stages that have one, or that another image's stages refer to.

    The files' own names are kept if possible.
    """
    names = StageNames(parts, outside=frozenset(_outside(parts)))
    for part in parts:
        for stage in part.every:
            if stage.name is not None:
                names.names[part.number, stage.number] = names.fresh(stage.name)
    for image in _spoken_of(parts):
        part = parts.of(image)
        key = (part.number, part.target(image).number)
        if key not in names.names:
            names.names[key] = names.fresh(image.name)
    return names


def _spoken_of(parts: StageParts) -> Iterator[Image]:
    """The images whose stage needs a name: makers, bases, and targets of ``--target``."""
    makers = {artifact.maker for artifact in parts.recipe.artifacts}
    bases = {image.name for part in parts for image in bases_of(parts, part)}
    for image in parts.recipe.images:
        ships_by_target = image in parts.shipped and image is not parts.recipe.final
        if image.name in makers or image.name in bases or ships_by_target:
            yield image


def bases_of(parts: StageParts, part: Part) -> Iterator[Image]:
    """The recipe's images that stages of ``part`` start from or copy from, by tag."""
    for reference in references_outside(part):
        found = parts.image_called(reference, part.images[0])
        if found is not None:
            yield found


def references_outside(part: Part) -> Iterator[str]:
    """The part's references to anything but its own stages: images, and stages of other parts."""
    for stage in part.every:
        if stage.parent is None and not stage.is_scratch:
            yield stage.base_image
        for instruction in stage.instructions:
            named = [instruction.flag("from")] if instruction.keyword in {"COPY", "ADD"} else []
            if instruction.keyword == "RUN":
                named += [mount.from_ for mount in mounts_of(instruction)]
            for reference in named:
                if not reference or is_number(reference):
                    continue
                if find_stage(part.every, reference, before=stage.number) is None:
                    yield reference


def _outside(parts: StageParts) -> Iterator[str]:
    """The names of external images, which no stage may have."""
    for part in parts:
        for reference in references_outside(part):
            if parts.image_called(reference, part.images[0]) is None:
                yield reference.lower()
                yield full_tag(reference).lower()
