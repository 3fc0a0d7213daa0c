"""How many random examples a test tries: all of them in CI, a tenth while one works.

``$HYPOTHESIS_PROFILE`` is ``dev`` (the default) or ``ci`` (``make test``, ``make test-full``).
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "dev")

#: A machine that is busy with other things is no reason to fail.
_PATIENT = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


def load_profile() -> None:
    """Set what holds for every property that says nothing of its own."""
    settings.register_profile("dev", max_examples=15, deadline=None, suppress_health_check=_PATIENT)
    settings.register_profile("ci", max_examples=150, deadline=None, suppress_health_check=_PATIENT)
    settings.load_profile(PROFILE)


def share(number: int) -> int:
    """``number`` in CI, a tenth of it (but three at least) while one works."""
    return number if PROFILE == "ci" else max(3, number // 10)


def examples(number: int) -> settings:
    """Decorates a property that tries so many examples in CI."""
    return settings(max_examples=share(number))
