"""BPK233: a source that .dockerignore keeps out."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.core import Engine
from bpkit.verbs.lint.files import LintRequest
from bpkit.verbs.lint.run import lint

WITHOUT = frozenset({"docker", "hadolint"})


@pytest.mark.parametrize(
    ("ignore", "instruction", "said"),
    [
        ("*.txt", "COPY requirements.txt ./", "'*.txt' (.dockerignore:1)"),
        ("data", "COPY data/a /", "'data' (.dockerignore:1)"),
        ("data", "ADD data /", "'data' (.dockerignore:1)"),
        ("*", "RUN --mount=type=bind,source=data/a,target=/a cat /a", "'*' (.dockerignore:1)"),
        ("*\n!requirements.txt", "COPY requirements.txt ./", ""),
        ("data\n!data/a", "COPY data /", ""),
        ("*.txt", "COPY *.txt ./", ""),
        ("*.txt", "COPY . .", ""),
        ("*.txt", "COPY gone.txt ./", ""),
        ("*.txt", "COPY --from=b requirements.txt ./", ""),
    ],
)
def test_a_file_that_is_there_and_kept_out_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ignore: str, instruction: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data").mkdir()
    Path("data", "a").write_text("a")
    Path("requirements.txt").write_text("flask")
    Path(".dockerignore").write_text(f"{ignore}\n")
    Path("Dockerfile").write_text(f"FROM debian:13 AS b\nFROM debian:13\n{instruction}\n")
    found = lint(Engine(), LintRequest(only=("BPK233",)), WITHOUT).findings
    assert [said in one.message for one in found] == ([True] if said else [])
