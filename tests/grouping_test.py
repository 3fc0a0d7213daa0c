"""Tests of one group run one after the other: the tests on an engine rely on it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = """\
import os, pytest

@pytest.mark.xdist_group("one")
@pytest.mark.parametrize("number", range(6))
def test_says_where_it_runs(number):
    with open({log!r}, "a") as log:
        print(os.environ["PYTEST_XDIST_WORKER"], file=log)
"""


def test_a_group_stays_in_one_process(tmp_path: Path) -> None:
    log = tmp_path / "log"
    (tmp_path / "test_group.py").write_text(TESTS.format(log=str(log)))
    argv = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "xdist",
        "-n",
        "2",
        "--dist",
        "loadgroup",
        ".",
    ]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    # Of all plugins only the one that distributes tests.
    clean["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    done = subprocess.run(
        [*argv, "--dist", "loadgroup"],
        cwd=tmp_path,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    workers = log.read_text().split()
    assert len(workers) == 6
    assert len(set(workers)) == 1
