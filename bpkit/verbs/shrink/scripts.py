"""What a shell script calls, reads and starts, as far as its text shows.

Every branch counts, since it isn't known which one a run will take. A word that isn't fully known
(it has a variable that is set at run time) becomes a pattern, and all files that it matches count.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache

from bpkit.errors import InputError
from bpkit.formats.shell import (
    BraceGroup,
    Case,
    Chain,
    Command,
    For,
    Function,
    If,
    Literal,
    Parameter,
    Pipeline,
    ShellScript,
    Simple,
    Substitution,
    While,
    Word,
    parse,
)
from bpkit.image import Rootfs
from bpkit.languages import SHARED

#: Stands for a part that is known only at run time.
_UNKNOWN = "\x01"
_MOST_MATCHES = 2000
_WORDS = re.compile(r"[A-Za-z0-9_./+\[@%:~-]+")
#: Programs that start the command after their own arguments.
_STARTERS_TEXT = """
    catchsegv chpst chroot command dumb-init env eval gosu ionice nice nohup numactl runuser setpriv
    s6-setuidgid setuidgid stdbuf su-exec sudo time timeout tini unshare with-contenv
"""
_STARTERS = frozenset(_STARTERS_TEXT.split())
#: Commands that start the command after them, and the number of their own arguments before it.
_SOURCES = frozenset({".", "source"})
_OWN_DIRECTORY = re.compile(
    r"dirname .*(?:\$0|\$\{?BASH_SOURCE)|\$\{0%/\*\}|\$\{BASH_SOURCE.*%/\*\}"
)


@dataclass(frozen=True)
class ScriptUse:
    """The content of a script: ``commands`` with their words, ``sourced`` files, ``files`` and
    directories that it names, and ``names``, every word that may be a program.
    ``runs_arguments``: it starts its arguments as a command: ``exec "$@"``.
    """

    commands: tuple[tuple[str, ...], ...] = ()
    sourced: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    runs_arguments: bool = False


@dataclass
class _Walk:
    rootfs: Rootfs
    path: str
    directories: list[str]
    variables: dict[str, str]
    commands: dict[tuple[str, ...], None] = field(default_factory=dict)
    sourced: dict[str, None] = field(default_factory=dict)
    files: dict[str, None] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    functions: int = 0
    runs_arguments: bool = False


def script_use(
    rootfs: Rootfs, path: str, text: str, workdir: str, env: Mapping[str, str]
) -> ScriptUse:
    """The content of the script at ``path``, started in ``workdir`` with ``env``.

    Of a text that is neither sh nor bash, only the words.
    """
    own = posixpath.dirname(path)
    walk = _Walk(rootfs, path, list(dict.fromkeys((workdir, own))), {**env, "0": path})
    try:
        script = _parsed(text)
    except (InputError, RecursionError):
        walk.names |= set(_WORDS.findall(re.sub(r"(?m)^\s*#.*$", "", text)))
        for line in text.splitlines():
            _plain_line(walk, line)
    else:
        _script(walk, script)
    return ScriptUse(
        tuple(walk.commands),
        tuple(walk.sourced),
        tuple(walk.files),
        frozenset(walk.names),
        walk.runs_arguments,
    )


@lru_cache(maxsize=1024)
def _parsed(text: str) -> ShellScript:
    return parse(text, "script")


def _plain_line(walk: _Walk, line: str) -> None:
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return
    if words:
        walk.commands.setdefault(tuple(words))
        for word in words:
            _named(walk, word)


def _script(walk: _Walk, script: ShellScript) -> None:
    for chain in script.chains:
        _chain(walk, chain)


def _chain(walk: _Walk, chain: Chain) -> None:
    for pipeline in (chain.first, *(one for _, one in chain.rest)):
        _pipeline(walk, pipeline)


def _pipeline(walk: _Walk, pipeline: Pipeline) -> None:
    for command in pipeline.commands:
        _command(walk, command)
        for redirect in getattr(command, "redirects", ()):
            _named(walk, _text(walk, redirect.word))


def _command(walk: _Walk, command: Command) -> None:
    match command:
        case Simple():
            _simple(walk, command)
        case If():
            parts = [part for branch in command.branches for part in branch]
            for part in (*parts, *([command.otherwise] if command.otherwise else ())):
                _script(walk, part)
        case For():
            _for(walk, command)
        case While():
            for part in (command.condition, command.body):
                _script(walk, part)
        case Case():
            _text(walk, command.word)
            for body in [arm.body for arm in command.arms]:
                _script(walk, body)
        case Function():
            walk.functions += 1
            _command(walk, command.body)
            walk.functions -= 1
        case BraceGroup():
            _script(walk, command.body)
        case _:
            walk.names |= set(_WORDS.findall(command.span.text))


def _for(walk: _Walk, command: For) -> None:
    values = [_text(walk, word) for word in command.words or ()]
    walk.variables[command.name] = values[0] if len(values) == 1 else _UNKNOWN
    for value in values:
        _named(walk, value)
    _script(walk, command.body)


def _simple(walk: _Walk, command: Simple) -> None:
    for assignment in command.assignments:
        items = assignment.items if assignment.items is not None else (assignment.word,)
        values = [_text(walk, word) for word in items]
        walk.variables[assignment.name] = values[0] if len(values) == 1 else _UNKNOWN
        for value in values:
            _named(walk, value)
    words = [_text(walk, word) for word in command.words]
    if not words:
        return
    if words[0] in {"export", "local", "readonly", "declare", "typeset"}:
        for word in words[1:]:
            name, equals, value = word.partition("=")
            if equals:
                walk.variables[name] = value
    if words[0] in _SOURCES and len(words) > 1:
        walk.sourced.update(dict.fromkeys(_matches(walk, words[1])))
    if words[0] in {"cd", "pushd"} and len(words) > 1:
        _enter(walk, words[1])
    walk.commands.setdefault(tuple(word for word in words if _UNKNOWN not in word))
    # In a function these are the function's.
    if walk.functions == 0 and _runs_arguments(command):
        walk.runs_arguments = True
    for word in words:
        for inner in (word, word.partition("=")[2]):
            _named(walk, inner)


def _runs_arguments(command: Simple) -> bool:
    """Whether the command is the script's arguments, directly or through a program that starts
    another."""
    before: list[str] = []
    for word in command.words:
        names = {part.name for part in word.parts if isinstance(part, Parameter)}
        if names & {"@", "*"} or (names == {"1"} and before in ([], ["exec"])):
            first = before[1:2] if before[:1] == ["exec"] else before[:1]
            return not first or first[0].rpartition("/")[2] in _STARTERS or "-c" in before
        before.append(word.bare or "")
    return False


def _enter(walk: _Walk, word: str) -> None:
    for directory in list(walk.directories):
        path = posixpath.normpath(posixpath.join(directory, word))
        if _UNKNOWN not in path and walk.rootfs.is_directory(path):
            found = walk.rootfs.real_path(path)
            if found not in walk.directories:
                walk.directories.append(found)


def _text(walk: _Walk, word: Word) -> str:
    """The word as far as it is known, with a star for parts that aren't."""
    made = ""
    for part in word.parts:
        match part:
            case Literal():
                made += part.text
            case Parameter():
                known = walk.variables.get(part.name)
                if part.argument is not None:
                    inside = _text(walk, part.argument)
                    walk.names |= set(_WORDS.findall(inside))
                    _named(walk, inside)
                    if part.operator in {":-", "-", ":=", "="} and known is None:
                        known = inside
                    elif part.operator not in {":-", "-", ":=", "=", ":?", "?"}:
                        known = None
                        if part.name in {"0", "BASH_SOURCE"} and part.operator in {"%", "%%"}:
                            known = posixpath.dirname(walk.path)
                if part.name in {"BASH_SOURCE", "0"} and not part.operator:
                    known = walk.path
                made += _UNKNOWN if known is None else known
            case Substitution():
                _script(walk, part.script)
                is_own = _OWN_DIRECTORY.search(part.text)
                made += posixpath.dirname(walk.path) if is_own else _UNKNOWN
            case _:
                made += _UNKNOWN
    walk.names |= set(_WORDS.findall(made))
    return re.sub(f"{_UNKNOWN}+", _UNKNOWN, made)


def _named(walk: _Walk, word: str) -> None:
    """Add the files that the word names, from each directory that the script may be in."""
    if not word.strip(_UNKNOWN) or word[0] == "-" or len(word) > 4000:
        return
    for path in _matches(walk, word):
        walk.files.setdefault(path)


def _matches(walk: _Walk, word: str) -> Iterator[str]:
    seen: set[str] = set()
    for directory in walk.directories if not word.startswith("/") else ["/"]:
        path = posixpath.normpath(posixpath.join(directory, word.replace(_UNKNOWN, "*")))
        for found in _there(walk.rootfs, path):
            if found not in seen:
                seen.add(found)
                yield found


def _there(rootfs: Rootfs, path: str) -> Iterator[str]:
    """The path itself; for a pattern with a specific beginning, everything that it matches."""
    if not any(sign in path for sign in "*?["):
        node = rootfs.resolve(path)
        if node and (node.kind == "file" or node.path not in SHARED.split()):
            yield path
        return
    fixed = re.split(r"[^/]*[*?\[]", path, maxsplit=1)[0].rstrip("/")
    if not fixed or fixed in SHARED.split() or not rootfs.is_directory(fixed):
        return
    real = rootfs.real_path(fixed)
    pattern = real + path[len(fixed) :]
    deep = pattern.count("/")
    count = 0
    for one in _down(rootfs, real, deep):
        if one.count("/") == deep and fnmatchcase(one, pattern):
            yield one
            count += 1
            if count >= _MOST_MATCHES:
                return


def _down(rootfs: Rootfs, directory: str, deep: int) -> Iterable[str]:
    for path in rootfs.children.get(directory, ()):
        yield path
        if path.count("/") < deep:
            yield from _down(rootfs, path, deep)


#: Names in a compiled class that starts programs (java.lang).
STARTS_PROGRAMS = (b"java/lang/ProcessBuilder", b"java/lang/Runtime")
#: Words in a source that starts programs, in any of the languages that are read.
_STARTS_PROGRAMS = re.compile(
    r"subprocess|os\.system|os\.popen|popen|child_process|execa|shelljs|exec\(|execv|spawn|system\b"
    r"|shell_exec|passthru|proc_open|qx[/({\[]|`[^`\n]+`|%x|Open3|IPC::|ProcessBuilder|getRuntime"
    r"|Process\.Start|os/exec|Command::new"
)
_QUOTED = re.compile(
    r"""(?s)'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)\"|`((?:[^`\\]|\\.)*)`"""
    r"""|%x[({\[](.*?)[)}\]]|qx[({\[/](.*?)[)}\]/]"""
)


def called_in_source(text: str) -> tuple[frozenset[str], bool]:
    """The words in the string literals of a source that starts programs, and whether it does."""
    if not _STARTS_PROGRAMS.search(text):
        return frozenset(), False
    words: set[str] = set()
    for found in _QUOTED.finditer(text):
        words.update(_WORDS.findall(" ".join(found.groups(""))))
    return frozenset(words), True
