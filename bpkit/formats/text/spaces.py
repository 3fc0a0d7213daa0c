"""The spaces of a Dockerfile, and words that end at one.

BuildKit is written in Go, whose spaces are not Python's.
"""

from __future__ import annotations

from bpkit.light import regex

# The characters of Go's unicode.IsSpace; Python's str.isspace has four more.
SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
AT_SPACES = regex(f"[{SPACES}]+")


class Words:
    """Words that grow piece by piece; an empty word doesn't count, even a quoted one."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self._pieces: list[str] = []

    def add_raw(self, text: str) -> None:
        self._pieces.append(text)

    def add(self, text: str) -> None:
        first = True
        for part in AT_SPACES.split(text):
            if not first:
                self.flush()
            if part:
                self._pieces.append(part)
            first = False

    def flush(self) -> None:
        word = "".join(self._pieces)
        if word:
            self.done.append(word)
        self._pieces.clear()
