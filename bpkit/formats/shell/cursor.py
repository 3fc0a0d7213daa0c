"""A position in a script's text that advances while it is read."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from bpkit.errors import InputError, Place


@dataclass
class Cursor:
    """``at`` is the offset in ``text``, whose first line has the number ``first_line``.

    ``skips`` are the bodies of heredocs already read: from the offset of the line end before them
    to that of their own end.
    """

    text: str
    at: int
    first_line: int
    name: str
    skips: dict[int, int] = field(default_factory=dict)
    _line_ends: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._line_ends = [found.start() for found in re.finditer("\n", self.text)]

    @property
    def done(self) -> bool:
        return self.at >= len(self.text)

    @property
    def char(self) -> str:
        """The character at the cursor; "" at the end."""
        return self.text[self.at : self.at + 1]

    @property
    def line(self) -> int:
        return self.line_of(self.at)

    def line_of(self, offset: int) -> int:
        # A line end belongs to the line that it ends.
        return self.first_line + bisect_right(self._line_ends, offset - 1)

    def take(self, pattern: re.Pattern[str]) -> str:
        """What ``pattern`` matches here, stepped over; "" where it matches nothing."""
        found = pattern.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found.group()

    def error(self, message: str) -> InputError:
        """The error to raise about what is at the cursor."""
        return InputError(
            message,
            place=Place(self.name, self.line),
            hint="bpkit reads scripts for sh and bash; run 'sh -n' or 'bash -n' for details",
        )
