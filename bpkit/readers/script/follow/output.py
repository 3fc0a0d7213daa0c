"""Commands whose output a script uses: echo, printf, pwd, dirname, basename, realpath, mktemp."""

from __future__ import annotations

import re
from collections.abc import Callable

from bpkit.readers.script.follow.call import cat, print_out
from bpkit.readers.script.model.state import Call, Outcome, ShellState
from bpkit.readers.script.model.values import HostPath, Origin, Symbol, Value, host_path, value

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "a": "\a", "b": "\b", "v": "\v"}


def project(state: ShellState) -> Value:
    """The project's own directory."""
    return value(Symbol(Origin.PROJECT, "project"))


def absolute(written: Value, state: ShellState) -> Value:
    """The path as an absolute value, for the working directory or ``$(pwd)``."""
    return path_value(host_path(written, state.directory), state)


def path_value(path: HostPath, state: ShellState) -> Value:
    if path.root is None:
        base = project(state)
        return base if path.path == "." else base + f"/{path.path}"
    if path.path == ".":
        return path.root
    return value("/" + path.path) if path.root.text == "/" else path.root + f"/{path.path}"


def project_file(written: Value, state: ShellState) -> str | None:
    """The path in the project of a file named in the script; None outside the project."""
    path = host_path(written, state.directory)
    return path.path if path.in_project else None


def _echo(call: Call, state: ShellState) -> Outcome:
    words = list(call.argv[1:])
    flags = ""
    while words and re.fullmatch(r"-[neE]+", words[0].text or ""):
        flags += words.pop(0).text or ""
    parts = [part for word in words for part in (" ", *word.parts)]
    printed = Value(tuple(parts[1:]))
    if "e" in flags or (state.surroundings.sh_only and any("\\" in str(word) for word in words)):
        printed = _unescaped(printed)
    printed = printed if "n" in flags else printed + "\n"
    return print_out(call, printed, state, "only prints a message")


def _unescaped(found: Value) -> Value:
    return Value(
        tuple(
            re.sub(r"\\([ntr\\abv])", lambda m: _ESCAPES[m.group(1)], part)
            if isinstance(part, str)
            else part
            for part in found.parts
        )
    )


def _printf(call: Call, state: ShellState) -> Outcome:
    words = list(call.argv[1:])
    if words and words[0].text == "--":
        words.pop(0)
    template = words[0].text if words else None
    printed = None
    if template is not None and not re.search(r"%(?![s%d])|\\[^ntr\\abv]", template):
        printed = _formatted(template, words[1:])
    return print_out(call, printed, state, "only prints a message")


def _formatted(template: str, arguments: list[Value]) -> Value:
    """The output of ``printf``, which reuses its format while arguments are left."""
    pieces = re.split(r"(%[sd%])", template)
    printed = Value()
    while True:
        taken = 0
        for piece in pieces:
            if piece == "%%":
                printed += "%"
            elif piece in {"%s", "%d"}:
                printed += arguments.pop(0) if arguments else value("0" if piece == "%d" else "")
                taken += 1
            else:
                printed += _unescaped(value(piece))
        if not arguments or not taken:
            return printed


def _pwd(call: Call, state: ShellState) -> Outcome:
    return print_out(call, state.directory + "\n", state, "only prints the working directory")


def _operands(call: Call) -> tuple[Value, ...]:
    return tuple(word for word in call.argv[1:] if not word.startswith("-"))


def _dirname(call: Call, state: ShellState) -> Outcome:
    words = _operands(call)
    found = _split(words[0]) if words else None
    printed = None if found is None else found[0] + "\n"
    return print_out(call, printed, state, "only prints a path")


def _basename(call: Call, state: ShellState) -> Outcome:
    words = _operands(call)
    found = _split(words[0]) if words else None
    if found is None or len(words) > 2:
        return print_out(call, None, state, "only prints a name")
    name = found[1]
    suffix = words[1].text if len(words) == 2 else ""
    if name.text and suffix and name.text != suffix:
        name = value(name.text.removesuffix(suffix))
    return print_out(call, name + "\n", state, "only prints a name")


def _split(path: Value) -> tuple[Value, Value] | None:
    """The directory and the name of a path; None if the name isn't known."""
    last = path.parts[-1] if path.parts else ""
    if isinstance(last, Symbol):
        if last.origin is Origin.PROJECT:
            name = Symbol(Origin.COMMAND, "basename $(pwd)", last.place)
            return path + "/..", value(name)
        return None
    stripped = last.rstrip("/") or last[:1]
    directory, slash, name_text = stripped.rpartition("/")
    if not slash:
        return (value("."), value(stripped)) if len(path.parts) == 1 else None
    head = Value((*path.parts[:-1], directory))
    if not head.parts:
        head = value("/")
    return head, value(name_text or "/")


def _realpath(call: Call, state: ShellState) -> Outcome:
    words = _operands(call)
    printed = absolute(words[0], state) + "\n" if len(words) == 1 else None
    return print_out(call, printed, state, "only prints a path")


def _mktemp(call: Call, state: ShellState) -> Outcome:
    symbol = state.new_symbol(Origin.TEMPORARY, "mktemp", call.span.line)
    return print_out(
        call, value(symbol) + "\n", state, "a multi-stage build needs no temporary directory"
    )


def _git(call: Call, state: ShellState) -> Outcome | None:
    """``git rev-parse --show-toplevel`` is the project; None for any other command."""
    if [word.text for word in call.argv[1:]] != ["rev-parse", "--show-toplevel"]:
        return None
    state.assume(call.span.line, "the project is a whole git repository")
    return print_out(call, project(state) + "\n", state, "only prints a path")


_PRINTERS: dict[str, Callable[[Call, ShellState], Outcome | None]] = {
    "echo": _echo,
    "printf": _printf,
    "pwd": _pwd,
    "dirname": _dirname,
    "basename": _basename,
    "realpath": _realpath,
    "readlink": _realpath,
    "mktemp": _mktemp,
    "cat": cat,
    "git": _git,
}


def printer(call: Call, state: ShellState) -> Outcome | None:
    """Follow the command; None if it isn't one that prints."""
    follow = _PRINTERS.get(call.argv[0].text or "")
    return follow(call, state) if follow else None
