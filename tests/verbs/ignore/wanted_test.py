"""A RUN that reads what an ignore file would keep out."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.formats.context import Tree, TreeEntry
from bpkit.formats.dockerfile import parse
from bpkit.verbs.ignore.wanted import wanted_files


def wanted(run: str, path: str, directory: Path) -> list[str]:
    tree = Tree.of([TreeEntry(path, size=1)])
    file = parse(f"FROM busybox\nCOPY . .\nRUN {run}\n")
    return [one.why for one in wanted_files([file], [path], directory, tree)]


@pytest.mark.parametrize(
    ("run", "path", "why"),
    [
        ("cat app/k.pem", "app/k.pem", "RUN names k.pem"),
        ("cat app/*.pem > /out", "app/k.pem", "RUN names app/*.pem"),
        ("cp /src/keys/* /etc/keys", "keys/id_rsa", "RUN names /src/keys/*"),
        ("for f in id_[re]*; do cat $f; done", "id_rsa", "RUN names id_[re]*"),
    ],
)
def test_a_path_that_a_run_names_is_wanted(tmp_path: Path, run: str, path: str, why: str) -> None:
    assert wanted(run, path, tmp_path) == [why]


@pytest.mark.parametrize(
    ("run", "path"),
    [
        ("cat app/*.txt", "app/k.pem"),
        ("cp other/* /x", "keys/id_rsa"),
        ("ls *", "id_rsa"),
        ("rm -f app/*.pem", "app/k.pem"),
    ],
)
def test_a_run_that_only_removes_a_path_is_not_a_reader(
    tmp_path: Path, run: str, path: str
) -> None:
    assert wanted(run, path, tmp_path) == []
