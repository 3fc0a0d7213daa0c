"""Edits of an instruction that change its text only where they must.

Each returns a new Instruction: its continuations, comments, spacing and heredocs are those of the
old one. After the edit the text is parsed again and must have exactly the requested change; if it
doesn't (a space in a word that can't be quoted, a comment that would vanish), the edit is
refused with DockerfileError.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace

from bpkit.formats.dockerfile.error import DockerfileError
from bpkit.formats.dockerfile.layout import layout_of
from bpkit.formats.dockerfile.parser import Dockerfile, Flag, Instruction, parse_instruction
from bpkit.light import regex

_PLAIN_FLAG = regex(r"""[^\s'"\\]*""")


def with_arg(instruction: Instruction, index: int, new: str) -> Instruction:
    """The instruction with the argument at ``index`` replaced by ``new``.

    ``new`` is written as ``Instruction.args`` has it: the string itself in JSON form, else source
    text with its quotes. Negative indices count from the end.
    """
    args = list(instruction.args)
    args[index] = new
    span = layout_of(instruction).args[index]
    source = _json_string(new) if _is_json_item(instruction, index) else new
    text = _replaced(instruction, span, source)
    return _checked(instruction, text, replace(instruction, args=tuple(args)))


def with_args(instruction: Instruction, new: Sequence[str]) -> Instruction:
    """The instruction with these arguments; an unchanged one keeps its place in the text."""
    args = tuple(new)
    if len(args) != len(instruction.args):
        return _with_other_count(instruction, args)
    for index, (before, after) in enumerate(zip(instruction.args, args, strict=True)):
        if before != after:
            instruction = with_arg(instruction, index, after)
    return instruction


def with_flag(instruction: Instruction, name: str, value: str | None = None) -> Instruction:
    """The instruction with ``--name=value``: in the flag's place, or in front of the others."""
    flag = Flag(name, value)
    source = f"--{name}" if value is None else f"--{name}={_flag_value(value)}"
    found = [i for i, one in enumerate(instruction.flags) if one.name == name]
    if len(found) > 1:
        raise DockerfileError(f"--{name} is given {len(found)} times, which one to set is unclear")
    if found:
        flags = (*instruction.flags[: found[0]], flag, *instruction.flags[found[0] + 1 :])
        text = _replaced(instruction, layout_of(instruction).flags[found[0]], source)
    else:
        flags = (flag, *instruction.flags)
        at = layout_of(instruction).keyword[1]
        text = instruction.text[:at] + " " + source + instruction.text[at:]
    return _checked(instruction, text, replace(instruction, flags=flags))


def without_flag(instruction: Instruction, name: str) -> Instruction:
    """The instruction without any ``--name``; the same instruction if it has none.

    A continuation that only led to the flag is removed too, a comment is kept.
    """
    flags = tuple(flag for flag in instruction.flags if flag.name != name)
    text = instruction.text
    for flag, (start, end) in reversed(
        list(zip(instruction.flags, layout_of(instruction).flags, strict=True))
    ):
        if flag.name == name:
            gap = _gap_after(text, end, instruction.escape)
            text = text[:start] + text[gap:]
    if text == instruction.text:
        return instruction
    return _checked(instruction, text, replace(instruction, flags=flags))


def with_instruction(dockerfile: Dockerfile, old: Instruction, new: Instruction) -> Dockerfile:
    """The file with ``new`` in place of ``old``; the next parse renumbers the lines.

    Raises ValueError if ``old`` isn't a part of the file.
    """
    at = next((i for i, part in enumerate(dockerfile.parts) if part is old), None)
    if at is None:
        raise ValueError("the instruction is not part of this file")
    return replace(dockerfile, parts=(*dockerfile.parts[:at], new, *dockerfile.parts[at + 1 :]))


def _replaced(instruction: Instruction, span: tuple[int, int], source: str) -> str:
    start, end = span
    old = instruction.text[start:end]
    if "\n" in old and _has_comment(old):
        raise DockerfileError(
            f"a comment within the {instruction.keyword} of line {instruction.line} would be lost",
            hint="move the comment above the instruction",
        )
    return instruction.text[:start] + source + instruction.text[end:]


def _has_comment(source: str) -> bool:
    return any(line.lstrip().startswith("#") for line in source.split("\n")[1:])


def _is_json_item(instruction: Instruction, index: int) -> bool:
    # The first argument of HEALTHCHECK, CMD or NONE, comes before the list.
    is_kind = instruction.keyword == "HEALTHCHECK" and index in {0, -len(instruction.args)}
    return instruction.json and not is_kind


def _json_string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _flag_value(value: str) -> str:
    if _PLAIN_FLAG.fullmatch(value):
        return value
    escaped = re.sub(r'([\\"])', r"\\\1", value)
    return f'"{escaped}"'


def _with_other_count(instruction: Instruction, args: tuple[str, ...]) -> Instruction:
    """All arguments at once, from the start of the first to the end of the last."""
    spans = layout_of(instruction).args
    kind = 1 if instruction.keyword == "HEALTHCHECK" else 0
    if len(spans) <= kind or len(args) <= kind or args[:kind] != instruction.args[:kind]:
        raise DockerfileError(
            f"the arguments of {instruction.keyword} can't be replaced by {len(args)} others"
        )
    if instruction.json:
        source = ", ".join(_json_string(arg) for arg in args[kind:])
    elif instruction.keyword in {"ENV", "LABEL"}:
        pairs = zip(args[::2], args[1::2], strict=True)
        source = " ".join(f"{name}={value}" for name, value in pairs)
    else:
        source = " ".join(args[kind:])
    text = _replaced(instruction, (spans[kind][0], spans[-1][1]), source)
    return _checked(instruction, text, replace(instruction, args=args))


def _gap_after(text: str, at: int, escape: str) -> int:
    """The end of the spaces, continuations and blank lines from ``at`` on."""
    blank = r"(?:[ \t]*\r?\n)*"
    gap = re.compile(rf"(?:[ \t]|{re.escape(escape)}[ \t]*\r?\n{blank}(?![ \t]*#))*")
    found = gap.match(text, at)
    return found.end() if found else at


def _checked(old: Instruction, text: str, wanted: Instruction) -> Instruction:
    """The instruction in ``text``, if it means the same as ``wanted``."""
    try:
        new = parse_instruction(text, old.escape, old.line)
    except DockerfileError as error:
        raise _refused(old) from error
    if meaning(new) != meaning(wanted):
        raise _refused(old)
    return new


def _refused(old: Instruction) -> DockerfileError:
    return DockerfileError(
        f"the {old.keyword} of line {old.line} can't be changed that way without changing more",
        hint="write it in JSON form, or on one line, and try again",
    )


def meaning(instruction: Instruction) -> object:
    """An instruction's meaning, to compare, regardless of where and how it is written."""
    return (
        instruction.keyword,
        instruction.flags,
        instruction.args,
        instruction.json,
        instruction.heredocs,
        instruction.trigger and meaning(instruction.trigger),
    )
