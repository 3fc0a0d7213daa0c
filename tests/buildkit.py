"""BuildKit's own parser, seen in the same terms as ours, to compare the two.

The package ``dockerfile`` wraps the parser of BuildKit 0.12.5. Its wrapper has ways of its own,
which are put on ours before the two are compared. Flags come as if UTF-8 were Latin-1. Of an
ONBUILD, flags and lines are its own and the arguments its trigger's (one, and empty, where that is
an ONBUILD too); its heredocs are missing, though that the lines agree shows that they were read.
The bodies of other heredocs are part of the original line.
"""

from __future__ import annotations

from dataclasses import dataclass

import dockerfile

from bpkit.formats.dockerfile.parser import DockerfileError, Heredoc, Instruction, parse


@dataclass(frozen=True)
class Seen:
    """One instruction as a parser sees it; ``trigger`` is the keyword behind ONBUILD."""

    keyword: str
    trigger: str | None
    json: bool
    lines: tuple[int, int]
    flags: tuple[str, ...]
    args: tuple[str, ...]
    heredocs: tuple[tuple[str, int, str], ...]
    original: str


def seen_by_buildkit(text: str) -> tuple[Seen, ...] | None:
    """The instructions of ``text``; None where BuildKit refuses it."""
    try:
        commands = dockerfile.parse_string(text)
    except dockerfile.GoParseError:
        return None
    return tuple(
        Seen(
            keyword=_folded(command.cmd or ""),
            trigger=command.sub_cmd and _folded(command.sub_cmd),
            json=command.json,
            lines=(command.start_line, command.end_line),
            flags=command.flags,
            args=command.value,
            heredocs=tuple(tuple(heredoc) for heredoc in command.heredocs),
            original=command.original or "",
        )
        for command in commands
    )


def seen_by_us(text: str) -> tuple[Seen, ...] | None:
    """The instructions of ``text`` as bpkit reads them; None where it refuses it."""
    try:
        return tuple(_seen(instruction) for instruction in parse(text).instructions)
    except DockerfileError:
        return None


def _seen(instruction: Instruction) -> Seen:
    read = instruction.trigger or instruction
    heredocs = () if instruction.trigger else instruction.heredocs
    bodies = "".join(f"{heredoc.content}{heredoc.name}\n" for heredoc in heredocs)
    return Seen(
        keyword=_folded(instruction.keyword),
        trigger=_folded(instruction.trigger.keyword) if instruction.trigger else None,
        json=read.json,
        lines=(instruction.line, instruction.end_line),
        flags=tuple(str(flag).encode().decode("latin-1") for flag in instruction.flags),
        args=("",) if read.trigger else read.args,
        heredocs=tuple(_heredoc(heredoc) for heredoc in heredocs),
        original=instruction.original + (bodies and "\n" + bodies),
    )


def _heredoc(heredoc: Heredoc) -> tuple[str, int, str]:
    return heredoc.name, heredoc.file_descriptor, heredoc.content


def _folded(keyword: str) -> str:
    """The keyword in upper case, the two letters folded that Go lowers into ASCII."""
    return keyword.upper().replace("\u0130", "I").replace("\u212a", "K")
