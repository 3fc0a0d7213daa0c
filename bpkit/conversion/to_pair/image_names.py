"""The names of the images that a Dockerfile's stages become."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bpkit.core import BUILD, RUNTIME
from bpkit.formats.dockerfile import (
    DockerfileError,
    Stage,
    Stages,
    find_stage,
    is_number,
    mounts_of,
)


@dataclass(frozen=True)
class Outside:
    """An external image that a stage copies from, and its name in the recipe."""

    reference: str
    name: str


@dataclass(frozen=True)
class FromImage:
    """The image that a ``--from`` refers to, and its stage unless the image is external."""

    name: str
    stage: Stage | None


@dataclass(frozen=True)
class ImageNames:
    """Names of stages by number, and of external images by reference."""

    stages: dict[int, str]
    outside: dict[str, str]
    final_tag: str
    final: str

    def of(self, stage: Stage) -> str:
        return self.stages[stage.number]

    def base(self, name: str, number: int) -> str:
        """The name of an early part of the image ``name``, counted from 0."""
        return f"{name}-base" if number == 0 else f"{name}-base{number + 1}"

    def tag(self, name: str) -> str:
        """``hellogo:v1`` for the final image, ``hellogo-build:v1`` for the one named build."""
        if name == self.final:
            return self.final_tag
        head, slash, last = self.final_tag.rpartition("/")
        repository, colon, version = last.partition(":")
        return f"{head}{slash}{repository}-{name}{colon}{version}"

    def outside_of(self, stage: Stage) -> Iterator[Outside]:
        """The external images that the stage copies from."""
        for reference in _froms(stage):
            if reference in self.outside:
                yield Outside(reference, self.outside[reference])

    def finder(self, stage: Stage, every: Stages) -> Callable[[str], FromImage]:
        """A function from a ``--from`` in ``stage`` to its image; it raises DockerfileError."""

        def find(reference: str) -> FromImage:
            found = find_stage(every, reference, before=stage.number)
            if found is not None:
                return FromImage(self.of(found), found)
            if is_number(reference):
                raise DockerfileError(
                    f"--from={reference}: no earlier stage has this number",
                    hint="stages count from 0",
                )
            return FromImage(self.outside[reference], None)

        return find


def image_names(every: Stages, used: tuple[Stage, ...], tag: str) -> ImageNames:
    """Names for the stages in ``used``, of which the last is the final one.

    Two images are named build and runtime, as usual; more than two have their stages' names.
    """
    outside = list(
        dict.fromkeys(
            reference
            for stage in used
            for reference in _froms(stage)
            if not is_number(reference)
            and find_stage(every, reference, before=stage.number) is None
        )
    )
    if len(used) + len(outside) == 2:
        first, last = BUILD, RUNTIME
        if outside:
            return ImageNames({used[0].number: last}, {outside[0]: first}, tag, last)
        return ImageNames({used[0].number: first, used[1].number: last}, {}, tag, last)
    taken: set[str] = set()
    names = {}
    for stage in used:
        final = stage is used[-1]
        wanted = stage.name or (RUNTIME if final else f"stage{stage.number}")
        names[stage.number] = _fresh(wanted, taken)
    others = {reference: _fresh(_word(reference), taken) for reference in outside}
    return ImageNames(names, others, tag, names[used[-1].number])


def _froms(stage: Stage) -> Iterator[str]:
    for instruction in stage.instructions:
        if instruction.keyword in {"COPY", "ADD"} and (reference := instruction.flag("from")):
            yield reference
        if instruction.keyword == "RUN":
            yield from (mount.from_ for mount in mounts_of(instruction) if mount.from_)


def _word(reference: str) -> str:
    """A word made from an image's name: its last part, without the tag."""
    last = reference.rpartition("/")[2].partition("@")[0].partition(":")[0].lower()
    return re.sub(r"[^a-z0-9]+", "-", last).strip("-") or "image"


def _fresh(name: str, taken: set[str]) -> str:
    # A tag's path component must end in a letter or a digit (distribution/reference).
    found = plain = re.sub(r"[-_.]+", lambda m: m[0][0], name).strip("-_.")
    number = 2
    while found in taken:
        found = f"{plain}{number}"
        number += 1
    taken.add(found)
    return found
