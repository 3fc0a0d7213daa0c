"""Starts a script in this directory, or says why it can't be started.

The scripts are also run by hand (``eval "$(scripts/engine env classic)"``), often without the
project's virtual environment being active; they then use ``.venv``, if there is one.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NO_ENGINE = 3


def launch(module: str) -> int:
    """The exit status of ``main()`` of this module of bpkit_dev."""
    if importlib.util.find_spec("sh") is None:
        python = ROOT / ".venv/bin/python"
        if python.exists() and Path(sys.prefix) != ROOT / ".venv":
            os.execv(python, [str(python), *sys.argv])
        sys.stderr.write(
            f"{sys.argv[0]}: {sys.executable} has no package `sh`\n"
            "  run it with the Python in the virtual environment that 'make setup' creates\n"
        )
        return NO_ENGINE
    status: int = importlib.import_module(f"scripts.bpkit_dev.{module}").main()
    return status
