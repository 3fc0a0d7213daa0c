"""How Java's interpreter is started."""

from __future__ import annotations

from bpkit.languages.command_line import CommandLine

COMMAND = CommandLine(
    programs=frozenset({"java"}),
    flags=frozenset({"-ea", "-server"}),
    values=frozenset({"-cp", "-classpath", "--class-path"}),
    prefixes=("-D", "-X", "-javaagent:", "-agentlib:"),
    last=frozenset({"-jar"}),
    launchers=frozenset({"mvn", "gradle"}),
    runs_file=False,
)
