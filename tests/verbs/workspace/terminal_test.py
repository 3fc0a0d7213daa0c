"""A build of a workspace as a person sees it on a terminal (a pty), on a stand-in engine."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

from scripts.bpkit_dev.bench_standin import standin_workspace


def on_terminal(directory: Path, env: dict[str, str], *words: str) -> tuple[int, str]:
    """The status of bpkit, and all that it wrote to a terminal of 80 columns and 24 rows."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "bpkit", "build", "--all", *words],
        cwd=directory,
        env={**env, "TERM": "xterm"},
        stdin=subprocess.DEVNULL,
        stdout=slave,
        stderr=slave,
    )
    os.close(slave)
    blocks = []
    try:
        while block := os.read(master, 65536):
            blocks.append(block)
    except OSError:
        # Linux reports the end of a terminal in this way.
        pass
    os.close(master)
    return process.wait(), b"".join(blocks).decode().replace("\r\n", "\n")


def test_what_runs_and_waits_is_drawn_and_only_outcomes_stay(tmp_path: Path) -> None:
    workspace, env = standin_workspace(tmp_path, 5)
    status, text = on_terminal(workspace, env, "-j", "2")
    assert status == 0, text
    assert "0 of 5 done, 2 building, 3 waiting\n  i0000  0 s\n  i0001  0 s\n" in text
    # The last thing drawn is cleared before the result.
    after = text.rpartition("\x1b[J")[2]
    assert "building" not in after
    assert after.splitlines()[-1].startswith("5 built, in ")
    assert text.count("built i0003 in ") == 1


def test_nothing_is_drawn_if_nothing_is_built_or_told(tmp_path: Path) -> None:
    workspace, env = standin_workspace(tmp_path, 3)
    assert "\x1b[J" not in on_terminal(workspace, env, "--quiet")[1]
    status, text = on_terminal(workspace, env)
    assert (status, "\x1b[J" in text) == (0, False)
    assert text.startswith("3 up to date, in ")
