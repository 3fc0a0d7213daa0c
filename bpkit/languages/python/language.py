"""The Python plug-in: its names, and the modules that answer for it."""

from __future__ import annotations

from bpkit.languages.command_line import CommandLine
from bpkit.languages.language import InterpreterNeeds, Language, LanguageRule, ProjectReader
from bpkit.languages.listing import Listing
from bpkit.languages.python.command import COMMAND
from bpkit.languages.source_suffixes import PYTHON


class Python(Language):
    name = "python"
    title = "Python"
    known_by = (
        "a requirements.txt, a pyproject.toml, a setup.py, a lock file or a .py file at the top"
    )
    sources = PYTHON
    made = (
        ".venv",
        "venv",
        "__pycache__",
        "*.pyc",
        "*.egg-info",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".tox",
    )

    def folders(self, listing: Listing) -> tuple[str, ...]:
        from bpkit.languages.python.members import held_folders

        return held_folders(listing)

    @property
    def project(self) -> ProjectReader:
        from bpkit.languages.python import detect

        return detect

    @property
    def command(self) -> CommandLine:
        return COMMAND

    @property
    def rules(self) -> tuple[LanguageRule, ...]:
        from bpkit.languages.python import no_module

        return (no_module,)

    @property
    def needs(self) -> InterpreterNeeds:
        from bpkit.languages.python import needs

        return needs
