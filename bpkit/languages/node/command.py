"""How Node.js's interpreter is started."""

from __future__ import annotations

from bpkit.languages.command_line import CommandLine

COMMAND = CommandLine(
    programs=frozenset({"node", "nodejs"}),
    flags=frozenset(
        ["--enable-source-maps", "--trace-warnings", "--no-warnings", "--expose-gc", "--inspect"]
    ),
    values=frozenset(
        ["-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions"]
    ),
    endings=("", ".js", ".json", ".node", "/index.js", "/package.json"),
    subcommands=frozenset({"inspect"}),
    launchers=frozenset({"npm", "npx", "yarn", "pnpm"}),
)
