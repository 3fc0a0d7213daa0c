"""A script's ``docker run``, as instructions or as artifacts.

A command that builds something in a container becomes a RUN at the end of the image's Dockerfile;
one that only prints files (cat, tar) shows which files are copied out.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bpkit.core import quote
from bpkit.errors import InputError
from bpkit.formats.dockerfile import Dockerfile, DockerfileError
from bpkit.formats.shell import parse as parse_shell
from bpkit.readers.script.machine.images import BuiltImage
from bpkit.readers.script.model.docker_actions import Exec, ImageSetting, RunContainer
from bpkit.readers.script.model.values import (
    Default,
    Origin,
    Part,
    Symbol,
    Value,
    identifier,
    value,
)

# Stands for an unknown WORKDIR.
UNKNOWN = "/\0"
# Encloses the name of a build argument in text that isn't quoted yet.
_MARK = "\0"

# Commands that are run only to have a container.
_IDLE = frozenset({"true", "sleep", "sh", "bash", "ash", ":", "echo", "tail", "cat", "none", "ls"})
_SHELLS = frozenset({"sh", "bash", "ash"})
_IDLE_SCRIPT = re.compile(
    r"(?:exec )?(?::|(?:/bin/|/usr/bin/)?(?:true|bash|sh|sleep \w+|tail -f /dev/null))"
)
_WILD = re.compile(r"[*?\[]")
_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+\Z")


@dataclass(frozen=True)
class Packed:
    """The files that ``tar c`` packs: each member's path in the container and name in the tar.

    ``prelude`` are the shell's commands before tar. ``has_patterns``: members are patterns, which
    only a run can expand.
    """

    members: tuple[tuple[str, str], ...]
    prelude: str = ""

    @property
    def has_patterns(self) -> bool:
        return any(_WILD.search(name) for _, name in self.members)


def command_of(run: RunContainer | Exec, built: BuiltImage) -> tuple[str, ...] | None:
    """The container's command; None if a part of it is not known."""
    words = [word.text for word in words_of(run, built)]
    return None if None in words else tuple(word for word in words if word is not None)


def words_of(run: RunContainer | Exec, built: BuiltImage) -> tuple[Value, ...]:
    """The container's command, with unknown parts as written."""
    if isinstance(run, Exec):
        return run.argv
    state = built.started()
    entrypoint = tuple(map(value, state.entrypoint or ()))
    if run.entrypoint is not None:
        entrypoint = (run.entrypoint,) if run.entrypoint.parts else ()
    return (*entrypoint, *(run.argv or map(value, state.cmd or ())))


def is_idle(command: Sequence[str]) -> bool:
    """Whether the command leaves nothing behind."""
    if not command:
        return True
    name = posixpath.basename(command[0])
    if name in _SHELLS and len(command) > 1:
        is_script = len(command) == 3 and command[1] == "-c"
        return is_script and _IDLE_SCRIPT.fullmatch(command[2].strip()) is not None
    return name in _IDLE


@dataclass(frozen=True)
class RunInstructions:
    """The instructions that replace a container's run: ``lines`` of ARG and then RUN.

    ``arguments`` are the values of the ARGs in the build command, as in the script.
    """

    lines: tuple[str, ...]
    arguments: tuple[tuple[str, Value], ...] = ()


def run_instructions(
    words: Sequence[Value], run: RunContainer | Exec, dockerfile: Dockerfile
) -> RunInstructions:
    """The instructions that carry out the command. Raises DockerfileError.

    A value that the script's user or a run decides becomes a build argument with the script's
    default.
    """
    arguments = _Arguments(dockerfile)
    command = [arguments.text(word) for word in words]
    shown = [_setting(one, arguments) for one in run.environment]
    # A build argument of the same name is in the environment of the RUN already.
    env = " ".join(one for one in shown if not re.fullmatch(r'(\w+)="\$\{\1\}"', one))
    text = _run_line(command, run, env, arguments, dockerfile.escape)
    lines = [
        f"ARG {name}" + (f"={quote(given.text)}" if given.text is not None else "")
        for name, given in arguments.given.items()
    ]
    return RunInstructions((*lines, text), tuple(arguments.given.items()))


@dataclass
class _Arguments:
    """The build arguments for values that aren't fixed; a use is marked until the text is quoted.

    A name that the Dockerfile uses already is avoided: it would mean two things.
    """

    dockerfile: Dockerfile
    given: dict[str, Value] = field(default_factory=dict)

    def text(self, word: Value) -> str:
        return "".join(self._part(part) for part in word.parts)

    def _part(self, part: Part) -> str:
        if isinstance(part, Symbol | Default) and value(part).is_open:
            if isinstance(part, Symbol) and part.words is None and not part.variable:
                raise DockerfileError(
                    f"this container's command depends on {part}, which is known only when the "
                    "script runs",
                    hint="write the command as a RUN with an ARG in the Dockerfile",
                )
            return f"{_MARK}{self.name(identifier(part), value(part))}{_MARK}"
        return part if isinstance(part, str) else ""

    def name(self, wanted: str, given: Value) -> str:
        """The name of the build argument that holds ``given``."""
        name = wanted
        while self._is_taken(name) or self.given.get(name, given) != given:
            name += "_"
        self.given[name] = given
        return name

    def _is_taken(self, name: str) -> bool:
        return any(
            one.keyword in {"ARG", "ENV"} and any(key == name for key, _ in one.pairs)
            for one in self.dockerfile.instructions
        )


def _setting(setting: ImageSetting, arguments: _Arguments) -> str:
    """``NAME=value`` for the shell of the RUN."""
    if setting.value is None:
        name = arguments.name(setting.name, value(Symbol(Origin.ENVIRONMENT, setting.name)))
        return f'{setting.name}="${{{name}}}"'
    return f"{setting.name}={_word(arguments.text(setting.value))}"


def _word(text: str) -> str:
    """The text as a shell word, with its build arguments in double quotes."""
    if _MARK not in text:
        return quote(text)
    pieces = re.split(f"{_MARK}(\\w+){_MARK}", text)
    shown = [
        f"${{{piece}}}" if number % 2 else re.sub(r'(["$`\\])', r"\\\1", piece)
        for number, piece in enumerate(pieces)
    ]
    return '"' + "".join(shown) + '"'


def _in_script(text: str) -> str:
    """The text of a shell script with its build arguments. Raises DockerfileError in quotes."""
    pieces = re.split(f"{_MARK}(\\w+){_MARK}", text)
    for number in range(1, len(pieces), 2):
        before = re.sub(r'\\.|"(?:\\.|[^"\\])*"', "", "".join(pieces[:number]))
        if before.count("'") % 2:
            raise DockerfileError(
                f"the value of {pieces[number]} is in single quotes, where a RUN can't insert it",
                hint="write the command as a RUN with an ARG in the Dockerfile",
            )
    return "".join(f"${{{p}}}" if number % 2 else p for number, p in enumerate(pieces))


def _run_line(
    command: Sequence[str],
    run: RunContainer | Exec,
    env: str,
    arguments: _Arguments,
    escape: str,
) -> str:
    where = arguments.text(run.workdir) if run.workdir else None
    shell = len(command) == 3 and posixpath.basename(command[0]) in _SHELLS
    is_line = shell and command[1] in {"-c", "-ec", "-lc"} and "\n" not in command[2]
    if is_line and command[0] in {"sh", "/bin/sh"} and command[1] == "-c":
        text = _in_script(command[2])
    elif env or where or arguments.given or all(map(_PLAIN.match, command)):
        text = " ".join(map(_word, command))
    else:
        return f"RUN {json.dumps(list(command), ensure_ascii=False)}"
    if env:
        text = f"export {env} && {text}" if is_line else f"{env} {text}"
    if where:
        text = f"cd {_word(where)} && {text}"
    if text.rstrip().endswith(escape) or "\n" in text or "<<" in text:
        raise DockerfileError(
            "this command can't be written as a RUN", hint="write it as a RUN by hand"
        )
    return f"RUN {text}"


def packed_by(command: Sequence[str], workdir: str | None) -> Packed | None:
    """The files that a ``tar c`` to standard output packs; None for any other command.

    A shell may run other commands before, and change into a directory. Raises InputError if a path
    depends on a ``workdir`` that isn't known (None).
    """
    packed = _packed_below(command, workdir if workdir is not None else UNKNOWN)
    if packed is not None and any("\0" in path for path, _ in packed.members):
        raise InputError(
            "the paths that tar packs depend on the WORKDIR of the base image",
            hint="make tar change into the directory: tar c -C /directory files",
        )
    return packed


def _packed_below(command: Sequence[str], workdir: str) -> Packed | None:
    if len(command) != 3 or posixpath.basename(command[0]) not in _SHELLS:
        is_tar = bool(command) and posixpath.basename(command[0]) == "tar"
        return _tar(list(command[1:]), workdir) if is_tar else None
    steps = steps_of(command)
    if not steps:
        return None
    *before, last = steps
    prelude: list[str] = []
    for number, step in enumerate(before):
        entered = re.fullmatch(r"cd\s+([\w./-]+)", step)
        if entered and all(re.match(r"cd\s", one) for one in before[number:]):
            workdir = posixpath.join(workdir, entered.group(1))
        elif entered:
            return None
        elif not re.fullmatch(r"set [-+]\w+", step):
            prelude.append(step)
    # A redirection of errors and a compressor don't change the tar's content.
    last = re.sub(
        r"\s*\|\s*gzip(?: -\w+)*\s*$|\s*2>\s*/dev/null\s*", "", last.removeprefix("exec ")
    )
    words = last.split()
    if any(c in last for c in ";|&$`<>'\"\n(){}") or posixpath.basename(words[0]) != "tar":
        return None
    packed = _tar(words[1:], workdir)
    return packed and replace(packed, prelude=" && ".join(prelude))


def steps_of(command: Sequence[str]) -> list[str]:
    """The commands that run in sequence; empty if one of them runs only when another fails."""
    if len(command) != 3 or posixpath.basename(command[0]) not in _SHELLS:
        return [" ".join(map(quote, command))] if command else []
    steps: list[str] = []
    try:
        chains = parse_shell(command[2], "-").chains
    except InputError:
        return []
    for chain in chains:
        if chain.background or any(operator != "&&" for operator, _ in chain.rest):
            return []
        steps += [p.span.text for p in (chain.first, *(after for _, after in chain.rest))]
    return steps


def _tar(words: list[str], workdir: str) -> Packed | None:
    members: list[tuple[str, str]] = []
    directory = workdir
    creates = False
    waiting = list(words)
    first = True
    while waiting:
        word = waiting.pop(0)
        letters = ""
        if word.startswith("--"):
            if word.startswith("--directory="):
                directory = posixpath.join(directory, word.partition("=")[2])
            elif word not in {"--create", "--gzip", "--file=-"}:
                return None
            creates = creates or word == "--create"
        elif word.startswith("-") and len(word) > 1:
            letters = word[1:]
        elif first and not word.startswith("/"):
            letters = word
        else:
            path = posixpath.normpath(posixpath.join(directory, word))
            members.append((path, posixpath.normpath(word.lstrip("/") or ".")))
        first = False
        for letter in letters:
            if letter == "C" and waiting:
                directory = posixpath.join(directory, waiting.pop(0))
            elif (letter == "f" and waiting and waiting.pop(0) != "-") or letter not in "cvzjJpCf":
                return None
            creates = creates or letter == "c"
    return Packed(tuple(members)) if creates and members else None


def compresses(command: Sequence[str]) -> bool:
    """Whether the tar that the command prints is compressed with gzip."""
    text = " ".join(command)
    return re.search(r"\bgzip\b|\btar\s+-?[a-zA-Z]*z", text) is not None
