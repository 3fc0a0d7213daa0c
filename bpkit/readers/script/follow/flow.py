"""Follow a script from command to command: chains, conditions, loops, functions, subshells."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from bpkit.formats.shell import (
    Assignment,
    BraceGroup,
    Case,
    Chain,
    Command,
    For,
    Function,
    If,
    Pipeline,
    Redirect,
    ShellScript,
    Simple,
    Unreadable,
    While,
)
from bpkit.formats.text import TooMuchError
from bpkit.readers.script.follow.branches import (
    Branch,
    only_if_set,
    take_if_it_goes_on,
    undecided,
    would_make,
)
from bpkit.readers.script.follow.call import prepare, redirected
from bpkit.readers.script.follow.choices import run_case, run_if
from bpkit.readers.script.follow.commands import perform
from bpkit.readers.script.follow.conditions import negation
from bpkit.readers.script.follow.expand import expand, expand_text
from bpkit.readers.script.follow.loops import run_for, run_while
from bpkit.readers.script.follow.pipes import run_pipeline
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.state import (
    DEEPEST_CALL,
    Call,
    Defined,
    Frame,
    Outcome,
    ShellState,
)
from bpkit.readers.script.model.values import Origin, Symbol, Value, kept_in, value


class ScriptFollower:
    """Follows scripts inside scripts; ``make`` runs on the host."""

    def follow(self, script: ShellScript, state: ShellState) -> Outcome:
        return run_script(script, state)

    def make(self, _call: Call, _state: ShellState) -> Outcome | None:
        return None


def run_script(script: ShellScript, state: ShellState) -> Outcome:
    """Follow the commands in order; the output is known if that of each command is."""
    output: Value | None = Value()
    assumed = False
    for number, chain in enumerate(script.chains):
        if state.ended:
            state.fate(chain.span, Fate.NOT_NEEDED, "is not reached")
            continue
        if state.maybe_left is not None:
            _run_doubtful(ShellScript(script.chains[number:]), state)
            return Outcome(None, None)
        outcome = _run_chain(chain, state)
        assumed = outcome.assumed
        state.status = outcome.status
        printed = outcome.output
        if output is not None and printed is not None and printed.parts:
            state.take(1, output.size + printed.size)
        output = None if output is None or printed is None else output + printed
    return Outcome(state.status, output, assumed)


def _run_doubtful(rest: ShellScript, state: ShellState) -> None:
    """Follow the commands reached only if the function or loop was not left before them."""
    left = state.maybe_left
    assert left is not None
    state.maybe_left = None
    undecided([_branch(rest), _nothing], state, left.span, left.asked)
    state.maybe_left = left


def _run_chain(chain: Chain, state: ShellState) -> Outcome:
    outcome = _run_pipeline(chain.first, state)
    for operator, pipeline in chain.rest:
        if state.ended:
            break
        state.status = outcome.status
        status = outcome.status if operator == "&&" else negation(outcome).status
        branch = _branch(ShellScript((Chain(pipeline, (), False, pipeline.span),)))
        if status is False:
            if outcome.assumed and would_make(branch, state):
                state.fate(pipeline.span, Fate.LEFT, only_if_set(chain.span))
            else:
                state.fate(pipeline.span, Fate.NOT_NEEDED, "is not reached if every step succeeds")
            continue
        if status and not outcome.assumed:
            outcome = _run_pipeline(pipeline, state)
            continue
        if status:
            asked = chain.first.span.text
            if not take_if_it_goes_on(branch, state, pipeline.span, asked):
                state.fate(pipeline.span, Fate.NOT_NEEDED, "only stops the script")
                outcome = negation(outcome)
            else:
                outcome = Outcome(state.status, None, assumed=True)
            continue
        asked = chain.first.span.text
        undecided([branch, _nothing], state, pipeline.span, asked)
        outcome = Outcome(None, None)
    return outcome


def _nothing(state: ShellState) -> None:
    """The branch not taken."""


def _branch(script: ShellScript) -> Branch:
    def follow(state: ShellState) -> None:
        run_script(script, state)

    return follow


def _run_pipeline(pipeline: Pipeline, state: ShellState) -> Outcome:
    if len(pipeline.commands) == 1:
        outcome = run_command(pipeline.commands[0], state)
    else:
        outcome = run_pipeline(pipeline, state, run_command)
    return negation(outcome) if pipeline.negated else outcome


def run_command(command: Command, state: ShellState) -> Outcome:
    """Follow one command of any kind."""
    state.count(command.span)
    try:
        return _run_command(command, state)
    except TooMuchError as error:
        error.place = error.place or state.place(command.span.line)
        raise


def _run_command(command: Command, state: ShellState) -> Outcome:
    match command:
        case Simple():
            return _run_simple(command, state)
        case Function(name, _, span):
            state.functions[name] = Defined(command, state.frame.file)
            state.fate(span, Fate.NOT_NEEDED, "a function: followed where it is called")
            return Outcome()
        case Unreadable():
            return _unreadable(command, state)
        case BraceGroup():
            return _redirected(command.redirects, state, partial(_run_group, command))
    state.fate(command.span, Fate.NOT_NEEDED, "followed here; a Dockerfile doesn't need it")
    match command:
        case If():
            return _redirected(command.redirects, state, partial(run_if, command))
        case Case():
            return _redirected(command.redirects, state, partial(run_case, command))
        case For():
            return _redirected(command.redirects, state, partial(run_for, command))
        case While():
            return _redirected(command.redirects, state, partial(run_while, command))


def _redirected(
    redirects: Sequence[Redirect], state: ShellState, follow: Callable[[ShellState], Outcome]
) -> Outcome:
    """Follow a compound command with its own redirections."""
    outer = state.streams
    state.streams = redirected(redirects, state)
    outcome = follow(state)
    state.streams = outer
    return outcome


def _run_group(group: BraceGroup, state: ShellState) -> Outcome:
    state.fate(group.span, Fate.NOT_NEEDED, "followed here; a Dockerfile doesn't need it")
    if not group.subshell:
        return run_script(group.body, state)
    inner = state.subshell()
    outcome = run_script(group.body, inner)
    state.status = outcome.status
    return outcome


def _unreadable(command: Unreadable, state: ShellState) -> Outcome:
    """Skip arithmetic and forget the variables that it sets; refuse an arithmetic loop."""
    if command.what != "arithmetic":
        state.refuse(command.span, f"bpkit doesn't follow {command.what}", "write the commands out")
        return Outcome(None, None)
    for name in re.findall(r"([A-Za-z_]\w*)\s*(?:\+\+|--|[-+*/%]?=(?!=))", command.span.text):
        symbol = Symbol(Origin.UNDECIDED, name, state.place(command.span.line))
        state.variables[name] = value(symbol)
    state.fate(command.span, Fate.NOT_NEEDED, "arithmetic in the script")
    return Outcome(None)


def _run_simple(command: Simple, state: ShellState) -> Outcome:
    if not command.words:
        return _assign_all(command, state)
    kept = {a.name: state.variables.get(a.name) for a in command.assignments}
    keeps = command.words[0].bare in {"export", "declare", "local", "readonly", "typeset"}
    for assignment in command.assignments:
        _assign(assignment, state)
    call = prepare(command, state)
    name = call.argv[0].text if call.argv else None
    defined = state.functions.get(name or "")
    outcome = perform(call, state) if defined is None else _call_function(defined, call, state)
    for assigned, old in kept.items():
        if keeps:
            continue
        if old is None:
            state.variables.pop(assigned, None)
        else:
            state.variables[assigned] = old
    return outcome


def _assign_all(command: Simple, state: ShellState) -> Outcome:
    state.status = True
    for assignment in command.assignments:
        _assign(assignment, state)
    if command.redirects:
        return perform(prepare(command, state), state)
    state.fate(command.span, Fate.NOT_NEEDED, "a variable: its value is followed")
    return Outcome(state.status)


def _assign(assignment: Assignment, state: ShellState) -> None:
    known = state.variables.get(assignment.name, Value())
    if assignment.items is not None:
        items = expand(assignment.items, state)
        before = known if isinstance(known, tuple) else ()
        state.variables[assignment.name] = (*before, *items) if assignment.append else items
        return
    assigned = expand_text(assignment.word, state)
    if assignment.append and isinstance(known, Value):
        state.take(1, known.size)
        assigned = known + assigned
    state.variables[assignment.name] = kept_in(assignment.name, assigned)


def _call_function(defined: Defined, call: Call, state: ShellState) -> Outcome:
    """Follow a function's body with its arguments, in the calling shell."""
    outer, streams = state.frame, state.streams
    if outer.depth >= DEEPEST_CALL:
        state.refuse(call.span, "the script calls itself without end", "remove the loop")
        return Outcome(None, None)
    state.frame = Frame(defined.file, call.argv[1:], in_function=True, depth=outer.depth + 1)
    state.streams = replace(streams, stdout=call.stdout)
    outcome = run_command(defined.function.body, state)
    for local, old in state.frame.hidden.items():
        if old is None:
            state.variables.pop(local, None)
        else:
            state.variables[local] = old
    state.frame, state.streams = outer, replace(state.streams, stdout=streams.stdout)
    state.ended = "" if state.ended == "return" else state.ended
    state.maybe_left = None
    state.fate(call.span, Fate.NOT_NEEDED, f"calls {defined.function.name}, which is followed")
    return outcome
