"""C and C++: make, CMake, Meson, autotools.

They share their templates; only the name and what a static link needs differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpkit.languages.c.installed import MakeInstall, make_install
from bpkit.languages.c.libraries import library_packages
from bpkit.languages.c.programs import (
    MAKEFILES,
    build_file,
    chosen_program,
    programs,
    system_of,
)
from bpkit.languages.compiled import compiled_program, stated_program
from bpkit.languages.detected import Detected, Fact, ProjectWishes
from bpkit.languages.dockerfile_words import plain
from bpkit.languages.listing import Listing, is_aside
from bpkit.languages.naming import program_name
from bpkit.languages.ports import nearest_sources
from bpkit.languages.source_suffixes import C_FAMILY, CPP

# Debian bookworm's own: the base of the same release has the libraries that a program links to.
GCC_VERSION = "12"
#: For the newest standards; it links its C++ library statically, as the base has an older one.
NEW_GCC_VERSION = "14"
_SCRIPTS = ("autogen.sh", "bootstrap", "bootstrap.sh", "buildconf", "buildconf.sh")
_TOOLS = {
    "cmake": ("cmake", "ninja-build"),
    "meson": ("meson", "ninja-build", "pkg-config"),
    "autotools": ("autoconf", "automake", "libtool", "pkg-config"),
    "make": (),
}


def sign(listing: Listing) -> str | None:
    """A build system's file, with a source in C."""
    return built_by(listing, ".c") if not has_cpp(listing) else None


def built_by(listing: Listing, *suffixes: str) -> str | None:
    """The build system's file that builds sources with these suffixes.

    A Makefile may have another purpose, as in a project in another language with a helper
    deep down, so it has to name a compiler or an object, or sources have to be near the top.
    """
    sources = listing.ending(*suffixes)
    file = build_file(listing) if sources else None
    if file not in MAKEFILES or min(one.count("/") for one in sources) <= _NEAR:
        return file
    is_builder = re.search(
        r"\$[({]C(?:C|XX|PP)[)}]|\b(?:gcc|g\+\+|clang)\b|\.o\b", listing.read(file)
    )
    return file if is_builder else None


_NEAR = 2


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The build system's program and its port."""
    return project(listing, wishes, "C")


def has_cpp(listing: Listing) -> bool:
    """Whether there is a C++ source: a mix of the two languages is linked as C++."""
    return any(not is_aside(file) for file in listing.ending(*CPP))


def project(listing: Listing, wishes: ProjectWishes, language: str) -> Detected:
    """The project, with its build system's template."""
    file = build_file(listing) or ""
    system, found = system_of(listing, file), programs(listing, file)
    stated = stated_program(listing, wishes, found) if found else None
    if stated and not wishes.entry:
        binary, notes = stated[1], tuple[str, ...]()
    else:
        chosen = chosen_program(listing, found, wishes)
        binary, notes = chosen.candidate.entry, chosen.notes
    plain(binary, "program's name", file)
    path, at = found[binary]
    by_hand = file == "configure" and system == "make"
    installed = _installed_by_make(listing, at, path, by_hand) if system == "make" else None
    base = wishes.base or "debian:bookworm-slim"
    sources = list(nearest_sources(listing.sources(*C_FAMILY), path.rpartition("/")[0]))
    program = compiled_program(
        listing, wishes, sources, base, (stated[0], stated[2]) if stated else None
    )
    script = listing.first(*_SCRIPTS) if system == "autotools" else None
    packages, unknown = library_packages(listing, _build_files(listing), sources)
    needed = [*_TOOLS[system], *packages]
    text = "\n".join(listing.read(one) for one in _build_files(listing)[:60])
    if re.search(
        (
            r"FetchContent|ExternalProject_Add|CPMAddPackage|GIT_REPOSITORY|"
            r"\bgit (?:describe|rev-parse|log|clone)\b"
        ),
        text,
    ) or (script and "git " in listing.read(script)):
        needed += ["git", "ca-certificates"]
    if "pkg_check_modules" in text.lower() or "pkg-config" in text or "PkgConfig" in text:
        needed.append("pkg-config")
    if re.search(r"gettext|AM_GNU_GETTEXT|autopoint", text):
        needed += ["gettext", "autopoint"]
    standard = _standard(text)
    is_new = standard >= 23
    flags = ["-static"] if base == "scratch" else ["-Wl,-O1"]
    if is_new and base != "scratch":
        flags += ["-static-libstdc++", "-static-libgcc"]
    facts = (
        Fact("build system", system, file),
        Fact("program", binary, at, is_guess=bool(notes)),
        *([Fact("C++ standard", str(standard), file)] if is_new else []),
        *([Fact("system packages", " ".join(packages), file)] if packages else []),
        *program.facts,
    )
    binary_name = binary.rpartition("/")[2]
    values = {
        **program.values,
        "gcc_version": NEW_GCC_VERSION if is_new else GCC_VERSION,
        "binary": binary_name,
        "path": plain(path, "program's path", file) if system != "make" else "",
        "ldflags": " ".join(flags),
        "build_packages": " ".join(dict.fromkeys(needed)),
        "linked": "" if base == "scratch" else f"rootfs/usr/local/bin/{binary_name}",
        "configure": _configure(listing, script) if system == "autotools" else "",
        "install": "install-strip" if listing.named("Makefile.am") else "install",
        "entrypoint": program.entrypoint(f"/usr/local/bin/{binary_name}"),
    }
    if system == "make":
        values |= _make_values(binary_name, path, installed)
        folder = installed.programs[binary] if installed else "/usr/local/bin"
        values |= {
            "configure": _configure_by_hand(listing) if by_hand else "",
            "linked": "" if base == "scratch" else f"rootfs{folder}/{binary_name}",
            "entrypoint": program.entrypoint(f"{folder}/{binary_name}"),
        }
    name = wishes.name or program_name(binary_name, listing.name)
    all_notes = [*notes, *program.notes, *_notes(listing, unknown, script)]
    return Detected(
        language,
        f"c/{system}",
        name,
        base,
        values,
        facts,
        program.port,
        notes=tuple(dict.fromkeys(all_notes)),
    )


def _installed_by_make(
    listing: Listing, makefile: str, path: str, by_hand: bool
) -> MakeInstall | None:
    """What ``make install`` installs, if the program needs more of it than its own file.

    That is where files are installed that it may open, where its path in the build is unknown, and
    where a configure script settles the places.
    """
    installed = make_install(listing.read(makefile))
    if not installed or path.rpartition("/")[2] not in {
        *installed.programs,
        *(one.rpartition("/")[2] for one in installed.sources.values()),
    }:
        return None
    return installed if by_hand or installed.has_data or "$" in path else None


def _make_values(binary: str, path: str, installed: MakeInstall | None) -> dict[str, str]:
    """How make builds the program, and puts it into rootfs."""
    if installed is None:
        path = plain(path, "program's path", "Makefile")
        place = f"install -D -s {path} rootfs/usr/local/bin/{binary}"
        return {"prefix": "", "install_program": place}
    prefix = installed.arguments.partition(" ")[2]
    # Nobody reads manuals in the image; /usr/local/man is a symbolic link in Debian.
    manuals = "rm -rf rootfs/usr/local/man rootfs/usr/local/share/man rootfs/usr/local/share/doc"
    install = f"make install {installed.arguments} && {manuals}"
    return {"prefix": prefix, "install_program": install}


def _configure_by_hand(listing: Listing) -> str:
    """How a configure script runs that isn't Autoconf's, and knows what its text names only."""
    script = "./configure"
    return f"{script} --prefix=/usr/local" if "--prefix" in listing.text("configure") else script


def _configure(listing: Listing, script: str | None) -> str:
    """The command that generates the configure script: the project's own script, if any."""
    if script:
        # It may run configure as well, unless this tells it not to; no harm if it still does.
        return (
            f"NOCONFIGURE=1 sh ./{script}"
            if "configure" in listing.read(script)
            else f"sh ./{script}"
        )
    if "configure" in listing:
        # Use configure as released: other versions of autoconf may not read its sources.
        return "true"
    return "autoreconf --install --force"


def _standard(text: str) -> int:
    found = [
        int(year.replace("2b", "23").replace("2c", "26").replace("2a", "20"))
        for year in re.findall(
            r"(?:CXX_STANDARD\s+|cxx_std_|std=(?:c|gnu)\+\+|cpp_std=(?:c|gnu)\+\+)(\d\d|2[abc])\b",
            text,
        )
    ]
    years = [one for one in found if one < 90]
    return max(years, default=0)


def _build_files(listing: Listing) -> tuple[str, ...]:
    names = (
        "CMakeLists.txt",
        "meson.build",
        "configure.ac",
        "configure.in",
        "Makefile.am",
        *MAKEFILES,
    )
    own = [f for f in listing.named(*names) if not is_aside(f)]
    system = build_file(listing)
    kinds = {"CMakeLists.txt": ("CMakeLists.txt",), "meson.build": ("meson.build",)}
    wanted = kinds.get(
        system or "",
        ("configure.ac", "configure.in", "Makefile.am")
        if system in {"configure.ac", "configure.in"}
        else MAKEFILES,
    )
    return tuple(f for f in own if f.rpartition("/")[2] in wanted)[:80]


def _notes(listing: Listing, unknown: tuple[str, ...], script: str | None) -> Iterator[str]:
    own = {
        one.lower()
        for one in re.findall(
            r"(?i)add_library\s*\(\s*([\w.+-]+)",
            "\n".join(listing.read(f) for f in listing.named("CMakeLists.txt")[:40]),
        )
    }
    names = [one for one in unknown if one.lower() not in own and not one.startswith("$")]
    if names:
        yield (
            f"the build names {', '.join(names[:6])}, and bpkit doesn't know the Debian package:"
            f" add it where the Dockerfile installs packages"
        )
    if script:
        yield f"{script} generates the configure script, so the build runs it"
    modules = re.findall(r"^\s*path\s*=\s*(\S+)", listing.text(".gitmodules"), re.MULTILINE)
    empty = [one for one in modules if not listing.has_folder(one)]
    if empty:
        yield (
            f"the submodule {empty[0]} is empty: run 'git"
            f" submodule update --init --recursive' first"
        )
