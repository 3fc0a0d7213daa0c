"""Evidence in a program's bytes besides its libraries: imported functions, and paths in its texts.

A function is certain; a path is a hint, since a program contains many that it never opens.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

from bpkit.formats.elf import Clues, ElfError, find_clues, imported_symbols, is_elf
from bpkit.image.rootfs import Rootfs, join
from bpkit.image.selection import is_engines

#: A path from its first slash on. The part before that slash is searched for backwards, which is
#: much faster in megabytes of machine code than a pattern that begins with a wildcard.
_PATH = re.compile(rb"/[\w.+-][\w.+/-]{1,254}(?=[\0\n\"' :,;)])")
#: The same as a separate text, with blanks and letters beyond ASCII (bytes of UTF-8).
_WHOLE_PATH = re.compile(rb"\0(/[\w.+\x80-\xff-][^\0-\x1f\x7f]{1,254})(?=\0)")
_OF_PATH = f"{string.ascii_letters}{string.digits}_.+-".encode()
#: The same for a relative name with a file extension, as a separate text.
_SUFFIX = re.compile(rb"\.[a-z]{2,5}(?=\0)")
_OF_NAME = f"{string.ascii_letters}{string.digits}_-".encode()
_LONGEST = 255
_LONGEST_NAME = 60
_MOST_PATHS = 100_000
_MOST_SCRIPT = 1 << 20
#: The sources that a program was compiled from, which debug information names.
_SOURCES = (
    ".go",
    ".s",
    ".c",
    ".cc",
    ".cpp",
    ".cxx",
    ".h",
    ".hh",
    ".hpp",
    ".rs",
    ".zig",
    ".o",
    ".a",
)

#: The files behind functions of the C library (netdb.h), each read as a whole.
DATABASES = {
    "getservbyname": "/etc/services",
    "getservbyport": "/etc/services",
    "getservbyname_r": "/etc/services",
    "getservent": "/etc/services",
    "getprotobyname": "/etc/protocols",
    "getprotobynumber": "/etc/protocols",
    "getprotoent": "/etc/protocols",
    "getrpcbyname": "/etc/rpc",
    "ether_hostton": "/etc/ethers",
}
#: A name that is a separate text, often that of a program to start.
_NAME = re.compile(rb"\0([a-z][a-z0-9_.+-]{1,30}|HOME)(?=\0)")
_WORD = re.compile(rb"[A-Za-z0-9_./+-]{2,255}")
#: Follows the scheme of a URL, which isn't a program: ``http://``, ``jar:file:``.
_AFTER_SCHEME = (b"://", b":file:")


@dataclass(frozen=True)
class Imports:
    """The modules that one file imports, as its language names them; and its texts.

    ``certain`` are the names that the file can't work without. ``dynamic``: the source imports by
    names that it composes.
    """

    names: frozenset[str] = frozenset()
    certain: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    dynamic: bool = False


@dataclass(frozen=True)
class Evidence:
    """What is known about one program. ``texts`` are strings in it that may be paths; for a script,
    every word in it, and ``script`` is its text. ``words`` are names that are separate texts in a
    binary. ``imports`` is set for a module only."""

    symbols: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    clues: Clues = field(default_factory=Clues)
    imports: Imports = field(default_factory=Imports)
    script: str = ""
    words: frozenset[str] = frozenset()


def read_program(content: bytes) -> Evidence:
    """The evidence in a whole binary, or in a script."""
    if not is_elf(content[:4]):
        head = content[:_MOST_SCRIPT]
        words = (
            found.group().decode("ascii")
            for found in _WORD.finditer(head)
            if not head.startswith(_AFTER_SCHEME, found.end())
        )
        text = "" if b"\0" in head[:4096] else head.decode("utf-8", "surrogateescape")
        return Evidence(texts=frozenset(words), script=text)
    try:
        symbols = imported_symbols(content)
    except ElfError:
        symbols = frozenset()
    return Evidence(
        symbols,
        frozenset(_texts(content)),
        find_clues(content),
        words=frozenset(word.decode("ascii") for word in _NAME.findall(content)),
    )


def _texts(content: bytes) -> Iterator[str]:
    """Whole paths with a slash, and file names that are separate texts."""
    for found in islice(_PATH.finditer(content), _MOST_PATHS):
        first = _before(content, found.start(), _OF_PATH, _LONGEST)
        yield (first + found.group()).decode("ascii", "replace")
    for found in islice(_WHOLE_PATH.finditer(content), _MOST_PATHS):
        if not found[1].isascii() or b" " in found[1]:
            with suppress(UnicodeDecodeError):
                yield found[1].decode("utf-8")
    for found in _SUFFIX.finditer(content):
        name = _before(content, found.start(), _OF_NAME, _LONGEST_NAME)
        if name and content.startswith(b"\0" + name, found.start() - len(name) - 1):
            yield (name + found.group()).decode("ascii")


def _before(content: bytes, at: int, bytes_of: bytes, most: int) -> bytes:
    """The text before ``at`` that consists of these bytes."""
    before = content[max(0, at - most) : at]
    return before[len(before.rstrip(bytes_of)) :]


def databases(symbols: frozenset[str]) -> tuple[str, ...]:
    """The files that the imported functions read."""
    return tuple(sorted({DATABASES[name] for name in symbols & DATABASES.keys()}))


def named_files(rootfs: Rootfs, texts: Iterable[str], workdir: str) -> tuple[str, ...]:
    """The image's files and directories that the texts name, from ``workdir`` if relative."""
    found: dict[str, None] = {}
    for text in sorted(texts):
        if text.lower().endswith(_SOURCES) or (text[0] != "/" and workdir == "/"):
            continue
        path = join(text) if text[0] == "/" else join(workdir, text)
        node = rootfs.resolve(path)
        deep = path.count("/") > 2 or (node is not None and node.kind == "file")
        if node and deep and node.kind in {"file", "directory"} and not is_engines(node.path):
            found.setdefault(path)
    return tuple(found)
