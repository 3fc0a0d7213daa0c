"""How long to wait for a container: a fixed time while it is idle, longer while it works.

On a busy machine a program is slow, not idle: its processor time distinguishes the two. The time
comes from the engine, whose account includes processes that have ended.
"""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

#: A loop that runs a program every second uses one or two percent.
_WORKING = 5.0
#: The number of idle samples in a row that count as idle: a program may wait for a disk.
_IDLE_LOOKS = 3
#: The limit for a program that keeps working, as a multiple of the seconds.
_MOST = 5
_ANSWER = 15.0
_PERCENT = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*%\s*$")


@dataclass
class Patience:
    """The time limit for one container that was started at ``began`` (monotonic).

    ``start`` starts an engine client with these arguments, ``is_running`` returns whether the
    container is still running.
    """

    start: Callable[..., subprocess.Popen[bytes]]
    container: str
    seconds: float
    is_running: Callable[[], bool]
    began: float = field(default_factory=time.monotonic)

    @property
    def age(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.began

    def is_over(self) -> bool:
        """Whether there is nothing more to wait for; takes seconds once the time is over."""
        if self.age < self.seconds:
            return False
        for _ in range(_IDLE_LOOKS):
            if self.age > _MOST * self.seconds or not self.is_running():
                return True
            if self.is_working():
                return False
        return True

    def is_working(self) -> bool:
        """Whether the container uses the processor now; docker samples it for a second or two."""
        words = ("stats", "--no-stream", "--format", "{{.CPUPerc}}", self.container)
        client = self.start(*words)
        try:
            said, _ = client.communicate(timeout=_ANSWER)
        except subprocess.TimeoutExpired:
            # An engine this busy doesn't show whether the container works.
            client.kill()
            client.communicate()
            return True
        found = _PERCENT.match(said.decode("ascii", "replace"))
        return found is not None and float(found[1]) >= _WORKING
