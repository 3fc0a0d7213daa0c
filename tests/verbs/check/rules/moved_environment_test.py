"""BPK126: what breaks the rule, and what only looks like it."""

from __future__ import annotations

from bpkit.image import Node
from bpkit.verbs.check.rules.moved_environment import RULE
from tests.verbs.check.made import link, subject, text
from tests.verbs.check.spec import PYTHON, check_cases, command


def environment(path: str) -> tuple[Node, ...]:
    """A virtual environment of the image's own Python."""
    return (
        text(f"{path}/pyvenv.cfg", b"home = /usr/bin\n", 0o644),
        link(f"{path}/bin/python3", "/usr/bin/python3.11"),
    )


FAILS = (
    subject(
        PYTHON,
        *environment("/new"),
        text("/new/bin/app", b"#!/old/bin/python3\n"),
        **command("/new/bin/app"),
    ),
)
PASSES = (
    subject(
        PYTHON,
        *environment("/old"),
        text("/old/bin/app", b"#!/old/bin/python3\n"),
        **command("/old/bin/app"),
    ),
    subject(
        PYTHON,
        *environment("/new"),
        *environment("/old"),
        text("/new/bin/app", b"#!/old/bin/python3\n"),
        **command("/new/bin/app"),
    ),
)
test_it_breaks, test_it_keeps = check_cases(RULE, FAILS, PASSES)
