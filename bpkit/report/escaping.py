"""Escape text from outside for the terminal: names, contents, and messages.

An escape sequence in a file's name would control the terminal, and a line end in it could forge a
line of bpkit's output. So ``shown`` turns text into part of a single line, and the console lets
only line ends and bpkit's own colours through (``safe``).
"""

from __future__ import annotations

import re

from bpkit.light import regex

# C0, DEL and C1; other line ends and changes of direction; bytes that aren't UTF-8.
_TURNS = "\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069"
_UNSEEN = f"\x00-\x08\x0b-\x1f\x7f-\x9f{_TURNS}\ud800-\udfff"
_IN_A_LINE = regex(f"[\t\n{_UNSEEN}]")
# The colours of reports, which are used only on terminals that show them.
_BUT_COLOURS = regex(f"\x1b\\[(?:0|1|1;3[0-9]|3[0-9])m|[{_UNSEEN}]")
_IN_JSON = regex(f"[\x7f-\x9f{_TURNS}]")


def shown(text: str) -> str:
    """``text`` as part of one line: invisible characters are written as ``\\x1b``."""
    return _IN_A_LINE.sub(_escaped, text)


def safe(text: str, *, colour: bool = False) -> str:
    """``text`` with line ends and tabs, with ``colour`` also bpkit's own; the rest as ``shown``."""

    def one(found: re.Match[str]) -> str:
        return found[0] if colour and len(found[0]) > 1 else "".join(map(_written, found[0]))

    return _BUT_COLOURS.sub(one, text)


def safe_json(text: str) -> str:
    """Equivalent JSON without characters that control a terminal."""
    return _IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _escaped(found: re.Match[str]) -> str:
    return _written(found[0])


def _written(character: str) -> str:
    number = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    if number in range(0xDC80, 0xDD00):
        # A byte that isn't UTF-8, as Python represents it.
        number -= 0xDC00
    if number < 0x20 or number in range(0x7F, 0x100):
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number > 0x7F else character


_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
