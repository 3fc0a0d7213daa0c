"""The switches of ``size`` and ``diff``, on saved images: no engine is asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from bpkit.__main__ import main
from bpkit.cli.size import _RANGE
from bpkit.verbs.size import read_history, size_of, target_of
from tests.image.saved.images import as_directory, as_tar, docker_archive, layer, oci_layout
from tests.verbs.size.history_test import git
from tests.verbs.size.made import no_engine


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DOCKER", "/nowhere/docker")
    monkeypatch.chdir(tmp_path)
    one, two = layer({"a": b"1" * 1000}), layer({"a": b"1" * 1000, "b": b"2" * 500})
    (tmp_path / "one.tar").write_bytes(as_tar(docker_archive([one], ["app:1"])))
    as_directory(oci_layout([two]), tmp_path / "two")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(list(words))
    said = capsys.readouterr()
    return status, said.out, said.err


@pytest.mark.usefixtures("saved")
def test_a_file_and_a_layout_are_read_without_an_engine(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, _ = run(capsys, "size", "--json", "one.tar", "two")
    assert status == 0
    shown = json.loads(out)
    assert shown["schema"] == "bpkit/size/1"
    assert [one["size"] for one in shown["images"]] == [1000, 1500]


@pytest.mark.usefixtures("saved")
def test_a_range_is_a_comparison(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "size", "./one.tar..two", "--json")
    assert status == 0
    assert json.loads(out)["delta"] == 500
    status, out, err = run(capsys, "size", "one.tar..two", "two")
    assert status == 2
    assert "with other images" in err


@pytest.mark.parametrize(
    ("word", "sides"),
    [
        ("a:1..a:2", ("a:1", "a:2")),
        ("../a.tar..b.tar", ("../a.tar", "b.tar")),
        ("../a.tar..../b.tar", ("../a.tar", "../b.tar")),
        ("HEAD~1..HEAD", ("HEAD~1", "HEAD")),
        ("../a.tar", None),
        ("..", None),
        ("a..", None),
        ("a/../b", None),
    ],
)
def test_two_dots_part_two_images_but_not_a_path(word: str, sides: tuple[str, str] | None) -> None:
    match = _RANGE.fullmatch(word)
    assert (match.groups() if match else None) == sides


@pytest.mark.usefixtures("saved")
def test_over_the_budget_is_status_1_with_the_culprit(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "size", "one.tar", "--budget", "1 kB")
    assert status == 0
    assert "over budget" not in out
    status, out, _ = run(capsys, "size", "one.tar", "--budget", "999")
    assert status == 1
    assert "over budget: app:1 has 1kB" in out
    status, _, err = run(capsys, "size", "one.tar", "--budget", "much")
    assert status == 2
    assert "'much' is not a size" in err


@pytest.mark.usefixtures("saved")
@pytest.mark.parametrize("word", ["HEAD..", "..HEAD", "app:1.."])
def test_a_comparison_has_two_sides(capsys: pytest.CaptureFixture[str], word: str) -> None:
    status, _, err = run(capsys, "size", word)
    assert status == 2
    assert f"'{word}' has only one side" in err


@pytest.mark.usefixtures("saved")
def test_the_sides_of_a_comparison_have_the_names_that_were_given(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two saved images of different days often have the same tag."""
    (saved / "later.tar").write_bytes((saved / "one.tar").read_bytes())
    _, out, _ = run(capsys, "size", "one.tar..later.tar")
    assert out.startswith("one.tar → later.tar\n")


def test_a_comparison_says_that_the_settings_budget_is_not_applied(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "budget" not in run(capsys, "size", "one.tar..two")[2]
    (saved / "bpkit.toml").write_text('budget = "1 B"\n')
    status, _, err = run(capsys, "size", "one.tar..two")
    assert (status, "the budget in the settings isn't applied to a comparison" in err) == (0, True)
    status, _, err = run(capsys, "size", "one.tar..two", "--budget", "1 B")
    assert (status, "isn't applied" in err) == (1, False)


@pytest.mark.parametrize("is_tagged", [True, False])
def test_an_image_with_the_name_of_a_revision_is_taken_and_said_so(
    saved: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    is_tagged: bool,
) -> None:
    git(saved, "init")
    git(saved, "add", ".")
    git(saved, "commit", "-m", "one")
    (saved / "Dockerfile").write_text("FROM scratch\nCOPY one.tar /\n")
    if is_tagged:
        git(saved, "tag", "v1")
    image = size_of(target_of("one.tar"), no_engine)  # type: ignore[arg-type]
    engine = SimpleNamespace(inspect_images=lambda names: dict.fromkeys(names, image))
    monkeypatch.setattr("bpkit.verbs.size.size_of", lambda *_: image)
    monkeypatch.setattr("bpkit.cli.size.Size.engine", lambda _: engine)
    status, _, err = run(capsys, "size", "v1..two")
    assert status == 0
    commit = git(saved, "rev-parse", "HEAD")[:12]
    said = f"'v1' is an image of the engine and a git revision; the image is read (write {commit}"
    assert (said in err) == is_tagged


@pytest.mark.usefixtures("saved")
def test_a_comparison_over_the_budget_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "size", "./one.tar..two", "--budget", "1 kB")
    assert status == 1
    assert "over budget: " in err
    assert "500B over its budget of 1kB" in err
    status, _, err = run(capsys, "size", "./one.tar..two", "--budget", "1500")
    assert (status, "over budget" in err) == (0, False)


def test_what_the_budget_of_the_settings_does_not_limit_is_named(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It limits the image of the project here; a file that is named may be anything."""
    assert "not checked" not in run(capsys, "size", "one.tar")[2]
    (saved / "bpkit.toml").write_text('budget = "1 B"\n')
    status, _, err = run(capsys, "size", "one.tar", "two")
    assert status == 0
    assert "not checked: 'one.tar', 'two'" in err
    status, _, err = run(capsys, "size", "one.tar", "--budget", "1 B")
    assert (status, "not checked" in err) == (1, False)


def test_a_size_is_recorded_and_shown(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "size", "one.tar", "--record")[0] == 0
    assert (saved / ".bpkit/size-history.jsonl").read_text().count("\n") == 1
    _, _, err = run(capsys, "size", "one.tar", "--record")
    assert "is already recorded" in err
    status, out, _ = run(capsys, "size", "--history", "--json")
    assert status == 0
    assert [one["size"] for one in json.loads(out)["history"]] == [1000]
    with (saved / ".bpkit/size-history.jsonl").open("a") as file:
        file.write("<<<<<<< HEAD\n\n[]\n")
    for words in ("one.tar", "--record"), ("--history",):
        _, _, err = run(capsys, "size", *words)
        assert "size-history.jsonl: lines 2, 4 can't be read, and are left out" in err


@pytest.mark.parametrize(
    ("words", "switch", "other"),
    [
        (("./one.tar..two", "--html", "x.html"), "--html", "A..B"),
        (("./one.tar..two", "--record"), "--record", "A..B"),
        (("--history", "--record"), "--record", "--history"),
        (("--history", "--html", "x.html"), "--html", "--history"),
        (("--history", "--budget", "1 MB"), "--budget", "--history"),
        (("--history", "--markdown"), "--markdown", "--history"),
    ],
)
def test_a_switch_that_would_do_nothing_is_refused(
    saved: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    switch: str,
    other: str,
) -> None:
    status, out, err = run(capsys, "size", *words)
    assert (status, out) == (2, "")
    assert f"{switch} can't be combined with {other}" in err
    assert not (saved / ".bpkit").exists()
    assert not (saved / "x.html").exists()


def test_an_image_that_is_not_the_projects_has_no_revision_here(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(saved, "init")
    git(saved, "add", ".")
    git(saved, "commit", "-m", "one")
    _, _, err = run(capsys, "size", "one.tar", "--record")
    assert "without a revision: it isn't the project's own image" in err
    (line,) = (saved / ".bpkit/size-history.jsonl").read_text().splitlines()
    assert json.loads(line)["revision"] is None


@pytest.fixture
def project_of(saved: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes a project here, of which the engine has the image of a saved file."""

    def made(word: str) -> None:
        (saved / "Dockerfile").write_text("FROM scratch\nCOPY one.tar /\n")
        image = replace(size_of(target_of(word), no_engine), name="app")  # type: ignore[arg-type]
        monkeypatch.setattr("bpkit.verbs.size.size_of", lambda *_: image)
        monkeypatch.setattr("bpkit.verbs.size.built_revision", lambda *_: ("a" * 40, ""))
        monkeypatch.setattr("bpkit.cli.size.Size.engine", lambda _: None)

    return made


def test_a_record_over_the_growth_does_not_hide_it_from_the_next_check(
    saved: Path, project_of: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    (saved / "bpkit.toml").write_text('image = "app"\n[budget]\ngrowth = "10 %"\n')
    project_of("one.tar")
    assert run(capsys, "size", "--record")[0] == 0
    project_of("two")
    for _ in range(2):
        status, out, err = run(capsys, "size", "--record")
        assert (status, "over budget" in out) == (1, True)
        assert "app is not recorded: it exceeds 'growth'" in err
    # Another limit hides nothing.
    assert run(capsys, "size", "--record", "--budget", "1 GB")[0] == 0
    (saved / "bpkit.toml").write_text('image = "app"\n[budget]\ngrowth = "50 %"\ntotal = 1\n')
    status, _, err = run(capsys, "size", "--record")
    assert (status, "app recorded in" in err) == (1, True)
    sizes = [one.size for one in read_history(saved)]
    assert sizes == [1000, 1500]


def test_what_could_not_be_checked_is_in_every_form(
    saved: Path, project_of: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    (saved / "bpkit.toml").write_text(
        'image = "app"\n[budget]\ngrowth = "10 %"\npaths = { "/nope" = 0 }\npackages = { no = 0 }\n'
    )
    project_of("one.tar")
    absent = "nothing in app matches these names in the budget: path /nope, package no"
    status, out, err = run(capsys, "size", "--json")
    assert status == 0
    growth, limits = json.loads(out)["not_checked"]
    assert growth.startswith("the growth of app was not checked")
    assert limits == absent
    assert absent in err
    _, out, _ = run(capsys, "size", "--markdown")
    assert "- the growth of app was not checked" in out
    assert "path /nope, package no" in out
    (saved / "bpkit.toml").write_text('image = "app"\n[budget]\npaths = { "/a" = 1000 }\n')
    status, out, err = run(capsys, "size", "--json")
    assert (status, json.loads(out)["not_checked"], "nothing in" in err) == (0, [], False)


@pytest.mark.usefixtures("saved")
@pytest.mark.parametrize("word", ["none.tar", "./none", "/none/at/all"])
def test_a_path_that_does_not_exist_is_not_an_image(
    capsys: pytest.CaptureFixture[str], word: str
) -> None:
    status, _, err = run(capsys, "size", word)
    assert status == 2
    assert f"{word}: no such file or directory" in err


@pytest.mark.usefixtures("saved")
def test_diff_tells_by_its_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "diff", "one.tar", "one.tar")[0] == 0
    status, out, _ = run(capsys, "diff", "one.tar", "two")
    assert status == 1
    assert "/b" in out
