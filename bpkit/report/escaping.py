"""How text from outside is shown on a terminal: names, contents, messages that anyone may write.

An escape sequence in the name of a file would act on the terminal, and a line end in it would
forge a line of bpkit's own. So a text that is put into a line is made one line by ``shown``, and
the door lets nothing through but line ends and the colours that are bpkit's (``safe``).
"""

from __future__ import annotations

import re

from bpkit.light import regex

# C0, DEL and C1; what ends a line or turns its direction elsewhere; bytes that were not UTF-8.
_TURNS = "\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069"
_UNSEEN = f"\x00-\x08\x0b-\x1f\x7f-\x9f{_TURNS}\ud800-\udfff"
_IN_A_LINE = regex(f"[\t\n{_UNSEEN}]")
# The colours of reports, which are shown only where a terminal wants them.
_BUT_COLOURS = regex(f"\x1b\\[(?:0|1|1;3[0-9]|3[0-9])m|[{_UNSEEN}]")
_IN_JSON = regex(f"[\x7f-\x9f{_TURNS}]")


def shown(text: str) -> str:
    """``text`` as part of one line: what can't be seen is written as ``\\x1b``."""
    return _IN_A_LINE.sub(_escaped, text)


def safe(text: str, *, colour: bool = False) -> str:
    """``text`` with its line ends and tabs, with ``colour`` its colours too, all else as ``shown``.

    The colours are those of bpkit's own reports.
    """

    def one(found: re.Match[str]) -> str:
        return found[0] if colour and len(found[0]) > 1 else "".join(map(_written, found[0]))

    return _BUT_COLOURS.sub(one, text)


def safe_json(text: str) -> str:
    """JSON in which no character acts on a terminal; it says the same."""
    return _IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _escaped(found: re.Match[str]) -> str:
    return _written(found[0])


def _written(character: str) -> str:
    number = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    if number in range(0xDC80, 0xDD00):
        # A byte that was not UTF-8, as Python holds it.
        number -= 0xDC00
    if number < 0x20 or number in range(0x7F, 0x100):
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number > 0x7F else character


_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
