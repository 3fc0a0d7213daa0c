"""Reads JSON and TOML from outside: one kind of error for anything that can be wrong with it."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

from bpkit.errors import InputError, Place
from bpkit.light import regex

# Python's readers are recursive.
_DEEPEST = 200
_OPEN_OR_STRING = regex(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
_WHERE = regex(r"\(at line (\d+), column \d+\)")


def parse_json(text: str, name: str) -> Any:
    """The value that the JSON text of this file holds. Raises InputError."""
    check_depth(text, name)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(f"not valid JSON: {error.msg}", place=Place(name, error.lineno)) from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"not valid JSON: {error}", place=Place(name)) from None


def parse_toml(text: str, name: str, *, hint: str = "") -> dict[str, Any]:
    """The tables that the TOML text of this file holds. Raises InputError."""
    # Most runs read no TOML.
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    check_depth(text, name)
    _check_keys(text, name)
    try:
        found: dict[str, Any] = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        reason = str(error)
        where = _WHERE.search(reason)
        place = Place(name, int(where[1]) if where else None)
        reason = reason[: where.start()].strip() if where else reason
        raise InputError(f"not valid TOML: {reason}", place=place, hint=hint) from None
    return found


def _check_keys(text: str, name: str) -> None:
    """Raise InputError for a dotted key with more levels than anybody writes.

    The time that Python's reader takes is quadratic in them.
    """
    for number, line in enumerate(text.split("\n"), 1):
        key, equals, _ = line.partition("=")
        if (equals or line.lstrip().startswith("[")) and key.count(".") > _DEEPEST:
            raise InputError(f"this key has more than {_DEEPEST} levels", place=Place(name, number))


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
