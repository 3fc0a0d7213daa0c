"""Of which kind a file is, by its path and its mode: no more than that is looked at."""

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

#: The first that matches says the kind. Directories first: what is in a cache is a cache.
_BY_PATH: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("version control", re.compile(r".*/\.(?:git|hg|svn)/.*")),
    (
        "cache",
        re.compile(
            r"/var/cache/(?!debconf/).*|/var/lib/apt/lists/.*|(?:/root|/home/[^/]+)/\.(?:cache|npm|cargo/registry"
            r"|gradle/caches|m2/repository|bun/install/cache)/.*|/usr/local/share/\.cache/.*"
            r"|/go/pkg/mod/.*|/(?:var/)?tmp/.+|/opt/conda/pkgs/.*|/usr/local/cargo/registry/.*"
        ),
    ),
    (
        "package database",
        re.compile(
            r"/var/lib/(?:dpkg|apt|rpm|dnf|yum)/.*|/(?:usr/)?lib/(?:apk/db|sysimage/rpm)/.*"
        ),
    ),
    (
        "documentation",
        re.compile(
            r"/usr/(?:local/)?(?:share/)?(?:doc|man|info|gtk-doc|doc-base|help|lintian)/.*"
            r"|/usr/local/go/(?:doc|api)/.*"
            r"|.*/(?:README|CHANGELOG|CHANGES|HISTORY|AUTHORS)(?:\.[a-z]{2,8})?"
        ),
    ),
    (
        "locale",
        re.compile(r"/usr/(?:local/)?(?:share/(?:locale|i18n)|lib/locale)/.*|.*/LC_MESSAGES/.*"),
    ),
    (
        "test",
        re.compile(r"/usr/local/go/test/.*|/usr/local/go/.*_test\.go"),
    ),
    (
        "development",
        re.compile(
            r"/usr/(?:local/)?include/.*|/usr/(?:local/)?(?:lib|libexec)/gcc(?:-cross)?/.*"
            r"|/usr/local/go/.*|/usr/lib/go-[^/]*/.*|/usr/local/(?:rustup|cargo)/.*"
            r"|/usr/lib/llvm-[^/]*/.*|.*/pkgconfig/[^/]+\.pc|.*\.cmake"
            r"|.*\.(?:a|la|h|hh|hpp|hxx|d\.ts|d\.mts|d\.cts|js\.map|css\.map|pdb|o)"
            # The whole name: ldd, arch and nmap are something else.
            r"|/usr/(?:local/)?bin/(?:[\w.]+-linux-\w+-)?(?:gcc(?:-(?:ar|nm|ranlib))?|[gc]\+\+|cpp|cc"
            r"|c[89]9(?:-gcc)?|clang(?:\+\+|-cpp|-format|-tidy)?|ld(?:\.(?:bfd|gold|lld))?|as|ar|gdb"
            r"|g?make|cmake|ctest|objdump|nm|ranlib|strip|gfortran|lto-dump|gcov(?:-dump|-tool)?)"
            r"(?:-[\d.]+)?"
        ),
    ),
    ("log", re.compile(r"/var/log/.*")),
    (
        "library",
        re.compile(
            r".*\.so(?:\.[0-9.]+)?|.*/(?:site|dist)-packages/.*|.*/node_modules/.*"
            r"|.*\.(?:jar|py|pyc|rb|pm|pl|mjs|cjs|js|dll|ko)"
        ),
    ),
)


#: What is in a directory of the first kind below one of the second: sought one after the other, for
#: one pattern of both takes time that grows with the square of a path's length.
_BELOW: tuple[tuple[Kind, re.Pattern[str], re.Pattern[str]], ...] = (
    ("documentation", re.compile(r"/node_modules/"), re.compile(r"\.(?:md|markdown)\Z")),
    ("test", re.compile(r"/(?:site|dist)-packages(?=/)"), re.compile(r"/tests?/")),
    ("test", re.compile(r"/lib/python3[^/]*(?=/)"), re.compile(r"/tests?/")),
    ("test", re.compile(r"/node_modules(?=/)"), re.compile(r"/(?:tests?|__tests__|spec)/")),
)
_FIRST: frozenset[Kind] = frozenset({"version control", "cache", "package database"})


def kind_of(node: Node) -> Kind:
    """The kind of a file."""
    path = node.path
    found = next((kind for kind, pattern in _BY_PATH if pattern.fullmatch(path)), None)
    if found in _FIRST:
        return found
    for kind, above, below in _BELOW:
        if (first := above.search(path)) and below.search(path, first.end()):
            return kind
    return found or ("program" if node.mode & 0o111 else "data")
