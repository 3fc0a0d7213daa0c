"""The benchmark of init makes the project that it says, and prints a row for it."""

from __future__ import annotations

import pytest

from scripts.bpkit_dev import bench_init


def test_a_row_for_each_number_of_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench_init.main(["--files", "3", "--runs", "1"]) == 0
    *_, row = capsys.readouterr().out.splitlines()
    assert row.startswith("| 3 | ")
