"""The Tcl plug-in: its command line and its library; projects have no template."""

from __future__ import annotations

from bpkit.languages.command_line import CommandLine
from bpkit.languages.language import InterpreterNeeds, Language

COMMAND = CommandLine(programs=frozenset({"tclsh", "wish", "expect"}))


class Tcl(Language):
    name = "tcl"
    title = "Tcl"

    @property
    def command(self) -> CommandLine:
        return COMMAND

    @property
    def needs(self) -> InterpreterNeeds:
        from bpkit.languages.tcl.needs import LIBRARY

        return LIBRARY
