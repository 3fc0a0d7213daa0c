"""Reads a script for sh or bash into the tree of ``syntax``; nothing is ever run.

A parser of our own rather than bashlex, which can't read ``case``, arithmetic or heredocs in
command substitutions, and whose licence (GPL) would become bpkit's.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bpkit.formats.shell.cursor import Cursor
from bpkit.formats.shell.redirects import array_items, at_redirect, read_redirect, skip_blanks
from bpkit.formats.shell.syntax import (
    Arm,
    Assignment,
    BraceGroup,
    Case,
    Chain,
    Command,
    For,
    Function,
    If,
    Literal,
    Pipeline,
    Redirect,
    ShellScript,
    Simple,
    Span,
    Unreadable,
    While,
    Word,
)
from bpkit.formats.shell.words import arithmetic_end, read_word

_KEYWORD = re.compile(
    r"(?:if|then|else|elif|fi|do|done|case|esac|while|until|for|function|select|time|!|\{|\}|\[\[)"
    r"(?=[\s;&|<>()\\]|\Z)"
)
_TERMINATORS = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}"})
_FUNCTION = re.compile(r"([^\s;&|<>()'\"$`\\=#]+)[ \t]*\([ \t]*\)")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:\[[^\]\n]*\])?(\+?)=")
_DECLARATIONS = frozenset({"declare", "export", "local", "readonly", "typeset"})
_CONTINUATION = re.compile(r"[ \t]*\\\n[ \t]*")
_BLANK_LINES = re.compile(r"[ \t]*(?:#[^\n]*)?")
_NONE: frozenset[str] = frozenset()


def parse(text: str, name: str, first_line: int = 1) -> ShellScript:
    """The script in ``text``; raises InputError for what neither sh nor bash would read.

    ``name`` is the file's, for messages; ``first_line`` the number of the text's first line.
    """
    cursor = Cursor(text, 0, first_line, name)
    script = read_script(cursor)
    if not cursor.done:
        raise cursor.error(f"{cursor.char} closes nothing")
    return script


def read_script(cursor: Cursor, ends: frozenset[str] = _NONE) -> ShellScript:
    """The commands up to one of the keywords ``ends``, a closing parenthesis or the end."""
    chains: list[Chain] = []
    while True:
        _skip_lines(cursor)
        if cursor.done or cursor.char == ")" or cursor.text.startswith(";;", cursor.at):
            break
        if cursor.text.startswith(";&", cursor.at):
            break
        keyword = _keyword(cursor)
        if keyword in ends:
            break
        if keyword in _TERMINATORS:
            raise cursor.error(f"{keyword} ends nothing")
        chains.append(_chain(cursor))
    return ShellScript(tuple(chains))


def _commands(cursor: Cursor, *ends: str) -> ShellScript:
    """The commands of a compound command's part, of which there is at least one."""
    script = read_script(cursor, frozenset(ends))
    if not script.chains:
        raise cursor.error("a command is missing here")
    return script


def _keyword(cursor: Cursor) -> str:
    found = _KEYWORD.match(cursor.text, cursor.at)
    return found.group() if found else ""


def _skip_lines(cursor: Cursor) -> None:
    """Step over blanks, comments and line ends, and over heredocs that were read before them."""
    while True:
        skip_blanks(cursor)
        cursor.take(_BLANK_LINES)
        if cursor.done or cursor.char not in "\n\r":
            return
        cursor.at = cursor.skips.get(cursor.at, cursor.at + 1)


def _span(cursor: Cursor, start: int) -> Span:
    text = cursor.text[start : cursor.at].rstrip()
    end = start + max(len(text) - 1, 0)
    line_end = cursor.text.find("\n", cursor.at)
    if "<<" in text and line_end in cursor.skips:
        # The bodies of its heredocs belong to it.
        end = max(end, cursor.skips[line_end] - 1)
    return Span(cursor.line_of(start), cursor.line_of(end), _CONTINUATION.sub(" ", text))


def _chain(cursor: Cursor) -> Chain:
    start = cursor.at
    first = _pipeline(cursor)
    rest: list[tuple[str, Pipeline]] = []
    while True:
        skip_blanks(cursor)
        operator = cursor.take(re.compile(r"&&|\|\|"))
        if not operator:
            break
        _skip_lines(cursor)
        rest.append((operator, _pipeline(cursor)))
    span = _span(cursor, start)
    background = cursor.char == "&"
    if background or (
        cursor.char == ";" and cursor.text[cursor.at + 1 : cursor.at + 2] not in ";&"
    ):
        cursor.at += 1
    elif not cursor.done and cursor.char not in "\n\r);#":
        raise cursor.error(f"unexpected {cursor.char}")
    elif cursor.char == ";" and cursor.at + 1 == len(cursor.text):
        cursor.at += 1
    return Chain(first, tuple(rest), background, span)


def _pipeline(cursor: Cursor) -> Pipeline:
    start = cursor.at
    negated = False
    while (keyword := _keyword(cursor)) in {"!", "time"}:
        negated ^= keyword == "!"
        cursor.at += len(keyword)
        skip_blanks(cursor)
    commands = [_command(cursor)]
    while True:
        skip_blanks(cursor)
        if cursor.char != "|" or cursor.text.startswith("||", cursor.at):
            break
        cursor.take(re.compile(r"\|&?"))
        _skip_lines(cursor)
        commands.append(_command(cursor))
    return Pipeline(tuple(commands), negated, _span(cursor, start))


def _command(cursor: Cursor) -> Command:
    keyword = _keyword(cursor)
    reader = _COMPOUND.get(keyword)
    if keyword in _TERMINATORS:
        raise cursor.error(f"unexpected {keyword}")
    start = cursor.at
    if reader is not None:
        cursor.at += len(keyword)
        return reader(cursor, start)
    if cursor.text.startswith("((", cursor.at) and arithmetic_end(cursor.text, cursor.at + 2):
        return _arithmetic(cursor, start)
    if cursor.char == "(":
        cursor.at += 1
        return _group(cursor, start, ")")
    if found := _FUNCTION.match(cursor.text, cursor.at):
        cursor.at = found.end()
        return _function_body(cursor, start, found.group(1))
    return _simple(cursor, start)


def _redirects(cursor: Cursor) -> tuple[Redirect, ...]:
    found: list[Redirect] = []
    while True:
        skip_blanks(cursor)
        if not at_redirect(cursor):
            return tuple(found)
        found.append(read_redirect(cursor, read_script))


def _simple(cursor: Cursor, start: int) -> Simple:
    assignments: list[Assignment] = []
    words: list[Word] = []
    redirects: list[Redirect] = []
    end = cursor.at
    while True:
        skip_blanks(cursor)
        if at_redirect(cursor):
            redirects.append(read_redirect(cursor, read_script))
        elif cursor.done or cursor.char in "\n\r;&|)#":
            break
        elif cursor.char == "(":
            raise cursor.error("unexpected (")
        elif (assigned := _assignment(cursor, words)) is not None:
            assignments.append(assigned)
        else:
            words.append(read_word(cursor, read_script))
        end = cursor.at
    cursor.at = end
    if not words and not assignments and not redirects:
        raise cursor.error("a command is missing here")
    return Simple(tuple(assignments), tuple(words), tuple(redirects), _span(cursor, start))


def _assignment(cursor: Cursor, words: list[Word]) -> Assignment | None:
    """The assignment at the cursor; among arguments only ``NAME=(…)`` of a declaration is one."""
    found = _ASSIGNMENT.match(cursor.text, cursor.at)
    if found is None:
        return None
    is_array = cursor.text.startswith("(", found.end())
    if words and not (is_array and words[0].bare in _DECLARATIONS):
        return None
    cursor.at = found.end()
    name, append = found.group(1), bool(found.group(2))
    if is_array:
        items = array_items(cursor, read_script)
        return Assignment(name, Word((), "", cursor.line), append, items)
    return Assignment(name, read_word(cursor, read_script), append)


def _expect(cursor: Cursor, keyword: str) -> None:
    _skip_lines(cursor)
    if _keyword(cursor) != keyword:
        raise cursor.error(f"{keyword} is missing here")
    cursor.at += len(keyword)


def _if(cursor: Cursor, start: int) -> Command:
    branches: list[tuple[ShellScript, ShellScript]] = []
    otherwise: ShellScript | None = None
    while True:
        condition = _commands(cursor, "then")
        _expect(cursor, "then")
        branches.append((condition, _commands(cursor, "elif", "else", "fi")))
        if _keyword(cursor) != "elif":
            break
        cursor.at += len("elif")
    if _keyword(cursor) == "else":
        cursor.at += len("else")
        otherwise = _commands(cursor, "fi")
    _expect(cursor, "fi")
    return If(tuple(branches), otherwise, _redirects(cursor), _span(cursor, start))


def _while(cursor: Cursor, start: int) -> Command:
    until = cursor.text.startswith("until", start)
    condition = _commands(cursor, "do")
    body = _do(cursor)
    return While(condition, body, until, _redirects(cursor), _span(cursor, start))


def _do(cursor: Cursor) -> ShellScript:
    _expect(cursor, "do")
    body = _commands(cursor, "done")
    _expect(cursor, "done")
    return body


def _for(cursor: Cursor, start: int) -> Command:
    skip_blanks(cursor)
    if cursor.text.startswith("((", cursor.at):
        _arithmetic(cursor, cursor.at)
        cursor.take(re.compile(r"[ \t]*;"))
        _do(cursor)
        return Unreadable("a counting loop", _span(cursor, start))
    name = cursor.take(re.compile(r"[A-Za-z_][A-Za-z0-9_]*"))
    _skip_lines(cursor)
    words: tuple[Word, ...] | None = None
    if cursor.take(re.compile(r"in(?=[\s;\\])")):
        words = _word_list(cursor)
    cursor.take(re.compile(r"[ \t]*;"))
    body = _do(cursor)
    if cursor.text.startswith("select", start):
        return Unreadable("select", _span(cursor, start))
    return For(name, words, body, _redirects(cursor), _span(cursor, start))


def _word_list(cursor: Cursor) -> tuple[Word, ...]:
    words: list[Word] = []
    while True:
        skip_blanks(cursor)
        if cursor.done or cursor.char in "\n\r;&|)#":
            return tuple(words)
        words.append(read_word(cursor, read_script))
        if not words[-1].parts:
            raise cursor.error("a word is missing here")


def _case(cursor: Cursor, start: int) -> Command:
    skip_blanks(cursor)
    word = read_word(cursor, read_script)
    _skip_lines(cursor)
    if not cursor.take(re.compile(r"in(?=[\s;\\])")):
        raise cursor.error("in is missing here")
    arms: list[Arm] = []
    while True:
        _skip_lines(cursor)
        if cursor.done:
            raise cursor.error("esac is missing here")
        if _keyword(cursor) == "esac":
            break
        patterns = _patterns(cursor)
        body = read_script(cursor, frozenset({"esac"}))
        mark = cursor.take(re.compile(r";;&|;;|;&"))
        arms.append(Arm(patterns, body, mark in {";;&", ";&"}))
    cursor.at += len("esac")
    return Case(word, tuple(arms), _redirects(cursor), _span(cursor, start))


def _patterns(cursor: Cursor) -> tuple[Word, ...]:
    cursor.take(re.compile(r"\([ \t]*"))
    patterns: list[Word] = []
    while True:
        skip_blanks(cursor)
        patterns.append(read_word(cursor, read_script))
        skip_blanks(cursor)
        mark = cursor.take(re.compile(r"[|)]"))
        if not mark or not patterns[-1].parts:
            raise cursor.error("a pattern of case must end in )")
        if mark == ")":
            return tuple(patterns)


def _function(cursor: Cursor, start: int) -> Command:
    skip_blanks(cursor)
    name = cursor.take(re.compile(r"[^\s;&|<>()'\"$`\\]+"))
    cursor.take(re.compile(r"[ \t]*\([ \t]*\)"))
    return _function_body(cursor, start, name)


def _function_body(cursor: Cursor, start: int, name: str) -> Function:
    _skip_lines(cursor)
    body = _command(cursor)
    if isinstance(body, Simple | Function | Unreadable):
        raise cursor.error(f"the body of {name} must be a {{ … }}")
    return Function(name, body, _span(cursor, start))


def _brace(cursor: Cursor, start: int) -> Command:
    return _group(cursor, start, "}")


def _group(cursor: Cursor, start: int, end: str) -> Command:
    body = _commands(cursor, *end.strip(")"))
    if cursor.char != end:
        cursor.at = start
        raise cursor.error(f"{end} is missing for what begins here")
    cursor.at += 1
    return BraceGroup(body, end == ")", _redirects(cursor), _span(cursor, start))


def _arithmetic(cursor: Cursor, start: int) -> Command:
    end = arithmetic_end(cursor.text, cursor.at + 2)
    if end is None:
        raise cursor.error("a (( is not closed")
    cursor.at = end
    return Unreadable("arithmetic", _span(cursor, start))


_IN_TEST = frozenset(" \t\n;&|<>()")


def _double_bracket(cursor: Cursor, start: int) -> Command:
    words = [Word((Literal("[["),), "[[", cursor.line)]
    while words[-1].bare != "]]":
        cursor.take(re.compile(r"(?:\s|\\\n)+"))
        if cursor.done or cursor.char == ";":
            cursor.at = start
            raise cursor.error("]] is missing for the [[ here")
        line = cursor.line
        if words[-1].bare == "=~":
            words.append(read_word(cursor, read_script, frozenset(" \t\n")))
        elif operator := cursor.take(re.compile(r"&&|\|\||[()<>]")):
            words.append(Word((Literal(operator),), operator, line))
        else:
            words.append(read_word(cursor, read_script, _IN_TEST))
            if not words[-1].parts:
                raise cursor.error(f"unexpected {cursor.char}")
    return Simple((), tuple(words), _redirects(cursor), _span(cursor, start))


_COMPOUND: dict[str, Callable[[Cursor, int], Command]] = {
    "if": _if,
    "while": _while,
    "until": _while,
    "for": _for,
    "select": _for,
    "case": _case,
    "function": _function,
    "{": _brace,
    "[[": _double_bracket,
}
