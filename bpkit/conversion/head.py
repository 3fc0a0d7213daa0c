"""The top of the merged file: parser directives, and the ARGs before the first FROM.

Both apply to the whole file. So does a build argument: one that was passed to a single build now
reaches all stages. If that would change what a stage sees, the conversion is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bpkit.conversion.arguments import check_arguments
from bpkit.conversion.parts import Part, StageParts
from bpkit.conversion.remarks import Remarks
from bpkit.errors import Place
from bpkit.formats.dockerfile import Dockerfile, Instruction

_DIRECTIVE = re.compile(r"\ufeff?#[ \t]*(syntax|escape|check)[ \t]*=", re.IGNORECASE)


@dataclass(frozen=True)
class Head:
    """``directives`` go to the top of the file; ``moved`` are the later files' global ARGs."""

    directives: tuple[tuple[str, str], ...]
    moved: tuple[tuple[Part, Instruction], ...]


def head_of(parts: StageParts, remarks: Remarks) -> Head:
    """The top of the file; contradictions are problems in ``remarks``."""
    directives = tuple(_directives(parts, remarks))
    moved = tuple(_moved(parts, remarks))
    _check_scopes(parts, remarks)
    check_arguments(parts, remarks)
    return Head(directives, moved)


def split_directives(filler: str) -> tuple[str, str]:
    """The text before the first instruction, split into its parser directives and the rest."""
    lines = filler.splitlines(keepends=True)
    count = 0
    while count < len(lines) and _DIRECTIVE.match(lines[count]):
        count += 1
    return "".join(lines[:count]), "".join(lines[count:])


def _directives(parts: StageParts, remarks: Remarks) -> Iterator[tuple[str, str]]:
    """The directives that the first file lacks and a later one has."""
    first = parts.all[0].dockerfile
    known = dict(first.directives)
    for part in parts.all[1:]:
        for name, value in part.dockerfile.directives.items():
            if name not in known:
                known[name] = value
                yield name, value
            elif known[name] != value and name != "escape":
                remarks.problem(
                    f"# {name}={value} contradicts # {name}={known[name]} of {first.name}",
                    _place(part),
                    f"a file has only one {name}: use the same in both files",
                )
    escape = known.get("escape", "\\")
    for part in parts:
        if part.dockerfile.escape != escape and _escapes(part.dockerfile, escape):
            remarks.problem(
                f"the escape character here is {part.dockerfile.escape}, but "
                f"{escape} in the merged file",
                _place(part),
                "a file has only one escape character: use the same in both files",
            )


def _escapes(dockerfile: Dockerfile, escape: str) -> bool:
    text = "".join(one.text for one in dockerfile.instructions)
    return escape in text or dockerfile.escape in text


def _place(part: Part) -> Place:
    return part.dockerfile.place(part.dockerfile.instructions[0])


def _moved(parts: StageParts, remarks: Remarks) -> Iterator[tuple[Part, Instruction]]:
    known: dict[str, str | None] = {}
    for part in parts:
        for instruction in part.every.head:
            new = False
            for name, default in instruction.pairs:
                if name not in known:
                    known[name] = default
                    new = True
                elif known[name] != default and not _same_given(parts, name):
                    remarks.problem(
                        f"ARG {name} has a different default in an earlier file",
                        part.dockerfile.place(instruction),
                        f"give {name} another name in one of the files: before the "
                        "first FROM, a name can have only one default",
                    )
            if new and part.number:
                yield part, instruction


def _same_given(parts: StageParts, name: str) -> bool:
    """Whether every build is passed the same value, so that no default applies."""
    values = {part.build_args.get(name) for part in parts}
    return len(values) == 1 and None not in values


def _check_scopes(parts: StageParts, remarks: Remarks) -> None:
    """Check that no ARG without default in a stage gets the global value of another file."""
    for part in parts:
        own = {name for one in part.every.head for name, _ in one.pairs}
        others = {
            name
            for other in parts
            for one in other.every.head
            for name, _ in one.pairs
            if other is not part
        }
        for stage in part.every:
            for instruction in stage.instructions:
                for name, default in _arguments(instruction):
                    if default is None and name in others - own and not _same_given(parts, name):
                        remarks.problem(
                            f"ARG {name} would get the value of another file's ARG",
                            stage.place(instruction),
                            f"give {name} another name in one of the files",
                        )


def _arguments(instruction: Instruction) -> tuple[tuple[str, str | None], ...]:
    return instruction.pairs if instruction.keyword == "ARG" else ()
