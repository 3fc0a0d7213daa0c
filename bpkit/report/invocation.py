"""The commands that a message proposes, as they are typed where this process was started.

Everywhere in the house a command is written ``'bpkit doctor'``; the doors to the terminal show it
as the reader can type it: from a checkout, there need not be a program ``bpkit``; from pipx,
there is no module for ``python -m``. In the same way ``pip install 'docker-bpkit[lint]'`` is shown
as the command that adds that package to the Python in which bpkit runs.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence

# At the beginning of a line or of what is in single quotes, as house style has commands.
_COMMAND = re.compile(r"(?m)(^\s*(?:usage: )?|')bpkit (?=[a-z])")
_EXTRA = re.compile(r"pip install 'docker-bpkit\[(\w+)\]'")


def as_started(text: str) -> str:
    """``text`` with each command ``bpkit VERB`` as it is typed here, and each of pip."""
    if "pip install '" in text:
        from bpkit.report.installation import EXTRAS, installation

        text = _EXTRA.sub(lambda found: installation(EXTRAS[found[1]], sys.prefix), text)
    name = invocation(sys.argv, sys.orig_argv)
    return text if name == "bpkit" else _COMMAND.sub(lambda found: f"{found[1]}{name} ", text)


def invocation(argv: Sequence[str], orig_argv: Sequence[str]) -> str:
    """How to start bpkit again: ``bpkit``, ``python3 -m bpkit`` and the like.

    ``orig_argv`` begins with the interpreter's name as it was typed.
    """
    program = argv[0] if argv else ""
    folder, file = os.path.split(program)
    python = os.path.basename(orig_argv[0]) if orig_argv else "python3"
    if file == "__main__.py" and os.path.basename(folder) == "bpkit":
        return f"{python} -m bpkit"
    if file.endswith(".pyz"):
        return f"{python} {program}"
    return "docker bpkit" if file == "docker-bpkit" else "bpkit"
