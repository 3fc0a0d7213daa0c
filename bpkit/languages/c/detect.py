"""C and C++: make, CMake, Meson, autotools.

Both share the templates; what differs is the name, and what a static link asks for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bpkit.errors import InputError, Place
from bpkit.languages.c.libraries import library_packages
from bpkit.languages.compiled import compiled_program, stated_program
from bpkit.languages.detected import Candidate, Detected, Fact, ProjectWishes, choose
from bpkit.languages.dockerfile_words import plain
from bpkit.languages.listing import Listing, is_aside
from bpkit.languages.naming import program_name
from bpkit.languages.ports import nearest_sources

# Debian bookworm's own: the libraries that a program links are in the base of the same release.
GCC_VERSION = "12"
#: What knows the newest standards; its own library of C++ is linked in, as the base has an older.
NEW_GCC_VERSION = "14"
CPP_SUFFIXES = (".cc", ".cpp", ".cxx", ".C")
_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
_SCRIPTS = ("autogen.sh", "bootstrap", "bootstrap.sh", "buildconf", "buildconf.sh")
_TOOLS = {
    "cmake": ("cmake", "ninja-build"),
    "meson": ("meson", "ninja-build", "pkg-config"),
    "autotools": ("autoconf", "automake", "libtool", "pkg-config"),
    "make": (),
}


def sign(listing: Listing) -> str | None:
    """A build system's file, with a source in C."""
    return build_file(listing) if not has_cpp(listing) and listing.glob("*.c") else None


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The build system's program and its port."""
    return project(listing, wishes, "C")


def has_cpp(listing: Listing) -> bool:
    """Whether there is a source in C++: the two languages mixed are linked as C++."""
    return any(file.endswith(CPP_SUFFIXES) and not is_aside(file) for file in listing.files)


def build_file(listing: Listing) -> str | None:
    """The file of the build system; a Makefile comes last, as the others may write one."""
    return listing.first(
        "CMakeLists.txt", "meson.build", "configure.ac", "configure.in", *_MAKEFILES
    )


def project(listing: Listing, wishes: ProjectWishes, language: str) -> Detected:
    """The project, with the template of its build system."""
    file = build_file(listing) or ""
    system, programs = _SYSTEMS[file]
    found = {name: (path, at) for name, path, at in programs(listing)}
    stated = stated_program(listing, wishes, found) if found else None
    if stated and not wishes.entry:
        binary, notes = stated[1], tuple[str, ...]()
    else:
        candidates = [
            Candidate(name, at, _likelihood(listing, name, path, at))
            for name, (path, at) in found.items()
        ]
        chosen = choose(
            candidates,
            wishes,
            "program",
            missing="name the program that is built with --entry NAME",
        )
        binary, notes = chosen.candidate.entry, chosen.notes
    plain(binary, "program's name", file)
    path, at = found[binary]
    base = wishes.base or "debian:bookworm-slim"
    sources = list(
        nearest_sources(listing.sources(".c", ".h", ".hpp", *CPP_SUFFIXES), path.rpartition("/")[0])
    )
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
        "path": plain(path, "program's path", file),
        "ldflags": " ".join(flags),
        "build_packages": " ".join(dict.fromkeys(needed)),
        "linked": "" if base == "scratch" else f"rootfs/usr/local/bin/{binary_name}",
        "configure": _configure(listing, script),
        "entrypoint": program.entrypoint(f"/usr/local/bin/{binary_name}"),
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


def _configure(listing: Listing, script: str | None) -> str:
    """What makes the configure script; the project's own script, where it has one."""
    if script:
        # It may run configure as well, which it is told not to; if it does, nothing is lost.
        return (
            f"NOCONFIGURE=1 sh ./{script}"
            if "configure" in listing.read(script)
            else f"sh ./{script}"
        )
    if "configure" in listing and "configure.ac" not in listing:
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
        *_MAKEFILES,
    )
    own = [f for f in listing.named(*names) if not is_aside(f)]
    system = build_file(listing)
    kinds = {"CMakeLists.txt": ("CMakeLists.txt",), "meson.build": ("meson.build",)}
    wanted = kinds.get(
        system or "",
        ("configure.ac", "configure.in", "Makefile.am")
        if system in {"configure.ac", "configure.in"}
        else _MAKEFILES,
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
            f"the build names {', '.join(names[:6])}, of which no package of Debian"
            f" is known here: add it where the Dockerfile installs packages"
        )
    if script:
        yield f"{script} makes the configure script, and is run for it"
    modules = re.findall(r"^\s*path\s*=\s*(\S+)", listing.text(".gitmodules"), re.MULTILINE)
    empty = [one for one in modules if not listing.has_folder(one)]
    if empty:
        yield (
            f"the submodule {empty[0]} is empty: run 'git"
            f" submodule update --init --recursive' first"
        )


def _likelihood(listing: Listing, name: str, path: str, at: str) -> int:
    found = 20 - 3 * at.count("/")
    own = re.findall(
        r"(?i)\bproject\s*\(\s*['\"]?([\w.+-]+)", listing.text("CMakeLists.txt", "meson.build")
    )
    named = {_plain_name(one) for one in (listing.name, *own)}
    if _plain_name(name) in named:
        found += 20
    elif _plain_name(name) in {f"{one}{end}" for one in named for end in ("d", "server")}:
        found += 15
    if re.search(r"(?i)test|bench|example|demo|fuzz|sample", f"{path}/{name}") or is_aside(
        f"{path}/x"
    ):
        found -= 40
    if re.search(r"(?i)server|daemon|d$|main", name):
        found += 2
    return found


def _plain_name(name: str) -> str:
    """A name without its version and the signs that people put between words."""
    return re.sub(r"[-_.]+", "", re.sub(r"[-_]\d[\w.]*$", "", name)).lower()


def _of_make(listing: Listing) -> Iterator[tuple[str, str, str]]:
    """What the Makefile at the top links, or that of the folder which it goes to."""
    found = tuple(_of_makefile(listing))
    if found:
        yield from found
        return
    called = re.findall(
        r"\$[({]MAKE[)}]\s+-C\s*([\w./-]+)|\bcd\s+([\w./-]+)\s*(?:&&|;)\s*\$[({]MAKE[)}]",
        listing.text(*_MAKEFILES),
    )
    for folder in dict.fromkeys((one or other).strip("./") for one, other in called):
        if folder and not is_aside(f"{folder}/x"):
            for name, path, file in _of_makefile(listing.below(folder)):
                yield name, f"{folder}/{path}", f"{folder}/{file}"


def _of_makefile(listing: Listing) -> Iterator[tuple[str, str, str]]:
    """What is linked: the target of a rule with -o $@, the value of -o, or a usual variable's."""
    file = listing.first(*_MAKEFILES) or ""
    text = re.sub(r"\\\n", " ", listing.text(*_MAKEFILES))
    variables = dict(
        re.findall(r"^([A-Za-z_]\w*)\s*[:?]?=\s*(.*?)\s*(?:#.*)?$", text, re.MULTILINE)
    )
    usual = (
        "PROGRAM",
        "PROG",
        "PROGS",
        "TARGET",
        "BIN",
        "BINARY",
        "NAME",
        "EXE",
        "EXECUTABLE",
        "OUT",
        "OUTPUT",
        "EXEC",
        "APP",
        "TARGETS",
        "PROGRAMS",
        "BINARIES",
        "BINS",
    )
    found = [
        word
        for name in usual
        if variables.get(name)
        for word in _expanded(variables[name], variables).split()
    ]
    flags = [
        path for path in re.findall(r"\s-o\s+([\w./$(){}-]+)", text) if path not in {"$@", "$*"}
    ]
    found = found or flags
    rules = re.findall(
        r"^([\w./$(){} -]+?)\s*:[^=\n]*\n(?:\t[^\n]*\n)*?\t[^\n]*-o\s*\$@", text, re.MULTILINE
    )
    for targets in [*found, *rules]:
        for target in _expanded(targets, variables).split():
            path = target
            if (
                path
                and not path.endswith((".o", ".a", ".so", ".exe", ".d"))
                and not re.search(r"[$%(){}]", path)
                and path not in {"all", ".", "clean"}
            ):
                yield path.rpartition("/")[2], path.removeprefix("./"), file
    if not found and not rules:
        yield from _implicit(listing, text, file)


def _implicit(listing: Listing, text: str, file: str) -> Iterator[tuple[str, str, str]]:
    """Targets that make builds by its own rules: a program of the source of its name."""
    for target in re.findall(r"^([\w./-]+)\s*:(?!=)", text, re.MULTILINE):
        if listing.first(*(f"{target}{end}" for end in (".c", *CPP_SUFFIXES))):
            yield target.rpartition("/")[2], target, file


def _expanded(text: str, variables: dict[str, str]) -> str:
    for _ in range(4):
        text = re.sub(r"\$[({](\w+)[)}]", lambda match: variables.get(match[1], ""), text)
    return text


def _replaced(text: str, variables: dict[str, str]) -> str:
    return re.sub(r"\$\{(\w+)\}", lambda match: variables.get(match[1], ""), text)


def _of_cmake(listing: Listing) -> Iterator[tuple[str, str, str]]:
    for file in listing.named("CMakeLists.txt"):
        text = re.sub(r"#[^\n]*", "", listing.read(file))
        top = re.sub(r"#[^\n]*", "", listing.text("CMakeLists.txt"))
        projects = re.findall(r"(?i)\bproject\s*\(\s*\"?([\w.+-]+)", text) or re.findall(
            r"(?i)\bproject\s*\(\s*\"?([\w.+-]+)", top
        )
        variables = dict(
            re.findall(r"(?i)\bset\s*\(\s*(\w+)\s+\"?([\w.+-]+)\"?\s*\)", f"{top}\n{text}")
        )
        folder = file.rpartition("/")[0]
        if is_aside(f"{folder}/x" if folder else file):
            continue
        output = variables.get("CMAKE_RUNTIME_OUTPUT_DIRECTORY") or variables.get(
            "EXECUTABLE_OUTPUT_PATH"
        )
        placed = re.search(
            r"(?i)\bset\s*\(\s*(?:CMAKE_RUNTIME_OUTPUT_DIRECTORY|EXECUTABLE_OUTPUT_PATH)\s+\"?(\$\{(?:CMAKE|PROJECT)_(?:CURRENT_)?BINARY_DIR\}/)?([\w./-]+|\$\{[^}]+\}/[\w./-]+)\"?",
            f"{top}\n{text}",
        )
        for written in re.findall(r"(?i)\badd_executable\s*\(\s*\"?([\w.${}+-]+)", text):
            name = re.sub(
                r"\$\{(?:PROJECT_NAME|CMAKE_PROJECT_NAME)\}",
                projects[0] if projects else "",
                written,
            )
            name = _replaced(name, variables)
            renamed = re.search(
                rf"(?i)set_target_properties\s*\(\s*{re.escape(written)}\s[^)]*OUTPUT_NAME\s+\"?([\w.+-]+)",
                text,
            )
            if not name or re.search(r"(?i)^IMPORTED$", name):
                continue
            binary = renamed[1] if renamed else name
            where = folder
            if placed and placed[1]:
                where = placed[2]
            elif output and placed is None:
                where = folder
            elif placed and "SOURCE_DIR" in placed[2]:
                where = "../" + placed[2].rpartition("}/")[2]
            yield binary, f"{where}/{binary}".lstrip("/"), file


def _of_meson(listing: Listing) -> Iterator[tuple[str, str, str]]:
    for file in listing.named("meson.build"):
        folder = file.rpartition("/")[0]
        if is_aside(f"{folder}/x" if folder else file):
            continue
        text = listing.read(file)
        project_name = re.findall(r"\bproject\s*\(\s*'([^']+)'", listing.text("meson.build"))
        for name in re.findall(r"\bexecutable\s*\(\s*(?:'([^']+)'|meson\.project_name\(\))", text):
            found = name or (project_name[0] if project_name else "")
            if found:
                yield found, f"{folder}/{found}".lstrip("/"), file


def _of_autotools(listing: Listing) -> Iterator[tuple[str, str, str]]:
    for file in listing.named("Makefile.am"):
        text = re.sub(r"\\\n", " ", listing.read(file))
        for names in re.findall(r"^(?:s?bin|libexec)_PROGRAMS\s*\+?=\s*(.*)$", text, re.MULTILINE):
            yield from ((name, name, file) for name in names.split() if "$" not in name)
    if not listing.named("Makefile.am") and "Makefile.in" in listing:
        raise InputError(
            "configure.ac has no Makefile.am beside it, by which programs are known",
            place=Place("configure.ac"),
            hint="write the Dockerfile by hand",
        )


_Programs = Callable[[Listing], Iterator[tuple[str, str, str]]]
_SYSTEMS: dict[str, tuple[str, _Programs]] = {
    "CMakeLists.txt": ("cmake", _of_cmake),
    "meson.build": ("meson", _of_meson),
    "configure.ac": ("autotools", _of_autotools),
    "configure.in": ("autotools", _of_autotools),
    **dict.fromkeys(_MAKEFILES, ("make", _of_make)),
}
