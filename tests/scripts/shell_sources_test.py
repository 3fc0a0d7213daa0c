"""Which files ``make lint`` hands to shellcheck."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.bpkit_dev import shell_sources


@pytest.mark.parametrize(
    ("first", "shell"),
    [
        (b"#!/bin/sh\n", True),
        (b"#!/usr/bin/env bash\n", True),
        (b"#!/bin/busybox ash\n", True),
        (b"#!/usr/bin/env python3\n", False),
        (b"#!/usr/bin/env fish\n", False),
        (b"# not #!/bin/sh\n", False),
        (b"\xff\xfe", False),
        (b"", False),
    ],
)
def test_a_file_is_known_by_its_first_line(tmp_path: Path, first: bytes, shell: bool) -> None:
    (tmp_path / "file").write_bytes(first)
    assert shell_sources.is_shell(tmp_path / "file") is shell


def test_the_script_of_ci_is_among_them(capsys: pytest.CaptureFixture[str]) -> None:
    shell_sources.main()
    found = capsys.readouterr().out.split("\0")
    assert {".ci/run", "scripts/setup"} <= set(found)
    assert not [name for name in found if name.startswith("tests/")]
