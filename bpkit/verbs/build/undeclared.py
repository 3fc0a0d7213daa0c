"""Build arguments that no Dockerfile of the project declares: most are misspelled.

BuildKit ignores them without a word; the classic builder warns of them
(https://docs.docker.com/reference/dockerfile/#arg).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bpkit.formats.dockerfile import PREDEFINED
from bpkit.formats.text import nearest

if TYPE_CHECKING:
    from bpkit.project import Project

# https://docs.docker.com/reference/dockerfile/#buildkit-built-in-build-args
_OF_BUILDKIT = "BUILDKIT_"


def undeclared_arguments(project: Project) -> Iterator[str]:
    """A note on each argument of the settings and the switches that no ARG declares."""
    declared = [
        name
        for dockerfile in project.dockerfiles.values()
        for instruction in dockerfile.instructions
        if instruction.keyword == "ARG"
        for name, _ in instruction.pairs
    ]
    for name in project.build_args:
        if name in declared or name in PREDEFINED or name.startswith(_OF_BUILDKIT):
            continue
        same = (one for one in declared if one.lower() == name.lower())
        near = next(same, None) or nearest(name, declared)
        meant = f"; did you mean {near}?" if near else ""
        yield f"no Dockerfile declares the build argument {name}{meant}"
