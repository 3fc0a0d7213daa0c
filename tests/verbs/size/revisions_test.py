"""The files of a revision are those of a clone, whatever an archive would leave out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bpkit.errors import InputError
from bpkit.verbs.size.revisions import checked_out
from tests.verbs.size.history_test import git


def committed(directory: Path, **files: str) -> str:
    for name, text in files.items():
        (directory / name).write_text(text)
    git(directory, "add", ".")
    git(directory, "commit", "-m", "files")
    return git(directory, "rev-parse", "HEAD")


def test_a_revision_has_the_files_and_texts_of_a_clone(tmp_path: Path) -> None:
    git(tmp_path, "init")
    attributes = {".gitattributes": "left export-ignore\nnote export-subst\ndos eol=crlf\n"}
    commit = committed(tmp_path, left="1", note="$Format:%H$", dos="a\nb\n", **attributes)
    (tmp_path / "program").write_text("2")
    (tmp_path / "program").chmod(0o755)
    (tmp_path / "link").symlink_to("left")
    later = committed(tmp_path, **{".gitattributes": "", "left": "changed"})
    (tmp_path / "not-committed").write_text("3")
    before = git(tmp_path, "status", "--porcelain")
    with checked_out(tmp_path, commit) as directory:
        assert sorted(os.listdir(directory)) == [".gitattributes", "dos", "left", "note"]
        assert (directory / "note").read_text() == "$Format:%H$"
        assert (directory / "dos").read_bytes() == b"a\r\nb\r\n"
    assert not directory.exists()
    with checked_out(tmp_path, later) as directory:
        assert (directory / "left").read_text() == "changed"
        assert (directory / "program").stat().st_mode & 0o111
        assert os.readlink(directory / "link") == "left"
    assert git(tmp_path, "status", "--porcelain") == before


def test_the_project_is_found_below_the_repository_with_what_is_beside_it(tmp_path: Path) -> None:
    git(tmp_path, "init")
    first = committed(tmp_path, beside="1")
    inner = tmp_path / "sub dir" / "app"
    inner.mkdir(parents=True)
    commit = committed(inner, a="2")
    with checked_out(inner, commit) as directory:
        assert (directory / "a").read_text() == "2"
        assert (directory / "../../beside").read_text() == "1"
    with (
        pytest.raises(InputError, match=f"sub dir/app isn't in the revision {first[:12]}"),
        checked_out(inner, first),
    ):
        pass
