"""The shells that must run the scripts that bpkit writes."""

from __future__ import annotations

#: Each shell's name, and the command that starts it.
SHELLS = {"bash": ["bash"], "dash": ["dash"], "ash": ["busybox", "ash"]}
