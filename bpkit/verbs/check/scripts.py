"""The programs that every run of a shell script starts.

A rule may only claim what is certain. A command counts if it is at the top level of the script and
nothing before it can have ended the script, changed PATH, defined a function or created the file; a
command in a branch may be started, and is reported as no more than that.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
    ShellScript,
    Simple,
    While,
    Word,
    parse,
)
from bpkit.image import SHELLS, Link, Lookup, Node, Subject, interpreter_of, look_up

_MOST_SCRIPTS = 50
_WRAPPERS = frozenset({"exec", "command", "nohup", "setsid"})
_USERS = frozenset({"gosu", "su-exec"})
#: Shell builtins, which don't come from a file.
_BUILTINS = frozenset(
    """. : [ [[ alias bg break case cd command continue declare dirs disown echo enable eval exec
    exit export false fc fg getopts hash history help jobs kill let local logout mapfile popd printf
    pushd pwd read readarray readonly return set shift shopt source suspend test times trap true
    type typeset ulimit umask unalias unset until wait""".split()  # noqa: SIM905
)
#: Commands that make later commands, or later names, uncertain.
_DECIDES = frozenset({"exit", "return", "exec", "eval", "break", "continue"})


@dataclass(frozen=True)
class ScriptStart:
    """A program that a script starts.

    ``is_certain``: every run reaches it. ``is_fatal``: the script ends with it, or ends if it
    fails. ``is_exec``: the script becomes the program.
    """

    script: Node
    words: tuple[str, ...]
    lookup: Lookup
    line: int
    is_certain: bool
    is_fatal: bool
    is_exec: bool = False

    @property
    def name(self) -> str:
        return self.words[0]


def shell_script(node: Node | None) -> str | None:
    """The text of a shell script; None for any other file."""
    if node is None or node.kind != "file" or node.elf or node.text is None:
        return None
    text = node.text.removeprefix(b"\xef\xbb\xbf")
    if not text.startswith(b"#!"):
        return node.text.decode("utf-8", "surrogateescape") if _is_text(text) else None
    line = text[2:].split(b"\n", 1)[0].decode("utf-8", "surrogateescape").rstrip("\r")
    words = [word.rpartition("/")[2] for word in " ".join(interpreter_of(line)).split()]
    shells = [word for word in words[:3] if word in SHELLS or word == "busybox"]
    return node.text.decode("utf-8", "surrogateescape") if shells else None


def _is_text(data: bytes) -> bool:
    return b"\0" not in data[:1024]


def read_scripts(subject: Subject, links: Sequence[Link]) -> tuple[Node, ...]:
    """The scripts that shells read when the image is started, in the order of reading.

    These are the entry script, a file passed to a shell, and scripts that either starts or reads,
    including those in branches.
    """
    found: dict[str, Node] = {}
    waiting = [*_of_links(subject, links)]
    while waiting and len(found) < _MOST_SCRIPTS:
        node = waiting.pop(0)
        if node.path in found:
            continue
        found[node.path] = node
        for start in script_starts(subject, (node,)):
            waiting += _scripts_of(subject, start)
    return tuple(found.values())


def _of_links(subject: Subject, links: Sequence[Link]) -> Iterator[Node]:
    is_by_shebang = any(link.how == "shebang" for link in links)
    for link in links:
        if link.node and link.node.text is not None and link.line is not None:
            if shell_script(link.node) is not None:
                yield link.node
        elif not is_by_shebang and link.name.rpartition("/")[2] in SHELLS:
            yield from _given(subject, link.argv)


def _given(subject: Subject, words: Sequence[str]) -> Iterator[Node]:
    """The script file after a shell's options."""
    rest = list(words[1:])
    while rest and rest[0].startswith("-"):
        if "c" in rest[0].lstrip("-") and not rest[0].startswith("--"):
            return
        rest.pop(0)
    if rest:
        path = posixpath.join(subject.config.workdir, rest[0])
        node = subject.rootfs.resolve(path)
        if node and node.kind == "file" and shell_script(node) is not None:
            yield node


def _scripts_of(subject: Subject, start: ScriptStart) -> Iterator[Node]:
    node = start.lookup.node
    if start.name.rpartition("/")[2] in SHELLS:
        yield from _given(subject, start.words)
    elif node and node.text is not None and shell_script(node) is not None:
        yield node


def script_starts(subject: Subject, scripts: Sequence[Node]) -> Iterator[ScriptStart]:
    """The programs that these scripts start, each with its place in the script."""
    for node in scripts:
        text = shell_script(node)
        if text is None:
            continue
        # A script with Windows line ends is reported as such.
        try:
            script = parse(text.replace("\r\n", "\n").removeprefix("\ufeff"), node.path)
        except (InputError, RecursionError):
            continue
        yield from _Reader(subject, node).starts(script)


@dataclass
class _Reader:
    """One script, read from the top; commands read so far can make later ones uncertain."""

    subject: Subject
    node: Node
    certain: bool = True
    knows_path: bool = True
    knows_directory: bool = True
    stops_on_error: bool = False

    def starts(self, script: ShellScript) -> Iterator[ScriptStart]:
        functions = set(_functions(script))
        seen = ""
        for chain in script.chains:
            is_end = chain is script.chains[-1]
            for command, is_plain in _commands(chain):
                is_sure = is_plain and self.certain
                if isinstance(command, Simple):
                    yield from self._of_simple(command, is_sure, is_end, functions, seen)
                    if _name(command) in _DECIDES and (not is_sure or _ends(command)):
                        self.certain = False
                else:
                    for inner in _inside(command):
                        yield from self._of_simple(inner, False, False, functions, seen)
                        if _name(inner) in _DECIDES:
                            self.certain = False
                seen += f"\n{command.span.text}"

    def _of_simple(
        self, command: Simple, is_sure: bool, is_end: bool, functions: set[str], seen: str
    ) -> Iterator[ScriptStart]:
        words = [_literal(word) for word in command.words]
        self._note(command, words)
        program = _program(words)
        if not program or program[0] in _BUILTINS or program[0] in functions:
            return
        found = look_up(self.subject, program[0])
        if found.node is None and not self._is_known(program[0], seen):
            return
        is_exec = words[0] == "exec"
        is_fatal = is_sure and (is_exec or is_end or self.stops_on_error)
        line = command.span.line
        yield ScriptStart(self.node, program, found, line, is_sure, is_fatal, is_exec)

    def _is_known(self, path: str, seen: str) -> bool:
        """Whether it is certain that the script finds nothing at ``path`` either."""
        if "/" not in path and not self.knows_path:
            return False
        if "/" in path and not path.startswith("/") and not self.knows_directory:
            return False
        # An earlier command may test whether it exists, or create it.
        if re.search(rf"(?<![\w./-]){re.escape(path)}(?![\w./-])", seen):
            return False
        return not _makes(seen, posixpath.dirname(path))

    def _note(self, command: Simple, words: list[str | None]) -> None:
        """Note the command's effect on those that follow."""
        if any(one.name == "PATH" for one in command.assignments):
            self.knows_path = False
        name = words[0] if words else None
        if name in {"export", "declare", "readonly", "local"}:
            self.knows_path &= not any("PATH" in word.text for word in command.words[1:])
        if name in {"cd", "pushd"}:
            self.knows_directory = False
        if name in {".", "source", "eval"}:
            # Functions and variables that it sets aren't followed here.
            self.knows_path = False
        if name == "set" and any(word and re.match(r"-\w*e", word) for word in words[1:]):
            self.stops_on_error = True


def _makes(seen: str, directory: str) -> bool:
    """Whether an earlier command names the directory of a program as a whole word."""
    return bool(directory.strip("/.")) and directory in re.split(r"[\s\"'=;]+", seen)


def _commands(chain: Chain) -> Iterator[tuple[Command, bool]]:
    """The commands in a list, and whether each always runs and its failure counts."""
    pipelines = [chain.first, *(one for _, one in chain.rest)]
    operators = ["", *(operator for operator, _ in chain.rest)]
    for position, (operator, pipeline) in enumerate(zip(operators, pipelines, strict=True)):
        followed = operators[position + 1 : position + 2]
        plain = operator == "" and followed != ["||"] and not pipeline.negated
        alone = len(pipeline.commands) == 1 and not chain.background
        for command in pipeline.commands:
            yield command, plain and alone


def _inside(command: Command) -> Iterator[Simple]:
    """The simple commands in a compound one, at any depth."""
    match command:
        case Simple():
            yield command
        case If():
            for condition, body in command.branches:
                yield from _all(condition)
                yield from _all(body)
            if command.otherwise:
                yield from _all(command.otherwise)
        case For() | BraceGroup():
            yield from _all(command.body)
        case While():
            yield from _all(command.condition)
            yield from _all(command.body)
        case Case():
            for arm in command.arms:
                yield from _all(arm.body)
        case Function():
            yield from _inside(command.body)
        case _:
            return


def _all(script: ShellScript) -> Iterator[Simple]:
    for chain in script.chains:
        for pipeline in (chain.first, *(one for _, one in chain.rest)):
            for command in pipeline.commands:
                yield from _inside(command)


def _functions(script: ShellScript) -> Iterator[str]:
    for chain in script.chains:
        for pipeline in (chain.first, *(one for _, one in chain.rest)):
            for command in pipeline.commands:
                if isinstance(command, Function):
                    yield command.name


def _name(command: Simple) -> str:
    return (_literal(command.words[0]) or "") if command.words else ""


def _ends(command: Simple) -> bool:
    """Whether the script ends with it: ``exit``, or ``exec`` of a program."""
    return _name(command) == "exit" or len(command.words) > 1


def _literal(word: Word) -> str | None:
    """The word, if nothing in it is expanded at run time."""
    text = ""
    for part in word.parts:
        if not isinstance(part, Literal) or (
            not part.quoted and any(c in part.text for c in "*?[{~")
        ):
            return None
        text += part.text
    return text


def _program(words: list[str | None]) -> tuple[str, ...]:
    """The program and its arguments up to the first unknown one, without a wrapper."""
    rest = list(words)
    while rest and rest[0] in _WRAPPERS:
        rest.pop(0)
        if rest and rest[0] is not None and rest[0].startswith("-"):
            return ()
    if rest and rest[0] in _USERS:
        rest = rest[2:]
    if not rest or not rest[0]:
        return ()
    known = []
    for word in rest:
        if word is None:
            break
        known.append(word)
    return tuple(known)
