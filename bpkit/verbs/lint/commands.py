"""The commands of a RUN for the rules: by the program that does the work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bpkit.formats.dockerfile import (
    Command,
    DockerfileError,
    Instruction,
    expand,
    references,
    run_commands,
)
from bpkit.light import regex

_PYTHON = regex(r"python[\d.]*")


def commands_of(instruction: Instruction) -> tuple[Command, ...]:
    """The commands of a RUN; ``python -m pip install`` counts as pip's."""
    return tuple(_as_program(command) for command in run_commands(instruction))


def _as_program(command: Command) -> Command:
    words = command.words
    if _PYTHON.fullmatch(command.program) and words[1:2] == ("-m",) and len(words) > 2:
        return replace(command, words=words[2:])
    return command


def expanded(value: str, env: Mapping[str, str]) -> str:
    """The value with the stage's variables filled in; as written if it contains others."""
    if "$" not in value or "$(" in value or set(references(value)) - env.keys():
        return value
    try:
        return expand(value, env)
    except DockerfileError:
        return value
