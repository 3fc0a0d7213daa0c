"""Signs of what a binary will need at run time, besides its libraries.

Two kinds of evidence, neither of which runs the program: the functions that it imports, which are
certain, and the texts that it carries (a path of CA certificates, the name of a library to be
opened later), which are a hint and are called one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bpkit.formats.elf.read import Content, Elf, ElfError, imported_symbols, read_elf

#: Where Go's crypto/x509 (root_linux.go) and OpenSSL, GnuTLS, rustls look for CA certificates.
_TLS_TEXTS = (
    b"/etc/ssl/certs/ca-certificates.crt",
    b"/etc/pki/tls/certs/ca-bundle.crt",
    b"/etc/ssl/ca-bundle.pem",
)
#: Every Go program has the path for its local time; the table of functions (which strip leaves
#: alone) tells whether it can be asked for another zone.
_ZONE_TEXTS = (b"/usr/share/zoneinfo",)
_GO_ZONE_FUNCTIONS = (b"time.LoadLocation\0",)
_GO_ACCOUNT_FUNCTIONS = (b"os/user.Lookup\0", b"os/user.Current\0", b"os/user.LookupId\0")
_GO_RESOLVER_FUNCTIONS = (b"net.(*Resolver).goLookupIPCNAMEOrder\0",)
_GO_TMP_FUNCTIONS = (b"os.CreateTemp\0", b"os.MkdirTemp\0")
_EMBEDDED_ZONES = (b"time/tzdata", b"America/Argentina/Buenos_Aires\0")
_TMP_FUNCTIONS = frozenset({"tmpfile", "tmpfile64", "tmpnam", "tempnam"})
_ACCOUNT_FUNCTIONS = frozenset(
    {"getpwnam", "getpwnam_r", "getpwuid", "getpwuid_r", "getgrnam", "getgrgid", "getgrnam_r"}
)
_RESOLVER_FUNCTIONS = frozenset({"getaddrinfo", "gethostbyname", "gethostbyname_r"})
_OPEN_FUNCTIONS = frozenset({"dlopen", "dlmopen"})

_GO = (b"Go buildinf:", b"\xff Go build")
_TEXTS = frozenset({*_TLS_TEXTS, *_ZONE_TEXTS, *_EMBEDDED_ZONES, *_GO})
#: Texts that count only in a Go program.
_TEXTS_OF_GO = frozenset(
    {*_GO_ZONE_FUNCTIONS, *_GO_ACCOUNT_FUNCTIONS, *_GO_RESOLVER_FUNCTIONS, *_GO_TMP_FUNCTIONS}
)
_LIBRARY = re.compile(rb"lib[A-Za-z0-9_][\w+.-]{0,60}?\.so(?:\.\d+){0,3}(?=\0)")
#: Before a name that only ends like a library's.
_WITHIN_A_NAME = frozenset(
    bytes([byte]) for byte in b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.%+-"
)
#: This many bytes of a piece are searched again with the next: longer than any text sought.
_LONGEST = 96
_MOST_LIBRARIES = 20


@dataclass(frozen=True)
class Clues:
    """Signs found in one binary; each says only that the code for it is there.

    ``opens`` are names of libraries that it may open by itself (dlopen). ``go`` is whether Go
    compiled it.
    """

    tls_roots: bool = False
    zoneinfo: bool = False
    accounts: bool = False
    resolver: bool = False
    temporary_files: bool = False
    opens: tuple[str, ...] = ()
    go: bool = False


class TextScan:
    """The texts of a binary that count as clues, gathered while it passes by in pieces."""

    def __init__(self, texts: frozenset[bytes] = _TEXTS | _TEXTS_OF_GO) -> None:
        self.sought = texts
        self.found: set[bytes] = set()
        self.libraries: dict[bytes, None] = {}
        self._tail = b""

    def feed(self, piece: bytes | memoryview) -> None:
        """Look through the next bytes of the file."""
        window = self._tail + piece
        self.found |= {text for text in self.sought - self.found if text in window}
        for match in _LIBRARY.finditer(window) if b".so" in window else ():
            if window[max(0, match.start() - 1) : match.start()] not in _WITHIN_A_NAME:
                self.libraries.setdefault(match.group())
        self._tail = window[-_LONGEST:]

    def has(self, texts: tuple[bytes, ...]) -> bool:
        """Whether any of the texts was seen."""
        return not self.found.isdisjoint(texts)


def find_clues(content: bytes | memoryview) -> Clues:
    """The clues in a whole binary; empty for anything else."""
    scan = TextScan(_TEXTS)
    scan.feed(content)
    if scan.has(_GO):
        scan = TextScan()
        scan.feed(content)
    try:
        return clues_of(content, read_elf(content), scan)
    except ElfError:
        return Clues()


def clues_of(content: Content, elf: Elf, scan: TextScan) -> Clues:
    """The clues in a binary of which ``scan`` has seen all. Raises ElfError."""
    symbols = imported_symbols(content)
    go = scan.has(_GO)
    zones = scan.has(_GO_ZONE_FUNCTIONS if go else _ZONE_TEXTS)
    return Clues(
        tls_roots=scan.has(_TLS_TEXTS),
        zoneinfo=zones and not scan.has(_EMBEDDED_ZONES),
        accounts=bool(symbols & _ACCOUNT_FUNCTIONS) or (go and scan.has(_GO_ACCOUNT_FUNCTIONS)),
        resolver=bool(symbols & _RESOLVER_FUNCTIONS) or (go and scan.has(_GO_RESOLVER_FUNCTIONS)),
        temporary_files=bool(symbols & _TMP_FUNCTIONS) or (go and scan.has(_GO_TMP_FUNCTIONS)),
        opens=_opened(scan, elf) if symbols & _OPEN_FUNCTIONS else (),
        go=go,
    )


def _opened(scan: TextScan, elf: Elf) -> tuple[str, ...]:
    """Names of libraries in its texts, but for those that it is linked with."""
    names = (name.decode("ascii") for name in scan.libraries)
    linked = {*elf.needed, elf.soname, *(need.library for need in elf.version_needs)}
    return tuple(name for name in names if name not in linked)[:_MOST_LIBRARIES]
