"""Where the programs are that bpkit starts if they are installed."""

from __future__ import annotations

import os
import shutil
import sys


def program_here(name: str) -> str | None:
    """A program on PATH, else beside the Python that runs bpkit, where pip puts those of packages.

    A virtual environment need not be active, and pipx has no others than bpkit's on PATH.
    """
    return shutil.which(name) or shutil.which(name, path=os.path.dirname(sys.executable))
