"""Reads a build script for sh or bash: what it would do, without ever running it.

``read_script`` takes the text and gives the calls of docker and the changes to files on the host,
in order, with all values that can be known; and for every line what becomes of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bpkit.errors import InputError, Place
from bpkit.readers.shell_flow import run_script
from bpkit.readers.shell_parser import parse
from bpkit.readers.shell_print import absolute, project
from bpkit.readers.shell_state import Log, State, Surroundings
from bpkit.shell_reading import LineFate, ScriptReading
from bpkit.shell_syntax import Script
from bpkit.shell_values import Value, value


def read_script(
    text: str,
    name: str,
    environment: Mapping[str, str] | None = None,
    *,
    arguments: tuple[str, ...] = (),
    directory: str = ".",
    files: Mapping[str, str] | None = None,
) -> ScriptReading:
    """What the script in ``text`` does when it is run plainly and every step goes well.

    ``name`` is the script's path in the project, ``directory`` where it is started, both relative
    to the project; ``files`` the project's files with their texts, by which conditions, ``source``
    and patterns of file names are decided. Raises InputError for text that no shell would read.
    """
    surroundings = Surroundings(environment or {}, arguments, directory, files)
    script = _parsed(text, name)
    state = initial_state(name, surroundings)
    state.sh_only = re.match(r"#!\s*(?:/usr/bin/env\s+|\S*/)(?:da|a)?sh\b", text) is not None
    follow_to_the_end(script, state)
    return reading(name, state.log)


def _parsed(text: str, name: str) -> Script:
    try:
        return parse(text, name)
    except RecursionError:
        raise InputError(
            "the script is nested too deeply to be read",
            place=Place(name),
            hint="take the innermost commands out of their substitutions",
        ) from None


def initial_state(name: str, surroundings: Surroundings) -> State:
    """The memory of a shell that is about to run the script."""
    state = State(
        name=name,
        surroundings=surroundings,
        execute=run_script,
        log=Log(),
        directory=Value(),
        arguments=tuple(value(argument) for argument in surroundings.arguments),
        variables={n: value(text) for n, text in surroundings.environment.items()},
    )
    state.directory = project(state)
    state.directory = absolute(value(surroundings.directory), state)
    return state


def follow_to_the_end(script: Script, state: State) -> None:
    """Follow the script, and then what ``trap … EXIT`` has put off."""
    state.execute(script, state)
    for trapped, _ in state.traps:
        state.ended = ""
        state.execute(trapped, state)


def reading(name: str, log: Log) -> ScriptReading:
    """What has been found, each line's fate once."""
    return ScriptReading(
        name,
        tuple(log.actions),
        merged_fates(log.fates, name),
        tuple(dict.fromkeys(log.refusals)),
        tuple(log.assumptions),
    )


def merged_fates(fates: Iterable[LineFate], name: str) -> tuple[LineFate, ...]:
    """The fates in the order of the text; of several for one command the gravest."""
    gravest: dict[tuple[Place, str], LineFate] = {}
    for fate in fates:
        key = (fate.place, fate.text)
        if key not in gravest or fate.fate > gravest[key].fate:
            gravest[key] = fate
    return tuple(
        sorted(gravest.values(), key=lambda f: (f.place.file != name, f.place.file, f.place.line))
    )
