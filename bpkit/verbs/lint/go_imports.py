"""Whether a Go program can be linked to a libc at all, judging by what its source imports.

Only cgo links a Go program to a libc. In the standard library ``net``, ``os/user``, ``plugin`` and
``runtime/cgo`` use it (https://pkg.go.dev/cmd/cgo, https://pkg.go.dev/net#hdr-Name_Resolution),
and whatever imports them; the packages listed here don't.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from bpkit.light import regex
from bpkit.project import read_head

_WITHOUT_CGO = frozenset(
    {"bufio", "bytes", "cmp", "container", "context", "embed", "encoding", "errors", "flag", "fmt"}
    | {"hash", "html", "image", "io", "iter", "log", "maps", "math", "os", "os/exec", "os/signal"}
    | {"path", "reflect", "regexp", "runtime", "runtime/debug", "slices", "sort", "strconv"}
    | {"strings", "sync", "syscall", "text", "time", "unicode", "unique", "unsafe", "log/slog"}
)
# No package in these families uses cgo.
_FAMILIES = (
    *("compress/", "container/", "encoding/", "hash/", "html/", "image/", "io/", "math/"),
    *("path/", "regexp/", "sync/", "text/", "unicode/"),
)
_IMPORTS = regex(r"^import\s*(?:\((?P<block>[^)]*)\)|[\w.]*\s*\"(?P<one>[^\"]+)\")", re.M)
_QUOTED = regex(r"^\s*(?:[\w.]+\s+)?\"([^\"]+)\"", re.M)
_COMMENT = regex(r"^\s*//.*$", re.M)


def imports_of(source: str) -> frozenset[str]:
    """The packages that a Go file imports."""
    found: set[str] = set()
    for match in _IMPORTS.finditer(_COMMENT.sub("", source)):
        found |= {match["one"]} if match["one"] else set(_QUOTED.findall(match["block"]))
    return frozenset(found)


def uses_no_cgo(imports: Iterable[str]) -> bool:
    """Whether a program that imports these packages surely contains no C."""
    return all(one in _WITHOUT_CGO or one.startswith(_FAMILIES) for one in imports)


# A project with more Go files than this imports a package with C anyway.
_MOST_FILES = 500
_MOST = 1 << 22


def needs_no_libc(paths: Iterable[Path]) -> bool:
    """Whether there are Go files, and none of them imports a package that may contain C."""
    files = list(islice(paths, _MOST_FILES + 1))
    if not 0 < len(files) <= _MOST_FILES:
        return False
    texts = (read_head(path, _MOST) for path in files)
    # An empty text couldn't be read: nothing is known about it.
    return all(text and uses_no_cgo(imports_of(text)) for text in texts)
