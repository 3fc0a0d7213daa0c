"""How long a container is waited for: by the clock as long as it is idle, longer while it works.

On a machine that does other things a program is slow, not idle: what it gets of the processor tells
the two apart. The engine's own account is asked, which has the processes that ended in it.
"""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field

#: A loop that calls a program each second takes a part or two of a hundred.
_WORKING = 5.0
#: How often in a row it must be seen idle: it may wait for a disk meanwhile.
_IDLE_LOOKS = 3
#: A program that works on and on is not waited for: so many times the seconds are enough.
_MOST = 5
_ANSWER = 15.0
_PERCENT = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*%\s*$")


@dataclass
class Patience:
    """The patience with one container that was started at ``began`` (monotonic).

    ``start`` starts a client of the engine with these words, ``is_running`` tells whether the
    container still runs.
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
        """Whether there is nothing more to wait for; takes seconds where the clock has run out."""
        if self.age < self.seconds:
            return False
        for _ in range(_IDLE_LOOKS):
            if self.age > _MOST * self.seconds or not self.is_running():
                return True
            if self.is_working():
                return False
        return True

    def is_working(self) -> bool:
        """Whether the container uses the processor now; docker looks at it for a second or two."""
        words = ("stats", "--no-stream", "--format", "{{.CPUPerc}}", self.container)
        client = self.start(*words)
        try:
            said, _ = client.communicate(timeout=_ANSWER)
        except subprocess.TimeoutExpired:
            # An engine this busy tells nothing of the container.
            client.kill()
            client.communicate()
            return True
        found = _PERCENT.match(said.decode("ascii", "replace"))
        return found is not None and float(found[1]) >= _WORKING
