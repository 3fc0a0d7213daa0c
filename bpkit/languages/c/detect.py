"""C and C++: make, CMake, Meson, autotools.

Both share the templates; what differs is the name, and what a static link asks for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bpkit.languages import health
from bpkit.languages.listing import (
    Detected,
    Fact,
    Listing,
    ProjectWishes,
    image_name,
    one_entry,
    plain,
)
from bpkit.languages.ports import port_of

# Debian bookworm's own: the libraries that a program links are in the base of the same release.
GCC_VERSION = "12"
CPP_SUFFIXES = (".cc", ".cpp", ".cxx", ".C")
_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")


def sign(listing: Listing) -> str | None:
    return build_file(listing) if not has_cpp(listing) and listing.glob("*.c") else None


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The build system's program and its port."""
    return project(listing, wishes, "C")


def has_cpp(listing: Listing) -> bool:
    """Whether there is a source in C++: the two languages mixed are linked as C++."""
    return any(file.endswith(CPP_SUFFIXES) for file in listing.files)


def build_file(listing: Listing) -> str | None:
    """The file of the build system; a Makefile comes last, as the others may write one."""
    return listing.first(
        "CMakeLists.txt", "meson.build", "configure.ac", "configure.in", *_MAKEFILES
    )


def project(listing: Listing, wishes: ProjectWishes, language: str) -> Detected:
    """The project, with the template of its build system."""
    file = build_file(listing) or ""
    system, programs = _SYSTEMS[file]
    found = dict(programs(listing))
    binary = one_entry(
        found, wishes, "program", file, "Name the program that is built: --entry NAME"
    )
    plain(binary, "program's name", file)
    path = found.get(binary, binary)
    base = wishes.base or "debian:bookworm-slim"
    port = port_of(listing, (f for f in listing.files if f.endswith((".c", *CPP_SUFFIXES))))
    facts = [
        Fact("build system", system, file),
        Fact("program", binary, file if binary in found else "--entry"),
        *([port] if port else []),
    ]
    values = {
        "gcc_version": GCC_VERSION,
        "binary": binary.rpartition("/")[2],
        "path": plain(path, "program's path", file),
        "ldflags": "-static" if base == "scratch" else "-Wl,-O1",
        **health.compiled_program(port.value if port else "", base),
    }
    name = wishes.name or image_name(binary)
    at = port.value if port else ""
    return Detected(language, f"c/{system}", name, base, values, tuple(facts), at)


def _of_make(listing: Listing) -> Iterator[tuple[str, str]]:
    """What is linked: the target of a rule with -o $@, the value of -o, or a usual variable's."""
    text = re.sub(r"\\\n", " ", listing.text(*_MAKEFILES))
    variables = dict(re.findall(r"^([A-Za-z_]\w*)\s*[:?]?=\s*(.*?)\s*$", text, re.MULTILINE))
    usual = ("PROGRAM", "PROG", "PROGS", "TARGET", "BIN", "BINARY", "NAME", "EXE", "EXECUTABLE")
    found = [variables[name] for name in usual if variables.get(name)]
    found = found or re.findall(r"\s-o\s+([\w./$(){}-]+)", text)
    rules = re.findall(r"^([\w./$(){}-]+)\s*:[^=\n]*\n\t[^\n]*-o \$@", text, re.MULTILINE)
    for target in [*found, *rules]:
        path = re.sub(r"\$[({](\w+)[)}]", lambda match: variables.get(match[1], ""), target)
        if path and not path.endswith((".o", ".a", ".so")) and "$" not in path and " " not in path:
            yield path.rpartition("/")[2], path


def _of_cmake(listing: Listing) -> Iterator[tuple[str, str]]:
    for file in listing.glob("*CMakeLists.txt"):
        text = listing.read(file)
        projects = re.findall(r"project\s*\(\s*([\w.+-]+)", text)
        folder = file.rpartition("/")[0]
        for written in re.findall(r"add_executable\s*\(\s*([\w.${}+-]+)", text):
            name = written.replace("${PROJECT_NAME}", projects[0] if projects else written)
            if "test" not in f"{folder}/{name}".lower():
                yield name, f"{folder}/{name}".lstrip("/")


def _of_meson(listing: Listing) -> Iterator[tuple[str, str]]:
    for file in listing.glob("*meson.build"):
        folder = file.rpartition("/")[0]
        for name in re.findall(r"\bexecutable\s*\(\s*'([^']+)'", listing.read(file)):
            if "test" not in f"{folder}/{name}".lower():
                yield name, f"{folder}/{name}".lstrip("/")


def _of_autotools(listing: Listing) -> Iterator[tuple[str, str]]:
    for file in listing.glob("*Makefile.am"):
        for names in re.findall(r"^bin_PROGRAMS\s*\+?=\s*(.*)$", listing.read(file), re.MULTILINE):
            yield from ((name, name) for name in names.split())


_Programs = Callable[[Listing], Iterator[tuple[str, str]]]
_SYSTEMS: dict[str, tuple[str, _Programs]] = {
    "CMakeLists.txt": ("cmake", _of_cmake),
    "meson.build": ("meson", _of_meson),
    "configure.ac": ("autotools", _of_autotools),
    "configure.in": ("autotools", _of_autotools),
    **dict.fromkeys(_MAKEFILES, ("make", _of_make)),
}
