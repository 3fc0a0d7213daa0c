"""Sizes in docker's notation, and the reduction from one image to another."""

from __future__ import annotations

from dataclasses import dataclass

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
BAR = 24


def human(size: int) -> str:
    """``size`` bytes in decimal units and three digits: ``9.69MB`` (docker's go-units)."""
    value, unit = float(size), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{_three_digits(value)}{_UNITS[unit]}"


def _three_digits(value: float) -> str:
    text = f"{value:.3g}"
    return f"{value:.0f}" if "e" in text else text


@dataclass(frozen=True)
class Reduction:
    """From ``before`` to ``after``, in bytes."""

    before: int
    after: int

    @property
    def saved(self) -> int:
        return self.before - self.after

    @property
    def per_cent(self) -> float:
        """The saved part of ``before`` in percent; 0 if ``before`` is 0."""
        return 100 * self.saved / self.before if self.before else 0.0

    @property
    def factor(self) -> float:
        """The ratio of ``before`` to ``after``."""
        return self.before / self.after if self.after else float("inf")

    def __str__(self) -> str:
        if self.saved < 0:
            return f"{human(-self.saved)} larger"
        if self.saved == 0:
            return "no smaller"
        if self.after == 0:
            return f"{human(self.saved)} less, -100.0 %"
        factor = f"{self.factor:.1f}" if self.factor < 10 else f"{self.factor:.0f}"
        return f"{human(self.saved)} less, -{self.per_cent:.1f} %, {factor}x smaller"


def bar(part: int, whole: int, width: int = BAR) -> str:
    """``part`` of ``whole`` as a bar; a part that isn't zero always has at least one cell."""
    cells = round(width * part / whole) if whole else 0
    return ("█" * min(width, max(cells, 1 if part else 0))).ljust(width, "·")


def table(rows: list[tuple[str, ...]], right: frozenset[int] = frozenset()) -> str:
    """The rows in columns, below the first as the header; those in ``right`` are right-aligned."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"
