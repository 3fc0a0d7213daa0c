"""Follow ``sed`` and ``envsubst`` in scripts that fill in a template with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bpkit.readers.script.follow.call import content_of, print_out
from bpkit.readers.script.model.state import Call, Outcome, ShellState
from bpkit.readers.script.model.streams import FromFile, FromText
from bpkit.readers.script.model.values import (
    Default,
    Origin,
    Part,
    Symbol,
    Value,
    host_path,
    value,
)

# Stands for a part of a text that isn't plain text, until the text is reassembled.
_OPEN = 0xE000
_PLAIN_ESCAPES = frozenset(".*[]^$/|+?(){}&#@%:,;~!\"'=<>- _")


@dataclass(frozen=True)
class _Edit:
    """A command of sed: ``s``, or ``d`` for matching lines (then ``new`` is None)."""

    pattern: re.Pattern[str]
    new: str | None
    every: bool = False


def template(call: Call, state: ShellState) -> Outcome | None:
    """Follow the command; None if it isn't sed or envsubst, or does more than fill in a text."""
    name = call.argv[0].text
    if name not in {"sed", "envsubst"}:
        return None
    filled = _sed(call, state) if name == "sed" else _envsubst(call, state)
    return None if filled is None else print_out(call, filled, state, "only fills in a text")


def _sed(call: Call, state: ShellState) -> Value | None:
    expressions: list[Value] = []
    files: list[Value] = []
    words = list(call.argv[1:])
    is_extended = False
    while words:
        word = words.pop(0)
        if word.text in {"-E", "-r", "--regexp-extended"}:
            is_extended = True
        elif word.text in {"-e", "--expression"} and words:
            expressions.append(words.pop(0))
        elif word.startswith("-"):
            return None
        else:
            files.append(word)
    if not expressions and files:
        expressions.append(files.pop(0))
    content = _input(call, files, state)
    if content is None or not expressions:
        return None
    opened: list[Part] = []
    edits: list[_Edit] = []
    for expression in expressions:
        found = _edits(_marked(expression, opened), opened, is_extended=is_extended)
        if found is None:
            return None
        edits += found
    lines = _marked(content, opened).splitlines(keepends=True)
    return _unmarked("".join(_edited(line, edits) for line in lines), opened)


def _input(call: Call, files: list[Value], state: ShellState) -> Value | None:
    """The text that is filled in; None if it isn't known."""
    if len(files) > 1:
        return None
    if files:
        return content_of(FromFile(host_path(files[0], state.directory)), state)
    match call.stdin:
        case FromFile() as file:
            return content_of(file, state)
        case FromText(content=content):
            return content
    return None


def _marked(found: Value, opened: list[Part]) -> str:
    """The value's text, with a placeholder for each part that isn't plain."""
    text = ""
    for part in found.parts:
        if type(part) is str:
            text += part
        else:
            opened.append(part)
            text += chr(_OPEN + len(opened) - 1)
    return text


def _unmarked(text: str, opened: list[Part]) -> Value:
    pieces = re.split(f"([{chr(_OPEN)}-{chr(0xF8FF)}])", text)
    return Value(
        tuple(
            opened[ord(piece) - _OPEN] if number % 2 and ord(piece) - _OPEN < len(opened) else piece
            for number, piece in enumerate(pieces)
        )
    )


def _edited(line: str, edits: list[_Edit]) -> str:
    ending = "\n" if line.endswith("\n") else ""
    text = line.removesuffix("\n")
    for edit in edits:
        if edit.new is not None:
            text = edit.pattern.sub(edit.new, text, count=0 if edit.every else 1)
        elif edit.pattern.search(text):
            return ""
    return text + ending


def _edits(text: str, opened: list[Part], *, is_extended: bool) -> list[_Edit] | None:
    """The commands of an expression; None if one isn't followed."""
    found: list[_Edit] = []
    rest = text.lstrip(" \t\n;")
    while rest:
        if rest[0] == "s" and len(rest) > 1:
            fields = _fields(rest[2:], rest[1], 2)
        elif rest[0] == "/":
            fields = _fields(rest[1:], "/", 1)
        else:
            return None
        if fields is None:
            return None
        *parts, rest = fields
        flags = re.match(r"[a-zA-Z0-9]*", rest)
        letters = flags.group() if flags else ""
        rest = rest[len(letters) :]
        pattern = _pattern(_with_defaults(parts[0], opened), is_extended=is_extended)
        new = _replacement(parts[1]) if len(parts) == 2 else None
        is_followed = letters in ({"", "g"} if len(parts) == 2 else {"d"})
        if pattern is None or not is_followed or (len(parts) == 2 and new is None):
            return None
        found.append(_Edit(pattern, new, letters == "g"))
        if rest and rest[0] not in ";\n }":
            return None
        rest = rest.lstrip(" \t\n;")
    return found


def _fields(text: str, delimiter: str, count: int) -> list[str] | None:
    """The ``count`` fields up to their delimiters, and the rest; None if a delimiter is missing."""
    fields: list[str] = []
    field = ""
    at = 0
    while len(fields) < count:
        if at >= len(text):
            return None
        if text[at] == "\\" and at + 1 < len(text):
            plain = text[at + 1] == delimiter and delimiter not in ".*[]^$+?(){}"
            field += text[at + 1] if plain else text[at : at + 2]
            at += 2
        elif text[at] == delimiter:
            fields.append(field)
            field = ""
            at += 1
        else:
            field += text[at]
            at += 1
    return [*fields, text[at:]]


def _with_defaults(text: str, opened: list[Part]) -> str:
    """The pattern with the default text of values that the script's user may set."""
    for number, part in enumerate(opened):
        if isinstance(part, Default):
            text = text.replace(chr(_OPEN + number), str(part))
    return text


def _pattern(text: str, *, is_extended: bool) -> re.Pattern[str] | None:
    """The regular expression of sed as one of Python; None if that isn't certain."""
    if re.search(f"[{chr(_OPEN)}-{chr(0xF8FF)}]", text) or not text:
        return None
    pieces = list(_pieces(text, is_extended=is_extended))
    if None in pieces:
        return None
    try:
        return re.compile("".join(piece for piece in pieces if piece is not None))
    except re.error:
        return None


def _pieces(text: str, *, is_extended: bool) -> Iterator[str | None]:
    at = 0
    while at < len(text):
        one = text[at]
        following = text[at + 1 : at + 2]
        bracket = re.match(r"\[\^?\]?[^\]\\:]*\]", text[at:])
        if one == "\\" and following:
            special = following in "(){}+?|" and not is_extended
            yield following if special else _escaped(following)
            at += 2
        elif bracket:
            yield bracket.group()
            at += bracket.end()
        elif one == "[":
            yield None
            return
        else:
            is_anchor = (one == "^" and at == 0) or (one == "$" and at == len(text) - 1)
            is_special = one in ".*" or (is_extended and one in "(){}+?|^$")
            yield (
                one
                if is_anchor or (is_special and not (one == "*" and at == 0))
                else re.escape(one)
            )
            at += 1


def _escaped(one: str) -> str | None:
    return re.escape(one) if one in _PLAIN_ESCAPES else None


def _replacement(text: str) -> str | None:
    """The replacement of a match in Python's notation; None if that isn't certain."""
    found = ""
    at = 0
    while at < len(text):
        one, following = text[at], text[at + 1 : at + 2]
        if one == "\\" and following:
            if following.isdigit():
                found += f"\\g<{following}>"
            elif following == "n":
                found += "\n"
            elif following in _PLAIN_ESCAPES:
                found += following
            elif following == "\\":
                found += "\\\\"
            else:
                return None
            at += 2
            continue
        found += "\\g<0>" if one == "&" else "\\\\" if one == "\\" else one
        at += 1
    return found


_VARIABLE = re.compile(r"\$(?:(?P<plain>[A-Za-z_]\w*)|\{(?P<braced>[A-Za-z_]\w*)\})")


def _envsubst(call: Call, state: ShellState) -> Value | None:
    content = _input(call, [], state)
    if content is None or len(call.argv) > 2 or any(w.startswith("-") for w in call.argv[1:]):
        return None
    names = None
    if len(call.argv) == 2:
        listed = call.argv[1].text
        if listed is None:
            return None
        names = {m["plain"] or m["braced"] for m in _VARIABLE.finditer(listed)}
    opened: list[Part] = []
    text = _marked(content, opened)
    found = Value()
    end = 0
    for match in _VARIABLE.finditer(text):
        name = match["plain"] or match["braced"]
        if names is not None and name not in names:
            continue
        known = state.variables.get(name)
        if isinstance(known, tuple):
            return None
        outside = value(Symbol(Origin.ENVIRONMENT, name, state.place(call.span.line)))
        found += _unmarked(text[end : match.start()], opened) + (
            outside if known is None else known
        )
        end = match.end()
    return found + _unmarked(text[end:], opened)
