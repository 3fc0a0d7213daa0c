"""The Lua plug-in: its command line and its library; projects have no template."""

from __future__ import annotations

from bpkit.languages.command_line import CommandLine
from bpkit.languages.language import InterpreterNeeds, Language

COMMAND = CommandLine(
    programs=frozenset({"lua", "luajit", "texlua"}),
    flags=frozenset({"-i", "-E", "-W"}),
    values=frozenset({"-l"}),
    last=frozenset({"-e"}),
)


class Lua(Language):
    name = "lua"
    title = "Lua"

    @property
    def command(self) -> CommandLine:
        return COMMAND

    @property
    def needs(self) -> InterpreterNeeds:
        from bpkit.languages.lua.needs import LIBRARY

        return LIBRARY
