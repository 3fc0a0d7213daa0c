"""``bpkit clean`` and ``images`` at the command line: it lists, asks, and removes what is ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bpkit.core.labels import IMAGE_LABEL
from bpkit.core.staging import make_staging
from bpkit.verbs.build.ledger import LedgerEntry, write_entry
from tests.cli.conftest import Call
from tests.cli.ground import BPKIT, Ground
from tests.cli.output_test import on_a_terminal
from tests.core.runner_test import as_nobody
from tests.schemas import assert_told


@pytest.fixture
def made(pair: Ground, monkeypatch: pytest.MonkeyPatch) -> Ground:
    """Lab 1 with its images, a stage, somebody's image on top, a container, and a script."""
    images = [
        ("a", "hellogo-build", 700_000_000, "build", ["base", "go"]),
        ("b", "hellogo", 7_000_000, "runtime", ["alpine", "bin"]),
        ("c", "", 650_000_000, "stage", ["base", "go", "obj"]),
        ("d", "somebodys", 8_000_000, "runtime", ["alpine", "bin", "more"]),
    ]
    ids = []
    for letter, tag, size, role, layers in images:
        identity = f"sha256:{letter * 64}"
        ids.append(identity)
        pair.engine(
            f"image.{identity}",
            json.dumps(
                {
                    "Id": identity,
                    "RepoTags": [f"{tag}:latest"] if tag else [],
                    "Size": size,
                    "Created": "2026-11-25T00:00:00Z",
                    "RootFS": {"Layers": layers},
                    "Config": {"Labels": {IMAGE_LABEL: f"hellogo/{role}"}},
                }
            ),
        )
    pair.engine("images", "".join(f"{identity}\n" for identity in ids))
    monkeypatch.setenv("XDG_CACHE_HOME", str(pair.directory / "cache"))
    write_entry(pair.project, "docker", LedgerEntry({}, {}, "", "", made=tuple(ids[:3])))
    pair.engine("ps", "1234\thellogo-build-container-dead\thellogo\tdeadbeef\n")
    return pair


def test_images_shows_how_much_smaller_each_is(made: Ground) -> None:
    said = made.typed("images")
    assert said.status == 0
    head, *rows = said.out.splitlines()
    assert head.split()[:2] == ["REPOSITORY", "TAG"]
    small = next(row for row in rows if row.startswith("hellogo "))
    assert small.endswith("693MB less, -99.0 %, 100x smaller")
    assert not any(row.startswith("<none>") for row in rows)
    assert any(
        row.startswith("<none>") for row in made.typed("images", "--stages").out.splitlines()
    )
    shown = json.loads(made.typed("images", "--json").out)["images"]
    reduction = next(i["reduction"] for i in shown if i["tags"] == ["hellogo:latest"])
    assert reduction == {
        "of": f"sha256:{'a' * 64}",
        "bytes": 693_000_000,
        "per_cent": 99.0,
        "factor": 100.0,
    }


def test_a_terminal_that_knows_ascii_only_gets_the_list_too(made: Ground) -> None:
    said = made.typed("images", PYTHONIOENCODING="ascii")
    assert (said.status, said.err) == (0, "")
    assert "693MB less, -99.0 %, 100x smaller" in said.out


NO_IMAGES = "bpkit knows of no images on this engine that it built from this directory\n"


def test_without_images_it_says_so(pair: Ground) -> None:
    said = pair.typed("images")
    assert (said.status, said.out) == (0, NO_IMAGES)


def test_dry_run_lists_all_and_removes_nothing(call: Call, made: Ground) -> None:
    assert call(made, "script").status == 0
    said = call(made, "clean", "--dry-run")
    assert said.status == 0
    assert said.out.splitlines() == [
        "container  hellogo-build-container-dead",
        "image      hellogo-build:latest  700MB",
        "image      hellogo:latest  7MB",
        "image      <none> cccccccccccc (stage)  650MB",
        f"file       {made.project}/setup_builder_pattern.sh",
        "kept: image somebodys:latest, which carries the project's label but may be "
        "another directory's (--all removes it too)",
    ]
    assert made.orders() == []
    assert (made.project / "setup_builder_pattern.sh").exists()


def test_yes_removes_what_is_ours_and_nothing_else(call: Call, made: Ground) -> None:
    assert call(made, "script").status == 0
    before = made.files()
    said = call(made, "clean", "--yes", "--json")
    assert said.status == 0, said.err
    removed = json.loads(said.out)["removed"]
    assert removed == [
        "hellogo-build-container-dead",
        "hellogo-build:latest",
        "hellogo:latest",
        f"sha256:{'c' * 64}",
        f"{made.project}/setup_builder_pattern.sh",
    ]
    assert made.standin.calls() == [
        ["rm", "-f", "-v", "1234"],
        ["rmi", "hellogo-build:latest"],
        ["rmi", "hellogo:latest"],
        ["rmi", f"sha256:{'c' * 64}"],
    ]
    assert before.keys() - made.files().keys() == {"setup_builder_pattern.sh"}


def test_all_removes_what_only_carries_the_label(call: Call, made: Ground) -> None:
    assert call(made, "clean", "--yes", "--all").status == 0
    assert ["rmi", "somebodys:latest"] in made.standin.calls()


def test_a_script_that_somebody_changed_is_kept(call: Call, made: Ground) -> None:
    assert call(made, "script", "--makefile").status == 0
    script = made.project / "setup_builder_pattern.sh"
    script.write_text(script.read_text() + "echo mine\n")
    assert call(made, "clean", "--yes").status == 0
    assert script.read_text().endswith("echo mine\n")
    assert not (made.project / "Makefile").exists()


def test_another_name_that_somebody_gave_to_our_image_stays(call: Call, made: Ground) -> None:
    file = made.standin.directory / f"image.sha256:{'b' * 64}"
    file.write_text(file.read_text().replace('"hellogo:latest"', '"hellogo:latest", "mine:1"'))
    assert call(made, "clean", "--yes").status == 0
    removed = [call[1] for call in made.standin.calls() if call[0] == "rmi"]
    assert removed == ["hellogo-build:latest", "hellogo:latest", f"sha256:{'c' * 64}"]


def test_a_file_that_may_not_be_read_is_left_alone(pair: Ground) -> None:
    pair.write({"secret.sh": "#!/bin/sh\n"})
    (pair.project / "secret.sh").chmod(0)
    said = pair.run(as_nobody([*BPKIT, "clean", "--dry-run"]))
    assert (said.status, said.err) == (0, "")
    assert "secret.sh" not in said.out


def test_what_the_engine_keeps_is_reported_with_its_reason(call: Call, made: Ground) -> None:
    made.engine("fail.rmi", "Error response from daemon: conflict: image is being used\n")
    said = call(made, "clean", "--yes")
    assert said.status == 1
    assert "not removed: hellogo:latest: Error response from daemon: conflict" in said.out
    assert "removed 1\n" in said.out


def test_what_is_gone_already_counts_as_removed(call: Call, made: Ground) -> None:
    made.engine("fail.rmi", "Error: No such image: hellogo\n")
    assert call(made, "clean", "--yes").status == 0


def test_without_a_terminal_it_asks_nobody_and_removes_nothing(made: Ground) -> None:
    said = made.typed("clean")
    assert (said.status, said.out) == (2, "")
    assert "is not a terminal; nothing was changed\n  pass --yes" in said.err
    assert made.orders() == []


@pytest.mark.parametrize(
    ("answer", "status", "orders"),
    [
        ("y\n", 0, ["rm", "rmi", "rmi", "rmi"]),
        ("YES\n", 0, ["rm", "rmi", "rmi", "rmi"]),
        ("n\n", 1, []),
        ("\n", 1, []),
        ("\x04", 1, []),
    ],
    ids=["y", "yes", "n", "return", "end"],
)
def test_on_a_terminal_it_asks(made: Ground, answer: str, status: int, orders: list[str]) -> None:
    ended, seen = on_a_terminal(made, "clean", answer=answer)
    assert ended == status
    assert "remove all of this? [y/N]" in seen
    assert seen.index("hellogo-build:latest") < seen.index("[y/N]")
    assert ("nothing was removed" in seen) == (not orders)
    assert made.orders() == orders


def test_the_answer_no_is_reported_as_json_too(made: Ground) -> None:
    ended, seen = on_a_terminal(made, "clean", "--json", answer="n\n")
    assert ended == 1
    shown = assert_told(seen[seen.index("{") :], "clean")
    assert (shown["removed"], shown["not_removed"]) == ([], {})
    assert made.orders() == []


def test_with_nothing_to_remove_it_does_not_ask(call: Call, pair: Ground) -> None:
    said = call(pair, "clean")
    assert said.status == 0
    assert said.out == "nothing to remove for project hellogo\n"


@pytest.fixture
def other_process() -> Iterator[int]:
    """A process that lives as long as the test."""
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process.pid
        process.terminate()


def staging_of(ground: Ground, process: int, run: str) -> Path:
    path = ground.staging / f"bpkit.hellogo.{os.uname().nodename}.{process}.{run}"
    path.mkdir()
    return path


def test_a_build_that_is_still_on_is_left_alone(
    call: Call, made: Ground, other_process: int
) -> None:
    staging = staging_of(made, other_process, "running1")
    made.engine("ps", "77\thellogo-build-container-running1\thellogo\trunning1\n")
    said = call(made, "clean", "--yes")
    assert said.status == 0
    assert "kept: container hellogo-build-container-running1, whose run is still active" in said.err
    assert staging.is_dir()
    assert "rm" not in made.orders()


def test_a_check_that_is_still_on_is_left_alone(
    call: Call, made: Ground, other_process: int
) -> None:
    on = f"{os.uname().nodename}.{other_process}.0123456789ab"
    ended = f"{os.uname().nodename}.{dead_process()}.0123456789ab"
    made.engine("ps", f"1\tread-on\thellogo\t{on}\n2\tread-dead\thellogo\t{ended}\n")
    said = call(made, "clean", "--yes")
    assert "kept: container read-on" in said.err
    assert [call for call in made.standin.calls() if call[0] == "rm"] == [["rm", "-f", "-v", "2"]]


def dead_process() -> int:
    """The number of a process that has just ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    time.sleep(0.01)
    return process.pid


def test_what_a_killed_run_staged_is_removed(call: Call, made: Ground) -> None:
    staging = staging_of(made, dead_process(), "killed01")
    (staging / "deep").mkdir()
    (staging / "deep").chmod(0o500)
    assert call(made, "clean", "--yes").status == 0
    assert made.staged() == []


def test_the_name_tells_the_project_where_no_file_does(
    call: Call, made: Ground, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    refused = call(made, "clean", directory=empty)
    assert refused.status == 2
    assert "pass --name or, in a workspace, the directory of one of its images" in refused.err
    said = call(made, "clean", "--name", "hellogo", "--dry-run", directory=empty)
    assert "container  hellogo-build-container-dead" in said.out


def test_every_tag_that_a_run_gave_is_known(call: Call, pair: Ground) -> None:
    """An image built under another name belongs to the project, though no file names it."""
    assert call(pair, "build", "--no-check", "-t", "once").status == 0
    identity = f"sha256:{'e' * 64}"
    pair.engine(
        f"image.{identity}",
        json.dumps(
            {
                "Id": identity,
                "RepoTags": ["once:latest"],
                "Size": 5,
                "Config": {"Labels": {IMAGE_LABEL: "hellogo/runtime"}},
            }
        ),
    )
    pair.engine("images", f"{identity}\n")
    assert "image      once:latest" in call(pair, "clean", "--dry-run").out
    assert call(pair, "clean", "--yes").status == 0
    assert "kept: image once:latest" in call(pair, "clean", "--dry-run").out


def test_a_staging_of_this_very_process_is_on(
    pair: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(pair.staging))
    staging = make_staging("hellogo")
    said = pair.typed("clean", "--yes")
    assert said.status == 0
    assert staging.path.is_dir()
