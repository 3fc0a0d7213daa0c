"""The files that a stage makes, as far as its instructions show: sources of artifacts.

COPY and ADD say where they put files. A RUN shows it only in the words of its commands, and only
some are known here: an option ``-o FILE``, the last argument of cp, mv, install and ln, a
redirection. Commands that make files without naming them (make, npm, a script) are *opaque*: after
one of them a file may be there that nothing here shows.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from bpkit.errors import Place
from bpkit.formats.dockerfile.copies import copy_of
from bpkit.formats.dockerfile.expansion import expand
from bpkit.formats.dockerfile.parser import DockerfileError, Instruction
from bpkit.formats.dockerfile.run import run_commands
from bpkit.formats.dockerfile.stage import Stage
from bpkit.formats.dockerfile.state import StageState, final_state, walk
from bpkit.light import dataclass, regex

_OUTPUT = regex(r"(?:-o|--output|--out|--out-dir|--outfile|--outdir|-d)(?:=(.+))?")
_PLACERS = frozenset({"cp", "mv", "install", "ln"})
# Commands that leave no files that an image would ship by name.
_QUIET_NAMES = """
    : [ addgroup adduser apk apt apt-get cat cd chgrp chmod chown dnf echo env exit export false
    file find grep groupadd ldd ls microdnf mkdir pip pip3 printf pwd rm rmdir sed set strip test
    true umask update-ca-certificates upx useradd which yum
"""
_QUIET = frozenset(_QUIET_NAMES.split())
_QUIET_PAIRS = frozenset(
    {("go", "mod"), ("go", "get"), ("go", "test"), ("go", "vet"), ("go", "version"), ("go", "env")}
    | {("go", "fmt"), ("npm", "ci"), ("npm", "install"), ("cargo", "fetch"), ("git", "config")}
)


@dataclass(frozen=True)
class MadePath:
    """A file or directory that an instruction makes: its absolute path, the instruction.

    ``own`` is false for a path that only came from the build context, and for an empty directory.
    ``is_directory``: the path was written as a directory (``-o /out/``), and the file is below
    it under a name that isn't shown.
    """

    path: str
    place: Place
    own: bool = True
    is_directory: bool = False


@dataclass(frozen=True)
class StageOutput:
    """Everything that a stage shows about the files it makes.

    ``opaque`` is the first instruction that may make files without naming them. ``workdir`` is
    where the stage ends, None if that depends on the base image.
    """

    made: tuple[MadePath, ...]
    opaque: Place | None
    workdir: str | None


def output_of(
    stage: Stage, build_args: Mapping[str, str] | None = None, base_workdir: str | None = None
) -> StageOutput:
    """The files that ``stage`` shows it makes; later makers of a path come later."""
    made: list[MadePath] = []
    opaque: Place | None = None
    for instruction, state in walk(stage, build_args=build_args, base_workdir=base_workdir):
        place = stage.place(instruction)
        if instruction.keyword in {"COPY", "ADD"}:
            made += _copied(instruction, state, place)
        elif instruction.keyword == "RUN":
            commands = tuple(_commands(instruction, state))
            made += [m for command in commands for m in _made_by(command, place)]
            if opaque is None and any(not _is_understood(command.words) for command in commands):
                opaque = place
    return StageOutput(tuple(made), opaque, _last_workdir(stage, build_args, base_workdir))


def _last_workdir(
    stage: Stage, build_args: Mapping[str, str] | None, base_workdir: str | None
) -> str | None:
    state = final_state(stage, build_args=build_args, base_workdir=base_workdir)
    return state.workdir if state.workdir_known else None


@dataclass(frozen=True)
class _Command:
    words: tuple[str, ...]
    directory: str | None


def _copied(instruction: Instruction, state: StageState, place: Place) -> Iterator[MadePath]:
    try:
        copy = copy_of(instruction, state.env)
    except DockerfileError:
        return
    if not copy.destination.startswith("/") and not state.workdir_known:
        return
    target = posixpath.normpath(posixpath.join(state.workdir, copy.destination))
    into = copy.destination.endswith(("/", "/.")) or copy.destination in {".", "./"}
    for source in copy.sources:
        name = posixpath.basename(posixpath.normpath("/" + source))
        path = posixpath.join(target, name) if into or len(copy.sources) > 1 else target
        yield MadePath(path, place, own=copy.from_ is not None)


def _commands(instruction: Instruction, state: StageState) -> Iterator[_Command]:
    """The simple commands of a RUN, each with the directory that it runs in.

    Variables are replaced as far as the Dockerfile sets them; the JSON form has none.
    """
    directory = state.workdir if state.workdir_known else None
    for command in run_commands(instruction):
        words = command.words
        if not instruction.json:
            words = tuple(_expanded(word, state, instruction.escape) for word in words)
        if words[0] == "cd" and len(words) == 2:
            directory = _joined(directory, words[1])
        else:
            yield _Command(words, directory)


def _expanded(word: str, state: StageState, escape: str) -> str:
    try:
        return expand(word, state.env, escape) if "$" in word and "$(" not in word else word
    except DockerfileError:
        return word


def _made_by(command: _Command, place: Place) -> Iterator[MadePath]:
    words = command.words
    for path in _named_outputs(words):
        joined = _joined(command.directory, path)
        if joined is not None and "$" not in joined:
            path_is_directory = path.endswith("/")
            own = words[0] != "mkdir"
            yield MadePath(posixpath.normpath(joined), place, own, path_is_directory)


def _named_outputs(words: tuple[str, ...]) -> Iterator[str]:
    for word, following in zip(words, (*words[1:], ""), strict=True):
        if (found := _OUTPUT.fullmatch(word)) and (value := found[1] or following):
            yield value
        elif word in {">", ">>"} and following:
            yield following
    plain = [word for word in words[1:] if not word.startswith("-")]
    if words[0] in _PLACERS and len(plain) >= 2:
        yield plain[-1]
        # Into a directory, perhaps: then under their own names.
        yield from (posixpath.join(plain[-1], posixpath.basename(p)) for p in plain[:-1])
    elif words[0] in {"touch", "mkdir", "tee"}:
        yield from plain


def _is_understood(words: tuple[str, ...]) -> bool:
    """Whether everything the command makes is named in it, or it makes nothing."""
    if words[0] in _QUIET | _PLACERS | {"touch", "tee"} or words[:2] in _QUIET_PAIRS:
        return True
    return any(_OUTPUT.fullmatch(word) for word in words)


def _joined(directory: str | None, path: str) -> str | None:
    if path.startswith("/"):
        return path
    return None if directory is None else posixpath.join(directory, path)
