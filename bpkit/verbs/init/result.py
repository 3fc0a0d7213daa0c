"""The result of ``bpkit init``, as a value that ``bpkit.report`` shows."""

from __future__ import annotations

from dataclasses import dataclass

from bpkit.languages import Detected
from bpkit.verbs.init.templates import Template


@dataclass(frozen=True)
class InitFile:
    """A file of the project: its new text, the text before (None if it didn't exist).

    ``state`` is ``new``, ``same``, ``renewed``, or says that bpkit didn't write the existing file.
    """

    name: str
    text: str
    before: str | None
    state: str


@dataclass(frozen=True)
class InitResult:
    """What was found out, the template, and the files, either written or only shown.

    ``buildkit`` is whether they may use BuildKit's features; ``notes`` are further sentences for
    the user.
    """

    detected: Detected
    template: Template
    files: tuple[InitFile, ...]
    buildkit: bool
    written: bool
    notes: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether a file is missing or out of date."""
        return any(file.text != file.before for file in self.files)
