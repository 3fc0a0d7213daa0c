from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from bpkit.errors import InputError
from bpkit.formats.context.tree import Tree, TreeEntry
from bpkit.formats.dockerignore.ignore import DIALECTS, Ignore
from bpkit.project.listing import read_tree
from bpkit.verbs.ignore.sent import sent


def test_a_directory_is_listed_with_its_links_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "file").write_text("four")
    (tmp_path / "link").symlink_to("a")
    os.mkfifo(tmp_path / "pipe")
    tree = read_tree(tmp_path)
    assert tree.entries == {
        "a": TreeEntry("a", "directory"),
        "a/b": TreeEntry("a/b", "directory"),
        "a/file": TreeEntry("a/file", "file", 4),
        "link": TreeEntry("link", "link", target="a"),
        "pipe": TreeEntry("pipe", "other"),
    }


def test_an_excluded_directory_is_not_looked_into(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "huge").write_text("x")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a").write_text("x")
    (tmp_path / "src" / "b").write_text("x")
    looked: list[str] = []

    class Watching(Ignore):
        def below(self, directory: object, path: str) -> object:  # type: ignore[override]
            looked.append(path)
            return super().below(directory, path)  # type: ignore[arg-type]

    rules = Ignore.parse("*\n!src/a\n")
    tree = read_tree(tmp_path, Watching(rules.patterns, rules.dialect))
    assert tree.paths == ("src/a",)
    assert sorted(looked) == ["data", "src", "src/a", "src/b"]


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere: this directory can't be read: No such file"):
        read_tree(tmp_path / "nowhere")


def test_a_directory_that_may_not_be_read_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pgdata").mkdir()
    (tmp_path / "pgdata" / "base").write_text("x")
    (tmp_path / "a").write_text("x")
    scandir = os.scandir

    def refusing(path: Path) -> object:
        if path.name == "pgdata":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    tree = read_tree(tmp_path)
    assert tree.paths == ("a", "pgdata")
    assert tree.unreadable == ("pgdata",)


def test_what_is_sent_is_what_is_not_excluded() -> None:
    tree = Tree.of([TreeEntry("a/b", size=3), TreeEntry("a/c", size=4), TreeEntry("d", size=5)])
    for dialect in DIALECTS:
        found = sent(tree, Ignore.parse("*\n!a/b\n", dialect=dialect))
        assert [entry.path for entry in found.entries] == ["a/b"]
        assert (found.size, found.files) == (3, 1)


def test_a_hundred_thousand_files_are_judged_in_seconds() -> None:
    names = [f"node_modules/p{n % 500}/lib/f{n}.js" for n in range(100_000)]
    tree = Tree.of([*names, "src/a.js", "package.json"])
    tree.paths  # noqa: B018  # sorted once, not part of what is measured
    start = time.perf_counter()
    assert sent(tree, Ignore.parse("**/*.log\n*\n!src\n!package.json\n")).files == 2
    assert sent(tree, Ignore.parse("**/*.log\n.git\n!x/*/y\n")).files == 100_002
    assert time.perf_counter() - start < 20
