"""Reads the text between a command's words: blanks, redirections with heredocs, arrays."""

from __future__ import annotations

import re

from bpkit.formats.shell.cursor import Cursor
from bpkit.formats.shell.syntax import Literal, Redirect, Word
from bpkit.formats.shell.words import ReadScript, read_heredoc, read_word

_BLANKS = re.compile(r"(?:[ \t]|\\\n|\r(?=\n))*")
_REDIRECT = re.compile(r"(?:[0-9]+(?=[<>]))?(?:&>>|&>|<<<|<<-|<<|<>|<&|<(?!\()|>>|>&|>\||>(?!\())")
_DELIMITER_STOP = frozenset(" \t\n\r;&|<>()")


def skip_blanks(cursor: Cursor) -> None:
    """Step over spaces, tabs and continued line ends."""
    cursor.take(_BLANKS)


def at_redirect(cursor: Cursor) -> bool:
    return _REDIRECT.match(cursor.text, cursor.at) is not None


def read_redirect(cursor: Cursor, script: ReadScript) -> Redirect:
    """The redirection at the cursor; a heredoc's body is read at once, and stepped over later."""
    mark = cursor.take(_REDIRECT)
    operator = mark.lstrip("0123456789")
    number = mark[: len(mark) - len(operator)]
    descriptor = int(number) if number else (0 if operator.startswith("<") else 1)
    skip_blanks(cursor)
    if operator in {"<<", "<<-"}:
        return Redirect("<<", descriptor, _heredoc(cursor, script, strip=operator == "<<-"))
    word = read_word(cursor, script)
    if not word.parts:
        raise cursor.error(f"a file is missing after {mark}")
    return Redirect(operator, descriptor, word)


def array_items(cursor: Cursor, script: ReadScript) -> tuple[Word, ...]:
    """The words of ``(…)`` at the cursor."""
    start = cursor.at
    cursor.at += 1
    items: list[Word] = []
    while True:
        cursor.take(re.compile(r"(?:\s|\\\n|#[^\n]*)*"))
        if cursor.char == ")":
            cursor.at += 1
            return tuple(items)
        word = read_word(cursor, script)
        if not word.parts:
            cursor.at = start
            raise cursor.error("an array is not closed here")
        items.append(word)


def _heredoc(cursor: Cursor, script: ReadScript, *, strip: bool) -> Word:
    word = read_word(cursor, script, _DELIMITER_STOP)
    if not word.parts or not all(isinstance(part, Literal) for part in word.parts):
        raise cursor.error("the end mark of a heredoc must be a plain word")
    mark = "".join(part.text for part in word.parts if isinstance(part, Literal))
    quoted = any(isinstance(part, Literal) and part.quoted for part in word.parts)
    line_end = _line_end(cursor.text, cursor.at)
    start = cursor.skips.get(line_end, line_end + 1)
    body, after = _body(cursor, start, mark, strip=strip)
    cursor.skips[line_end] = after
    line = cursor.line_of(min(start, len(cursor.text)))
    if quoted:
        return Word((Literal(body, True),), body, line)
    return read_heredoc(body, line, script, cursor.name)


def _line_end(text: str, at: int) -> int:
    found = re.compile(r"(?:[^\n\\]|\\.)*", re.DOTALL).match(text, at)
    return found.end() if found else len(text)


def _body(cursor: Cursor, start: int, mark: str, *, strip: bool) -> tuple[str, int]:
    """The heredoc that starts at ``start``, and the offset after the line with its end mark."""
    lines: list[str] = []
    at = start
    while at < len(cursor.text):
        end = cursor.text.find("\n", at)
        end = len(cursor.text) if end < 0 else end
        line = cursor.text[at:end].removesuffix("\r")
        line = line.lstrip("\t") if strip else line
        at = end + 1
        if line == mark:
            return "".join(lines), min(at, len(cursor.text))
        lines.append(line + "\n")
    raise cursor.error(f"the heredoc is not closed: no line with {mark} alone")
