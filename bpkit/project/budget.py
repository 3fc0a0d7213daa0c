"""``budget`` in the settings: how large an image, a path or a package may be, and how it may grow.

Either one size, ``budget = "12 MB"``, or a table:

    [budget]
    total = "12 MB"
    growth = "5 %"
    paths = { "/usr/share" = "1 MB" }
    packages = { libicu72 = "0" }
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from bpkit.light import dataclass, regex
from bpkit.project.setting_error import SettingError, check_keys

_SIZE = regex(r"(\d+(?:\.\d+)?)\s*(B|[kKMGT]i?B?)?")
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_BINARY = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_PER_CENT = regex(r"(\d+(?:\.\d+)?)\s*%")
_KEYS = ("growth", "packages", "paths", "total")


@dataclass(frozen=True)
class Growth:
    """How much an image may grow since it was last recorded: in bytes, or in percent."""

    bytes: int | None = None
    per_cent: float | None = None

    def limit(self, before: int) -> int:
        """The size that an image of ``before`` bytes may have now."""
        if self.bytes is not None:
            return before + self.bytes
        return before + int(before * (self.per_cent or 0) / 100)

    def __str__(self) -> str:
        return f"{self.bytes:,} bytes" if self.bytes is not None else f"{self.per_cent:g} %"


@dataclass(frozen=True)
class Budget:
    """The most bytes that an image may have as a whole, below paths, and of packages by name."""

    total: int | None = None
    growth: Growth | None = None
    paths: Mapping[str, int] = field(default_factory=dict, hash=False)
    packages: Mapping[str, int] = field(default_factory=dict, hash=False)

    @property
    def is_of_total_only(self) -> bool:
        """Whether the total size of the image is enough to check it."""
        return not (self.growth or self.paths or self.packages)


def read_size(value: object) -> int:
    """``12 MB``, ``500kB``, ``1.5 GiB`` or a number in bytes. Raises ValueError."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    found = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"'{value}' is not a size")
    unit = (found[2] or "").lower()
    factor = (_BINARY if "i" in unit else _UNITS)[unit.rstrip("b").rstrip("i")]
    return round(float(found[1]) * factor)


def read_budget(value: object) -> Budget:
    """The budget in a setting. Raises SettingError."""
    if isinstance(value, str | int):
        return Budget(_size(value, ()))
    if not isinstance(value, dict):
        said = "'budget' is neither a size nor a table"
        raise SettingError(said, hint='write budget = "12 MB"')
    check_keys(value, _KEYS, "[budget]")
    paths = _sizes(value, "paths")
    if relative := [path for path in paths if not path.startswith("/")]:
        said = f"the path '{relative[0]}' doesn't begin with /"
        raise SettingError(said, ("paths", relative[0]), f"write '/{relative[0]}'")
    return Budget(
        _size(value["total"], ("total",)) if "total" in value else None,
        _growth(value["growth"]) if "growth" in value else None,
        {path.rstrip("/") or "/": size for path, size in paths.items()},
        _sizes(value, "packages"),
    )


def _size(value: object, keys: tuple[str, ...]) -> int:
    try:
        return read_size(value)
    except ValueError as error:
        key = keys[-1] if keys else "budget"
        key = key if key.replace("-", "").isalnum() else f'"{key}"'
        raise SettingError(str(error), keys, f'write {key} = "12 MB"') from None


def _growth(value: object) -> Growth:
    found = _PER_CENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found:
        return Growth(per_cent=float(found[1]))
    try:
        return Growth(bytes=read_size(value))
    except ValueError:
        said = f"'{value}' is neither a size nor a percentage"
        raise SettingError(said, ("growth",), 'write growth = "5 %" or growth = "1 MB"') from None


def _sizes(table: Mapping[str, Any], key: str) -> dict[str, int]:
    value = table.get(key) or {}
    if not isinstance(value, dict):
        said = f"'{key}' is not a table of names and sizes"
        raise SettingError(said, (key,), f'write {key} = {{ "NAME" = "1 MB" }}')
    return {name: _size(size, (key, name)) for name, size in value.items()}
