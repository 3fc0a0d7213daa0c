"""``$NAME``, ``${NAME}`` and their forms with defaults, as in Compose files and Bake files.

The rules are those of https://docs.docker.com/reference/compose-file/interpolation/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bpkit.errors import InputError, Place

_NAME = re.compile(r"[A-Za-z_]\w*")
_HOW = re.compile(r":?[-+?]")
_DEEPEST = 20


def interpolated(text: str, environment: Mapping[str, str], place: Place | None = None) -> str:
    """``text`` with its variables replaced; one that isn't set is empty.

    A default may contain variables: ``${A:-${B:-x}}``. Raises InputError for
    ``${NAME:?message}`` without a value, and for anything that isn't a valid variable.
    """
    if "$" not in text:
        return text
    return _Filling(text, environment, place).filled(text, 0)


@dataclass(frozen=True)
class _Filling:
    whole: str
    environment: Mapping[str, str]
    place: Place | None

    def filled(self, text: str, depth: int) -> str:
        return "".join(self._pieces(text, depth))

    def _pieces(self, text: str, depth: int) -> Iterator[str]:
        at = 0
        while (dollar := text.find("$", at)) >= 0:
            yield text[at:dollar]
            if text.startswith("$$", dollar):
                yield "$"
                at = dollar + 2
            elif name := _NAME.match(text, dollar + 1):
                yield self.environment.get(name[0], "")
                at = name.end()
            else:
                end = self._end(text, dollar, depth)
                yield self._value(text[dollar + 2 : end], depth)
                at = end + 1
        yield text[at:]

    def _end(self, text: str, dollar: int, depth: int) -> int:
        """The position of the brace that closes ``${``."""
        if text.startswith("${", dollar) and depth < _DEEPEST:
            opened = 0
            for at in range(dollar + 1, len(text)):
                opened += {"{": 1, "}": -1}.get(text[at], 0)
                if not opened:
                    return at
        raise self._wrong()

    def _value(self, inside: str, depth: int) -> str:
        name = _NAME.match(inside)
        how = _HOW.match(inside, name.end()) if name else None
        if name is None or (how is None and name.end() < len(inside)):
            raise self._wrong()
        value = self.environment.get(name[0])
        if how is None:
            return value or ""
        other = inside[how.end() :]
        has_value = bool(value) if how[0].startswith(":") else value is not None
        if how[0].endswith("+"):
            return self.filled(other, depth + 1) if has_value else ""
        if has_value:
            return value or ""
        if how[0].endswith("-"):
            return self.filled(other, depth + 1)
        raise InputError(f"the variable {name[0]} is not set: {other}", place=self.place)

    def _wrong(self) -> InputError:
        return InputError(
            f"'{self.whole}' is not a valid use of a variable",
            place=self.place,
            hint="write ${NAME}, or $$ for a dollar sign",
        )
