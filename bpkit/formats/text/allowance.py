"""A limit on the work of reading one input, counted in steps and bytes.

A small file can cause endless work: braces that multiply, a variable that doubles itself,
functions within functions. One allowance is passed down through a reading, whatever it expands is
counted before it is made, and beyond it the reading ends with the file and line, instead of going
on, or giving back what it has.
"""

from __future__ import annotations

from dataclasses import dataclass

from bpkit.errors import InputError, Place

#: No script or Makefile written by a person comes close.
MOST_STEPS = 200_000
MOST_BYTES = 16 << 20


class TooMuchError(InputError):
    """An input that needs more work than any of its kind written by a person."""


@dataclass
class Allowance:
    """The remaining work; ``place`` is the place being read, for the message."""

    steps: int = MOST_STEPS
    size: int = MOST_BYTES
    place: Place | None = None

    def take(self, steps: int = 1, size: int = 0) -> None:
        """Count work that is about to be done. Raises TooMuchError beyond the allowance."""
        self.steps -= steps
        self.size -= size
        if self.steps < 0 or self.size < 0:
            what = "steps" if self.steps < 0 else "bytes"
            raise TooMuchError(
                f"reading this takes too many {what}: what it expands to grows without bound",
                place=self.place,
                hint="write out what is meant, with fewer expansions within expansions",
            )
