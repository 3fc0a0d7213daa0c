"""``[lint]`` in ``bpkit.toml``: which rules are off, their severities, what files are for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from bpkit.light import dataclass

_LISTS, _TABLES, _TEXTS = ("off",), ("severity", "profiles"), ("baseline",)


@dataclass(frozen=True)
class LintSettings:
    """``off`` are ids of rules; ``severity`` is by id, ``profiles`` by a pattern of paths."""

    off: tuple[str, ...] = ()
    severity: Mapping[str, str] = field(default_factory=dict, hash=False)
    profiles: Mapping[str, str] = field(default_factory=dict, hash=False)
    baseline: str = ""


def read_lint(value: object) -> LintSettings:
    """The settings in the table. Raises ValueError, which says what is wrong."""
    if not isinstance(value, dict):
        raise ValueError("'lint' is not a table")  # noqa: TRY004  # reported like the others
    for name, one in value.items():
        if name in _LISTS and not (isinstance(one, list) and all(isinstance(x, str) for x in one)):
            raise ValueError(f"'lint.{name}' is not a list of strings")
        if name in _TABLES and not (
            isinstance(one, dict) and all(isinstance(x, str) for x in one.values())
        ):
            raise ValueError(f"'lint.{name}' is not a table of strings")
        if name in _TEXTS and not isinstance(one, str):
            raise ValueError(f"'lint.{name}' is not a string")
        if name not in (*_LISTS, *_TABLES, *_TEXTS):
            known = ", ".join((*_LISTS, *_TABLES, *_TEXTS))
            raise ValueError(f"unknown setting 'lint.{name}'; there are {known}")
    return LintSettings(
        tuple(value.get("off", ())),
        value.get("severity", {}),
        value.get("profiles", {}),
        value.get("baseline", ""),
    )
