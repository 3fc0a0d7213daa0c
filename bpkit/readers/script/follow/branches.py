"""Branches that may or may not be taken: followed on a copy, and adopted if that is safe.

A branch that only stops the script is a guard, and the script is read as it runs when nothing goes
wrong. A branch that only asks for something or cleans up may stay undecided. One that builds, or
writes a file that goes into a build, is refused with its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bpkit.formats.shell import Span
from bpkit.readers.script.follow.written import settable
from bpkit.readers.script.model.docker_actions import (
    Action,
    Push,
    RemoveContainer,
    RemoveImage,
    Save,
    Tag,
)
from bpkit.readers.script.model.host_actions import MakeDirectory, RemoveHost
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.state import MaybeLeft, ShellState
from bpkit.readers.script.model.values import Origin, Symbol, Value, kept_in, value

_HARMLESS = (Push, RemoveContainer, RemoveImage, Save, Tag, MakeDirectory, RemoveHost)

# Operators of ``test`` that ask whether a file exists.
_FILE_TEST = re.compile(r"(?:^|[\s\[!])-[edfrsx]\s")

Branch = Callable[[ShellState], None]


def decisive(actions: Sequence[Action]) -> bool:
    """Whether the actions make or change an image, or a file that goes into one."""
    return any(not isinstance(action, _HARMLESS) for action in actions)


def stops(trial: ShellState) -> bool:
    """Whether the branch ends the script, or leaves a function with a failing status."""
    return trial.ended == "exit" or (trial.ended == "return" and trial.status is False)


def followed(branch: Branch, state: ShellState) -> ShellState:
    """The state after the branch, on a copy."""
    trial = state.trial()
    branch(trial)
    return trial


def would_make(branch: Branch, state: ShellState) -> bool:
    """Whether a branch that isn't taken would make, tag or push an image."""
    before = len(state.log.actions)
    found = followed(branch, state).log.actions[before:]
    return decisive(found) or any(isinstance(action, Push | Tag | Save) for action in found)


def only_if_set(span: Span) -> str:
    """Why a branch that depends on a set variable is left to the user."""
    return f"happens only when something is set: {span.text.split(chr(10), 1)[0]}"


def read_as_unset(asked: str) -> str:
    """The assumption behind an answer to ``asked`` as if nothing were set from outside."""
    if _FILE_TEST.search(asked):
        return f"{asked} is decided as in a fresh checkout"
    return f"{asked} is decided as if nothing were set from outside"


def does_anything(branch: Branch, state: ShellState) -> bool:
    """Whether a branch that isn't taken would make an image, or do something left to the user."""
    trial = followed(branch, state)
    left = any(f.fate >= Fate.LEFT for f in trial.log.fates[len(state.log.fates) :])
    return left or would_make(branch, state)


def sets_anything(branch: Branch, state: ShellState) -> bool:
    """Whether a branch that isn't taken would change what follows."""
    trial = followed(branch, state)
    made = trial.log.actions[len(state.log.actions) :]
    is_other = trial.variables != state.variables or trial.directory != state.directory
    return not stops(trial) and (decisive(made) or is_other)


def take_if_it_goes_on(branch: Branch, state: ShellState, span: Span, asked: str) -> bool:
    """Take a branch that rests on an assumption; if it stops the script, assume it isn't taken.

    ``asked`` is the condition. A variable that it tests, and that the branch sets because it has
    no value, keeps that value as its default.
    """
    before = dict(state.variables)
    made = len(state.log.actions)
    trial = followed(branch, state)
    if stops(trial) and not decisive(trial.log.actions[made:]):
        state.assume(span.line, "the script does not stop here")
        return False
    state.adopt(trial)
    changed = {n for n, v in state.variables.items() if before.get(n) != v}
    for name in sorted(changed):
        if re.search(rf"\$\{{?{name}\b", asked) and _makes_up_for(before.get(name)):
            found = state.variables[name]
            if isinstance(found, Value):
                outer = before.get(name)
                origin = outer.symbol if isinstance(outer, Value) else None
                own = origin.name if origin else name
                chosen = settable(own, ":-", found, state, span.line)
                state.variables[name] = kept_in(name, chosen)
                changed.discard(name)
    if changed or decisive(state.log.actions[made:]):
        state.assume(span.line, read_as_unset(asked), is_choice=True)
    return True


def _makes_up_for(before: Value | tuple[Value, ...] | None) -> bool:
    """Whether the variable had no value except one from outside."""
    if before is None:
        return True
    return isinstance(before, Value) and (before.text == "" or before.symbol is not None)


def undecided(branches: Sequence[Branch], state: ShellState, span: Span, asked: str) -> None:
    """Go on after branches when it isn't known which is taken; ``asked`` is "" for a loop."""
    before = len(state.log.actions)
    trials = [followed(branch, state) for branch in branches]
    going_on = [t for t in trials if not stops(t) or decisive(t.log.actions[before:])]
    if not going_on:
        return
    if len(going_on) < len(trials):
        state.assume(span.line, "the script does not stop here")
    ended = {trial.ended for trial in going_on}
    if len(ended) > 1:
        # One of them leaves the function or the loop, so what follows is undecided too.
        state.maybe_left = MaybeLeft(span, asked, frozenset(ended))
        for trial in going_on:
            trial.ended = ""
            trial.maybe_left = state.maybe_left
    made = [_shown(trial.log.actions[before:]) for trial in going_on]
    same_actions = all(found == made[0] for found in made)
    if not same_actions and any(decisive(t.log.actions[before:]) for t in going_on):
        _refuse(going_on, state, span, asked)
        return
    _merge(going_on, state, span, same_actions=same_actions)


def _shown(actions: Sequence[Action]) -> list[str]:
    """The actions without their places, to compare two branches."""
    return [repr([v for k, v in vars(a).items() if k != "source"]) for a in actions]


def _refuse(trials: Sequence[ShellState], state: ShellState, span: Span, asked: str) -> None:
    first_line = span.text.split("\n", 1)[0]
    message = (
        f"whether this happens depends on {asked or first_line},"
        " which is known only when the script runs"
    )
    hint = "pass --script-env NAME=VALUE for its variables, or remove the condition from the script"
    before = len(state.log.fates)
    refused = {f for t in trials for f in t.log.fates[before:] if f.fate is not Fate.NOT_NEEDED}
    state.refuse(span, message, hint)
    for fate in sorted(refused, key=lambda f: (f.place.line or 0, f.text)):
        line = fate.place.line or span.line
        state.fate(Span(line, fate.end_line, fate.text), Fate.REFUSED, message)
    _forget(trials, state, span)


def _forget(trials: Sequence[ShellState], state: ShellState, span: Span) -> None:
    """Forget the values that the branches set differently."""
    names = {name for trial in trials for name in trial.variables}
    for name in sorted(names):
        found = [trial.variables.get(name) for trial in trials]
        if all(known == found[0] for known in found) and found[0] is not None:
            state.variables[name] = found[0]
        else:
            state.variables[name] = _either(name, state, span)
    if any(trial.directory != trials[0].directory for trial in trials):
        state.directory = _either("PWD", state, span)
    else:
        state.directory = trials[0].directory


def _either(name: str, state: ShellState, span: Span) -> Value:
    place = state.place(span.line)
    symbol = Symbol(Origin.UNDECIDED, f"{name} after line {span.line}", place, variable=name)
    return value(symbol)


def _merge(
    trials: Sequence[ShellState], state: ShellState, span: Span, *, same_actions: bool
) -> None:
    """Adopt what all branches agree on, and everything that any of them did."""
    before, fates = len(state.log.actions), len(state.log.fates)
    actions = list(state.log.actions)
    for trial in trials[:1] if same_actions else trials:
        actions += trial.log.actions[before:]
    seen = [fate for trial in trials for fate in trial.log.fates[fates:]]
    refusals = [r for t in trials for r in t.log.refusals if r not in state.log.refusals]
    kept = (list(state.log.fates), list(state.log.refusals))
    state.adopt(trials[0])
    state.log.actions = actions
    state.log.fates = kept[0] + seen
    state.log.refusals = kept[1] + list(dict.fromkeys(refusals))
    _forget(trials, state, span)
    state.status = None
