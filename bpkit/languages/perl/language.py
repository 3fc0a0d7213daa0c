"""The Perl plug-in: its command line; projects have no template."""

from __future__ import annotations

from bpkit.languages.command_line import CommandLine
from bpkit.languages.language import InterpreterNeeds, Language

COMMAND = CommandLine(programs=frozenset({"perl"}), flags=frozenset({"-w", "-T", "-t", "-W"}))


class Perl(Language):
    name = "perl"
    title = "Perl"

    @property
    def command(self) -> CommandLine:
        return COMMAND

    @property
    def needs(self) -> InterpreterNeeds:
        from bpkit.languages.perl.needs import LIBRARY

        return LIBRARY
