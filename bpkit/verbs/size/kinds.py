"""The kind of a file, judging by its path and mode alone."""

from __future__ import annotations

import re
from typing import Literal

from bpkit.image import Node

Kind = Literal[
    "program",
    "library",
    "development",
    "documentation",
    "locale",
    "cache",
    "test",
    "package database",
    "version control",
    "log",
    "data",
]
KINDS: tuple[Kind, ...] = (
    *("program", "library", "data", "development", "documentation", "locale", "cache", "test"),
    *("package database", "version control", "log"),
)

#: Path prefixes of each kind, in order of precedence: a file in a cache counts as cache.
_BEGINNINGS: dict[Kind, str] = {
    "cache": (
        r"/var/cache/(?!debconf/)|/var/lib/apt/lists/|(?:/root|/home/[^/]+)/\.(?:cache|npm"
        r"|cargo/registry|gradle/caches|m2/repository|bun/install/cache)/|/usr/local/share/\.cache/"
        r"|/go/pkg/mod/|/(?:var/)?tmp/.|/opt/conda/pkgs/|/usr/local/cargo/registry/"
    ),
    "package database": (
        r"/var/lib/(?:dpkg|apt|rpm|dnf|yum)/|/(?:usr/)?lib/(?:apk/db|sysimage/rpm)/"
    ),
    "documentation": (
        r"/usr/(?:local/)?(?:share/)?(?:doc|man|info|gtk-doc|doc-base|help|lintian)/"
        r"|/usr/local/go/(?:doc|api)/"
    ),
    "locale": r"/usr/(?:local/)?(?:share/(?:locale|i18n)|lib/locale)/",
    "test": r"/usr/local/go/test/|/usr/local/go/.*_test\.go\Z",
    "development": (
        r"/usr/(?:local/)?include/|/usr/(?:local/)?(?:lib|libexec)/gcc(?:-cross)?/"
        r"|/usr/local/go/|/usr/lib/go-[^/]*/|/usr/local/(?:rustup|cargo)/|/usr/lib/llvm-[^/]*/"
        # Whole names: ldd, arch and nmap aren't development tools.
        r"|/usr/(?:local/)?bin/(?:[\w.]+-linux-\w+-)?(?:gcc(?:-(?:ar|nm|ranlib))?|[gc]\+\+|cpp|cc"
        r"|c[89]9(?:-gcc)?|clang(?:\+\+|-cpp|-format|-tidy)?|ld(?:\.(?:bfd|gold|lld))?|as|ar|gdb"
        r"|g?make|cmake|ctest|objdump|nm|ranlib|strip|gfortran|lto-dump|gcov(?:-dump|-tool)?)"
        r"(?:-[\d.]+)?\Z"
    ),
    "log": r"/var/log/",
}
_FIRST: frozenset[Kind | None] = frozenset({"version control", "cache", "package database"})
_BEGINNING = re.compile("|".join(f"({one})" for one in _BEGINNINGS.values()))
_OF_GROUP = tuple(_BEGINNINGS)

_VERSION_CONTROL = re.compile(r"/\.(?:git|hg|svn)/")
_READ_BY_PEOPLE = re.compile(r"(?:README|CHANGELOG|CHANGES|HISTORY|AUTHORS)(?:\.[a-z]{2,8})?")
_READ_FIRST = frozenset({"README", "CHANGELOG", "CHANGES", "HISTORY", "AUTHORS"})
#: Suffixes only: a pattern that begins with any path takes ten times as long.
_DEVELOPMENT = (
    *(".a", ".la", ".h", ".hh", ".hpp", ".hxx", ".d.ts", ".d.mts", ".d.cts", ".js.map"),
    *(".css.map", ".pdb", ".o", ".cmake"),
)
_LIBRARY = (
    *(".so", ".jar", ".py", ".pyc", ".rb", ".pm", ".pl", ".mjs", ".cjs", ".js", ".dll", ".ko"),
)
_LIBRARY_BELOW = re.compile(r"/(?:site-packages|dist-packages|node_modules)/")
_VERSIONED = re.compile(r"\.so\.[0-9.]+\Z")

_NODE = re.compile(r"/node_modules(?=/)")
_TESTS = re.compile(r"/tests?/")
#: Files in a directory of the first kind below one of the second. They are two patterns because the
#: time for a combined one grows with the square of a path's length.
_BELOW: tuple[tuple[Kind, str, re.Pattern[str], re.Pattern[str]], ...] = (
    ("documentation", "/node_modules/", _NODE, re.compile(r"\.(?:md|markdown)\Z")),
    ("test", "-packages/", re.compile(r"/(?:site|dist)-packages(?=/)"), _TESTS),
    ("test", "/lib/python3", re.compile(r"/lib/python3[^/]*(?=/)"), _TESTS),
    ("test", "/node_modules/", _NODE, re.compile(r"/(?:tests?|__tests__|spec)/")),
)


def kind_of(node: Node) -> Kind:
    """The kind of a file."""
    path = node.path
    found = _by_path(path)
    if found and found in _FIRST:
        return found
    for kind, sign, above, below in _BELOW:
        if sign in path and (first := above.search(path)) and below.search(path, first.end()):
            return kind
    return found or ("program" if node.mode & 0o111 else "data")


def _by_path(path: str) -> Kind | None:
    """The first kind that the path matches, in order of precedence."""
    if "/." in path and _VERSION_CONTROL.search(path):
        return "version control"
    match = _BEGINNING.match(path)
    begins: Kind | None = _OF_GROUP[match.lastindex - 1] if match and match.lastindex else None
    if begins in _FIRST:
        return begins
    directory, _, name = path.rpartition("/")
    if name.endswith(".gem") and directory.endswith("/cache"):
        # The archive of each installed gem: rubygems, Gem::Installer#write_cache_file.
        return "cache"
    if begins == "documentation":
        return begins
    if name.partition(".")[0] in _READ_FIRST and _READ_BY_PEOPLE.fullmatch(name):
        return "documentation"
    if begins == "locale" or "/LC_MESSAGES/" in path:
        return "locale"
    if begins == "test":
        return begins
    if name.endswith(_DEVELOPMENT) or (name.endswith(".pc") and directory.endswith("/pkgconfig")):
        return "development"
    if begins:
        return begins
    if name.endswith(_LIBRARY) or (".so." in name and _VERSIONED.search(name)):
        return "library"
    is_below = ("-packages/" in path or "node_modules/" in path) and _LIBRARY_BELOW.search(path)
    return "library" if is_below else None
