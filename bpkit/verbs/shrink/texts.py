"""The kept files worth reading for what they call and name: scripts, the application's sources, and
configurations that contain commands.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping

from bpkit.image import SHELLS, Evidence, Node, Packages, Rootfs, interpreter_of
from bpkit.verbs.shrink.jobs import holds_commands

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
#: Files in which an application may name the commands that it starts.
_WORTH = (*_SOURCES, ".yml", ".yaml")
_PACKAGE = re.compile(
    r"(.*/(?:node_modules/(?:@[^/]+/)?[^/@]+|gems/[^/]+-\d[^/]*))/(?!.*/(?:node_modules|gems)/)"
)
_IMPORTED = re.compile(r"^(?:from|import)[ \t]+([A-Za-z]\w*)", re.MULTILINE)
#: The programs that these scripts start are named in the application.
_SERVERS = re.compile(
    r"/(?:gunicorn|uvicorn|hypercorn|granian|daphne|waitress-serve|flask|fastapi|celery|django-admin"
    r"|npm|npx|yarn|pnpm|bundle|puma|rackup|unicorn)$"
)
_CONFIGURATIONS = re.compile(
    r".*(?:/supervisor[^/]*(?:/.*)?/[^/]+\.(?:conf|ini)|supervisor\S*\.(?:conf|ini)|/Procfile)"
)


def worth_reading(
    small: Rootfs,
    evidence: Mapping[str, Evidence],
    packages: Packages,
    own: Iterable[str],
    entry: Iterable[str] = (),
    *,
    archives: bool = False,
) -> tuple[str, ...]:
    """The files that haven't been read yet. ``own`` are the application's paths, ``entry`` the
    packages that contain its program; with ``archives``, also all archives of classes."""
    mine = tuple(own)
    below = tuple(f"{path}/" for path in mine)
    found = [*_unread(small, evidence, packages, frozenset(mine), below, tuple(entry))]
    found += _archives(small, evidence) if archives else ()
    return tuple(dict.fromkeys(found))[:_MOST_FILES]


def _archives(small: Rootfs, evidence: Mapping[str, Evidence]) -> Iterator[str]:
    for path, node in small.nodes.items():
        is_archive = node.kind == "file" and path.endswith(ARCHIVES)
        if is_archive and path not in evidence and node.size <= _MOST_ARCHIVE:
            yield path


def entry_packages(
    small: Rootfs, started: Iterable[Node], evidence: Mapping[str, Evidence]
) -> Iterator[str]:
    """The directories of the packages whose programs are started: for PyPI by their script's
    imports, for npm and RubyGems by its location. These programs are the image's purpose."""
    for node in started:
        if (inside := _PACKAGE.match(node.path)) is not None:
            yield inside[1]
        known = evidence.get(node.path)
        if known is None or not known.script.startswith("#!") or _SERVERS.search(node.path):
            continue
        for name in dict.fromkeys(_IMPORTED.findall(known.script)):
            for site in _sites(small):
                if small.is_directory(f"{site}/{name}"):
                    yield f"{site}/{name}"


def _sites(small: Rootfs) -> list[str]:
    return [path for path in small.children if path.endswith(("/site-packages", "/dist-packages"))]


def _unread(
    small: Rootfs,
    evidence: Mapping[str, Evidence],
    packages: Packages,
    mine: frozenset[str],
    below: tuple[str, ...],
    entry: tuple[str, ...],
) -> Iterator[str]:
    for path, node in small.nodes.items():
        most = _MOST_ARCHIVE if path.endswith(ARCHIVES) else _MOST
        if node.kind != "file" or node.elf or not 0 < node.size <= most:
            continue
        known = evidence.get(path)
        if known and (known.script or known.texts):
            continue
        is_own = path in mine or path.startswith(below)
        # Files inside the program's own package belong to no other.
        inside = next((path[len(one) :] for one in entry if path.startswith(f"{one}/")), path)
        is_own = is_own or inside != path
        if _CONFIGURATIONS.fullmatch(path) or holds_commands(path):
            yield path
        elif _OF_OTHERS.search(inside):
            continue
        elif (is_own and path.endswith(_WORTH)) or _is_script(node, packages, is_own):
            yield path


def _is_script(node: Node, packages: Packages, is_own: bool) -> bool:
    """Whether it begins with ``#!``; in a package, for a shell or an interpreter that it needs."""
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
