"""The result of ``bpkit init``, as a value that ``bpkit.report`` shows."""

from __future__ import annotations

from dataclasses import dataclass

from bpkit.languages import Detected
from bpkit.verbs.init.templates import Template


@dataclass(frozen=True)
class InitFile:
    """A file of the project: its text, the one before (None: there was none), how they compare.

    ``state`` is ``new``, ``same``, ``renewed``, or says that somebody else than bpkit wrote it.
    """

    name: str
    text: str
    before: str | None
    state: str


@dataclass(frozen=True)
class InitResult:
    """What was found out, the template, and the files, written or only shown.

    ``buildkit`` is whether they may use what only BuildKit knows; ``notes`` are what the user
    should know besides.
    """

    detected: Detected
    template: Template
    files: tuple[InitFile, ...]
    buildkit: bool
    written: bool
    notes: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether some file is not yet what it is to be."""
        return any(file.text != file.before for file in self.files)
