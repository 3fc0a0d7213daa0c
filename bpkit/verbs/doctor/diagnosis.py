"""What ``doctor`` finds out about an engine and the machine, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "missing", "note"]


@dataclass(frozen=True)
class DiagnosisItem:
    """One item: its name, what was found, and the command that fixes it."""

    name: str
    state: State
    found: str
    fix: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """All items, in order; ``usable`` is whether a build can run at all."""

    items: tuple[DiagnosisItem, ...]
    usable: bool
