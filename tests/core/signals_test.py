"""A signal ends the work, and what is being cleaned up then is finished."""

from __future__ import annotations

import os
import signal

import pytest

from bpkit.core.signals import InterruptedRunError, interruptible


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_the_first_signal_ends_the_block_and_the_second_does_not_end_the_clean_up(
    number: signal.Signals,
) -> None:
    cleaned = False

    def interrupted_twice() -> None:
        nonlocal cleaned
        with interruptible():
            try:
                os.kill(os.getpid(), number)
            finally:
                os.kill(os.getpid(), number)
                cleaned = True

    before = signal.getsignal(number)
    with pytest.raises(InterruptedRunError) as caught:
        interrupted_twice()
    assert cleaned
    assert caught.value.status == 128 + number
    assert signal.getsignal(number) is before


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interruptible():
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)
