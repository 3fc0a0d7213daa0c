"""What a project lacks to run a start command."""

from __future__ import annotations

import posixpath
import re

from bpkit.languages.node.package import (
    BINS,
    NodePackage,
    is_of_scope,
    is_there,
)
from bpkit.languages.node.scripts import NodeStart
from bpkit.languages.source_suffixes import JAVASCRIPT


def problem_of(package: NodePackage, found: NodeStart) -> str:
    """What the command needs and the project lacks, as the end of a sentence; empty if nothing."""
    words = found.command.words
    if not words:
        return "it is empty"
    if words[0] == "sh":
        return ""
    program = posixpath.basename(words[0])
    if found.entry:
        lost = found.entry if not is_there(package, found.entry) else _lost_argument(package, found)
        return f"the project has no {lost}" if lost else ""
    if program in {"node", "nodejs"}:
        return "" if len(words) > 1 else "it names no file"
    if program in {"npm", "yarn", "pnpm"}:
        return f"package.json has no script {words[-1]}"
    if words[0].startswith((".", "/")) or words[0].endswith((".sh", ".js")):
        if words[0].startswith("/"):
            return "" if _OF_BASE.fullmatch(words[0]) else f"the image has no {words[0]}"
        there = package.listing.has(posixpath.normpath(words[0]))
        return "" if there or "node_modules" in words[0] else f"the project has no {words[0]}"
    name = BINS.get(program, program)
    if package.has(name) or program in {"sh", "bash"} or is_of_scope(package, program):
        return ""
    if program in {"python", "python3", "docker", "docker-compose", "echo", "exit", "ruby", "java"}:
        return f"{program} isn't in a Node.js image"
    return f"{name} isn't among the project's packages"


#: Programs in Node.js images.
_OF_BASE = re.compile(
    r"(?:/usr)?(?:/local)?/bin/(?:sh|bash|env|node|npm|yarn|docker-entrypoint\.sh)"
)
_DATA = (".json", ".cjs", ".js", ".yml", ".yaml", ".toml", ".conf", ".ini", ".db", ".sqlite")


def _lost_argument(package: NodePackage, found: NodeStart) -> str:
    """A file argument that the project doesn't have; empty if there is none."""
    for word in found.command.words[1:]:
        path = posixpath.normpath(word)
        is_file = word.endswith(_DATA) and re.fullmatch(r"[\w@./-]+", word)
        if not is_file or word.startswith(("-", "/")) or path == found.entry:
            continue
        is_source = path.endswith(JAVASCRIPT)
        if not (is_there(package, path) if is_source else package.listing.has(path)):
            return path
    return ""
