"""``bpkit.toml`` or ``[tool.bpkit]`` in pyproject.toml: a project's settings for all its runs.

Everything in it is optional, and every switch on the command line overrides it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field, fields
from typing import Any

from bpkit.errors import InputError, Place
from bpkit.formats.text import nearest, parse_toml
from bpkit.light import dataclass
from bpkit.project.budget import Budget, read_budget
from bpkit.project.lint_settings import LintSettings, read_lint

STYLES = ("builder", "multi-stage")


@dataclass(frozen=True)
class Settings:
    """The settings of a project; empty or None if they aren't set.

    ``name`` is the project's, which everything bpkit makes is labelled with. ``image`` and
    ``build_image`` are tags. ``dockerfile`` is the multi-stage file, ``build_dockerfile`` and
    ``runtime_dockerfile`` the pair; paths are relative to the project. ``artifacts`` are written
    ``SRC[:DST]``. ``keep`` are needed paths that an analysis can't find, ``base`` the base image of
    what ``shrink`` writes, ``user`` the numeric user, ``probe`` the commands that prove an image.
    ``budget`` is how large the image may be, ``probe_tables`` are the tables ``[[probe]]``, which
    ``bpkit.verbs.trial`` reads.
    """

    name: str = ""
    image: str = ""
    build_image: str = ""
    style: str = ""
    context: str = ""
    dockerfile: str = ""
    build_dockerfile: str = ""
    runtime_dockerfile: str = ""
    artifacts: tuple[str, ...] = ()
    build_args: Mapping[str, str] = field(default_factory=dict, hash=False)
    platform: str = ""
    keep: tuple[str, ...] = ()
    base: str = ""
    user: str = ""
    probe: tuple[str, ...] = ()
    probe_http: tuple[str, ...] = ()
    budget: Budget | None = None
    probe_tables: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)
    cmd: str = ""
    port: str = ""
    entry: str = ""
    lint: LintSettings = field(default_factory=LintSettings)


_LISTS = frozenset({"artifacts", "keep", "probe", "probe_http"})
_KEYS = frozenset(one.name for one in fields(Settings)) - {"probe_tables"}


def read_settings(text: str, file: str) -> Settings:
    """The settings in a ``bpkit.toml``, or in a pyproject.toml's ``[tool.bpkit]``.

    Keys are written with ``-`` or ``_``. Raises InputError with the line of a syntax error, for an
    unknown key and for a value of the wrong kind.
    """
    table = _table(text, file)
    values: dict[str, Any] = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        if name not in _KEYS:
            near = nearest(name, sorted(_KEYS))
            raise InputError(
                f"unknown setting '{key}'",
                place=_place(text, file, key),
                hint=f"did you mean '{near}'?"
                if near
                else f"there are: {', '.join(sorted(_KEYS))}",
            )
        if name == "probe" and _is_tables(value):
            name = "probe_tables"
        values[name] = _checked(name, key, value, _place(text, file, key))
    return Settings(**values)


def parsed_toml(text: str, file: str) -> dict[str, Any]:
    """The document as tables and values. Raises InputError with the line of a syntax error."""
    return parse_toml(text, file, hint='put text in quotes, as in name = "hellogo"')


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _table(text: str, file: str) -> Mapping[str, Any]:
    document = parsed_toml(text, file)
    if file.rpartition("/")[2] != "pyproject.toml":
        # The tables of a workspace are read by bpkit.readers.workspace.
        is_name = not isinstance(document.get("image"), dict)
        return {k: v for k, v in document.items() if k != "workspace" and (is_name or k != "image")}
    tool = document.get("tool", {})
    table = tool.get("bpkit", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise InputError("tool.bpkit is not a table", place=Place(file), hint="write [tool.bpkit]")
    return table


def _place(text: str, file: str, key: str) -> Place:
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(
            rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.\]]|\s*\[.*{re.escape(key)}\s*\]", line
        ):
            return Place(file, number)
    return Place(file)


def _checked(name: str, key: str, value: object, place: Place) -> Any:
    if name == "probe_tables" and isinstance(value, list):
        return tuple(value)
    if name in _LISTS:
        items = [value] if isinstance(value, str) else value
        if isinstance(items, list) and all(isinstance(item, str) and item for item in items):
            return tuple(items)
        raise InputError(f"'{key}' must be a list of strings", place=place, hint=f'{key} = ["…"]')
    if name == "build_args":
        if isinstance(value, dict) and all(isinstance(v, str | int) for v in value.values()):
            return {str(k): str(v) for k, v in value.items()}
        raise InputError(
            f"'{key}' must be a table of names and values",
            place=place,
            hint=f'{key} = {{ NAME = "…" }}',
        )
    if name == "lint":
        try:
            return read_lint(value)
        except ValueError as error:
            raise InputError(str(error), place=place, hint='off = ["BPK208"]') from None
    if name == "budget":
        try:
            return read_budget(value)
        except ValueError as error:
            raise InputError(str(error), place=place, hint=f'{key} = "12 MB"') from None
    if not isinstance(value, str) or not value:
        raise InputError(
            f"'{key}' must be a string that is not empty", place=place, hint=f'{key} = "…"'
        )
    if name == "style" and value not in STYLES:
        raise InputError(
            f"'{value}' is not a valid style", place=place, hint=f"styles are: {', '.join(STYLES)}"
        )
    return value
