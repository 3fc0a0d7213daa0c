"""The shell's builtins: those that change its state, and those that end something."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bpkit.formats.shell import parse
from bpkit.readers.script.follow.conditions import test
from bpkit.readers.script.follow.output import absolute, project_file
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.state import Call, Frame, Outcome, ShellState
from bpkit.readers.script.model.values import Origin, Symbol, Value, kept_in, value

_FOLLOWED = "followed here; a Dockerfile doesn't need it"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def builtin(call: Call, state: ShellState) -> Outcome | None:
    """Follow the command; None if it isn't a builtin."""
    name = call.argv[0].text or ""
    follow = _BUILTINS.get(name)
    if follow is None:
        return None
    outcome = follow(call, state)
    state.fate(call.span, Fate.NOT_NEEDED, _FOLLOWED)
    return outcome


def _test(call: Call, state: ShellState) -> Outcome:
    return test(call.argv, state)


def _cd(call: Call, state: ShellState) -> Outcome:
    words = [word for word in call.argv[1:] if word.text not in {"-P", "-L", "--"}]
    if words and words[0].text == "-":
        old = state.variables.get("OLDPWD")
        target = old if isinstance(old, Value) else state.directory
    else:
        home = value(Symbol(Origin.ENVIRONMENT, "HOME", state.place(call.span.line)))
        target = absolute(words[0] if words else home, state)
    state.variables["OLDPWD"] = state.directory
    state.directory = target
    return Outcome()


def _pushd(call: Call, state: ShellState) -> Outcome:
    state.directories = (*state.directories, state.directory)
    return _cd(call, state)


def _popd(call: Call, state: ShellState) -> Outcome:
    if state.directories:
        *rest, state.directory = state.directories
        state.directories = tuple(rest)
    return Outcome()


def _declare(call: Call, state: ShellState) -> Outcome:
    is_local = call.argv[0].text in {"local", "declare", "typeset"} and state.frame.in_function
    for word in call.argv[1:]:
        if word.startswith("-"):
            continue
        name, equals, assigned = word.partition("=")
        if name.text is None or not _NAME.fullmatch(name.text):
            continue
        if is_local:
            state.frame = state.frame.hiding(name.text, state.variables.get(name.text))
        if equals:
            state.variables[name.text] = kept_in(name.text, assigned)
        elif is_local:
            state.variables[name.text] = Value()
    return Outcome()


def _unset(call: Call, state: ShellState) -> Outcome:
    for word in call.argv[1:]:
        if word.text:
            state.variables[word.text] = Value()
    return Outcome()


def _set(call: Call, state: ShellState) -> Outcome:
    texts = [word.text for word in call.argv]
    if "--" in texts:
        state.frame = replace(state.frame, arguments=call.argv[texts.index("--") + 1 :])
    elif len(call.argv) > 1 and not re.match(r"[-+]", str(call.argv[1])):
        state.frame = replace(state.frame, arguments=call.argv[1:])
    return Outcome()


def _shift(call: Call, state: ShellState) -> Outcome:
    count = call.argv[1].text if len(call.argv) > 1 else "1"
    wanted = int(count) if count and count.isdigit() else 1
    enough = wanted <= len(state.frame.arguments)
    state.frame = replace(state.frame, arguments=state.frame.arguments[wanted:])
    return Outcome(enough)


def _read(call: Call, state: ShellState) -> Outcome:
    for word in call.argv[1:]:
        if word.text and _NAME.fullmatch(word.text):
            symbol = Symbol(Origin.COMMAND, f"read {word.text}", state.place(call.span.line))
            state.variables[word.text] = value(symbol)
    return Outcome(None)


def _getopts(call: Call, state: ShellState) -> Outcome:
    return Outcome(False if not state.frame.arguments else None)


def _exit(call: Call, state: ShellState) -> Outcome:
    state.ended = "exit"
    return Outcome(output=Value())


def _return(call: Call, state: ShellState) -> Outcome:
    state.ended = "return"
    given = call.argv[1].text if len(call.argv) > 1 else None
    status = state.status if len(call.argv) < 2 else None if given is None else given == "0"
    state.status = status
    return Outcome(status)


def _loop_end(call: Call, state: ShellState) -> Outcome:
    state.ended = call.argv[0].text or ""
    return Outcome()


def _true(call: Call, state: ShellState) -> Outcome:
    return Outcome()


def _false(call: Call, state: ShellState) -> Outcome:
    return Outcome(False)


def _trap(call: Call, state: ShellState) -> Outcome:
    """A trap on EXIT is followed at the end; other traps fire only in runs that fail."""
    words = call.argv[1:]
    signals = {word.text for word in words[1:]}
    if not words or not signals & {"EXIT", "0"}:
        return Outcome()
    if words[0].text in {"-", ""}:
        state.at_exit = None
    elif words[0].text is not None:
        state.at_exit = parse(words[0].text, state.frame.file, call.span.line)
    return Outcome()


def _eval(call: Call, state: ShellState) -> Outcome:
    text = " ".join(str(word) for word in call.argv[1:])
    if any(word.text is None for word in call.argv[1:]):
        if "docker-machine" not in text and "minikube" not in text and "ssh-agent" not in text:
            state.refuse(
                call.span,
                "eval of a value that is known only when the script runs",
                "write the command out",
            )
        return Outcome(output=None)
    return state.follow(parse(text, state.frame.file, call.span.line))


def _source(call: Call, state: ShellState) -> Outcome:
    """Follow another file of the project, if its text is known."""
    path = project_file(call.argv[1], state) if len(call.argv) > 1 else None
    text = state.file_text(path) if path else None
    if path is None or text is None:
        named = call.argv[1] if len(call.argv) > 1 else "nothing"
        why = f"what {named} sets is not known"
        state.assume(call.span.line, why)
        return Outcome(output=None)
    if state.frame.depth > 10:
        state.refuse(call.span, f"{path} sources itself", "remove the loop")
        return Outcome()
    outer = state.frame
    state.frame = replace(outer, file=path, depth=outer.depth + 1)
    outcome = state.follow(parse(text, path))
    # The arguments and local variables that it sets stay set.
    state.frame = replace(state.frame, file=outer.file, depth=outer.depth)
    state.maybe_left = None
    state.ended = "" if state.ended == "return" else state.ended
    return outcome


def run_file(
    call: Call, state: ShellState, path: Value, arguments: tuple[Value, ...]
) -> Outcome | None:
    """Follow another script in the project; None if its text is not known."""
    found = project_file(path, state)
    text = state.file_text(found) if found else None
    if found is None or not text or state.frame.depth > 10:
        return None
    inner = replace(
        state.subshell(),
        frame=Frame(found, arguments, in_function=True, depth=state.frame.depth + 1),
        functions={},
        at_exit=None,
    )
    outcome = inner.follow(parse(text, found))
    state.fate(call.span, Fate.CARRIED, f"runs {found}, which is followed")
    return outcome


_BUILTINS: dict[str, Callable[[Call, ShellState], Outcome]] = {
    **dict.fromkeys(("[", "[[", "test"), _test),
    **dict.fromkeys(("export", "declare", "local", "readonly", "typeset"), _declare),
    **dict.fromkeys(("break", "continue"), _loop_end),
    **dict.fromkeys(
        (
            *(":", "true", "wait", "sleep", "ulimit", "umask", "alias", "shopt", "hash", "clear"),
            *("tput", "setopt", "stty", "unalias", "enable"),
        ),
        _true,
    ),
    **dict.fromkeys((".", "source"), _source),
    "cd": _cd,
    "pushd": _pushd,
    "popd": _popd,
    "unset": _unset,
    "set": _set,
    "shift": _shift,
    "read": _read,
    "getopts": _getopts,
    "exit": _exit,
    "return": _return,
    "false": _false,
    "trap": _trap,
    "eval": _eval,
}
