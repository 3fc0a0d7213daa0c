"""The .NET plug-in: its names, and the modules that answer for it."""

from __future__ import annotations

from bpkit.languages.command_line import CommandLine
from bpkit.languages.language import Language, ProjectReader

COMMAND = CommandLine(programs=frozenset({"dotnet"}), runs_file=False)


class DotNet(Language):
    name = "dotnet"
    title = ".NET"
    known_by = "a .csproj, a .fsproj or a .vbproj"
    sources = (".cs", ".fs", ".vb")
    made = ("bin", "obj")

    @property
    def project(self) -> ProjectReader:
        from bpkit.languages.dotnet import detect

        return detect

    @property
    def command(self) -> CommandLine:
        return COMMAND
