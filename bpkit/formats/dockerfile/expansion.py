"""Variables and quotes in a Dockerfile's words, as BuildKit's frontend/dockerfile/shell/lex.go.

It looks like a shell but isn't one: an unset variable is empty, quotes vanish, the escape character
is the Dockerfile's own, and only these forms of ``${}`` exist: ``:-  :+  :?  -  +  ?  #  ##  %
%%  /  //``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from bpkit.formats.dockerfile.error import DockerfileError
from bpkit.formats.dockerfile.expansion_patterns import replaced, trimmed
from bpkit.formats.text import AT_SPACES, Words
from bpkit.light import regex

_SPECIAL = "@*#?-$!0"
_BOM = "\ufeff"


def expand(text: str, env: Mapping[str, str | None], escape: str = "\\") -> str:
    """``text`` with its variables replaced, without its quotes and escapes.

    A name that is not in ``env``, or is there as None, is unset. Raises DockerfileError for what
    BuildKit refuses: a ``${`` without its end, an unknown modifier, ``${x:?message}`` for an unset
    variable, an open quote.
    """
    return _Lexer(text, env, escape).read()[0]


def references(text: str, escape: str = "\\") -> frozenset[str]:
    """The names of the variables that ``text`` uses; raises as ``expand`` does."""
    lexer = _Lexer(text, {}, escape, keep_unset=True)
    lexer.read()
    return frozenset(lexer.names)


def raw_words(
    text: str, *, keep_quotes: bool, keep_escapes: bool = False
) -> tuple[list[str], DockerfileError | None]:
    """The words of ``text`` with unset variables left as they are, to look for heredocs.

    An error is the second value, since BuildKit ignores it there.
    """
    if not _NEEDS_LEXER.search(text):
        return [word for word in AT_SPACES.split(text.removeprefix(_BOM)) if word], None
    lexer = _Lexer(text, {}, "\\", keep_unset=True)
    lexer.keep_quotes = keep_quotes
    lexer.keep_escapes = keep_escapes
    try:
        return lexer.read()[1], None
    except DockerfileError as error:
        return [], error


# No instruction written by a person comes close.
_MOST_TEXT = 1 << 20
_NEEDS_LEXER = regex(r"""['"$\\]""")


class _Lexer:
    """One pass over a text; recursive only where ``${}`` is nested."""

    def __init__(
        self, text: str, env: Mapping[str, str | None], escape: str, *, keep_unset: bool = False
    ) -> None:
        self.text = text.removeprefix(_BOM)
        self.env = env
        self.escape = escape
        self.keep_unset = keep_unset
        self.keep_quotes = False
        self.keep_escapes = False
        self.names: set[str] = set()
        self.made = 0
        self.at = 0

    def read(self) -> tuple[str, list[str]]:
        try:
            return self._until("")
        except RecursionError:
            raise DockerfileError("variables are nested too deeply") from None

    def _peek(self) -> str:
        """The next character; empty at the end."""
        return self.text[self.at : self.at + 1]

    def _next(self) -> str:
        char = self._peek()
        self.at += len(char)
        return char

    def _run(self, pattern: re.Pattern[str]) -> str:
        """The match of ``pattern`` at the current position."""
        found = pattern.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found.group()

    def _until(self, stop: str) -> tuple[str, list[str]]:
        """The text up to ``stop`` (or to the end if it is empty), and its words."""
        result: list[str] = []
        words = Words()
        plain = _plain_run(stop + self.escape)
        while self.at < len(self.text):
            if run := self._run(plain):
                result.append(run)
                words.add(run)
                continue
            char = self._peek()
            if stop and char == stop:
                self.at += 1
                words.flush()
                return "".join(result), words.done
            piece = self._special(char, words)
            if piece is None:
                break
            result.append(piece)
        if stop:
            raise DockerfileError(f"the text ends before the closing {stop}")
        words.flush()
        return "".join(result), words.done

    def _special(self, char: str, words: Words) -> str | None:
        """The value of a variable, a quoted part or an escaped character; None at the end."""
        if char == "$":
            value = self._dollar()
            words.add(value)
            return value
        if char in "'\"":
            value = self._single_quoted() if char == "'" else self._double_quoted()
            words.add_raw(value)
            return value
        self.at += 1
        kept = self.escape if self.keep_escapes else ""
        value = kept + self._next()
        words.add_raw(value)
        return value or None

    def _single_quoted(self) -> str:
        end = self.text.find("'", self.at + 1)
        if end < 0:
            self.at = len(self.text)
            raise DockerfileError("a single quote is never closed")
        start, self.at = self.at, end + 1
        return self.text[start : end + 1] if self.keep_quotes else self.text[start + 1 : end]

    def _double_quoted(self) -> str:
        self.at += 1
        quote = '"' if self.keep_quotes else ""
        result = [quote]
        plain = _quoted_run(self.escape)
        while self.at < len(self.text):
            if run := self._run(plain):
                result.append(run)
                continue
            char = self._peek()
            if char == '"':
                self.at += 1
                return "".join([*result, quote])
            result.append(self._dollar() if char == "$" else self._escaped_in_quotes())
        raise DockerfileError("a double quote is never closed")

    def _escaped_in_quotes(self) -> str:
        """Only ``"``, ``$`` and the escape itself can be escaped; else it stands for itself."""
        self.at += 1
        kept = self.escape if self.keep_escapes else ""
        after = self._peek()
        if not after:
            return kept
        return kept + (self._next() if after in {'"', "$", self.escape} else self.escape)

    def _dollar(self) -> str:
        self.at += 1
        if self._peek() != "{":
            name = self._name()
            if not name:
                return "$"
            value = self._value(name)
            return f"${name}" if value is None and self.keep_unset else value or ""
        self.at += 1
        if self._peek() == "":
            raise DockerfileError("a ${ is never closed", hint="end it with }")
        if self._peek() in "{}:":
            raise DockerfileError("bad substitution: ${ must be followed by a name")
        return self._braced(self._name())

    def _name(self) -> str:
        digits = self._run(_DIGITS)
        if digits:
            return digits
        if (char := self._peek()) and char in _SPECIAL:
            return self._next()
        name = self._run(_NAME)
        if not name.isascii():
            # Unlike \w, Go's letters and digits don't include characters such as '²'.
            size = next((i for i, c in enumerate(name) if not _is_of_name(c)), len(name))
            self.at -= len(name) - size
            name = name[:size]
        return name

    def _value(self, name: str) -> str | None:
        self.names.add(name)
        value = self.env.get(name)
        self.made += len(value or "")
        if self.made > _MOST_TEXT:
            raise DockerfileError(f"its variables expand to more than {_MOST_TEXT:,} characters")
        return value

    def _braced(self, name: str) -> str:
        """The value of ``${name…`` from the character after the name on."""
        char = self._next()
        if char == "}":
            value = self._value(name)
            return f"${{{name}}}" if value is None and self.keep_unset else value or ""
        if char == "/":
            return self._replaced(name)
        modifier = char
        if char == ":":
            modifier += (char := self._next())
        elif not char:
            raise DockerfileError("a ${ is never closed", hint="end it with }")
        elif char not in {"+", "-", "?", "#", "%"}:
            raise DockerfileError(f"unsupported modifier ({char}) in ${{{name}}}")
        word = self._argument("}", raw=char in {"#", "%"})
        value = self._value(name)
        if value is None and self.keep_unset:
            return f"${{{name}{modifier}{word}}}"
        return _modified(name, value, modifier, word)

    def _argument(self, stop: str, *, raw: bool) -> str:
        before, self.keep_escapes = self.keep_escapes, raw
        try:
            return self._until(stop)[0]
        except DockerfileError as error:
            if self.at < len(self.text):
                raise
            raise DockerfileError("a ${ is never closed", hint=f"a {stop} is missing") from error
        finally:
            self.keep_escapes = before

    def _replaced(self, name: str) -> str:
        every = self._peek() == "/"
        self.at += every
        pattern = self._argument("/", raw=True)
        replacement = self._argument("}", raw=True)
        value = self._value(name)
        if value is None and self.keep_unset:
            return f"${{{name}/{pattern}/{replacement}}}"
        return replaced(value or "", pattern, replacement, every=every)


_DIGITS = regex(r"\d+")
_NAME = regex(r"\w+")


def _is_of_name(char: str) -> bool:
    return char == "_" or char.isalpha() or char.isdecimal()


@lru_cache
def _plain_run(special: str) -> re.Pattern[str]:
    return re.compile("[^$'\"" + re.escape(special) + "]+")


@lru_cache
def _quoted_run(escape: str) -> re.Pattern[str]:
    return re.compile('[^$"' + re.escape(escape) + "]+")


def _modified(name: str, value: str | None, modifier: str, word: str) -> str:
    missing = value is None or (modifier.startswith(":") and value == "")
    kind = modifier[-1]
    if kind == "-":
        return word if missing else value or ""
    if kind == "+":
        return "" if missing else word
    if kind == "?":
        if missing:
            default = f"is not allowed to be {'unset' if value is None else 'empty'}"
            raise DockerfileError(f"{name}: {word or default}")
        return value or ""
    if kind in "#%":
        longest = word.startswith(kind)
        pattern = word[1:] if longest else word
        return trimmed(value or "", pattern, suffix=kind == "%", longest=longest)
    raise DockerfileError(f"unsupported modifier ({modifier}) in ${{{name}}}")
