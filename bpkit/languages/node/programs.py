"""Files that may be a Node.js project's program."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from bpkit.languages.detected import Candidate
from bpkit.languages.listing import is_aside
from bpkit.languages.node.package import NodePackage, is_there

_MAINS = (
    *("server.js", "index.js", "app.js", "main.js", "server.mjs", "index.mjs", "app.mjs"),
    *("src/server.js", "src/index.js", "src/app.js", "src/main.js", "server/index.js", "bin/www"),
    *("src/index.mjs", "src/server.mjs", "lib/index.js", "bot.js", "src/bot.js", "index.cjs"),
)
_TYPESCRIPT_MAINS = (
    "src/main.ts",
    "src/index.ts",
    "src/server.ts",
    "src/app.ts",
    "index.ts",
    "server.ts",
    "main.ts",
    "app.ts",
)


def programs(package: NodePackage) -> Iterator[Candidate]:
    """Files that may be the program, according to package.json and to their names."""
    listing = package.listing
    bins = package.data.get("bin")
    name = str(package.data.get("name", "")).rpartition("/")[2]
    stated = False
    for program, file in bins.items() if isinstance(bins, dict) else [("", bins)]:
        if isinstance(file, str) and is_there(package, file):
            stated = True
            yield Candidate(
                posixpath.normpath(file), package.file, 95 if program in {"", name} else 92
            )
    main = package.data.get("main")
    if isinstance(main, str) and is_there(package, main) and not stated:
        stated = True
        yield Candidate(posixpath.normpath(main), package.file, 90)
    if stated:
        return
    for at, file in enumerate((*_MAINS, *_TYPESCRIPT_MAINS)):
        if file in listing:
            yield Candidate(file, file, 60 - at)
    alone = [
        f for f in listing.in_folder("") if f.endswith((".js", ".mjs", ".cjs")) and not is_aside(f)
    ]
    for file in alone:
        yield Candidate(file, file, 10)
