"""Follow ``if`` and ``case`` into the branch that is taken, if it can be determined."""

from __future__ import annotations

from collections.abc import Sequence

from bpkit.formats.shell import Arm, Case, If, ShellScript, matches
from bpkit.readers.script.follow.branches import (
    Branch,
    decisive,
    does_anything,
    followed,
    only_if_set,
    read_as_unset,
    sets_anything,
    stops,
    take_if_it_goes_on,
    undecided,
    would_make,
)
from bpkit.readers.script.follow.expand import expand_pattern, expand_text
from bpkit.readers.script.follow.parameters import assumed_text
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.state import Outcome, ShellState

_STOPS = "only stops the script"
_NOT_TAKEN = "is not reached: the condition is false"


def run_if(command: If, state: ShellState) -> Outcome:
    """Follow the branch whose condition holds."""
    doubtful: list[ShellScript] = []
    before = len(state.log.actions)
    _if(command, 0, doubtful, state)
    if not decisive(state.log.actions[before:]):
        for body in doubtful:
            if would_make(script_branch(body), state):
                mark(body, state, Fate.LEFT, only_if_set(command.span))
    return Outcome(state.status, None)


def _if(command: If, first: int, doubtful: list[ShellScript], state: ShellState) -> None:
    """Follow the branches, starting at number ``first``.

    ``doubtful`` are those not taken only because nothing is set from outside; one of them is taken
    if the script would stop otherwise.
    """
    for number, (condition, body) in enumerate(command.branches[first:], first):
        answer = state.follow(condition)
        if state.ended:
            return
        if answer.status is None:
            asked = _asked(condition)

            def rest(trial: ShellState, after: int = number + 1) -> None:
                _if(command, after, [], trial)

            undecided([script_branch(body), rest], state, command.span, asked)
            return
        if answer.status is False:
            if answer.assumed and sets_anything(script_branch(body), state):
                asked = _asked(condition)
                state.assume(command.span.line, read_as_unset(asked), is_choice=True)
            mark(body, state, Fate.NOT_NEEDED, _NOT_TAKEN)
            doubtful += [body] if answer.assumed else []
            continue
        if answer.assumed:
            if take_if_it_goes_on(script_branch(body), state, command.span, _asked(condition)):
                _skip(command, number + 1, state)
                return
            mark(body, state, Fate.NOT_NEEDED, _STOPS)
            continue
        state.follow(body)
        _skip(command, number + 1, state)
        return
    _otherwise(command, doubtful, state)


def _asked(condition: ShellScript) -> str:
    return " ; ".join(chain.span.text for chain in condition.chains)


def _skip(command: If, first: int, state: ShellState) -> None:
    for _, body in command.branches[first:]:
        mark(body, state, Fate.NOT_NEEDED, _NOT_TAKEN)
    if command.otherwise:
        mark(command.otherwise, state, Fate.NOT_NEEDED, _NOT_TAKEN)


def _otherwise(command: If, doubtful: list[ShellScript], state: ShellState) -> None:
    if command.otherwise is None:
        state.status = True
        return
    if not doubtful:
        state.follow(command.otherwise)
        return
    asked = _asked(command.branches[0][0])
    if not take_if_it_goes_on(script_branch(command.otherwise), state, command.span, asked):
        mark(command.otherwise, state, Fate.NOT_NEEDED, _STOPS)
        state.follow(doubtful.pop(0))


def script_branch(script: ShellScript) -> Branch:
    """The script as a branch to try."""

    def follow(state: ShellState) -> None:
        state.follow(script)

    return follow


def mark(script: ShellScript, state: ShellState, fate: Fate, why: str) -> None:
    """Record the same fate for every command in ``script``."""
    for chain in script.chains:
        state.fate(chain.span, fate, why)


def run_case(command: Case, state: ShellState) -> Outcome:
    """Follow the arm whose pattern matches.

    If the word comes from outside and isn't set, and the arm for that makes nothing, the only arm
    that makes an image is taken.
    """
    word = expand_text(command.word, state)
    text = assumed_text(word)
    if text is None:
        branches: list[Branch] = [script_branch(arm.body) for arm in command.arms]
        if not any(pattern.bare == "*" for arm in command.arms for pattern in arm.patterns):
            branches.append(lambda _: None)
        undecided(branches, state, command.span, str(word))
        return Outcome(None, None)
    chosen = next((n for n, arm in enumerate(command.arms) if _matches(arm, text, state)), None)
    if word.is_outside and not word.symbols:
        message = f"{command.word.text} is {text}, as if nothing were set"
        state.assume(command.span.line, message, is_choice=len(command.arms) > 1)
    if word.symbols:
        chosen = _telling_arm(command, chosen, state)
        if chosen is not None and chosen < 0:
            _refuse(command, state, str(word))
            return Outcome(None, None)
        setting = [b for arm in command.arms if sets_anything(b := script_branch(arm.body), state)]
        if chosen is None and setting:
            undecided([*setting, lambda _: None], state, command.span, str(word))
            return Outcome(None, None)
    for number, arm in enumerate(command.arms):
        if number == chosen or _falls_into(command.arms, chosen, number):
            state.follow(arm.body)
        elif word.is_outside and does_anything(script_branch(arm.body), state):
            mark(arm.body, state, Fate.KEPT, "belongs to another case, which is not converted")
        else:
            mark(arm.body, state, Fate.NOT_NEEDED, "is not reached: another case applies")
    return Outcome(state.status, None)


def _matches(arm: Arm, text: str, state: ShellState) -> bool:
    patterns = [expand_pattern(pattern, state) for pattern in arm.patterns]
    return any(pieces is not None and matches(pieces, text) for pieces in patterns)


def _falls_into(arms: Sequence[Arm], chosen: int | None, number: int) -> bool:
    return chosen is not None and chosen < number and all(a.falls for a in arms[chosen:number])


def _telling_arm(command: Case, chosen: int | None, state: ShellState) -> int | None:
    """The arm to follow if the word is not set: None for no arm, -1 if it can't be determined."""
    before = len(state.log.actions)
    trials = [followed(script_branch(arm.body), state) for arm in command.arms]
    builds = [n for n, t in enumerate(trials) if decisive(t.log.actions[before:])]
    word = command.word.text
    if chosen is not None and (chosen in builds or (not stops(trials[chosen]) and not builds)):
        state.assume(command.span.line, f"{word} is not set")
        return chosen
    if len(builds) == 1:
        label = "|".join(pattern.text for pattern in command.arms[builds[0]].patterns)
        state.assume(command.span.line, f"{word} is {label}", is_choice=True)
        return builds[0]
    return -1 if builds else None


def _refuse(command: Case, state: ShellState, word: str) -> None:
    for arm in command.arms:
        mark(arm.body, state, Fate.NOT_NEEDED, "is not followed")
    state.refuse(
        command.span,
        f"which case applies depends on {word}, which is not set",
        "pass --script-arg ARG or --script-env NAME=VALUE for it",
    )
