"""The R plug-in: its command line and its library; projects have no template."""

from __future__ import annotations

from bpkit.languages.command_line import CommandLine
from bpkit.languages.language import InterpreterNeeds, Language

COMMAND = CommandLine(programs=frozenset({"R", "Rscript"}), runs_file=False)


class R(Language):
    name = "r"
    title = "R"

    @property
    def command(self) -> CommandLine:
        return COMMAND

    @property
    def needs(self) -> InterpreterNeeds:
        from bpkit.languages.r.needs import LIBRARY

        return LIBRARY
