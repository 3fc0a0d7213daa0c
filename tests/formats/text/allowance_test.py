"""An allowance ends a reading, with the place that it has come to."""

from __future__ import annotations

import pytest

from bpkit.errors import Place
from bpkit.formats.text import Allowance, TooMuchError


@pytest.mark.parametrize(("steps", "size", "what"), [(6, 0, "steps"), (1, 11, "bytes")])
def test_beyond_the_allowance_is_an_error_with_its_place(steps: int, size: int, what: str) -> None:
    allowance = Allowance(steps=5, size=10, place=Place("s.sh", 3))
    with pytest.raises(TooMuchError, match=f"too many {what}") as caught:
        allowance.take(steps, size)
    assert caught.value.place == Place("s.sh", 3)


def test_what_is_allowed_is_allowed_to_the_last() -> None:
    allowance = Allowance(steps=5, size=10)
    for _ in range(5):
        allowance.take(1, 2)
