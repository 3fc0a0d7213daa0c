"""The Erlang plug-in: its command line and its library; projects have no template."""

from __future__ import annotations

from bpkit.languages.command_line import CommandLine
from bpkit.languages.language import InterpreterNeeds, Language

COMMAND = CommandLine(
    programs=frozenset({"erl", "beam.smp", "erlexec", "elixir", "iex"}), runs_file=False
)


class Erlang(Language):
    name = "erlang"
    title = "Erlang"

    @property
    def command(self) -> CommandLine:
        return COMMAND

    @property
    def needs(self) -> InterpreterNeeds:
        from bpkit.languages.erlang.needs import LIBRARY

        return LIBRARY
