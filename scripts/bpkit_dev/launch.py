"""Start a script of this directory, or say why that isn't possible.

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
            "  Run this with the Python of the project's virtual environment.\n"
        )
        return NO_ENGINE
    status: int = importlib.import_module(f"scripts.bpkit_dev.{module}").main()
    return status
