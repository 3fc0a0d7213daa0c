"""Edits of an instruction that only conversions need (others are in ``edit``)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace

from bpkit.formats.dockerfile import (
    Dockerfile,
    DockerfileError,
    Flag,
    Instruction,
    layout_of,
    meaning,
    parse_instruction,
)

_WORD = re.compile(r"""[^\s"'\\#]+""")


def with_flag_at(instruction: Instruction, index: int, value: str) -> Instruction:
    """The instruction with the value of the flag at ``index`` replaced.

    For RUN, which may have several ``--mount``. Raises DockerfileError if the value can't be
    written into the text.
    """
    flag = replace(instruction.flags[index], value=value)
    start, end = layout_of(instruction).flags[index]
    text = f"{instruction.text[:start]}{flag}{instruction.text[end:]}"
    new = parse_instruction(text, instruction.escape, instruction.line)
    flags = (*instruction.flags[:index], flag, *instruction.flags[index + 1 :])
    if (new.flags, new.args, new.heredocs) != (flags, instruction.args, instruction.heredocs):
        raise DockerfileError(
            f"--{flag.name} of the {instruction.keyword} can't be given the value {value}",
            hint="write the instruction on one line",
        )
    return new


def with_keyword(instruction: Instruction, keyword: str) -> Instruction:
    """The instruction with another keyword that takes the same arguments: ADD as COPY."""
    start, end = layout_of(instruction).keyword
    written = instruction.text[start:end]
    shown = keyword.lower() if written.islower() else keyword
    text = instruction.text[:start] + shown + instruction.text[end:]
    new = parse_instruction(text, instruction.escape, instruction.line)
    if (new.flags, new.args, new.heredocs) != (
        instruction.flags,
        instruction.args,
        instruction.heredocs,
    ):
        raise DockerfileError(f"this {instruction.keyword} can't be written as {keyword}")
    return new


def copy_instruction(
    like: Instruction, flags: Sequence[Flag], sources: Sequence[str], destination: str
) -> Instruction:
    """A new COPY beside ``like``: its escape character, line end, and line number.

    Sources and destination are written as in ``Instruction.args``, in JSON form if one of them
    has a space. Raises DockerfileError if the words can't be written.
    """
    words = [*sources, destination]
    plain = all(_WORD.fullmatch(word) for word in words)
    listed = json.dumps(words, ensure_ascii=False) if like.json or not plain else " ".join(words)
    head = " ".join(["COPY", *(_flag_text(flag) for flag in flags)])
    new = parse_instruction(f"{head} {listed}{line_end(like.text)}", like.escape, like.line)
    if new.args != tuple(words) or new.flags != tuple(flags):
        raise DockerfileError(f"COPY {' '.join(words)} can't be written as an instruction")
    return replace(new, line=like.line, end_line=like.end_line)


def _flag_text(flag: Flag) -> str:
    if flag.value is None or not re.search(r"[\s\"'\\]", flag.value):
        return str(flag)
    escaped = re.sub(r'([\\"])', r"\\\1", flag.value)
    return f'--{flag.name}="{escaped}"'


def line_end(text: str) -> str:
    """The line end that ``text`` uses."""
    return "\r\n" if text.endswith("\r\n") else "\n"


def is_same(one: Instruction, other: Instruction) -> bool:
    """Whether two instructions are the same, apart from their places."""
    return meaning(one) == meaning(other)


def ended(text: str, dockerfile: Dockerfile) -> str:
    """``text`` ending in a line end, of the kind that ``dockerfile`` uses."""
    if not text or text.endswith("\n"):
        return text
    return text + ("\r\n" if "\r\n" in dockerfile.text else "\n")
