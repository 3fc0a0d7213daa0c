"""Everything that the image is known to start: its command, its health check, programs that its
scripts call, and programs that a run of it was seen to start.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from bpkit.image import (
    SHELLS,
    Evidence,
    ImageConfig,
    Link,
    Subject,
    follow,
    join,
    shell_text,
    simple_command,
)
from bpkit.languages import SHARED
from bpkit.verbs.shrink.jobs import commands_in, holds_commands
from bpkit.verbs.shrink.learned import LearnedCommand
from bpkit.verbs.shrink.scripts import ScriptUse, script_use

# Shell builtins, although programs of the same name may exist too.
_BUILTINS_TEXT = """
    [ [[ : . alias bg break case cd command continue declare do done echo elif else esac eval exec
    exit export false fc fg fi for function getopts hash help history if in jobs kill let local
    logout printf pwd read readonly return select set shift source test then time times trap true
    type typeset ulimit umask unalias unset until wait while
"""
_BUILTINS = frozenset(_BUILTINS_TEXT.split())
#: The words of a shell form that can be written as a list of words.
_NOT_PLAIN = frozenset("$`*?[]{}~<>\\#!|&;()\n'\"=")
#: Lines of configuration that name a command, of supervisord, systemd and Procfiles.
_CONFIGURED = re.compile(
    r"^[ \t]*(?:command[ \t]*=|ExecStart(?:Pre)?[ \t]*=[-@:+!]*|[a-z]\w*:[ \t])[ \t]*(\S.*)$",
    re.MULTILINE,
)
#: ``- shell: seq 3 | wc -l``, or the beginning of a block of lines.
_COMMAND_KEY = re.compile(
    r"([ \t]*(?:-[ \t]+)?)(?:[\w.]+\.)?(?:shell|command|cmd|exec|script|raw):[ \t]*([^\s{\[].*)$"
)
_MOST_COMMANDS = 20_000
#: File names of scripts whose first line names no interpreter.
_OF_SHELLS = (".sh", ".bash", ".ksh")


@dataclass(frozen=True)
class Starts:
    """The programs, each once, in the order in which they are started.

    ``files`` are paths that the commands and the scripts name, ``sourced`` scripts that other
    scripts read, ``words`` all words in the scripts. ``runs_arguments``: the entry script starts
    any command passed to ``docker run IMAGE``.
    """

    links: tuple[Link, ...]
    files: tuple[str, ...] = ()
    sourced: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    directories: Mapping[str, str] = field(default_factory=dict, hash=False)
    runs_arguments: bool = False

    def of_files(self) -> Iterator[str]:
        """The paths that the programs are started by."""
        for link in self.links:
            if link.node:
                yield link.lookup.path

    def directory(self, link: Link, workdir: str) -> str:
        """The directory that a program was seen to be started in, else ``workdir``."""
        return self.directories.get("\0".join(link.argv), workdir)


#: The uses of scripts, by their paths, their texts, and the directories they are started in.
ScriptUses = dict[tuple[str, str, str], ScriptUse]


@dataclass
class _Search:
    subject: Subject
    evidence: Mapping[str, Evidence]
    found: dict[str, Link] = field(default_factory=dict)
    files: dict[str, None] = field(default_factory=dict)
    sourced: dict[str, None] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    directories: dict[str, str] = field(default_factory=dict)
    waiting: deque[tuple[tuple[str, ...], str]] = field(default_factory=deque)
    seen: set[tuple[str, ...]] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    programs: dict[str, bool] = field(default_factory=dict)
    uses: ScriptUses = field(default_factory=dict)

    def use(self, path: str, text: str, directory: str) -> ScriptUse:
        """The commands of a script that is started in ``directory``."""
        key = (path, text, directory)
        if key not in self.uses:
            env = self.subject.config.process_env
            self.uses[key] = script_use(self.subject.rootfs, path, text, directory, env)
        return self.uses[key]

    def add(self, argv: tuple[str, ...], directory: str) -> None:
        if argv and argv not in self.seen and len(self.seen) < _MOST_COMMANDS:
            self.seen.add(argv)
            self.waiting.append((argv, directory))


def starts(
    subject: Subject,
    evidence: Mapping[str, Evidence],
    scripts: Iterable[str] = (),
    learned: Iterable[LearnedCommand] = (),
    uses: ScriptUses | None = None,
) -> Starts:
    """The programs that are started.

    ``evidence`` is by the real path of a program; ``scripts`` are files in the new image that a
    shell may start or read; ``learned`` was seen in runs. ``uses`` are earlier results for scripts
    in the same image.
    """
    search = _Search(subject, evidence, uses={} if uses is None else uses)
    config = subject.config
    search.add(config.argv, config.workdir)
    search.add(config.healthcheck, config.workdir)
    for seen in learned:
        search.add((seen.path, *seen.argv[1:]), seen.directory)
    for path in scripts:
        known = evidence.get(path)
        if known and known.script.startswith("#!"):
            search.add((path,), config.workdir)
        elif known and known.script and path.endswith(_OF_SHELLS):
            # A server's configuration, or a line in a crontab, names the interpreter.
            search.add(("/bin/sh", path), config.workdir)
        elif known and known.script and holds_commands(path):
            for command in commands_in(path, known.script):
                search.add(("/bin/sh", "-c", command), config.workdir)
        elif known and path.endswith((".yml", ".yaml")):
            _listed(search, known.script)
        elif known and known.script:
            _configured(search, known.script)
    while search.waiting:
        argv, directory = search.waiting.popleft()
        _follow(search, argv, directory)
    return Starts(
        tuple(search.found.values()),
        tuple(search.files),
        tuple(search.sourced),
        frozenset(search.words),
        search.directories,
        _entry_runs_arguments(search),
    )


def _entry_runs_arguments(search: _Search) -> bool:
    """Whether ENTRYPOINT's script, or one that it reads, starts its arguments."""
    config, rootfs = search.subject.config, search.subject.rootfs
    if shell_text(config.entrypoint) is not None:
        # A shell form ignores arguments.
        return False
    links = [link for word in config.entrypoint for link in follow(search.subject, (word,))]
    waiting = [link.node.path for link in links if link.node]
    waiting += [node.path for w in config.entrypoint if (node := rootfs.file(w, config.workdir))]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path in seen or path not in search.evidence:
            continue
        seen.add(path)
        use = search.use(path, search.evidence[path].script, config.workdir)
        if use.runs_arguments:
            return True
        waiting += [node.path for one in use.sourced if (node := rootfs.file(one))]
    return False


def _follow(search: _Search, argv: tuple[str, ...], directory: str) -> None:
    subject = search.subject
    config = subject.config
    if directory != config.workdir:
        subject = replace(subject, config=replace(config, workdir=directory))
    links = follow(subject, argv)
    if not links or (links[0].node is None and argv != config.argv):
        return
    for link in links:
        search.found.setdefault(f"{link.lookup.path}\0{link.argv}", link)
        search.directories.setdefault("\0".join(link.argv), directory)
        if text := shell_text(link.argv):
            _in_script(search, search.use(directory, text, directory))
        for word in _values(link.argv[1:]):
            _names_file(search, word, directory)
        script = _script_of(subject, link)
        if script:
            _read(search, script, directory)
    _wrapped(search, argv, directory)
    if config.entrypoint and argv == config.argv and links[0].line is not None:
        # Such a script usually ends with exec "$@".
        search.add(config.cmd, directory)


def _values(words: Iterable[str]) -> Iterator[str]:
    """The words, and for those with an equals sign the part after it."""
    for word in words:
        yield word
        for sign in ("=", ":", "@"):
            _, found, value = word.partition(sign)
            if found and value:
                yield value


def _names_file(search: _Search, word: str, directory: str) -> None:
    if not word or word.startswith("-") or "\n" in word or len(word) > 4000:
        return
    path = join(word) if word.startswith("/") else join(directory, word)
    node = search.subject.rootfs.resolve(path)
    deep = path.count("/") > 1 and path not in SHARED.split()
    if node and (node.kind == "file" or (node.kind == "directory" and deep)):
        search.files.setdefault(path)


def _script_of(subject: Subject, link: Link) -> str:
    """The shell script, started as a program of its own or passed as an argument."""
    if link.node is None:
        return ""
    if _is_of_shell(link):
        return link.node.path
    if posixpath.basename(link.name) in SHELLS:
        for word in link.argv[1:]:
            if not word.startswith(("-", "+")):
                found = subject.rootfs.file(word, subject.config.workdir)
                return found.path if found else ""
            if word.endswith("c"):
                return ""
    return ""


def _read(search: _Search, path: str, directory: str) -> None:
    """Add what a script starts, and what the scripts that it reads start."""
    if path in search.read:
        return
    search.read.add(path)
    search.sourced.setdefault(path)
    known = search.evidence.get(path)
    if known is None:
        return
    if known.script:
        use = search.use(path, known.script, directory)
        for sourced in use.sourced:
            node = search.subject.rootfs.file(sourced)
            if node:
                search.files.setdefault(sourced)
                _read(search, node.path, directory)
        _in_script(search, use)
    else:
        _in_script(search, ScriptUse(names=known.texts))


def _in_script(search: _Search, use: ScriptUse) -> None:
    workdir = search.subject.config.workdir
    search.words |= use.names
    search.files.update(dict.fromkeys(use.files))
    for words in use.commands:
        argv = tuple(word for word in words if word)
        argv = argv[1:] if argv[:1] == ("exec",) else argv
        search.add(argv, workdir)
        _wrapped(search, argv, workdir)
    for word in sorted(use.names):
        if word not in _BUILTINS and _is_program(search, word):
            search.add((word,), workdir)


def _wrapped(search: _Search, argv: tuple[str, ...], directory: str) -> None:
    """Commands within a command: ``su app -s /bin/sh -c TEXT``, ``timeout 5 server --port 80``."""
    for at, word in enumerate(argv[1:], 1):
        if argv[at - 1] == "-c" and " " in word and posixpath.basename(argv[0]) not in SHELLS:
            _in_script(search, search.use(directory, word, directory))
        elif word and word[0] not in "-+" and word not in _BUILTINS and _is_program(search, word):
            search.add(argv[at:], directory)


def _is_program(search: _Search, word: str) -> bool:
    if "\n" in word or len(word) > 255:
        return False
    if word not in search.programs:
        links = follow(search.subject, (word,))
        search.programs[word] = bool(links) and links[0].node is not None
    return search.programs[word]


def _configured(search: _Search, text: str) -> None:
    for line in _CONFIGURED.findall(text):
        try:
            words = tuple(shlex.split(line, comments=True))
        except ValueError:
            continue
        if words and _is_program(search, words[0]):
            search.add(words, search.subject.config.workdir)


def _listed(search: _Search, text: str) -> None:
    """The commands that an application's file lists under keys that have no other meaning."""
    directory = search.subject.config.workdir
    lines = text.splitlines()
    for number, line in enumerate(lines):
        found = _COMMAND_KEY.match(line)
        if found is None:
            continue
        value = found[2].strip().strip("'\"")
        if value[0] in "|>":
            value = "\n".join(_indented(lines[number + 1 :], len(found[1])))
        # A value that a template inserts at run time isn't known.
        _in_script(search, search.use(directory, re.sub(r"\{\{.*?\}\}", "", value), directory))


def _indented(lines: list[str], deep: int) -> Iterator[str]:
    """The lines of a block that is indented by more than so many columns."""
    for line in lines:
        if line.strip() and len(line) - len(line.lstrip()) <= deep:
            return
        yield line.strip()


def _is_of_shell(link: Link) -> bool:
    if link.line is None:
        return False
    return any(word.rpartition("/")[2] in SHELLS for word in link.line.split()[:2])


def without_shell(config: ImageConfig) -> ImageConfig:
    """The configuration with a shell form that consists of plain words as the list of these words.

    The program is then process 1 itself and receives the signals, and the image doesn't need a
    shell for its command.
    """
    if config.entrypoint:
        words = _plain_words(config.entrypoint)
        # A shell form ignores CMD.
        return config if words is None else _with(config, words, ())
    words = _plain_words(config.cmd)
    return config if words is None else _with(config, (), words)


def _plain_words(argv: tuple[str, ...]) -> tuple[str, ...] | None:
    text = shell_text(argv) if len(argv) == 3 else None
    if text is None or set(text) & _NOT_PLAIN:
        return None
    return simple_command(text) or None


def _with(config: ImageConfig, entrypoint: tuple[str, ...], cmd: tuple[str, ...]) -> ImageConfig:
    return replace(config, entrypoint=entrypoint, cmd=cmd)
