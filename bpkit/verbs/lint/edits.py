"""Edits that several rules make: an instruction inserted, removed or rewritten."""

from __future__ import annotations

import json
import re
import shlex

from bpkit.findings import TextEdit
from bpkit.formats.dockerfile import Instruction, Stage
from bpkit.light import regex

# What may change files, or whose owner depends on the user: USER belongs below.
_WRITES = frozenset({"ADD", "COPY", "RUN", "USER", "VOLUME", "WORKDIR"})
_FOR_A_SHELL = regex(r"[$`;&|<>(){}*?\[\]~#\\\n]")


def instead(file: str, instruction: Instruction, text: str) -> TextEdit:
    """The edit that replaces the instruction with ``text``."""
    return TextEdit(file, instruction.line, instruction.end_line, text)


def user_at_the_end(stage: Stage, user: str) -> tuple[TextEdit, ...]:
    """A USER below the last instruction of the stage that may change a file."""
    last = stage.from_
    for instruction in stage.instructions:
        if instruction.keyword in _WRITES:
            last = instruction
    return (TextEdit(stage.file, last.end_line + 1, last.end_line, f"USER {user}\n"),)


def in_exec_form(file: str, instruction: Instruction) -> tuple[TextEdit, ...]:
    """CMD, ENTRYPOINT or a HEALTHCHECK in JSON form, if it doesn't need a shell."""
    keyword, args = instruction.keyword, instruction.args
    head = keyword
    if keyword == "HEALTHCHECK" and len(args) == 2:
        head = instruction.text[: instruction.text.rindex(args[1])].rstrip()
    elif keyword not in {"CMD", "ENTRYPOINT"} or len(args) != 1 or instruction.flags:
        return ()
    command = args[-1]
    if instruction.json or _FOR_A_SHELL.search(command) or "=" in command.partition(" ")[0]:
        return ()
    try:
        words = shlex.split(command)
    except ValueError:
        return ()
    return (instead(file, instruction, f"{head} {json.dumps(words, ensure_ascii=False)}\n"),)


def renamed(file: str, instruction: Instruction, old: str, new: str) -> tuple[TextEdit, ...]:
    """The instruction with the word ``old`` replaced by ``new``, if it occurs once."""
    text, count = re.subn(rf"(?<![\w.-]){re.escape(old)}(?![\w.-])", new, instruction.text)
    return (instead(file, instruction, text),) if count == 1 else ()


def joined(file: str, first: Instruction, second: Instruction) -> tuple[TextEdit, ...]:
    """The commands of a RUN at the end of the RUN right above it."""
    both = (first, second)
    if second.line != first.end_line + 1 or any(i.json or i.heredocs or i.flags for i in both):
        return ()
    if any("#" in i.text or i.escape != "\\" or i.keyword != "RUN" for i in both):
        return ()
    if re.search(r";|(?<!&)&(?!&)|\|\||\b(?:if|for|while|case)\b", first.original):
        return ()
    command = re.sub(r"^\s*RUN\s+", "", second.text, count=1, flags=re.IGNORECASE).rstrip()
    text = f"{first.text.rstrip()} \\\n    && {command}\n"
    return (TextEdit(file, first.line, second.end_line, text),)
