"""The programs that a C or C++ project builds, according to its build system's files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bpkit.errors import InputError, Place
from bpkit.languages.c.installed import MakeInstall, make_install
from bpkit.languages.detected import (
    Candidate,
    Chosen,
    NoProgramError,
    ProjectWishes,
    choose,
    guess_note,
    in_order,
)
from bpkit.languages.listing import Listing, is_aside
from bpkit.languages.source_suffixes import C_SOURCES, CPP

MAKEFILES = ("GNUmakefile", "makefile", "Makefile")
#: Targets of a Makefile that aren't programs.
_NO_PROGRAMS = (
    *(".o", ".a", ".so", ".exe", ".d", ".lo", ".la", ".dll", ".dylib", ".h", ".c", ".pot", ".po"),
    *(".1", ".8", ".txt", ".html", ".pdf", ".pem", ".gz", ".xz", ".zip", ".js", ".wasm", ".tab"),
)
_WORDS = frozenset({"all", ".", "clean", "ifeq", "ifneq", "ifdef", "ifndef", "else", "endif"})
_PROGRAM_PATH = re.compile(r"(?:[\w.+-]+/)*[A-Za-z0-9_][\w.+-]*")
_OF_TESTS = re.compile(
    r"(?i)test|bench|example|demo|fuzz|sample|check|(?:^|/)cmake/|\.t$|coverage$"
)


def build_file(listing: Listing) -> str | None:
    """The build system's file; a Makefile comes last, as the other systems may generate one."""
    found = listing.first("CMakeLists.txt", "meson.build", "configure.ac", "configure.in")
    if found:
        return found
    makefile = listing.first(*MAKEFILES)
    # A script of this name writes what make reads, if it doesn't write the Makefile itself.
    is_needed = makefile is None or "configure" in listing.read(makefile)
    return "configure" if "configure" in listing and is_needed else makefile


def is_by_autoconf(listing: Listing) -> bool:
    """Whether the configure script takes the switches for folders that GNU's have."""
    script = listing.text("configure")
    return "Autoconf" in script[:4000] or listing.has_folder("autosetup")


def system_of(listing: Listing, file: str) -> str:
    """The build system that the file belongs to."""
    if file == "configure":
        return "autotools" if is_by_autoconf(listing) else "make"
    return _SYSTEMS[file][0]


def programs(listing: Listing, file: str) -> dict[str, tuple[str, str]]:
    """The programs by name: the path each is built at, and the file that says so."""
    return {name: (path, at) for name, path, at in _SYSTEMS[file][1](listing)}


def chosen_program(
    listing: Listing, found: dict[str, tuple[str, str]], wishes: ProjectWishes
) -> Chosen:
    """The program to build. Raises InputError if there is none or the choice is ambiguous."""
    candidates = [
        Candidate(name, at, _likelihood(listing, name, path, at))
        for name, (path, at) in found.items()
    ]
    missing = "pass --entry NAME with the name of the program"
    # Installed programs come first; one that only tests use needs --entry.
    likely = [one for one in candidates if one.likelihood > 0] or [
        one for one in candidates if one.likelihood > _OF_BUILD
    ]
    if candidates and not likely and not wishes.entry:
        first = in_order(candidates)[0]
        raise NoProgramError(
            "the only programs found belong to the build or the tests",
            hint=f"if one of these is meant, pass it with --entry {first.entry}",
        )
    chosen = choose(candidates, wishes, "program", missing=missing)
    if not chosen.notes and not wishes.entry and chosen.candidate.likelihood < _SURE:
        note = f"the program {chosen.candidate.entry} is a guess, as nothing installs it"
        return Chosen(chosen.candidate, (f"{note}: name another with --entry",))
    if not chosen.notes and not wishes.entry and _is_unsure(listing, chosen.candidate):
        name = chosen.candidate.entry
        note = (
            f"the program {name} is a guess, as nothing installs it, and its source is deep below"
        )
        return Chosen(chosen.candidate, (f"{note}: name another with --entry",))
    others = [one for one in likely if one != chosen.candidate]
    if chosen.notes and others:
        note = guess_note("program", chosen.candidate, in_order(others))
        return Chosen(chosen.candidate, (note,))
    return chosen if others or wishes.entry else Chosen(chosen.candidate)


def _is_unsure(listing: Listing, program: Candidate) -> bool:
    """Whether only a rule of a Makefile names the program, and not as the project is called."""
    if program.file == "configure":
        return True
    installed = make_install(listing.read(program.file)) if program.file in MAKEFILES else None
    is_of_makefile = program.file in MAKEFILES and not (
        installed and program.entry in installed.programs
    )
    if not is_of_makefile or _plain_name(program.entry) == _plain_name(listing.name):
        return False
    # A source of its name deep below may be another project's, which the build only uses.
    named = {f"{program.entry}{end}" for end in (*C_SOURCES, *CPP)}
    depths = [f.count("/") for f in listing.files if f.rpartition("/")[2] in named]
    return bool(depths) and min(depths) > _NEAR


_NEAR = 1
#: Below these: a program that nothing installs, and one that only the build or the tests use.
_SURE, _OF_BUILD = 0, -15


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
    if _OF_TESTS.search(f"{path}/{name}") or is_aside(at):
        found -= 40
    if at.endswith("meson.build") and not _is_installed(listing.read(at), name):
        found -= 25
    if re.search(r"(?i)server|daemon|d$|main", name):
        found += 2
    # A script that is installed too has no source of its name.
    if listing.first(*(f"{folder}{name}.c" for folder in ("", "src/"))):
        found += 8
    return found


def _is_installed(text: str, name: str) -> bool:
    """Whether Meson installs the executable; it doesn't by default."""
    shape = rf"\b(?:executable|build_target)\s*\(\s*(?:'{re.escape(name)}'|[\w.()]+)(.*?)\n\)"
    said = re.search(shape, text, re.DOTALL)
    return said is None or re.search(r"\binstall\s*:\s*(?!false)", said[1]) is not None


def _plain_name(name: str) -> str:
    """A name without its version and its separators."""
    return re.sub(r"[-_.]+", "", re.sub(r"[-_]?\d[\w.]*$", "", name)).lower()


def _of_make(listing: Listing) -> Iterator[tuple[str, str, str]]:
    """The programs that the top Makefile links, or a Makefile in a directory that it calls."""
    found = tuple(_of_makefile(listing))
    if found:
        yield from found
        return
    called = re.findall(
        r"\$[({]MAKE[)}]\s+-C\s*([\w./-]+)|\bcd\s+([\w./-]+)\s*(?:&&|;)\s*\$[({]MAKE[)}]",
        listing.text(*MAKEFILES),
    )
    for folder in dict.fromkeys((one or other).strip("./") for one, other in called):
        if folder and not is_aside(f"{folder}/x"):
            for name, path, file in _of_makefile(listing.below(folder)):
                yield name, f"{folder}/{path}", f"{folder}/{file}"


def _of_makefile(listing: Listing) -> Iterator[tuple[str, str, str]]:
    """The programs linked: a rule's target with -o $@, the value of -o, or a usual variable's."""
    file = listing.first(*MAKEFILES, "Makefile.in") or ""
    text = re.sub(r"\\\n", " ", listing.read(file))
    # A shell's output isn't known.
    text = re.sub(r"\$[({]shell\s[^\n]*", "", text)
    installed = make_install(text)
    if installed and installed.programs:
        yield from _installed(listing, installed, file)
        return
    variables = dict(
        re.findall(r"^([A-Za-z_]\w*)[ \t]*[:?]?=[ \t]*(.*?)[ \t]*(?:#.*)?$", text, re.MULTILINE)
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
        if variables.get(name) and not re.search(rf"\$[({{]{name}[)}}]/", text)
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
                _PROGRAM_PATH.fullmatch(path)
                and not path.endswith(_NO_PROGRAMS)
                and path not in _WORDS
                and not path.endswith(".")
            ):
                yield path.rpartition("/")[2], path.removeprefix("./"), file
    if not found and not rules:
        yield from _implicit(listing, text, file)


def _installed(
    listing: Listing, installed: MakeInstall, file: str
) -> Iterator[tuple[str, str, str]]:
    """The programs that are installed, but for scripts if there is one that is built."""
    names = [name for name in installed.programs if _PROGRAM_PATH.fullmatch(name)]
    built = [name for name in names if not listing.has(installed.sources[name])]
    for name in built or names:
        yield name, installed.sources[name], file


def _implicit(listing: Listing, text: str, file: str) -> Iterator[tuple[str, str, str]]:
    """Targets that make builds by its implicit rules: a program from the source of its name."""
    for target in re.findall(r"^([\w./-]+)\s*:(?!=)", text, re.MULTILINE):
        if listing.first(*(f"{target}{end}" for end in (*C_SOURCES, *CPP))):
            yield target.rpartition("/")[2], target, file


def _expanded(text: str, variables: dict[str, str]) -> str:
    for _ in range(4):
        text = re.sub(r"\$[({](\w+)[)}]", lambda match: variables.get(match[1], ""), text)
    return text


def _replaced(text: str, variables: dict[str, str]) -> str:
    return re.sub(r"\$\{(\w+)\}", lambda match: variables.get(match[1], ""), text)


def _of_cmake(listing: Listing) -> Iterator[tuple[str, str, str]]:
    adders = "|".join(("add_executable", *_own_adders(listing)))
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
        for written in re.findall(rf"(?i)\b(?:{adders})\s*\(\s*\"?([\w.${{}}+-]+)", text):
            name = re.sub(
                r"\$\{(?:PROJECT_NAME|CMAKE_PROJECT_NAME)\}",
                projects[0] if projects else "",
                written,
            )
            name = _replaced(name, variables)
            renamed = re.search(
                rf"(?i)set_(?:target_properties|property)\s*\(\s*(?:TARGET\s+)?{re.escape(written)}"
                r"\s[^)]*OUTPUT_NAME\s+\"?([\w.+-]+)",
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


def _own_adders(listing: Listing) -> Iterator[str]:
    """The project's own functions that add the executable in their first argument."""
    for file in (*listing.named("CMakeLists.txt")[:40], *listing.glob("*.cmake")[:40]):
        for name, argument, body in re.findall(
            r"(?is)\b(?:function|macro)\s*\(\s*(\w+)\s+(\w+)[^)]*\)(.*?)\bend(?:function|macro)",
            listing.read(file),
        ):
            if re.search(rf"(?i)\badd_executable\s*\(\s*\"?\$\{{{argument}\}}", body):
                yield name


def _of_meson(listing: Listing) -> Iterator[tuple[str, str, str]]:
    for file in listing.named("meson.build"):
        folder = file.rpartition("/")[0]
        if is_aside(f"{folder}/x" if folder else file):
            continue
        text = listing.read(file)
        project_name = re.findall(r"\bproject\s*\(\s*'([^']+)'", listing.text("meson.build"))
        variables = dict(re.findall(r"^\s*(\w+)\s*=\s*'([\w.+-]+)'\s*$", text, re.MULTILINE))
        made = re.findall(
            r"\b(?:executable|build_target)\s*\(\s*(?:'([^']+)'|(meson\.project_name\(\))|(\w+))",
            text,
        )
        for name, is_named, variable in made:
            of_project = project_name[0] if is_named and project_name else ""
            if found := name or of_project or variables.get(variable, ""):
                yield found, f"{folder}/{found}".lstrip("/"), file


def _of_autotools(listing: Listing) -> Iterator[tuple[str, str, str]]:
    for file in listing.named("Makefile.am"):
        text = re.sub(r"\\\n", " ", listing.read(file))
        for names in re.findall(
            r"^[ \t]*(?:s?bin|libexec)_PROGRAMS[ \t]*\+?=[ \t]*(.*)$", text, re.MULTILINE
        ):
            for path in (name for name in names.split() if "$" not in name):
                # The installed name, without the directory that it is built in.
                yield path.rpartition("/")[2], path, file
    if not listing.named("Makefile.am") and listing.first("Makefile.in", *MAKEFILES):
        yield from _of_autoconf(listing)


def _of_autoconf(listing: Listing) -> Iterator[tuple[str, str, str]]:
    """The programs of a Makefile that configure alone makes: what it installs, or is listed."""
    file = listing.first("Makefile.in", *MAKEFILES) or ""
    text = re.sub(r"\\\n", " ", listing.read(file))
    installed = make_install(text)
    if installed and installed.programs:
        yield from _installed(listing, installed, file)
        return
    if not re.search(r"^install\b[\w -]*:", text, re.MULTILINE) or "DESTDIR" not in text:
        raise InputError(
            "it installs nothing into DESTDIR, so its programs aren't known",
            place=Place(file),
            hint="write the Dockerfile by hand",
        )
    listed = re.findall(
        r"^(?:s?bin_|ALL)?(?:PROGS?|PROGRAMS?|TARGETS?)[ \t]*[:+]?=[ \t]*(.*)$", text, re.M
    )
    listed += re.findall(
        r"^([\w.-]+)(?:\$[({]EXEEXT[)}])?\s*:[^=\n]*\n(?:\t[^\n]*\n)*?\t[^\n]*-o\s*\$@", text, re.M
    )
    found = [one for names in listed for one in names.split()] or [_name_of_package(listing)]
    for word in dict.fromkeys(found):
        program = re.sub(r"@EXEEXT@|\$[({]EXEEXT[)}]", "", word)
        if _PROGRAM_PATH.fullmatch(program) and not program.endswith(_NO_PROGRAMS):
            yield program.rpartition("/")[2], program, file


def _name_of_package(listing: Listing) -> str:
    said = re.search(
        r"\bAC_INIT\(\s*\[?\"?([\w.+-]+)", listing.text("configure.ac", "configure.in")
    )
    said = said or re.search(r"^PACKAGE_TARNAME='([\w.+-]+)'", listing.text("configure"), re.M)
    return said[1].lower() if said else re.sub(r"-\d[\w.]*$", "", listing.name)


def _of_configure(listing: Listing) -> Iterator[tuple[str, str, str]]:
    """The programs of a project that is known by its configure script alone."""
    if is_by_autoconf(listing) and not listing.first("Makefile.in", *MAKEFILES):
        name = _name_of_package(listing)
        yield name, name, "configure"
    elif is_by_autoconf(listing):
        yield from _of_autotools(listing)
    else:
        yield from _of_make(listing)


_Programs = Callable[[Listing], Iterator[tuple[str, str, str]]]
_SYSTEMS: dict[str, tuple[str, _Programs]] = {
    "CMakeLists.txt": ("cmake", _of_cmake),
    "meson.build": ("meson", _of_meson),
    "configure.ac": ("autotools", _of_autotools),
    "configure.in": ("autotools", _of_autotools),
    "configure": ("autotools", _of_configure),
    **dict.fromkeys(MAKEFILES, ("make", _of_make)),
}
