"""The variables that a text uses without a default, and those that a script sets itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpkit.formats.dockerfile import Instruction
from bpkit.light import regex

_USE = regex(r"\$(?:(?P<bare>[A-Za-z_]\w*)|\{(?P<braced>[A-Za-z_]\w*)(?P<end>[^\w]))")
# `NAME=`, `for NAME`, `read -r NAME`, `export NAME`, `printf -v NAME`: the script gives it a value.
_SET = regex(
    r"(?:^|[\s;&|(`{\"'])(?P<set>[A-Za-z_]\w*)(?:\+?=|\[)"
    r"|\b(?:for|select|read|export|declare|local|typeset|mapfile|readarray|getopts|unset)\s"
    r"(?P<names>[^;&|\n]*)|-v\s+(?P<v>[A-Za-z_]\w*)"
)
_SOURCES = regex(r"(?:^|[\s;&|({])(?:\.|source|eval)\s")
_ONLY_HEREDOC = regex(r"\s*(?:(?:ba|da|a)?sh\s+)?<<-?\s*\S+\s*")
_SHELLS = ("sh", "bash", "dash", "ash", "zsh", "ksh")


def bare_uses(text: str, escape: str = "\\") -> Iterator[str]:
    """The variables in ``text`` that have no default if unset.

    Left out are ``${X:-default}`` and its like, escaped ones, and those in single quotes.
    """
    at, in_double = 0, False
    while at < len(text):
        char = text[at]
        if char in {escape, "\\"}:
            at += 2
        elif char == "'" and not in_double:
            end = text.find("'", at + 1)
            at = len(text) if end < 0 else end + 1
        elif char == "$" and (found := _USE.match(text, at)):
            if found["bare"]:
                yield found["bare"]
            elif found["end"] == "}" or found["end"] in "#%/^,":
                yield found["braced"]
            at = found.end()
        else:
            in_double ^= char == '"'
            at += 1


def script_of(instruction: Instruction, shell: tuple[str, ...]) -> str:
    """The text that this RUN gives to a POSIX shell; empty if another program reads it, or none."""
    if instruction.json or not instruction.args:
        return ""
    if shell and shell[0].replace("\\", "/").rpartition("/")[2] not in _SHELLS:
        return ""
    text = instruction.args[0]
    if instruction.heredocs and _ONLY_HEREDOC.fullmatch(text):
        first = instruction.heredocs[0].content
        return "" if first.startswith("#!") or "<<" in first else first
    return text


def shell_uses(script: str) -> Iterator[str]:
    """The variables that a script uses and doesn't set; none if it sources other scripts."""
    if "$" not in script or _SOURCES.search(script):
        return
    given: set[str] = set()
    for found in _SET.finditer(script):
        given |= {one for one in (found["set"], found["v"]) if one}
        given |= set(re.findall(r"[A-Za-z_]\w*", found["names"] or ""))
    yield from (name for name in bare_uses(script) if name not in given)
