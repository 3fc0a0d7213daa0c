"""Reads the words of a shell script: quotes, expansions, substitutions.

Rules as in POSIX 2.2 and 2.6 and, for what sh doesn't define, as in bash: ``$'…'``, arrays,
``${x/a/b}``, ``${x^^}``. Only the parts of a word are read here, not their meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from bpkit.formats.shell.cursor import Cursor
from bpkit.formats.shell.syntax import (
    Arithmetic,
    Literal,
    Parameter,
    ProcessSubstitution,
    ShellScript,
    Substitution,
    Word,
    WordPart,
)

META = frozenset(" \t\n;&|<>()")
_IN_QUOTES = re.compile(r'[^"\\$`]+')
_IN_HEREDOC = re.compile(r"[^\\$`]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!_-]")
_SHORT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]|[@*#?$!-]")
_OPERATOR = re.compile(r":[-=?+]|%%|##|//|\^\^|,,|[-=?+%#/^,:]")
_ANSI_C = {
    **{"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r"},
    **{"t": "\t", "v": "\v", "\\": "\\", "'": "'", '"': '"', "?": "?"},
}

# Reads a script that begins at the cursor and ends before its closing parenthesis.
ReadScript = Callable[[Cursor], ShellScript]


def read_word(cursor: Cursor, script: ReadScript, stop: frozenset[str] = META) -> Word:
    """The word that begins at the cursor; it has no parts if none begins there."""
    start, line = cursor.at, cursor.line
    parts: list[WordPart] = []
    while not cursor.done:
        if cursor.text.startswith("\\\n", cursor.at):
            cursor.at += 2
            continue
        char = cursor.char
        if char in "<>" and cursor.text.startswith("(", cursor.at + 1) and char in stop:
            parts.append(_process(cursor, script))
            continue
        if char in stop:
            break
        parts += _piece(cursor, script, _plain(stop))
    return Word(tuple(_glued(parts)), cursor.text[start : cursor.at], line)


def read_heredoc(text: str, line: int, script: ReadScript, name: str) -> Word:
    """The body of a heredoc whose delimiter has no quotes: expanded as in double quotes."""
    cursor = Cursor(text, 0, line, name)
    parts: list[WordPart] = []
    while not cursor.done:
        if plain := cursor.take(_IN_HEREDOC):
            parts.append(Literal(plain, True))
        elif cursor.char == "\\":
            parts += _escaped(cursor, "$`\\")
        else:
            parts.append(_expansion(cursor, script, quoted=True))
    return Word(tuple(_glued(parts)), text, line)


def _glued(parts: list[WordPart]) -> list[WordPart]:
    glued: list[WordPart] = []
    for part in parts:
        last = glued[-1] if glued else None
        if isinstance(part, Literal) and isinstance(last, Literal) and part.quoted == last.quoted:
            glued[-1] = Literal(last.text + part.text, part.quoted)
        else:
            glued.append(part)
    return glued


@lru_cache
def _plain(stop: frozenset[str]) -> re.Pattern[str]:
    """Text without quotes, expansions and what ends the word."""
    return re.compile(rf"""[^'"\\$`<>{re.escape("".join(sorted(stop)))}]+""")


def _piece(cursor: Cursor, script: ReadScript, plain_text: re.Pattern[str]) -> list[WordPart]:
    """What is at the cursor, up to the next change of quoting."""
    char = cursor.char
    if char == "'":
        return [Literal(_single(cursor), True)]
    if char == '"':
        cursor.at += 1
        return _double(cursor, script)
    if char == "\\":
        cursor.at += 1
        escaped = cursor.text[cursor.at : cursor.at + 1]
        cursor.at += 1
        return [Literal(escaped or "\\", True)]
    if char in "$`":
        if cursor.text.startswith("$'", cursor.at):
            return [Literal(_ansi_c(cursor), True)]
        if cursor.text.startswith('$"', cursor.at):
            cursor.at += 2
            return _double(cursor, script)
        return [_expansion(cursor, script, quoted=False)]
    plain = cursor.take(plain_text)
    if not plain:
        cursor.at += 1
        plain = char
    return [Literal(plain)]


def _single(cursor: Cursor) -> str:
    end = cursor.text.find("'", cursor.at + 1)
    if end < 0:
        raise cursor.error("a ' is not closed")
    content = cursor.text[cursor.at + 1 : end]
    cursor.at = end + 1
    return content


def _double(cursor: Cursor, script: ReadScript) -> list[WordPart]:
    """What is between double quotes, from after the first to after the last."""
    start = cursor.at
    parts: list[WordPart] = [Literal("", True)]
    while not cursor.done:
        if plain := cursor.take(_IN_QUOTES):
            parts.append(Literal(plain, True))
        elif cursor.char == '"':
            cursor.at += 1
            return parts
        elif cursor.char == "\\":
            parts += _escaped(cursor, '$`"\\')
        else:
            parts.append(_expansion(cursor, script, quoted=True))
    cursor.at = start
    raise cursor.error('a " is not closed')


def _escaped(cursor: Cursor, special: str) -> list[WordPart]:
    after = cursor.text[cursor.at + 1 : cursor.at + 2]
    cursor.at += 2 if after else 1
    if after == "\n":
        return []
    return [Literal(after if after and after in special else "\\" + after, True)]


def _ansi_c(cursor: Cursor) -> str:
    found = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL).match(cursor.text, cursor.at)
    if found is None:
        raise cursor.error("a $' is not closed")
    cursor.at = found.end()

    def plain(escape: re.Match[str]) -> str:
        name = escape.group(1)
        if name in _ANSI_C:
            return _ANSI_C[name]
        if name[0] in "xuU" and len(name) > 1:
            return chr(int(name[1:], 16))
        return chr(int(name, 8) & 0xFF) if name.isdigit() else escape.group()

    pattern = r"\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,6}|.)"
    return re.sub(pattern, plain, found.group(1), flags=re.DOTALL)


def _expansion(cursor: Cursor, script: ReadScript, *, quoted: bool) -> WordPart:
    """What a ``$`` or a backquote begins; a ``$`` before nothing is itself."""
    text, line = cursor.text, cursor.line
    if cursor.char == "`":
        return _backquoted(cursor, script, quoted=quoted)
    if text.startswith("$((", cursor.at) and (end := arithmetic_end(text, cursor.at + 3)):
        content = text[cursor.at + 3 : end - 2]
        cursor.at = end
        return Arithmetic(content, quoted, line)
    if text.startswith("$(", cursor.at):
        cursor.at += 2
        inner, source = _nested(cursor, script)
        return Substitution(inner, source, quoted, line)
    if text.startswith("${", cursor.at):
        return _braced(cursor, script, quoted=quoted)
    cursor.at += 1
    name = cursor.take(_SHORT_NAME)
    return Parameter(name, quoted=quoted, line=line) if name else Literal("$", quoted)


def _nested(cursor: Cursor, script: ReadScript) -> tuple[ShellScript, str]:
    start = cursor.at
    inner = script(cursor)
    if cursor.done or cursor.char != ")":
        cursor.at = start
        raise cursor.error("a ( is not closed")
    source = cursor.text[start : cursor.at]
    cursor.at += 1
    return inner, source.strip()


def _process(cursor: Cursor, script: ReadScript) -> ProcessSubstitution:
    line, kind = cursor.line, cursor.char
    cursor.at += 2
    _, source = _nested(cursor, script)
    return ProcessSubstitution(f"{kind}({source})", line)


def arithmetic_end(text: str, start: int) -> int | None:
    """The offset after the ``))`` that closes the ``((`` before ``start``; None: ``( (…) …)``."""
    depth, at = 0, start
    while at < len(text):
        if text[at] == "(":
            depth += 1
        elif text[at] == ")":
            if depth == 0:
                return at + 2 if text.startswith("))", at) else None
            depth -= 1
        at += 1
    return None


def _backquoted(cursor: Cursor, script: ReadScript, *, quoted: bool) -> Substitution:
    found = re.compile(r"`((?:[^`\\]|\\.)*)`", re.DOTALL).match(cursor.text, cursor.at)
    if found is None:
        raise cursor.error("a ` is not closed")
    line = cursor.line
    cursor.at = found.end()
    special = r'\\([$`\\"])' if quoted else r"\\([$`\\])"
    source = re.sub(special, r"\1", found.group(1))
    inner = Cursor(source, 0, line, cursor.name)
    parsed = script(inner)
    if not inner.done:
        raise inner.error("this ends too early between backquotes")
    return Substitution(parsed, source.strip(), quoted, line)


def _braced(cursor: Cursor, script: ReadScript, *, quoted: bool) -> WordPart:
    """``${…}``; one that isn't understood is kept whole, with the operator "unreadable"."""
    start, line = cursor.at, cursor.line
    cursor.at += 2
    prefix = ""
    # "${#}" is the count, "${#x}" a length; "${!x}" names a name.
    if cursor.char in "#!" and not cursor.text.startswith("}", cursor.at + 1):
        prefix = {"#": "length", "!": "indirect"}[cursor.char]
        cursor.at += 1
    name = cursor.take(_NAME)
    index = cursor.take(re.compile(r"\[[^\]]*\]"))[1:-1] or None if name else None
    operator = cursor.take(_OPERATOR) if name and not prefix else prefix
    argument = None
    if name and operator and not prefix:
        # A pattern has quotes of its own, also where the whole is in double quotes.
        argument = _argument(cursor, script, quoted=quoted and operator[-1] in "-=?+")
    if not name or cursor.done or cursor.char != "}":
        return _unreadable(cursor, script, start, line, quoted=quoted)
    cursor.at += 1
    return Parameter(name, operator, argument, quoted, line, index)


def _argument(cursor: Cursor, script: ReadScript, *, quoted: bool) -> Word:
    """The word after the operator, up to the closing brace."""
    if not quoted:
        return read_word(cursor, script, frozenset("}"))
    start, line = cursor.at, cursor.line
    parts: list[WordPart] = []
    while not cursor.done and cursor.char != "}":
        if plain := cursor.take(re.compile(r'[^"\\$`}]+')):
            parts.append(Literal(plain, True))
        elif cursor.char == '"':
            cursor.at += 1
            parts += _double(cursor, script)
        elif cursor.char == "\\":
            parts += _escaped(cursor, '$`"\\}')
        else:
            parts.append(_expansion(cursor, script, quoted=True))
    return Word(tuple(_glued(parts)), cursor.text[start : cursor.at], line)


def _unreadable(
    cursor: Cursor, script: ReadScript, start: int, line: int, *, quoted: bool
) -> Parameter:
    cursor.at = start + 2
    word = _argument(cursor, script, quoted=quoted)
    if cursor.done:
        cursor.at = start
        raise cursor.error("a ${ is not closed")
    cursor.at += 1
    return Parameter(f"{{{word.text}}}", "unreadable", word, quoted, line)
