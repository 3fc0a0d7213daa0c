"""How Python's interpreter is started."""

from __future__ import annotations

from bpkit.languages.command_line import CommandLine

COMMAND = CommandLine(
    programs=frozenset({"python"}),
    flags=frozenset(
        {
            *("-u", "-B", "-E", "-s", "-S", "-I", "-O", "-OO", "-v", "-b", "-bb", "-q"),
            *("-d", "-i", "-P", "-x"),
        }
    ),
    values=frozenset({"-W", "-X"}),
    last=frozenset({"-m", "-c"}),
    launchers=frozenset({"pipenv", "poetry", "uv"}),
)
