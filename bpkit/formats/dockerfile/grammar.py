"""The statement in a logical line of a Dockerfile: its keyword, its flags, its arguments.

Rules as in BuildKit's frontend/dockerfile/parser (split_command.go, line_parsers.go and, for
heredocs, parser.go). Every value comes with its place in the line, so that an edit can find it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from bpkit.formats.dockerfile.error import DockerfileError
from bpkit.formats.dockerfile.expansion import raw_words
from bpkit.formats.dockerfile.json_form import Token, string_list
from bpkit.formats.text import SPACES
from bpkit.light import dataclass, regex

# The separators of words in most instructions; Unicode's other spaces don't count.
_GAP = regex(r"[\t\v\f\r ]+")
_HEREDOC = regex(r"([0-9]*)<<(-?)([^<]*)")
# The start of a heredoc whose name is the next word.
_OPENER = regex(r"[0-9]*<<")
_LIST = frozenset({"ADD", "COPY", "VOLUME"})
_COMMAND = frozenset({"CMD", "ENTRYPOINT", "RUN", "SHELL"})
_PAIRS = frozenset({"ENV", "LABEL"})
_WORDS = frozenset({"EXPOSE", "FROM"})
_TEXT = frozenset({"MAINTAINER", "STOPSIGNAL", "USER", "WORKDIR"})
_MAYBE_JSON = _LIST | _COMMAND | {"HEALTHCHECK"}
_MAY_HOLD_HEREDOCS = frozenset({"ADD", "COPY", "RUN"})
# BuildKit's parser has no limit, but no builder accepts even an ONBUILD ONBUILD.
_DEEPEST_TRIGGER = 50
KEYWORDS = _LIST | _COMMAND | _PAIRS | _WORDS | _TEXT | {"ARG", "HEALTHCHECK", "ONBUILD"}


class Statement(NamedTuple):
    """A parsed logical line; tokens have their position in the line.

    ``trigger`` is the statement within an ONBUILD.
    """

    keyword: str
    keyword_end: int
    flags: tuple[Token, ...]
    args: tuple[Token, ...]
    start: int
    json: bool = False
    trigger: Statement | None = None


@dataclass(frozen=True)
class HeredocWord:
    """``<<-"EOF"`` as it is in a line; the body follows below."""

    name: str
    expand: bool
    chomp: bool
    file_descriptor: int
    spaced: bool = False


def statement(line: str, escape: str, start: int = 0, depth: int = 0) -> Statement:
    """The statement in ``line[start:]``; raises DockerfileError for one that BuildKit refuses.

    ``depth`` counts the ONBUILDs before ``start``.
    """
    start, end = _trim(line, start, len(line))
    gap = _GAP.search(line, start, end)
    keyword_end = gap.start() if gap else end
    keyword = _keyword(line[start:keyword_end])
    flags, at = _flags(line, gap.end(), end) if gap else ((), end)
    at, end = _trim(line, at, end)
    trigger = None
    args: tuple[Token, ...] = ()
    json = False
    if keyword not in KEYWORDS:
        args = (Token("", end, end),)
    elif at == end:
        pass
    elif keyword == "ONBUILD":
        if depth == _DEEPEST_TRIGGER:
            raise DockerfileError("ONBUILD is nested too deeply", hint="write ONBUILD only once")
        trigger = statement(line, escape, at, depth + 1)
    elif keyword in _MAYBE_JSON:
        args, json = _maybe_json(keyword, line, at, end)
    else:
        args = _arguments(keyword, line, at, end, escape)
    return Statement(keyword, keyword_end, flags, args, start, json, trigger)


def _arguments(keyword: str, line: str, at: int, end: int, escape: str) -> tuple[Token, ...]:
    if keyword in _PAIRS:
        return _pairs(keyword, line, _words(line, at, end, escape), at, end)
    if keyword == "ARG":
        return _words(line, at, end, escape)
    if keyword in _WORDS:
        return _split(line, at, end)
    return (Token(line[at:end], at, end),)


def _maybe_json(keyword: str, line: str, at: int, end: int) -> tuple[tuple[Token, ...], bool]:
    """The arguments in JSON form (then the second value is true), else the words or the text."""
    head: tuple[Token, ...] = ()
    if keyword == "HEALTHCHECK":
        gap = _GAP.search(line, at, end)
        if gap is None:
            return (Token(line[at:end], at, end),), False
        head = (Token(line[at : gap.start()], at, gap.start()),)
        at = gap.end()
    items = string_list(line, _trim(line, at, end)[0], end)
    if items is not None:
        return head + items, True
    if keyword in _LIST:
        return _split(line, at, end), False
    return (*head, Token(line[at:end], at, end)), False


def heredoc_words(line: str, stated: Statement) -> list[HeredocWord]:
    """The heredocs that the line opens, in the order of their bodies."""
    holder = stated.trigger or stated
    if "<<" not in line or holder.keyword not in _MAY_HOLD_HEREDOCS or holder.json:
        return []
    words, _ = raw_words(line, keep_quotes=True, keep_escapes=True)
    found = []
    for word, following in zip(words, [*words[1:], ""], strict=False):
        # BuildKit reads `<< EOF` as `<<EOF` since Dockerfile 1.16 (moby/buildkit#5817).
        is_spaced = _OPENER.fullmatch(word) is not None and "<" not in following
        if "<<" in word and (heredoc := heredoc_word(word + following if is_spaced else word)):
            found.append(replace(heredoc, spaced=is_spaced))
    return found


def heredoc_word(word: str) -> HeredocWord | None:
    """The heredoc that ``word`` opens, None if it opens none.

    A name with a quote in it keeps the body from being expanded.
    """
    found = _HEREDOC.fullmatch(word)
    if found is None or not found.group(3):
        return None
    name, error = raw_words(found.group(3), keep_quotes=False)
    if error is not None:
        raise error
    if len(name) != 1:
        return None
    quoted, _ = raw_words(found.group(3), keep_quotes=True)
    if len(quoted) != 1:
        raise DockerfileError(f"the heredoc {word} has an unclear name")
    return HeredocWord(
        name=name[0],
        expand=_quotes(name[0]) == _quotes(quoted[0]),
        chomp=bool(found.group(2)),
        file_descriptor=_number(found.group(1)),
    )


def _number(digits: str) -> int:
    """A file descriptor, at most what Go's uint holds."""
    digits = digits.lstrip("0")
    return 2**64 - 1 if len(digits) > 20 else min(int(digits or 0), 2**64 - 1)


def _quotes(word: str) -> int:
    return word.count("'") + word.count('"')


def _keyword(word: str) -> str:
    if word in KEYWORDS:
        return word
    # 'İ' is the one letter outside ASCII besides 'K' (Kelvin) whose lower case is in it.
    lower = word.replace("\u0130", "i").lower()
    upper = lower.upper()
    return upper if upper in KEYWORDS else word.upper()


def _trim(line: str, start: int, end: int) -> tuple[int, int]:
    if start < end and line[start] not in SPACES and line[end - 1] not in SPACES:
        return start, end
    part = line[start:end]
    stripped = part.lstrip(SPACES)
    start += len(part) - len(stripped)
    return start, start + len(stripped.rstrip(SPACES))


_FLAG_PIECE = regex(
    r"""([^\t\n\v\f\r '"\\]+)|\\(.)|\\\Z"""
    r"""|'((?:[^'\\]|\\.)*)(?:'|\\?\Z)|"((?:[^"\\]|\\.)*)(?:"|\\?\Z)""",
    re.DOTALL,
)
_ESCAPED = regex(r"\\(.)", re.DOTALL)
_ASCII_SPACES = regex(r"[\t\n\v\f\r ]*")
_SPACE_RUN = regex(f"[{SPACES}]*")


def _flags(line: str, at: int, end: int) -> tuple[tuple[Token, ...], int]:
    """The words in front that start with ``--``, and where the rest starts.

    A backslash escapes here whatever the file's escape character is, and only ASCII's spaces end a
    flag: BuildKit reads flags byte by byte. (It thereby breaks letters outside ASCII, ``--from=é``;
    here they stay whole.)
    """
    at = _after(_ASCII_SPACES, line, at)
    if not line.startswith("--", at):
        return (), at
    line = line[:end]
    flags: list[Token] = []
    while True:
        at = _after(_ASCII_SPACES, line, at)
        if not line.startswith("--", at):
            return tuple(flags), at
        start = at
        pieces: list[str] = []
        while found := _FLAG_PIECE.match(line, at):
            plain, escaped, single, double = found.groups()
            quoted = single or double or ""
            pieces.append(plain or escaped or _ESCAPED.sub(r"\1", quoted))
            at = found.end()
        word = "".join(pieces)
        if word == "--":
            return tuple(flags), at
        flags.append(Token(word, start, at))


def _after(pattern: re.Pattern[str], line: str, at: int) -> int:
    found = pattern.match(line, at)
    return found.end() if found else at


@lru_cache
def _word_piece(escape: str) -> re.Pattern[str]:
    e = re.escape(escape)
    return re.compile(
        rf"""[^{SPACES}'"{e}]+|{e}.|'[^']*(?:'|\Z)|"(?:[^"{e}]|{e}.)*(?:"|(?={e}?\Z))""", re.DOTALL
    )


def _words(line: str, at: int, end: int, escape: str) -> tuple[Token, ...]:
    """The words with their quotes and escapes; an escape at the very end is dropped."""
    line = line[:end]
    piece = _word_piece(escape)
    words: list[Token] = []
    while (at := _after(_SPACE_RUN, line, at)) < end:
        start = at
        while found := piece.match(line, at):
            at = found.end()
        if at > start:
            words.append(Token(line[start:at], start, at))
        if line.startswith(escape, at) and at == end - 1:
            break
    return tuple(words)


def _split(line: str, at: int, end: int) -> tuple[Token, ...]:
    tokens = []
    for gap in _GAP.finditer(line, at, end):
        tokens.append(Token(line[at : gap.start()], at, gap.start()))
        at = gap.end()
    return (*tokens, Token(line[at:end], at, end))


def _pairs(
    keyword: str, line: str, words: tuple[Token, ...], at: int, end: int
) -> tuple[Token, ...]:
    """Names and values in turn, from ``NAME=value …`` or the old ``NAME value``."""
    if not words:
        return ()
    if "=" not in words[0].text:
        gap = _GAP.search(line, at, end)
        if gap is None:
            raise DockerfileError(
                f"{keyword} must have two arguments", hint=f"write {keyword} NAME=value"
            )
        return Token(line[at : gap.start()], at, gap.start()), Token(
            line[gap.end() : end], gap.end(), end
        )
    tokens: list[Token] = []
    for word in words:
        name, equals, value = word.text.partition("=")
        if not equals:
            raise DockerfileError(
                f"{keyword}: there is no = in {word.text}", hint="quote a value that has spaces"
            )
        middle = word.start + len(name)
        tokens += Token(name, word.start, middle), Token(value, middle + 1, word.end)
    return tuple(tokens)
