"""The start and end of reading a script: a new shell's state, and the lines' fates."""

from __future__ import annotations

from collections.abc import Iterable

from bpkit.errors import Place
from bpkit.formats.shell import ShellScript
from bpkit.readers.script.follow.flow import ScriptFollower
from bpkit.readers.script.follow.output import absolute, project
from bpkit.readers.script.model.reading import LineFate, ScriptReading
from bpkit.readers.script.model.state import Follower, Frame, Log, ScriptSurroundings, ShellState
from bpkit.readers.script.model.values import Value, value

# Variables in which CI services give the checkout's directory.
_CHECKOUTS = (
    "CI_PROJECT_DIR",
    "GITHUB_WORKSPACE",
    "TRAVIS_BUILD_DIR",
    "WORKSPACE",
    "BITBUCKET_CLONE_DIR",
    "CIRCLE_WORKING_DIRECTORY",
    "APPVEYOR_BUILD_FOLDER",
    "BUILD_SOURCESDIRECTORY",
    "BUILDKITE_BUILD_CHECKOUT_PATH",
    "DRONE_WORKSPACE",
)


def initial_state(
    name: str, surroundings: ScriptSurroundings, follower: Follower | None = None
) -> ShellState:
    """The state of a shell that is about to run the script."""
    state = ShellState(
        surroundings=surroundings,
        follower=follower or ScriptFollower(),
        frame=Frame(name, tuple(value(argument) for argument in surroundings.arguments)),
        log=Log(),
        directory=Value(),
        variables={n: value(text) for n, text in surroundings.environment.items()},
    )
    state.directory = project(state)
    for one in _CHECKOUTS:
        state.variables.setdefault(one, project(state))
    state.directory = absolute(value(surroundings.directory), state)
    return state


def follow_to_the_end(script: ShellScript, state: ShellState) -> None:
    """Follow the script, then the command of its ``trap … EXIT``."""
    state.follow(script)
    if state.at_exit:
        state.ended = ""
        state.follow(state.at_exit)


def reading(name: str, log: Log) -> ScriptReading:
    """The findings, with each line's fate once."""
    return ScriptReading(
        name,
        tuple(log.actions),
        merged_fates(log.fates, name),
        tuple(dict.fromkeys(log.refusals)),
        tuple(log.assumptions),
    )


def merged_fates(fates: Iterable[LineFate], name: str) -> tuple[LineFate, ...]:
    """The fates in the order of the text; the most serious of several for one command."""
    gravest: dict[tuple[Place, str], LineFate] = {}
    for fate in fates:
        key = (fate.place, fate.text)
        if key not in gravest or fate.fate > gravest[key].fate:
            gravest[key] = fate
    return tuple(
        sorted(gravest.values(), key=lambda f: (f.place.file != name, f.place.file, f.place.line))
    )
