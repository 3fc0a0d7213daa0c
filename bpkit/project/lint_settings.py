"""``[lint]`` in ``bpkit.toml``: which rules are off, their severities, what files are for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from bpkit.light import dataclass
from bpkit.project.setting_error import SettingError, check_keys

_LISTS, _TABLES, _TEXTS = ("off",), ("severity", "profiles"), ("baseline",)
_EXAMPLES = {"severity": '{ BPK206 = "error" }', "profiles": '{ "ci/*" = "test" }'}


@dataclass(frozen=True)
class LintSettings:
    """``off`` are ids of rules; ``severity`` is by id, ``profiles`` by a pattern of paths."""

    off: tuple[str, ...] = ()
    severity: Mapping[str, str] = field(default_factory=dict, hash=False)
    profiles: Mapping[str, str] = field(default_factory=dict, hash=False)
    baseline: str = ""


def read_lint(value: object) -> LintSettings:
    """The settings in the table. Raises SettingError."""
    if not isinstance(value, dict):
        raise SettingError("'lint' is not a table", hint='write off = ["BPK208"] below [lint]')
    check_keys(value, (*_LISTS, *_TABLES, *_TEXTS), "[lint]")
    for name, one in value.items():
        if name in _LISTS and not (isinstance(one, list) and all(isinstance(x, str) for x in one)):
            said = f"'lint.{name}' is not a list of strings"
            raise SettingError(said, (name,), f'write {name} = ["BPK208"]')
        if name in _TABLES and not (
            isinstance(one, dict) and all(isinstance(x, str) for x in one.values())
        ):
            said = f"'lint.{name}' is not a table of strings"
            raise SettingError(said, (name,), f"write {name} = {_EXAMPLES[name]}")
        if name in _TEXTS and not isinstance(one, str):
            said = f"'lint.{name}' is not a string"
            raise SettingError(said, (name,), f'write {name} = "known-findings.json"')
    return LintSettings(
        tuple(value.get("off", ())),
        value.get("severity", {}),
        value.get("profiles", {}),
        value.get("baseline", ""),
    )
