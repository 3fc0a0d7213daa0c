"""Unrolls loops whose items are known; others may only clear up."""

from __future__ import annotations

import re

from bpkit.readers.shell_branches import undecided
from bpkit.readers.shell_choices import mark
from bpkit.readers.shell_expand import expand
from bpkit.readers.shell_state import Outcome, State
from bpkit.shell_reading import Fate
from bpkit.shell_syntax import For, While
from bpkit.shell_values import Origin, Value

# A loop that goes on longer is not one over the few images of a project.
_MOST_ROUNDS = 100


def run_for(command: For, state: State) -> Outcome:
    """Follow the body once for each item."""
    items = state.arguments if command.words is None else expand(command.words, state)
    if any(_is_open(item) for item in items):
        _undecided_for(command, items, state)
        return Outcome(None, None)
    if not items:
        mark(command.body, state, Fate.NOT_NEEDED, "is not reached: there is nothing to go over")
    for item in items:
        state.variables[command.name] = item
        state.execute(command.body, state)
        if _leaves(state):
            break
    return Outcome(state.status, None)


def _is_open(item: Value) -> bool:
    """Whether the item may stand for none or many: the output of a command, a pattern of files."""
    symbol = item.symbol
    if symbol is not None:
        return symbol.origin not in {Origin.PROJECT, Origin.TEMPORARY, Origin.CONTAINER}
    return any(isinstance(part, str) and re.search(r"[*?]", part) for part in item.parts)


def _undecided_for(command: For, items: tuple[Value, ...], state: State) -> None:
    def once(trial: State) -> None:
        trial.variables[command.name] = next(item for item in items if _is_open(item))
        trial.execute(command.body, trial)
        _leaves(trial)

    undecided([once, _not_at_all], state, command.span, " ".join(map(str, items)))


def _not_at_all(state: State) -> None:
    """The loop that has nothing to go over."""


def run_while(command: While, state: State) -> Outcome:
    """Follow the loop while its condition is known to hold."""
    for _ in range(_MOST_ROUNDS):
        answer = state.execute(command.condition, state)
        goes_on = None if answer.status is None else answer.status is not command.until
        if goes_on is False:
            mark(command.body, state, Fate.NOT_NEEDED, "is not reached any more")
            state.status = True
            return Outcome(True, None)
        before = _memory(state)
        if goes_on is None or answer.assumed:
            break
        state.execute(command.body, state)
        if _leaves(state):
            return Outcome(state.status, None)
        if _memory(state) == before:
            # It waits for something outside.
            return Outcome(True, None)
    asked = " ; ".join(chain.span.text for chain in command.condition.chains)

    def once(trial: State) -> None:
        trial.execute(command.body, trial)
        _leaves(trial)

    undecided([once, _not_at_all], state, command.span, asked)
    return Outcome(None, None)


def _memory(state: State) -> tuple[object, ...]:
    """What tells one round of a loop from the next."""
    return dict(state.variables), state.arguments, state.directory, dict(state.files)


def _leaves(state: State) -> bool:
    """Whether the loop is left; break and continue end here."""
    ended = state.ended
    if ended in {"break", "continue"}:
        state.ended = ""
    return ended not in {"", "continue"}
