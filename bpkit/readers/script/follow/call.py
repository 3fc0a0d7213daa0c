"""Make a call from a simple command: its words expanded, its redirections followed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bpkit.formats.shell import ProcessSubstitution, Redirect, Simple, Word
from bpkit.readers.script.follow.expand import expand, expand_text
from bpkit.readers.script.model.docker_actions import Input
from bpkit.readers.script.model.host_actions import CopyHost, WriteHost
from bpkit.readers.script.model.reading import Fate
from bpkit.readers.script.model.state import Call, Outcome, ShellState, Streams
from bpkit.readers.script.model.streams import (
    FromCommand,
    FromFile,
    FromText,
    Output,
    StreamSource,
    ToCommand,
    ToFile,
    ToTerminal,
)
from bpkit.readers.script.model.values import Origin, Symbol, Value, host_path, value

_DECLARATIONS = frozenset({"export", "declare", "local", "readonly", "typeset"})
_TESTS = frozenset({"[", "[[", "test"})
_WRITES = frozenset({">", ">>", ">|", "&>", "&>>", ">&"})
_NOWHERE = frozenset({"/dev/null", "/dev/stderr", "/dev/stdout", "/dev/tty", "-", "1", "2"})


def prepare(command: Simple, state: ShellState) -> Call:
    """The call that the command makes."""
    name = command.words[0].text if command.words else ""
    if name in _TESTS:
        argv = _test_words(command, state)
    elif name in _DECLARATIONS:
        argv = tuple(found for word in command.words for found in _declared(word, state))
    else:
        argv = expand(command.words, state)
    streams = redirected(command.redirects, state)
    source = StreamSource(state.place(command.span.line), command.span.text)
    return Call(argv, command.span, source, streams.stdin, streams.stdout)


def _test_words(command: Simple, state: ShellState) -> tuple[Value, ...]:
    """The words of a test; "$*" stands for arguments not given, so that a test can ask for them."""
    outer = state.frame
    if state.lacks_arguments and re.search(r"\$\{?[@*]", command.span.text):
        symbol = Symbol(Origin.ARGUMENT, "@", state.place(command.span.line))
        state.frame = replace(outer, arguments=(value(symbol),))
    if command.words[0].text == "[[":
        # Inside double brackets, words aren't split.
        argv = tuple(expand_text(word, state) for word in command.words)
    else:
        argv = expand(command.words, state)
    state.frame = outer
    return argv


def _declared(word: Word, state: ShellState) -> tuple[Value, ...]:
    """A word of ``export`` or a similar command: an assigned value is not split."""
    if re.match(r"[A-Za-z_]\w*\+?=", word.text):
        return (expand_text(word, state),)
    return expand((word,), state)


def redirected(redirects: Sequence[Redirect], state: ShellState) -> Streams:
    """Standard input and output after the redirections."""
    stdin, stdout = state.streams.stdin, state.streams.stdout
    for redirect in redirects:
        if redirect.descriptor == 0 and redirect.operator.startswith("<"):
            stdin = _input(redirect, state)
        elif redirect.operator in _WRITES and redirect.descriptor == 1:
            stdout = _output(redirect, state)
    return Streams(stdin, stdout)


def _input(redirect: Redirect, state: ShellState) -> Input | None:
    word = redirect.word
    if any(isinstance(part, ProcessSubstitution) for part in word.parts):
        return FromCommand(word.text)
    target = expand_text(word, state)
    match redirect.operator:
        case "<<":
            return FromText(target)
        case "<<<":
            return FromText(target + "\n")
        case "<&":
            return state.streams.stdin
    return None if target.text == "/dev/null" else FromFile(host_path(target, state.directory))


def _output(redirect: Redirect, state: ShellState) -> Output:
    target = expand_text(redirect.word, state)
    if redirect.operator == ">&" and target.text == "1":
        return state.streams.stdout
    if target.text in _NOWHERE:
        return ToTerminal()
    if any(isinstance(part, ProcessSubstitution) for part in redirect.word.parts):
        return ToCommand(redirect.word.text)
    return ToFile(host_path(target, state.directory), redirect.operator.endswith(">>"))


def print_out(call: Call, printed: Value | None, state: ShellState, why: str) -> Outcome:
    """Let a command print ``printed`` (None if not known) and record what becomes of its line.

    A redirection writes the output to a file; otherwise it isn't needed. The outcome holds what a
    substitution or a pipe gets.
    """
    out = call.stdout
    if not isinstance(out, ToFile):
        state.fate(call.span, Fate.NOT_NEEDED, why)
        return Outcome(output=Value() if isinstance(out, ToTerminal) else printed)
    if printed is None:
        # The content stays a symbol, so that a use of the file shows that it isn't known.
        printed = value(Symbol(Origin.COMMAND, call.span.text, state.place(call.span.line)))
        state.fate(call.span, Fate.LEFT, f"writes {out.path}: its content is not known")
    else:
        state.fate(call.span, Fate.CARRIED, f"writes {out.path}")
    before = state.files.get(str(out.path), Value()) if out.append else Value()
    state.files[str(out.path)] = before + printed
    state.log.actions.append(WriteHost(call.source, out.path, printed, out.append))
    return Outcome()


def cat(call: Call, state: ShellState) -> Outcome:
    """Follow ``cat`` of known files and texts; ``cat a > b`` is a copy."""
    names = [word for word in call.argv[1:] if word.text == "-" or not word.startswith("-")]
    if not names or names[0].text == "-":
        known = call.stdin.content if isinstance(call.stdin, FromText) else None
        if isinstance(call.stdin, FromFile):
            return _cat_file(call, call.stdin, state)
        return print_out(call, known, state, "only shows something")
    if len(names) == 1:
        return _cat_file(call, FromFile(host_path(names[0], state.directory)), state)
    texts = [content_of(FromFile(host_path(name, state.directory)), state) for name in names]
    if any(text is None for text in texts):
        return print_out(call, None, state, "only shows files")
    whole = Value(tuple(part for text in texts if text for part in text.parts))
    return print_out(call, whole, state, "only shows files")


def _cat_file(call: Call, file: FromFile, state: ShellState) -> Outcome:
    if isinstance(call.stdout, ToFile) and not call.stdout.append:
        state.log.actions.append(CopyHost(call.source, (file.path,), call.stdout.path))
        state.fate(call.span, Fate.CARRIED, f"copies {file.path} to {call.stdout.path}")
        return Outcome()
    return print_out(call, content_of(file, state), state, "only shows a file")


def content_of(file: FromFile, state: ShellState) -> Value | None:
    """The file's content, if the script wrote it or it is in the project."""
    written = state.files.get(str(file.path))
    if written is not None:
        return written
    text = state.file_text(file.path.path) if file.path.in_project else None
    return None if text is None else value(text)
