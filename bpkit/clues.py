"""What a binary shows it will want at run time, besides its libraries.

Two kinds of evidence, neither of which runs the program: the functions that it imports, which are
certain, and the texts that it carries (a path of CA certificates, the name of a library to be
opened later), which are a hint and are called one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bpkit.elf import Elf, ElfError, imported_symbols, read_elf

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
_GO_RESOLVER_FUNCTIONS = (b"net.(*Resolver).lookupHost\0", b"net.(*Resolver).goLookupHost\0")
_GO_TMP_FUNCTIONS = (b"os.CreateTemp\0", b"os.MkdirTemp\0")
_EMBEDDED_ZONES = (b"time/tzdata", b"America/Argentina/Buenos_Aires\0")
_TMP_FUNCTIONS = frozenset({"tmpfile", "tmpfile64", "tmpnam", "tempnam"})
_ACCOUNT_FUNCTIONS = frozenset(
    {"getpwnam", "getpwnam_r", "getpwuid", "getpwuid_r", "getgrnam", "getgrgid", "getgrnam_r"}
)
_RESOLVER_FUNCTIONS = frozenset({"getaddrinfo", "gethostbyname", "gethostbyname_r"})
_OPEN_FUNCTIONS = frozenset({"dlopen", "dlmopen"})

_LIBRARY = re.compile(rb"(?<![\w.%+-])lib[A-Za-z0-9_][\w+.-]{0,60}?\.so(?:\.\d+){0,3}(?=\0)")
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


def find_clues(content: bytes | bytearray) -> Clues:
    """The clues in a whole binary."""
    try:
        symbols, elf = imported_symbols(content), read_elf(content)
    except ElfError:
        return Clues()
    go = _has(content, (b"Go buildinf:", b"\xff Go build"))
    zones = _has(content, _GO_ZONE_FUNCTIONS if go else _ZONE_TEXTS)
    return Clues(
        tls_roots=_has(content, _TLS_TEXTS),
        zoneinfo=zones and not _has(content, _EMBEDDED_ZONES),
        accounts=bool(symbols & _ACCOUNT_FUNCTIONS)
        or (go and _has(content, _GO_ACCOUNT_FUNCTIONS)),
        resolver=bool(symbols & _RESOLVER_FUNCTIONS)
        or (go and _has(content, _GO_RESOLVER_FUNCTIONS)),
        temporary_files=bool(symbols & _TMP_FUNCTIONS) or (go and _has(content, _GO_TMP_FUNCTIONS)),
        opens=_opened(content, elf) if symbols & _OPEN_FUNCTIONS else (),
        go=go,
    )


def _has(content: bytes | bytearray, texts: tuple[bytes, ...]) -> bool:
    return any(text in content for text in texts)


def _opened(content: bytes | bytearray, elf: Elf) -> tuple[str, ...]:
    """Names of libraries in its texts, but for those that it is linked with."""
    names = dict.fromkeys(m.group().decode("ascii") for m in _LIBRARY.finditer(content))
    linked = {*elf.needed, elf.soname, *(need.library for need in elf.version_needs)}
    return tuple(name for name in names if name not in linked)[:_MOST_LIBRARIES]
