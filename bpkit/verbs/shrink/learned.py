"""Read a strace log into the paths and commands that a program used.

The lines are those of ``strace -f -y -o LOG``: a process number, a call, its result. A call that
another process interrupts takes two lines, ``<unfinished ...>`` and ``<... NAME resumed>``. A
relative path is preceded by the directory that it starts from (``AT_FDCWD</srv>``); for calls
without such an argument, the last known directory of the process is used.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_LINE = re.compile(r"(\d+) +(?:<\.\.\. (\w+) resumed>,? ?|(\w+)\()(.*)")
_RESULT = re.compile(r"\) += (-?\d+|\?)(?:<(.*?)>)?(?: (E\w+))?")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_DIRECTORY = re.compile(r"(?:AT_FDCWD|\d+)<((?:[^<>\\]|\\.)*)>, ")
_ESCAPE = re.compile(r"\\([0-7]{1,3}|x[0-9a-f]{2}|.)")
_ARGV = re.compile(r'"(?:[^"\\]|\\.)*", \[(.*?)\](?:, | <)', re.DOTALL)
_NAMED_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "v": "\v", "f": "\f"}

_FORKS = frozenset({"clone", "clone3", "fork", "vfork"})
#: Calls that only root may make: to become another user, or to give files away.
_OF_ROOT = frozenset(
    {"setuid", "setgid", "setgroups", "setresuid", "setresgid", "setreuid", "setregid"}
    | {"chown", "fchown", "lchown", "fchownat", "mknod", "mknodat", "mount", "chroot"}
)
_MAKE = frozenset(
    {"mkdir", "mkdirat", "unlink", "unlinkat", "rename", "renameat", "renameat2", "rmdir", "creat"}
    | {"link", "linkat", "symlink", "symlinkat", "truncate", "utimensat", "chmod", "fchmodat"}
)
_WRITING = ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC")


@dataclass(frozen=True)
class LearnedCommand:
    """A program that was started: its path, its arguments, and the directory it was started in."""

    path: str
    argv: tuple[str, ...]
    directory: str = "/"


@dataclass(frozen=True)
class Learned:
    """The observations from runs of a program; paths as requested, made absolute.

    ``touched`` are existing paths that were opened, executed or looked at; ``listed`` are
    directories that were read; ``missing`` are requested paths that don't exist; ``written`` were
    opened for writing, made, moved or removed; ``refused`` were denied by permissions. ``of_root``
    names the calls made that only root may make.
    """

    touched: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    of_root: frozenset[str] = frozenset()
    commands: tuple[LearnedCommand, ...] = ()

    def with_more(self, other: Learned) -> Learned:
        """The observations of both, combined."""
        return Learned(
            self.touched | other.touched,
            self.listed | other.listed,
            self.missing | other.missing,
            self.written | other.written,
            self.refused | other.refused,
            self.of_root | other.of_root,
            tuple(dict.fromkeys((*self.commands, *other.commands))),
        )


@dataclass
class _Reading:
    directories: dict[str, str] = field(default_factory=dict)
    unfinished: dict[str, tuple[str, str]] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    of_root: set[str] = field(default_factory=set)
    commands: dict[LearnedCommand, None] = field(default_factory=dict)


def read_trace(lines: Iterable[str], directory: str = "/") -> Learned:
    """The observations in the log; ``directory`` is the one that the first program was started in.

    Lines that aren't calls (signals, exits, a truncated last line) are skipped.
    """
    reading = _Reading()
    for process, name, text in _calls(lines, reading):
        found = _RESULT.search(text)
        where = reading.directories.setdefault(process, directory)
        if name in _FORKS:
            if found and found[1] not in {"?", "-1", "0"}:
                reading.directories.setdefault(found[1], where)
            continue
        if found is None and name not in {"execve", "execveat"}:
            continue
        _take(reading, process, name, text, found)
    return Learned(
        frozenset(reading.touched),
        frozenset(reading.listed),
        frozenset(reading.missing - reading.touched),
        frozenset(reading.written),
        frozenset(reading.refused),
        frozenset(reading.of_root),
        tuple(reading.commands),
    )


def _calls(lines: Iterable[str], reading: _Reading) -> Iterator[tuple[str, str, str]]:
    """Each completed call: its process, its name, and its arguments with the result."""
    for line in lines:
        found = _LINE.match(line)
        if found is None:
            continue
        process, resumed, name, rest = found.groups()
        if resumed:
            first = reading.unfinished.pop(process, None)
            if first and first[0] == resumed:
                yield process, resumed, f"{first[1]}{rest}"
        elif rest.endswith("<unfinished ...>"):
            reading.unfinished[process] = (name, rest.removesuffix("<unfinished ...>"))
        else:
            yield process, name, rest


def _take(
    reading: _Reading, process: str, name: str, text: str, found: re.Match[str] | None
) -> None:
    failed = found is not None and found[1].startswith("-")
    error = found[3] if found else None
    arguments = text[: found.start()] if found else text
    paths = list(_paths(arguments, reading.directories[process]))
    if name in _OF_ROOT and not failed:
        # A program that switches to its own user needs no privilege.
        own_user = re.fullmatch(r"[01]?(?:(?:, )?(?:0|-1|NULL|\[0?\]))*", arguments.strip())
        if not own_user:
            reading.of_root.add(name)
    for path in paths:
        if error == "ENOENT":
            reading.missing.add(path)
        elif error in {"EACCES", "EPERM", "EROFS"}:
            reading.refused.add(path)
        elif not failed:
            reading.touched.add(path)
    if failed or not paths:
        return
    if name in {"execve", "execveat"}:
        where = reading.directories[process]
        reading.commands[LearnedCommand(paths[0], _argv(text), where)] = None
    elif name == "chdir":
        reading.directories[process] = paths[0]
    elif name.startswith("open") and "O_DIRECTORY" in arguments:
        reading.listed.add(paths[0])
    if name in _MAKE or (name.startswith("open") and any(w in arguments for w in _WRITING)):
        reading.written.update(paths)


def _paths(arguments: str, where: str) -> Iterator[str]:
    """The texts that are paths: the first after a directory, or the very first."""
    at = 0
    if arguments.startswith(("AT_FDCWD", *"0123456789")):
        while (found := _DIRECTORY.search(arguments, at)) is not None:
            text = _TEXT.match(arguments, found.end())
            at = found.end()
            if text and text[1]:
                yield _joined(_plain(found[1]), _plain(text[1]))
        return
    first = _TEXT.match(arguments)
    if first and first[1]:
        yield _joined(where, _plain(first[1]))
        second = re.compile(r', "((?:[^"\\]|\\.)*)"$').match(arguments, first.end())
        if second and second[1]:
            yield _joined(where, _plain(second[1]))


def _joined(directory: str, path: str) -> str:
    """An absolute path; ``..`` stays, since resolving it would need the links."""
    whole = path if path.startswith("/") else f"{directory}/{path}"
    return whole if "/.." in whole else posixpath.normpath(whole).replace("//", "/")


def _argv(text: str) -> tuple[str, ...]:
    found = _ARGV.match(text)
    return tuple(_plain(one) for one in _TEXT.findall(found[1])) if found else ()


def _plain(text: str) -> str:
    """A text without strace's escapes; bytes beyond ASCII are UTF-8."""
    if "\\" not in text:
        return text
    raw = bytearray()
    at = 0
    for found in _ESCAPE.finditer(text):
        raw += text[at : found.start()].encode("utf-8", "surrogateescape")
        raw += _unescaped(found[1])
        at = found.end()
    raw += text[at:].encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "surrogateescape")


def _unescaped(code: str) -> bytes:
    if code[0] in "01234567":
        return bytes([int(code, 8) & 0xFF])
    if code[0] == "x" and len(code) == 3:
        return bytes([int(code[1:], 16)])
    return _NAMED_ESCAPES.get(code, code).encode("utf-8", "surrogateescape")
