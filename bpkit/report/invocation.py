"""Show the commands in messages in the form in which this process was started.

The code always writes a command as ``'bpkit doctor'``; the output functions show it as the user can
type it: a checkout may have no program ``bpkit``, and with pipx there is no module for
``python -m``. In the same way, ``pip install 'docker-bpkit[lint]'`` is shown as the command that
adds the package to bpkit's own Python.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence

# At the beginning of a line or after a single quote, where house style has commands.
_COMMAND = re.compile(r"(?m)(^\s*(?:usage: )?|')bpkit (?=[a-z])")
_EXTRA = re.compile(r"pip install 'docker-bpkit\[(\w+)\]'")


def as_started(text: str) -> str:
    """``text`` with each ``bpkit VERB`` and ``pip install`` command as it is typed here."""
    if "pip install '" in text:
        from bpkit.report.installation import EXTRAS, installation

        text = _EXTRA.sub(lambda found: installation(EXTRAS[found[1]], sys.prefix), text)
    name = invocation(sys.argv, sys.orig_argv)
    return text if name == "bpkit" else _COMMAND.sub(lambda found: f"{found[1]}{name} ", text)


def invocation(argv: Sequence[str], orig_argv: Sequence[str]) -> str:
    """The command that starts bpkit again: ``bpkit``, ``python3 -m bpkit`` and so on.

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
