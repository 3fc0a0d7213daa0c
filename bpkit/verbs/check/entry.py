"""Why the engine can't start the program in ENTRYPOINT or CMD: one reason, for one rule."""

from __future__ import annotations

import re
from typing import Literal

from bpkit.image import Link, Subject, shell_text

EntryProblem = Literal["variable", "no shell", "not allowed", "missing", "not executable"]

#: ``$NAME`` or ``${NAME…}``, which only a shell expands.
VARIABLE = re.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)[^}]*\})")


def entry_problem(subject: Subject, link: Link) -> EntryProblem | None:
    """Why the image's first program can't be started; None if it can."""
    lookup = link.lookup
    if lookup.node:
        return None
    if VARIABLE.search(link.name):
        return "variable"
    if shell_text(link.argv) is not None and lookup.blocked is None:
        return "no shell"
    if lookup.barred and lookup.blocked:
        return "not allowed"
    if lookup.blocked is None or lookup.blocked.kind == "link":
        return "missing"
    is_closed = lookup.blocked.kind == "file" and lookup.blocked.mode & 0o111
    return "not allowed" if is_closed else "not executable"


def keyword_of(subject: Subject) -> str:
    """The instruction that names the program."""
    return "ENTRYPOINT" if subject.config.entrypoint else "CMD"


def user_of(subject: Subject) -> str:
    """The user of the process, for messages."""
    return f"USER {subject.config.user}" if subject.config.user else "root"
