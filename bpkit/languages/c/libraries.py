"""The libraries that a project's build files and sources name, as Debian's -dev packages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bpkit.languages.c.debian_names import DEV_PACKAGES, HEADER_PACKAGES
from bpkit.languages.listing import Listing, is_aside
from bpkit.languages.source_suffixes import C_HEADERS

#: Where libraries are named, and whether the build fails without them.
_NAMED = (
    (re.compile(r"\bfind_package\s*\(\s*([\w.+-]+)(?=[^)]*\bREQUIRED\b)", re.IGNORECASE), True),
    (re.compile(r"\bfind_package\s*\(\s*([\w.+-]+)", re.IGNORECASE), False),
    (re.compile(r"\bpkg_(?:check|search)_module(?:s)?\s*\(\s*\w+\s+([^)]*)\)", re.I), True),
    (re.compile(r"\bPKG_CHECK_MODULES\(\s*\[?\w+\]?\s*,\s*\[?([^,\])]*)"), True),
    (re.compile(r"\bAC_CHECK_LIB\(\s*\[?([\w+.-]+)"), False),
    (re.compile(r"\bAC_SEARCH_LIBS\(\s*\[?[\w+.-]+\]?\s*,\s*\[?([\w+. -]+)"), False),
    (re.compile(r"\bdependency\s*\(\s*'([^']+)'"), True),
    (re.compile(r"\bfind_library\s*\(\s*'([^']+)'"), True),
    (re.compile(r"(?:^|\s)-l([\w.+-]+)"), True),
    (re.compile(r"pkg-config\s+(?:--\S+\s+)*([\w.+ -]+)"), False),
    (re.compile(r"\bAX?M?_PROG_(LEX|YACC|FLEX|BISON)\b|\bAC_PROG_(LEX|YACC)\b"), False),
)
_OPTIONAL = re.compile(r"required\s*:\s*(?:false|get_option)|,\s*\[?\w*=?(?:no|false)\b|\|\|")
_PROGRAMS = {"lex": "flex", "yacc": "bison", "flex": "flex", "bison": "bison"}


def package_of(name: str) -> str | None:
    """The -dev package of a library, by its name for pkg-config or the linker; None if unknown.

    Empty if the C library itself has it.
    """
    return DEV_PACKAGES.get(name.lower())


def library_packages(
    listing: Listing, files: tuple[str, ...], sources: Sequence[str] = ()
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The -dev packages that these files need, and the names whose package is unknown.

    ``files`` are the build system's, where names are looked up; ``sources`` include headers.
    A library that configure only looks for isn't reported: configure goes on without it.
    """
    found: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for name, is_needed in _names(listing, files):
        package = DEV_PACKAGES.get(name.lower())
        if package is None and is_needed:
            unknown[name] = None
        found |= dict.fromkeys((package or "").split())
    for package in _of_headers(listing, sources):
        found[package] = None
    if "libpcre2-dev" in found:
        found.pop("libpcre3-dev", None)
    for lua in [one for one in found if re.match(r"liblua5\.\d", one)][1:]:
        del found[lua]
    return tuple(found), tuple(unknown)


def _of_headers(listing: Listing, sources: Sequence[str]) -> Iterator[str]:
    """The packages of the headers that the sources include and the project doesn't have."""
    own = {file.rpartition("/")[2] for file in listing.ending(*C_HEADERS)}
    for file in sources:
        for header in re.findall(r"^\s*#\s*include\s*<([\w./+-]+)>", listing.read(file), re.M):
            if header.rpartition("/")[2] not in own:
                folder = f"{header.partition('/')[0]}/" if "/" in header else ""
                package = HEADER_PACKAGES.get(header) or HEADER_PACKAGES.get(folder)
                if package:
                    yield package


def _names(listing: Listing, files: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    """The names of libraries, and whether the build fails without each."""
    for file in files:
        if is_aside(file):
            continue
        text = re.sub(r"(?m)^\s*(?:#|dnl\b).*$", "", listing.read(file))
        for shape, is_needed in _NAMED:
            for match in shape.finditer(text):
                words = " ".join(group for group in match.groups() if group)
                for word in words.split():
                    name = re.split(r"[<>=]", word)[0]
                    name = _PROGRAMS.get(name.lower(), name)
                    if re.fullmatch(r"[A-Za-z](?:[\w.+-]*[\w+])?", name) and name not in _OPTIONS:
                        line = text[match.start() : match.end() + 120].partition("\n")[0]
                        yield name, is_needed and _OPTIONAL.search(line) is None


_OPTIONS = frozenset(
    {"REQUIRED", "QUIET", "IMPORTED_TARGET", "GLOBAL", "COMPONENTS", "CONFIG", "sh"}
)
