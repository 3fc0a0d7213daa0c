"""An answer that stands: given again only where all that it followed from is the same."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from unittest.mock import patch

import pytest

from bpkit.verbs.build.standing import recall
from tests.cli.ground import BPKIT, PAIR, STAGES, Ground, Said, make_ground

WORDS = ("build", "--no-check", "-t", "shop")
UP_TO_DATE = "shop is up to date\n"
#: pytest's own variable tells a fixture from a test, and would make it another environment.
STEADY = {"PYTEST_CURRENT_TEST": ""}


def build(ground: Ground, *more: str) -> Said:
    """Build, once the files are older than a tick of the file system's clock."""
    time.sleep(0.05)
    said = ground.bpkit(*WORDS, *more, **STEADY)
    assert said.status == 0, said.err
    return said


def stood(ground: Ground, *more: str) -> Ground:
    """The ground after a build, and one more that was up to date."""
    ground.has_images("golang", "alpine")
    build(ground, *more)
    assert build(ground, *more).out.startswith(UP_TO_DATE)
    return ground


def standing(ground: Ground) -> list[Path]:
    """The answers that are kept."""
    return sorted((ground.directory / "cache/bpkit/answers").glob("*"))


@pytest.fixture
def recalled(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str | None]:
    """What is given again in a ground: ``recalled(ground, words, variables)``."""

    def recalled(
        ground: Ground, words: tuple[str, ...] = WORDS, env: Mapping[str, str] | None = None
    ) -> str | None:
        monkeypatch.chdir(ground.project)
        with patch.dict(os.environ, {**ground.env, **STEADY, **(env or {})}, clear=True):
            return recall(words)

    return recalled


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ground, Path]:
    """Lab 1 with a standing answer, and a copy of all that it has."""
    ground = stood(make_ground(tmp_path_factory.mktemp("pair"), {**PAIR, "notes/a.txt": "a"}))
    copy = tmp_path_factory.mktemp("copy")
    shutil.copytree(ground.directory, copy, dirs_exist_ok=True)
    return ground, copy


@pytest.fixture
def pair(built: tuple[Ground, Path]) -> Iterator[Ground]:
    """Lab 1 with a standing answer; the directory stays, what was changed in it is put back."""
    ground, copy = built
    yield ground
    for directory in ("project", "bin", "cache", "staging"):
        for path in (ground.directory / directory).iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        shutil.copytree(copy / directory, ground.directory / directory, dirs_exist_ok=True)


def test_an_answer_is_given_again_and_only_the_images_are_asked_for(pair: Ground) -> None:
    (kept,) = standing(pair)
    kept.write_bytes(kept.read_bytes().replace(b"is up to date", b"is still up to date"))
    orders = pair.orders()
    said = build(pair)
    assert said.out.startswith("shop is still up to date\n")
    assert (said.err, pair.orders()) == ("", orders)


def test_a_recalled_answer_is_the_original_one(tmp_path: Path) -> None:
    ground = make_ground(tmp_path, STAGES)
    stood(ground)
    (kept,) = standing(ground)
    again = build(ground)
    kept.unlink()
    assert build(ground) == again


EDITS: dict[str, Callable[[Ground], object]] = {
    "another source": lambda g: g.write({"hellogo.go": "package main // new\n"}),
    "another Dockerfile": lambda g: g.write({"Dockerfile.runtime": "FROM alpine\nCOPY . /\n"}),
    "a new file of settings": lambda g: g.write({"bpkit.toml": 'image = "other"\n'}),
    "a new ignore file": lambda g: g.write({".dockerignore": "hellogo.go\n"}),
    "a new Dockerfile": lambda g: g.write({"Dockerfile": "FROM alpine\n"}),
    "another mode": lambda g: (g.project / "hellogo.go").chmod(0o755),
    "an attribute": lambda g: os.setxattr(g.project / "hellogo.go", "user.kind", b"source"),
    "a file that became a link": lambda g: relink(g.project / "hellogo.go"),
    "the same size and time": lambda g: edit_unseen(g.project / "hellogo.go"),
    "an unrelated name": lambda g: g.write({"other.txt": "x"}),
    "another base": lambda g: g.has_image("golang", Id="sha256:" + "2" * 64),
    "a base that is gone": lambda g: (g.standin.directory / "image.alpine").unlink(),
    "an image that is gone": lambda g: (g.standin.directory / "image.shop").unlink(),
    "an image that was retagged": lambda g: g.has_image("shop"),
    "an engine that is down": lambda g: g.engine("down"),
    "another client": lambda g: g.alter(("#!/bin/sh\n", "#!/bin/sh\n# new\n")),
    "no client": lambda g: (g.standin.directory / "docker").unlink(),
    "a run that was killed": lambda g: (g.staging / left_by("hellogo")).mkdir(),
    "a cleared ledger": lambda g: clear(g.directory / "cache/bpkit/made"),
    "no answer": lambda g: clear(g.directory / "cache/bpkit/answers"),
    "a damaged answer": lambda g: standing(g)[0].write_bytes(b"1\nis up to date"),
    "an answer of another version": lambda g: standing(g)[0].write_bytes(b"2\n\n\n\n\n\n"),
    "an answer cut short": lambda g: os.truncate(standing(g)[0], 300),
}


def left_by(project: str) -> str:
    return f"bpkit.{project}.{os.uname().nodename}.999999999.abcdefgh"


def relink(path: Path) -> None:
    path.rename(path.with_name("moved.go"))
    path.symlink_to("moved.go")


def edit_unseen(path: Path) -> None:
    before = path.stat()
    path.write_text(path.read_text()[::-1])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def clear(directory: Path) -> None:
    for path in directory.iterdir():
        path.unlink()


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_any_change_discards_the_answer(
    pair: Ground, recalled: Callable[..., str | None], edit: Callable[[Ground], object]
) -> None:
    assert (recalled(pair) or "").startswith(UP_TO_DATE)
    edit(pair)
    assert recalled(pair) is None


def test_a_different_command_or_environment_has_its_own_answer(
    pair: Ground, recalled: Callable[..., str | None]
) -> None:
    assert recalled(pair, (*WORDS, "--pull")) is None
    # They share a file, by its name.
    assert recalled(pair, ("build", "--no-check", "-t=shop")) is None
    assert recalled(pair, WORDS, {"SOURCE_DATE_EPOCH": "1"}) is None
    assert recalled(pair, WORDS, {"OLDPWD": "/somewhere", "SHLVL": "7"})


def test_unused_files_may_change_their_content(
    pair: Ground, recalled: Callable[..., str | None]
) -> None:
    pair.write({"notes/a.txt": "b", "notes/b.txt": "c"})
    assert recalled(pair)


@pytest.mark.parametrize(
    "files",
    [
        {"Dockerfile": "FROM alpine\nCOPY *.txt /\n", "a.txt": "a"},
        {"Dockerfile": "FROM alpine\nCOPY . /\n", "sub/a.txt": "a"},
        {"Dockerfile": "FROM alpine\nCOPY deep /deep\n"},
    ],
    ids=["a pattern", "the whole context", "a directory"],
)
def test_a_new_file_in_a_deep_directory_counts_if_names_matter(
    tmp_path: Path, recalled: Callable[..., str | None], files: dict[str, str]
) -> None:
    ground = stood(make_ground(tmp_path, {**files, "deep/er/b.txt": "b"}))
    assert recalled(ground)
    ground.write({"deep/er/c.txt": "c"})
    assert recalled(ground) is None


def test_no_answer_is_kept_for_a_linked_dockerfile(
    tmp_path: Path,
) -> None:
    ground = make_ground(tmp_path, {"sub/Dockerfile": "FROM alpine\n"})
    (ground.project / "Dockerfile").symlink_to("sub/Dockerfile")
    assert standing(stood(ground)) == []


def test_no_answer_is_kept_for_a_dockerfile_further_up(tmp_path: Path) -> None:
    ground = make_ground(tmp_path, {"a.txt": "a"})
    (tmp_path / "Dockerfile.up").write_text("FROM alpine\nCOPY a.txt /\n")
    assert standing(stood(ground, "-f", "../Dockerfile.up")) == []


@pytest.mark.parametrize("more", ["--json", "--strict", "--verify"])
def test_no_answer_is_kept_for_a_command_with_more_output(pair: Ground, more: str) -> None:
    pair.bpkit(*WORDS, more, **STEADY)
    assert len(standing(pair)) == 1


def test_no_answer_is_kept_if_a_file_changed_during_the_run(pair: Ground) -> None:
    """Another file takes its place while the engine is asked, here with the same content."""
    clear(pair.directory / "cache/bpkit/answers")
    source = pair.project / "hellogo.go"
    edit = f"cp '{source}' '{source}.new'; mv '{source}.new' '{source}'"
    pair.alter(("image)\n", f"image)\n    {edit}\n"))
    assert build(pair).out.startswith(UP_TO_DATE)
    assert standing(pair) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_question_and_the_run(
    pair: Ground, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    pair.engine("hang.image")
    monkeypatch.setenv("PYTEST_CURRENT_TEST", "")
    process = pair.start(*WORDS)
    while not pair.standin.hangs.exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(number)
    assert process.wait(30) == 128 + number
    with pytest.raises(ProcessLookupError):
        os.kill(int(pair.standin.hangs.read_text()), 0)


def test_recalling_imports_nothing_slow(pair: Ground) -> None:
    argv = [BPKIT[0], "-X", "importtime", *BPKIT[1:], *WORDS]
    said = pair.run(argv, **STEADY)
    assert said.out.startswith(UP_TO_DATE)
    loaded = {line.rpartition("|")[2].strip() for line in said.err.splitlines()}
    assert "bpkit.verbs.build.early_question" in loaded
    assert not {"plumbum", "dataclasses", "subprocess", "json", "typing"} & loaded
