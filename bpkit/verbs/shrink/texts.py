"""Which files of a choice are worth reading for what they call and name: scripts, sources of the
application, configurations that hold commands."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping

from bpkit.image import SHELLS, Evidence, Node, Packages, Rootfs, interpreter_of

_MOST = 1 << 20
#: Archives of classes, which are read for the names in them.
ARCHIVES = (".jar", ".war")
_MOST_ARCHIVE = 64 << 20
_MOST_FILES = 4000
_OF_OTHERS = re.compile(
    r"/(?:node_modules|site-packages|dist-packages|gems|vendor|examples?|docs?|tests?|demos?)/"
)
_SOURCES = (
    *(".py", ".js", ".mjs", ".cjs", ".ts", ".php", ".phtml", ".pl", ".pm", ".rb", ".lua", ".tcl"),
    *(".class", ".jar", ".war"),
    *(".R", ".r", ".ex", ".exs", ".erl", ".groovy", ".clj", ".cgi", ".sh", ".bash", ".psgi", ".ru"),
)
_CONFIGURATIONS = re.compile(
    r".*(?:/supervisor[^/]*(?:/.*)?/[^/]+\.(?:conf|ini)|supervisor\S*\.(?:conf|ini)|/Procfile)"
)


def worth_reading(
    small: Rootfs,
    evidence: Mapping[str, Evidence],
    packages: Packages,
    own: Iterable[str],
) -> tuple[str, ...]:
    """The files that were not read yet. ``own`` are the paths of the application."""
    mine = tuple(own)
    below = tuple(f"{path}/" for path in mine)
    return tuple(_unread(small, evidence, packages, frozenset(mine), below))[:_MOST_FILES]


def _unread(
    small: Rootfs,
    evidence: Mapping[str, Evidence],
    packages: Packages,
    mine: frozenset[str],
    below: tuple[str, ...],
) -> Iterator[str]:
    for path, node in small.nodes.items():
        most = _MOST_ARCHIVE if path.endswith(ARCHIVES) else _MOST
        if node.kind != "file" or node.elf or not 0 < node.size <= most:
            continue
        known = evidence.get(path)
        if known and (known.script or known.texts):
            continue
        is_own = path in mine or path.startswith(below)
        if _CONFIGURATIONS.fullmatch(path):
            yield path
        elif _OF_OTHERS.search(path):
            continue
        elif (is_own and path.endswith(_SOURCES)) or _is_script(node, packages, is_own):
            yield path


def _is_script(node: Node, packages: Packages, is_own: bool) -> bool:
    """Whether it begins with ``#!``; of a package, for a shell or for what the package needs."""
    if not node.text or not node.text.startswith(b"#!"):
        return False
    line = node.text[2:].split(b"\n", 1)[0].decode("utf-8", "surrogateescape")
    words = " ".join(interpreter_of(line)).split()
    names = {posixpath.basename(word) for word in words}
    owner = packages.owner(node.path)
    if is_own or owner is None or not names.isdisjoint(SHELLS):
        return True
    bare = {name.rstrip("0123456789.") for name in names}
    return any(need.rstrip("0123456789.") in bare for need in owner.needs)
