"""Unroll loops whose items are known; other loops may only clean up."""

from __future__ import annotations

import re

from bpkit.formats.shell import For, While
from bpkit.readers.script.follow.branches import undecided
from bpkit.readers.script.follow.choices import mark
from bpkit.readers.script.follow.expand import expand
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.state import Outcome, ShellState
from bpkit.readers.script.model.values import Origin, Value

# A loop with more rounds isn't one over the few images of a project.
_MOST_ROUNDS = 100


def run_for(command: For, state: ShellState) -> Outcome:
    """Follow the body once for each item."""
    items = state.frame.arguments if command.words is None else expand(command.words, state)
    if any(_is_open(item) for item in items):
        _undecided_for(command, items, state)
        return Outcome(None, None)
    if not items:
        mark(command.body, state, Fate.NOT_NEEDED, "is not reached: the list is empty")
    for item in items:
        state.variables[command.name] = item
        state.follow(command.body)
        if _leaves(state):
            break
    return Outcome(state.status, None)


def _is_open(item: Value) -> bool:
    """Whether the item may stand for none or many: a command's output, a file name pattern."""
    symbol = item.symbol
    if symbol is not None:
        return symbol.origin not in {Origin.PROJECT, Origin.TEMPORARY, Origin.CONTAINER}
    return any(isinstance(part, str) and re.search(r"[*?]", part) for part in item.parts)


def _undecided_for(command: For, items: tuple[Value, ...], state: ShellState) -> None:
    def once(trial: ShellState) -> None:
        trial.variables[command.name] = next(item for item in items if _is_open(item))
        trial.follow(command.body)
        _leaves(trial)

    undecided([once, _not_at_all], state, command.span, " ".join(map(str, items)))


def _not_at_all(state: ShellState) -> None:
    """The loop over an empty list."""


def run_while(command: While, state: ShellState) -> Outcome:
    """Follow the loop while its condition is known to be true."""
    for _ in range(_MOST_ROUNDS):
        answer = state.follow(command.condition)
        goes_on = None if answer.status is None else answer.status is not command.until
        if goes_on is False:
            mark(command.body, state, Fate.NOT_NEEDED, "is not reached any more")
            state.status = True
            return Outcome(True, None)
        before = _memory(state)
        if goes_on is None or answer.assumed:
            break
        state.follow(command.body)
        if _leaves(state):
            return Outcome(state.status, None)
        if _memory(state) == before:
            # The loop waits for something outside the script.
            return Outcome(True, None)
    asked = " ; ".join(chain.span.text for chain in command.condition.chains)

    def once(trial: ShellState) -> None:
        trial.follow(command.body)
        _leaves(trial)

    undecided([once, _not_at_all], state, command.span, asked)
    return Outcome(None, None)


def _memory(state: ShellState) -> tuple[object, ...]:
    """The values that differ from one round of a loop to the next."""
    return dict(state.variables), state.frame.arguments, state.directory, dict(state.files)


def _leaves(state: ShellState) -> bool:
    """Whether the loop is left; ``break`` and ``continue`` take effect here."""
    ended = state.ended
    if state.maybe_left is not None and "return" not in state.maybe_left.words:
        state.maybe_left = None
    if ended in {"break", "continue"}:
        state.ended = ""
    return ended not in {"", "continue"}
