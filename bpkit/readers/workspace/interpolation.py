"""``$NAME``, ``${NAME}`` and their forms with defaults, as compose files and bake files have them.

The rules are those of https://docs.docker.com/reference/compose-file/interpolation/.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bpkit.errors import InputError, Place

_VARIABLE = re.compile(
    r"\$(?:(?P<dollar>\$)|(?P<plain>[A-Za-z_]\w*)"
    r"|\{(?P<name>[A-Za-z_]\w*)(?:(?P<how>:?[-+?])(?P<other>[^{}]*))?\}|(?P<wrong>))"
)


def interpolated(text: str, environment: Mapping[str, str], place: Place | None = None) -> str:
    """``text`` with its variables replaced; one that is not set is empty.

    Raises InputError for ``${NAME:?message}`` without a value, and for what is not a variable.
    """

    def value_of(found: re.Match[str]) -> str:
        if found["dollar"]:
            return "$"
        if found["wrong"] is not None:
            raise InputError(
                f"'{text}' is not a valid use of a variable",
                place=place,
                hint="write ${NAME}, or $$ for a dollar sign",
            )
        name, how, other = found["plain"] or found["name"], found["how"] or "", found["other"] or ""
        value = environment.get(name)
        has_value = bool(value) if how.startswith(":") else value is not None
        if how.endswith("+"):
            return other if has_value else ""
        if not has_value and how.endswith("-"):
            return other
        if not has_value and how.endswith("?"):
            raise InputError(f"the variable {name} is not set: {other}", place=place)
        return value or ""

    return _VARIABLE.sub(value_of, text)
