"""The programs that ``docker run`` starts, each started by the one before it.

The image's command starts a program; that may be a script, which the kernel passes to its
interpreter; ``env``, ``tini`` and similar programs start the command in their arguments; a shell
with one simple command starts that. If it isn't certain what a program will start, the chain ends:
nothing is guessed.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bpkit.image.lookup import Lookup, look_up
from bpkit.image.rootfs import ROOT, Identity, Node
from bpkit.image.subject import Subject

#: What starts the program: the engine, the kernel for a script, a wrapper, a shell.
How = Literal["engine", "shebang", "wrapper", "shell"]

_LONGEST = 8
#: The number of bytes that the kernel reads of a script's first line (BINPRM_BUF_SIZE).
_HEAD = 256
SHELLS = frozenset({"sh", "ash", "bash", "dash", "ksh", "zsh"})
#: The options of wrappers that take a value, by the wrappers' names.
_WRAPPERS: dict[str, frozenset[str]] = {
    "env": frozenset({"-u", "--unset", "-C", "--chdir"}),
    "tini": frozenset({"-p", "-e"}),
    "tini-static": frozenset({"-p", "-e"}),
    "docker-init": frozenset({"-p", "-e"}),
    "dumb-init": frozenset({"-r", "--rewrite"}),
    "catatonit": frozenset(),
    "nice": frozenset({"-n"}),
    "nohup": frozenset(),
    "setsid": frozenset(),
}
#: Wrappers that first switch to another user, named by the argument before the program.
_USER_WRAPPERS = frozenset({"gosu", "su-exec"})
#: Shell builtins and reserved words.
_BUILTINS = """
    . : [ [[ { ! alias bg break case cd command continue declare echo eval exit export false fc fg
    for function getopts hash if jobs kill let local printf pwd read readonly return set shift
    source test time times trap true type ulimit umask unalias unset until wait while
"""
#: What may follow a simple command that alone decides the exit status.
_FOLLOWERS = frozenset({"&&", ">", ">>", "<", ">&", "<<<", "<>", "&>"})


@dataclass(frozen=True)
class Link:
    """One program in the chain. ``argv[0]`` is its name, ``who`` the user that starts it."""

    how: How
    argv: tuple[str, ...]
    lookup: Lookup
    who: Identity = ROOT

    @property
    def name(self) -> str:
        return self.argv[0]

    @property
    def node(self) -> Node | None:
        """The file, if it exists and can be started."""
        return self.lookup.node

    @property
    def line(self) -> str | None:
        """The shebang of a script, without ``#!`` and line feed."""
        text = self.node.text if self.node and not self.node.elf else None
        if not text or not text.startswith(b"#!"):
            return None
        return text[2:_HEAD].split(b"\n", 1)[0].decode("utf-8", "surrogateescape")


def chain(subject: Subject) -> tuple[Link, ...]:
    """The programs that ``docker run`` of the image starts, as far as is certain.

    Empty if the image has no command.
    """
    return follow(subject, subject.config.argv)


def follow(subject: Subject, argv: tuple[str, ...]) -> tuple[Link, ...]:
    """The chain that begins with ``argv``."""
    return tuple(_links(subject, argv)) if argv else ()


def shell_text(argv: tuple[str, ...]) -> str | None:
    """The command that is passed to a shell with ``-c``; None for anything else."""
    if len(argv) < 3 or argv[0].rpartition("/")[2] not in SHELLS:
        return None
    options, text = argv[1], argv[2]
    return text if options.startswith("-") and options.endswith("c") else None


def _links(subject: Subject, argv: tuple[str, ...]) -> Iterator[Link]:
    link: Link | None = Link("engine", argv, look_up(subject, argv[0]), subject.who)
    for _ in range(_LONGEST):
        if link is None:
            return
        yield link
        link = _next(subject, link) if link.node else None


def _next(subject: Subject, link: Link) -> Link | None:
    if link.line is not None:
        interpreter = interpreter_of(link.line)
        if not interpreter:
            return None
        # The kernel passes the rest of the line after the interpreter as one argument.
        argv = (*interpreter, link.lookup.path, *link.argv[1:])
        # It doesn't search PATH: a name without a slash is in the working directory.
        path = argv[0] if "/" in argv[0] else f"./{argv[0]}"
        return Link("shebang", argv, look_up(subject, path, link.who), link.who)
    text = shell_text(link.argv)
    if text is not None:
        return _of_shell(subject, link, text)
    return _of_wrapper(subject, link)


def interpreter_of(line: str) -> tuple[str, ...]:
    """The interpreter in a shebang, and its single argument if there is one.

    A carriage return at the end is part of the line, as in the kernel (fs/binfmt_script.c).
    """
    return tuple(part for part in re.split(r"[ \t]+", line.strip(" \t"), maxsplit=1) if part)


def _of_shell(subject: Subject, link: Link, text: str) -> Link | None:
    words = simple_command(text)
    if not words:
        return None
    found = look_up(subject, words[0], link.who)
    assert link.node is not None
    if found.node is None and "/" not in words[0] and "busybox" in link.node.path:
        # BusyBox's shell runs its own applets without a file for each.
        return None
    return Link("shell", words, found, link.who)


def simple_command(text: str) -> tuple[str, ...]:
    """The words of the only program that a shell command starts, if it alone decides the status.

    Empty for anything else: lists, pipes, loops, builtins.
    """
    lexer = shlex.shlex(text, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    try:
        tokens = list(lexer)
    except ValueError:
        return ()
    if "\n" in text.strip() or any(set(t) <= set("|;&()") and t != "&&" for t in tokens if t):
        return ()
    end = next((i for i, token in enumerate(tokens) if token in _FOLLOWERS), len(tokens))
    words = tokens[:end]
    if words and words[-1].isdigit() and tokens[end : end + 1] not in ([], ["&&"]):
        # A file descriptor that is redirected: ``exec 3<>/dev/tcp/…`` starts nothing.
        words = words[:-1]
    while words and (words[0] == "exec" or _is_assignment(words[0])):
        if words[0].startswith("PATH="):
            return ()
        words = words[1:]
    # An unclosed bracket isn't a pattern, so a JSON array in single quotes is accepted.
    if not words or words[0] in _BUILTINS.split() or any(c in words[0] for c in "$`*?]{}~<>\\#"):
        return ()
    return tuple(words)


def _of_wrapper(subject: Subject, link: Link) -> Link | None:
    name = link.name.rpartition("/")[2]
    words = link.argv[1:]
    who = link.who
    if name in _USER_WRAPPERS:
        # The other user isn't looked up; with root, no permission is reported as missing.
        words, who = words[1:], ROOT
    elif name == "env":
        words = _after_env(words)
    elif name in _WRAPPERS:
        words = _after_options(words, _WRAPPERS[name])
    else:
        return None
    if not words or words[0].startswith("-") or words[0] == '"$@"':
        return None
    return Link("wrapper", words, look_up(subject, words[0], who), who)


def _after_options(words: tuple[str, ...], with_value: frozenset[str]) -> tuple[str, ...]:
    while words and words[0].startswith("-"):
        if words[0] == "--":
            return words[1:]
        words = words[2 if words[0] in with_value else 1 :]
    return words


def _after_env(words: tuple[str, ...]) -> tuple[str, ...]:
    """The program after env's options and assignments; ``-S`` splits its one argument."""
    if words and (words[0].startswith("-S") or words[0].startswith("--split-string")):
        split = words[0].removeprefix("-S").removeprefix("--split-string").lstrip("= ")
        try:
            words = (*shlex.split(split), *words[1:])
        except ValueError:
            return ()
    if words and words[0] in {"-i", "-", "--ignore-environment"}:
        return ()
    words = _after_options(words, _WRAPPERS["env"])
    while words and _is_assignment(words[0]):
        if words[0].startswith("PATH="):
            return ()
        words = words[1:]
    return words


def _is_assignment(word: str) -> bool:
    name, equals, _ = word.partition("=")
    return bool(equals) and name.isidentifier()
