"""Reads a Makefile into its parts: assignments, rules with recipes, conditions, includes.

Rules as in GNU make's manual, "Writing Makefiles". Nothing is expanded yet: a variable's value
depends on where in the file it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ASSIGNMENT = re.compile(
    r"(?P<export>(?:(?:export|override|private)\s+)*)(?P<name>[^\s:#=?+!]+)\s*"
    r"(?P<operator>:::?=|::=|:=|\?=|\+=|!=|=)\s*(?P<text>.*)\Z",
    re.DOTALL,
)
_DIRECTIVE = re.compile(
    r"(ifeq|ifneq|ifdef|ifndef|else|endif|-?include|sinclude|define|vpath)\b\s*"
)


@dataclass(frozen=True)
class Assign:
    """``name operator text``; for ``define``, the text has several lines."""

    line: int
    end_line: int
    name: str
    operator: str
    text: str


@dataclass(frozen=True)
class RecipeLine:
    """A line of a recipe, without its tab; continued lines are kept as they are."""

    line: int
    end_line: int
    text: str


@dataclass(frozen=True)
class RuleLine:
    """``targets: prerequisites``, not expanded; ``recipe`` what follows ``;``."""

    line: int
    end_line: int
    text: str


@dataclass(frozen=True)
class Directive:
    """A condition or an include: its word and the rest of the line."""

    line: int
    end_line: int
    word: str
    rest: str


@dataclass(frozen=True)
class ExportLine:
    """``export``, ``unexport``: names only."""

    line: int
    end_line: int


Line = Assign | RecipeLine | RuleLine | Directive | ExportLine


def makefile_lines(text: str) -> Iterator[Line]:
    """The Makefile's logical lines in order, without blank ones and comments."""
    lines = text.split("\n")
    index = 0
    in_rule = False
    while index < len(lines):
        first = index
        whole = lines[index].removesuffix("\r")
        while whole.endswith("\\") and not whole.endswith("\\\\") and index + 1 < len(lines):
            index += 1
            whole += "\n" + lines[index].removesuffix("\r")
        index += 1
        if whole.startswith("\t") and in_rule:
            if whole.strip():
                yield RecipeLine(first + 1, index, re.sub(r"\\\n\t", r"\\\n", whole[1:]))
            continue
        # Blanks before a comment are part of a variable's value.
        joined = _without_comment(re.sub(r"[ \t]*\\\n[ \t]*", " ", whole)).lstrip()
        if not joined.strip():
            continue
        found = _DIRECTIVE.match(joined)
        if found and found.group(1) == "define":
            body_end = next(
                (n for n in range(index, len(lines)) if lines[n].strip() == "endef"), len(lines)
            )
            name, operator = _defined(joined[found.end() :])
            body = "\n".join(lines[index:body_end])
            yield Assign(first + 1, min(body_end + 1, len(lines)), name, operator, body)
            index = body_end + 1
            continue
        line = _line(joined, first + 1, index)
        in_rule = isinstance(line, RuleLine) or (in_rule and isinstance(line, Directive))
        yield line


def _defined(rest: str) -> tuple[str, str]:
    name, _, operator = rest.strip().partition(" ")
    return name, operator.strip() or "="


def _line(joined: str, first: int, last: int) -> Line:
    found = _DIRECTIVE.match(joined)
    if found:
        return Directive(first, last, found.group(1), joined[found.end() :].strip())
    assigned = _ASSIGNMENT.match(joined)
    if assigned:
        return Assign(first, last, assigned["name"], assigned["operator"], assigned["text"])
    if re.match(r"(?:un)?export\b|undefine\b", joined):
        return ExportLine(first, last)
    return RuleLine(first, last, joined.rstrip())


def _without_comment(text: str) -> str:
    """The text up to a ``#``; ``\\#`` is one that stays. One in ``$(…)`` stays too."""
    depth = at = 0
    while at < len(text):
        char = text[at]
        if char == "\\" and text.startswith("#", at + 1):
            text = text[:at] + text[at + 1 :]
        elif char == "$" and text[at + 1 : at + 2] in {"(", "{"}:
            depth += 1
        elif char in ")}" and depth:
            depth -= 1
        elif char == "#" and not depth:
            return text[:at]
        at += 1
    return text
