"""Build arguments of several builds that become one build.

An image that ships is built with the arguments of all images that it needs. An argument that was
passed to only some of them must not reach the others.
"""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.conversion.parts import Part, StageParts
from bpkit.conversion.remarks import Remarks
from bpkit.conversion.stage_names import bases_of
from bpkit.core import Image
from bpkit.formats.dockerfile import PREDEFINED


def needed_images(parts: StageParts, image: Image) -> tuple[Image, ...]:
    """The image and all images that it is made from, in build order."""
    wanted = {image.name}
    for one in reversed(parts.recipe.images):
        if one.name in wanted:
            wanted |= {artifact.maker for artifact in one.artifacts}
            wanted |= {base.name for base in bases_of(parts, parts.of(one))}
    return tuple(one for one in parts.recipe.images if one.name in wanted)


def given_arguments(parts: StageParts, image: Image) -> tuple[tuple[str, str | None], ...]:
    """The build arguments that the merged file needs to make the image."""
    found: dict[str, str | None] = {}
    declared: set[str] = set()
    for one in needed_images(parts, image):
        here = _declared(parts.of(one))
        for name, value in one.build_args:
            if name not in found or (name in here and name not in declared):
                found[name] = value
            declared |= {name} & here
    return tuple(found.items())


def check_arguments(parts: StageParts, remarks: Remarks) -> None:
    """Check that each argument keeps its meaning in the single build."""
    for image in parts.shipped:
        _check_group(parts, needed_images(parts, image), remarks)


def _check_group(parts: StageParts, group: tuple[Image, ...], remarks: Remarks) -> None:
    given: dict[str, dict[int, str | None]] = {}
    for image in group:
        for name, value in image.build_args:
            given.setdefault(name, {})[parts.of(image).number] = value
    members = list(dict.fromkeys(parts.of(image).number for image in group))
    for name, values in given.items():
        meant = {n: v for n, v in values.items() if _means(parts.all[n], name)}
        if len(set(meant.values())) > 1:
            remarks.problem(
                f"--build-arg {name} has different values in the builds of "
                + ", ".join(parts.all[number].dockerfile.name for number in meant),
                hint=f"give the ARG {name} another name in one of the files",
            )
            continue
        others = [parts.all[number] for number in members if number not in values]
        if others and name in PREDEFINED:
            files = ", ".join(part.dockerfile.name for part in others)
            remarks.note(
                f"--build-arg {name} applies to every stage without an ARG, but "
                f"the script passes it only to some builds, not to that of {files}"
            )
        elif meant or others:
            for part in others:
                _check_shielded(part, name, next(iter((meant or values).values())), remarks)


def _means(part: Part, name: str) -> bool:
    return name in PREDEFINED or name in _declared(part)


def _declared(part: Part) -> frozenset[str]:
    return frozenset(name for name, _, _ in _args(part))


def _args(part: Part) -> Iterator[tuple[str, str | None, int]]:
    for number, one in enumerate(part.dockerfile.instructions):
        if one.keyword == "ARG":
            yield from ((name, value, number) for name, value in one.pairs)


def _check_shielded(part: Part, name: str, value: str | None, remarks: Remarks) -> None:
    """Report an argument that the part declares but was built without."""
    for declared, default, number in _args(part):
        if declared == name and default != value:
            remarks.problem(
                f"--build-arg {name} was passed to another build only, but would apply here too",
                part.dockerfile.place(part.dockerfile.instructions[number]),
                f"give {name} another name in one of the files",
            )
