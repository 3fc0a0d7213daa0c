"""bpkit on a Python that lacks the signals of Unix, as that of Windows does."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import pytest

import bpkit
from tests.cli.ground import Ground

WITHOUT = """
import signal, sys
for name in dir(signal):
    if name.startswith("SIG") and name not in {
        "SIGABRT", "SIGFPE", "SIGILL", "SIGINT", "SIGSEGV", "SIGTERM", "SIG_DFL", "SIG_IGN"
    } and name.isupper():
        delattr(signal, name)
"""
LOAD = "import importlib\nfor name in sys.argv[1:]: importlib.import_module(name)"
RUN = 'sys.argv[0] = "bpkit"\nfrom bpkit.__main__ import run\nrun()'


def test_every_module_loads_without_them() -> None:
    names = [module.name for module in pkgutil.walk_packages(bpkit.__path__, "bpkit.")]
    names = [name for name in names if not name.endswith("__main__")]
    assert len(names) > 500
    subprocess.run([sys.executable, "-c", WITHOUT + LOAD, *names], check=True, timeout=120)


@pytest.mark.parametrize(
    "words",
    [
        ["build", "--no-check"],
        ["build", "--dry-run"],
        ["convert", "--to", "multi-stage"],
        ["script", "-o", "-"],
        ["ignore"],
        ["lint", "Dockerfile.runtime"],
        ["images"],
        ["doctor"],
    ],
    ids=" ".join,
)
def test_verbs_run_without_them(pair: Ground, words: list[str]) -> None:
    said = pair.run([sys.executable, "-c", WITHOUT + RUN, *words])
    # The lab's Dockerfile has findings, and doctor finds what this machine lacks.
    assert said.status in ({0, 1} if words[0] in {"lint", "doctor"} else {0}), said.err
    assert "Traceback" not in said.err
