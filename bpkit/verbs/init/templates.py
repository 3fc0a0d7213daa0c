"""Templates: Dockerfiles with placeholders, and how these are filled in.

A placeholder is ``{{name}}``. An instruction whose placeholder has no value is left out, and so is
the comment right above it; ``{{name?}}`` may stay empty. One whose placeholders have several values
is repeated, with the first value of each, then the second. There is no more to the syntax: people
and ``bpkit.formats.dockerfile.parser`` read a template as a Dockerfile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bpkit.errors import InputError, Place
from bpkit.formats.dockerfile import Filler, Instruction, parse, without_flag
from bpkit.languages import Values

_PLACEHOLDER = re.compile(r"\{\{\s*(?P<name>[a-z][a-z0-9_]*)(?P<optional>\?)?\s*\}\}")
_BRACES = re.compile(r"\{\{.*?\}\}|\{\{")
_COMMENT_BLOCK = re.compile(r"(?:^[ \t]*#[^\n]*\n)+\Z", re.MULTILINE)


@dataclass(frozen=True)
class Template:
    """A template: its directory's name, such as ``python/uv``, its text, and its file."""

    name: str
    text: str
    file: str

    @property
    def summary(self) -> str:
        """Its first comment, which states its purpose."""
        first = self.text.partition("\n")[0]
        return first.lstrip("# ").strip() if first.startswith("#") else ""

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The names of its placeholders, each once, in order of appearance."""
        return tuple(dict.fromkeys(match["name"] for match in _PLACEHOLDER.finditer(self.text)))


@dataclass(frozen=True)
class ListedTemplate:
    """A template and its origin: ``shipped`` or ``user``."""

    template: Template
    origin: str


def render(template: Template, values: Values) -> str:
    """The template's Dockerfile with these values.

    Raises InputError, with the line, for a placeholder that is not valid or not among ``values``,
    and for text that isn't a Dockerfile.
    """
    _check_placeholders(template, values)
    kept: list[str] = []
    for part in parse(template.text, template.file).parts:
        if isinstance(part, Filler):
            kept.append(_filled(part.text, values))
        elif _is_left_out(part, values):
            kept = _without_comment_above(kept)
        else:
            kept += [_filled(part.text, one) for one in _repeated(part.text, values)]
    return re.sub(r"\n{3,}", "\n\n", "".join(kept)).strip("\n") + "\n"


def _check_placeholders(template: Template, values: Values) -> None:
    for number, line in enumerate(template.text.splitlines(), start=1):
        for braces in _BRACES.finditer(line):
            place = Place(template.file, number)
            known = ", ".join(sorted(values))
            if not (match := _PLACEHOLDER.fullmatch(braces[0])):
                raise InputError(
                    f"{braces[0]} is not a valid placeholder", place=place, hint="write {{name}}"
                )
            if match["name"] not in values:
                raise InputError(
                    f"{match['name']!r} is not a placeholder that init can fill in",
                    place=place,
                    hint=f"use one of {known}",
                )


def _is_left_out(instruction: Instruction, values: Values) -> bool:
    matches = _PLACEHOLDER.finditer(instruction.text)
    return any(not match["optional"] and not values[match["name"]] for match in matches)


def _without_comment_above(kept: list[str]) -> list[str]:
    if not kept:
        return kept
    return [*kept[:-1], _COMMENT_BLOCK.sub("", kept[-1])]


def _repeated(text: str, values: Values) -> Iterator[Values]:
    """The values for each repetition of the instruction."""
    names = dict.fromkeys(match["name"] for match in _PLACEHOLDER.finditer(text))
    several = {name: value for name in names if isinstance(value := values[name], tuple)}
    if not several:
        yield values
    for ones in zip(*several.values(), strict=True):
        yield {**values, **dict(zip(several, ones, strict=True))}


def _filled(text: str, values: Values) -> str:
    # An empty optional placeholder also removes the space before it.
    text = re.sub(
        r" ?\{\{\s*([a-z][a-z0-9_]*)\?\s*\}\}",
        lambda match: match[0] if values[match[1]] else "",
        text,
    )
    return _PLACEHOLDER.sub(lambda match: str(values[match["name"]]), text)


# Unknown to the classic builder: flags, and arguments that only BuildKit sets.
_BUILDKIT_FLAGS = {"RUN": ("mount",), "COPY": ("link",), "ADD": ("link",), "FROM": ("platform",)}


def without_buildkit(dockerfile: str) -> str:
    """The same Dockerfile for the classic builder: without cache mounts and build platforms."""
    read = parse(dockerfile)
    parts = tuple(_plain(part) if isinstance(part, Instruction) else part for part in read.parts)
    return replace(read, parts=parts).text


def _plain(instruction: Instruction) -> Instruction:
    for flag in _BUILDKIT_FLAGS.get(instruction.keyword, ()):
        instruction = without_flag(instruction, flag)
    return instruction
