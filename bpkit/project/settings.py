"""``bpkit.toml`` or ``[tool.bpkit]`` in pyproject.toml: a project's settings for all its runs.

Everything in it is optional, and every switch on the command line overrides it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, fields
from typing import Any

from bpkit.errors import InputError, Place
from bpkit.formats.text import nearest, parse_toml, toml_line
from bpkit.light import dataclass
from bpkit.project.budget import Budget, read_budget
from bpkit.project.lint_settings import LintSettings, read_lint
from bpkit.project.probe_settings import check_probes
from bpkit.project.setting_error import SettingError

STYLES = ("builder", "multi-stage")


@dataclass(frozen=True)
class Settings:
    """The settings of a project; empty or None if they aren't set.

    ``name`` is the project's, which everything bpkit makes is labelled with. ``image`` and
    ``build_image`` are tags. ``dockerfile`` is the multi-stage file, ``build_dockerfile`` and
    ``runtime_dockerfile`` the pair; paths are relative to the project. ``artifacts`` are written
    ``SRC[:DST]``. ``keep`` are needed paths that an analysis can't find, ``base`` the base image of
    what ``shrink`` writes, ``user`` the numeric user, ``probe`` the commands that prove an image.
    ``budget`` is how large the image may be, ``probe_tables`` are the tables ``[[probe]]``, whose
    values ``bpkit.verbs.trial`` reads, and ``probe_places`` where they begin.
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
    probe_places: tuple[Place, ...] = ()
    cmd: str = ""
    port: str = ""
    entry: str = ""
    lint: LintSettings = field(default_factory=LintSettings)


_LISTS = frozenset({"artifacts", "keep", "probe", "probe_http"})
_KEYS = frozenset(one.name for one in fields(Settings)) - {"probe_tables", "probe_places"}


def read_settings(text: str, file: str) -> Settings:
    """The settings in a ``bpkit.toml``, or in a pyproject.toml's ``[tool.bpkit]``.

    Keys are written with ``-`` or ``_``. Raises InputError with the line of a syntax error, for an
    unknown key and for a value of the wrong kind.
    """
    table = _table(text, file)
    top = ("tool", "bpkit") if _is_pyproject(file) else ()
    values: dict[str, Any] = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        if name not in _KEYS:
            near = nearest(name, sorted(_KEYS))
            raise InputError(
                f"unknown setting '{key}'",
                place=Place(file, toml_line(text, (*top, key))),
                hint=f"did you mean '{near}'?"
                if near
                else f"there are: {', '.join(sorted(_KEYS))}",
            )
        if name == "probe" and _is_tables(value):
            name = "probe_tables"
            values["probe_places"] = tuple(
                Place(file, toml_line(text, (*top, key, number))) for number in range(len(value))
            )
        try:
            values[name] = _checked(name, key, value)
        except SettingError as error:
            place = Place(file, toml_line(text, (*top, key, *error.keys)))
            raise InputError(str(error), place=place, hint=error.hint) from None
    return Settings(**values)


def parsed_toml(text: str, file: str) -> dict[str, Any]:
    """The document as tables and values. Raises InputError with the line of a syntax error."""
    return parse_toml(text, file, hint='put text in quotes, as in name = "hellogo"')


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _table(text: str, file: str) -> Mapping[str, Any]:
    document = parsed_toml(text, file)
    if not _is_pyproject(file):
        # The tables of a workspace are read by bpkit.readers.workspace.
        is_name = not isinstance(document.get("image"), dict)
        return {k: v for k, v in document.items() if k != "workspace" and (is_name or k != "image")}
    tool = document.get("tool", {})
    table = tool.get("bpkit", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise InputError("tool.bpkit is not a table", place=Place(file), hint="write [tool.bpkit]")
    return table


def _is_pyproject(file: str) -> bool:
    return file.rpartition("/")[2] == "pyproject.toml"


def _checked(name: str, key: str, value: object) -> Any:
    """The value of the setting ``name``, as Settings has it. Raises SettingError."""
    match name:
        case "probe_tables" if isinstance(value, list):
            check_probes(value)
            return tuple(value)
        case "lint":
            return read_lint(value)
        case "budget":
            return read_budget(value)
        case "build_args":
            if isinstance(value, dict) and all(isinstance(v, str | int) for v in value.values()):
                return {str(k): str(v) for k, v in value.items()}
            said = f"'{key}' must be a table of names and values"
            raise SettingError(said, hint=f'{key} = {{ NAME = "…" }}')
    if name in _LISTS:
        items = [value] if isinstance(value, str) else value
        if isinstance(items, list) and all(isinstance(item, str) and item for item in items):
            return tuple(items)
        raise SettingError(f"'{key}' must be a list of strings", hint=f'{key} = ["…"]')
    if name == "port" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value:
        raise SettingError(f"'{key}' must be a string that is not empty", hint=f'{key} = "…"')
    if name == "style" and value not in STYLES:
        raise SettingError(
            f"'{value}' is not a valid style", hint=f"styles are: {', '.join(STYLES)}"
        )
    return value
