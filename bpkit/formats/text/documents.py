"""Reads JSON and TOML that somebody else wrote: one error for all that can be wrong with it."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

from bpkit.errors import InputError, Place

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# Python's readers call themselves for each level.
_DEEPEST = 200
_OPEN_OR_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
_LINE = re.compile(r"line (\d+)")


def parse_json(text: str, name: str) -> Any:
    """The value that the JSON text of this file holds. Raises InputError."""
    check_depth(text, name)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"not valid JSON: {error.msg}", place=Place(name, error.lineno)) from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"not valid JSON: {error}", place=Place(name)) from None


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """The tables that the TOML text of this file holds. Raises InputError."""
    check_depth(text, name)
    try:
        found: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        where = Place(name, int(line[1]) if line else None)
        raise InputError(f"not valid TOML: {error}", place=where) from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"not valid TOML: {error}", place=Place(name)) from None
    return found


def check_depth(text: str, name: str) -> None:
    """Raise InputError for a text whose brackets are nested deeper than anybody writes them."""
    depth = 0
    for found in _OPEN_OR_STRING.finditer(text):
        if found[0] in "[{":
            depth += 1
        elif found[0] in "]}":
            depth -= 1
        if depth > _DEEPEST:
            raise InputError(
                f"this is nested deeper than {_DEEPEST} levels",
                place=Place(name, text.count("\n", 0, found.start()) + 1),
            )
