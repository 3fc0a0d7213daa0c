"""What is known of an engine, and what is missing, as values that ``doctor`` shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "missing", "note"]


@dataclass(frozen=True)
class DiagnosisItem:
    """One thing looked at: what it is, what was found, and the command that mends it."""

    name: str
    state: State
    found: str
    mend: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """All that was looked at, in order; ``usable`` is whether a build can run at all."""

    items: tuple[DiagnosisItem, ...]
    usable: bool
