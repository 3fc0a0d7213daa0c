"""The files that ``make install`` installs, according to a Makefile or a Makefile.in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

#: The directories passed to configure scripts that bpkit runs; Makefiles usually have them too.
_PLACES = {
    "prefix": "/usr/local",
    "exec_prefix": "/usr/local",
    "bindir": "/usr/local/bin",
    "sbindir": "/usr/local/sbin",
    "libexecdir": "/usr/local/libexec",
    "datarootdir": "/usr/local/share",
    "datadir": "/usr/local/share",
    "sharedir": "/usr/local/share",
    "libdir": "/usr/local/lib",
    "mandir": "/usr/local/share/man",
    "docdir": "/usr/local/share/doc",
    "includedir": "/usr/local/include",
    "incdir": "/usr/local/include",
    "sysconfdir": "/etc",
    "etcdir": "/etc",
    "localstatedir": "/var",
}
_PREFIXES = ("PREFIX", "prefix", "INSTALL_PREFIX", "INSTALLDIR")
_INSTALLS = re.compile(r"\$[({]_?(?:INSTALL\w*|CP)[)}]|(?<![\w./-])(?:g?install|cp)(?![\w.-])")
_FOLDER_OF_PROGRAMS = re.compile(r"/(?:s?bin|games|libexec)$")
_DOCUMENTS = re.compile(
    r"/(?:man|doc|info|include|pkgconfig|applications|icons|pixmaps|locale|licenses|aclocal"
    r"|bash-completion|completions?|zsh|fish|vim|systemd|metainfo|appdata)\b|/lib$|/man\d?$"
)
_NAME = re.compile(r"[A-Za-z0-9_][\w.+-]*")
_SWITCHES_WITH_VALUE = frozenset({"-m", "-o", "-g", "-S", "-t"})
_MOST_EXPANSIONS = 6


@dataclass(frozen=True)
class MakeInstall:
    """The files that the target ``install`` installs below DESTDIR.

    ``programs`` are folders by the name of the program in them, ``sources`` the files that they
    are made of. ``prefix`` is the variable for /usr/local, empty if the Makefile has none.
    ``has_data``: files that the programs may open are installed too.
    """

    programs: Mapping[str, str]
    sources: Mapping[str, str]
    prefix: str
    has_data: bool

    @property
    def arguments(self) -> str:
        """The variables that make it install into /src/rootfs."""
        prefix = f" {self.prefix}=/usr/local" if self.prefix else ""
        return f"DESTDIR=/src/rootfs{prefix}"


def make_install(text: str) -> MakeInstall | None:
    """The files that the Makefile installs; None if no ``install`` target uses DESTDIR."""
    text = re.sub(r"\\\n", " ", text)
    variables = dict(
        re.findall(r"^[ \t]*([A-Za-z_]\w*)[ \t]*[:?]?=[ \t]*(.*?)[ \t]*(?:#.*)?$", text, re.M)
    )
    lines = [line for line in _recipe(text, "install") if re.search(r"\$[({]DESTDIR[)}]", line)]
    if not lines:
        return None
    programs, sources, has_data = dict[str, str](), dict[str, str](), False
    for line in lines:
        for source, name, folder in _installed(line, variables):
            if _FOLDER_OF_PROGRAMS.search(folder):
                programs.setdefault(name, folder)
                sources.setdefault(name, source)
            elif not _DOCUMENTS.search(folder):
                has_data = True
    prefix = next((one for one in _PREFIXES if one in variables), "")
    return MakeInstall(programs, sources, prefix, has_data)


def _recipe(text: str, target: str) -> list[str]:
    """The commands of a target, and of its prerequisites that install files too."""
    rules: dict[str, tuple[set[str], list[str]]] = {}
    for match in re.finditer(
        r"^([\w./ -]+?)\s*::?(?!=)([^\n]*)\n((?:(?:\t[^\n]*|[ \t]*|(?:ifn?(?:eq|def)|else|endif)\b"
        r"[^\n]*)\n)*)",
        text,
        re.M,
    ):
        for one in match[1].split():
            needed, commands = rules.setdefault(one, (set(), []))
            needed |= {word for word in match[2].split() if "install" in word.lower()}
            commands += [line for line in match[3].split("\n") if line.startswith("\t")]
    found, seen, waiting = list[str](), set[str](), [target]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in rules:
            continue
        seen.add(name)
        needed, commands = rules[name]
        found += commands
        waiting += sorted(needed)
    return found


def _installed(line: str, variables: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """The files that a command installs, each with its installed name, and the directory."""
    # A name that a shell computes is usually the file's own.
    line = re.sub(r"`[^`]*`", "", line)
    looped = dict(re.findall(r"\bfor\s+(\w+)\s+in\s+(.*?)\s*;\s*do\b", line))
    for command in re.split(r"&&|\|\||;", line):
        called = _INSTALLS.search(command)
        if not called or re.search(r"\s-d\b|\s--directory\b", command):
            continue
        words = [_expanded(word, variables) for word in _arguments(command[called.end() :])]
        if len(words) < 2 or "DESTDIR" not in words[-1]:
            continue
        *files, place = words
        place = re.sub(r"\$[({]DESTDIR[)}]", "", place)
        place = re.sub(r"[\"'].*|\$\$?\(.*", "", place)
        folder = re.sub(r"/+", "/", place).rstrip("/")
        above, _, last = folder.rpartition("/")
        for file in (one for word in files for one in _of_loop(word, looped, variables)):
            name = file.rpartition("/")[2]
            is_renamed = not place.endswith("/") and not _FOLDER_OF_PROGRAMS.search(folder)
            if is_renamed and (last == name or _FOLDER_OF_PROGRAMS.search(above)):
                yield file, last, above
            elif _NAME.fullmatch(name) or "*" in name:
                yield file, name, folder


def _arguments(text: str) -> Iterator[str]:
    words = iter(text.split())
    for word in words:
        if word in _SWITCHES_WITH_VALUE:
            next(words, None)
        elif not word.startswith(("-", ">", "2>", "|")):
            yield word.strip("\"'")


def _of_loop(word: str, looped: Mapping[str, str], variables: Mapping[str, str]) -> Iterator[str]:
    """The words that a shell loop assigns to a variable, or the word itself."""
    name = re.fullmatch(r"\$\$[({]?(\w+)[)}]?", word)
    listed = looped.get(name[1], "") if name else word
    yield from _expanded(listed, variables).split()


def _expanded(text: str, variables: Mapping[str, str]) -> str:
    """The text with variables expanded; unknown ones stay, except for the usual directories."""

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        if name == "DESTDIR":
            return match[0]
        if name == "EXEEXT":
            return ""
        said = variables.get(name, "")
        if name in _PREFIXES:
            return _PLACES["prefix"]
        if said and f"({name})" not in said and said != f"@{name}@":
            return said
        usual = name.lower().replace("install_", "")
        return _PLACES.get(usual, match[0] if not said else "")

    for _ in range(_MOST_EXPANSIONS):
        text, before = re.sub(r"\$[({](\w+)[)}]|@(\w+)@", value, text), text
        if text == before:
            break
    return text
