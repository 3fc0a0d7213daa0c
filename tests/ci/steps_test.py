"""The action and the template do what they say: their own steps are run, with a stand-in bpkit."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.bpkit_dev.ci_template import template
from tests.ci.forge import Forge, forge, run_action, run_template
from tests.places import ROOT

#: Writes down its words, prints what a test left for its verb, and ends as the test wants.
BPKIT = """#!/bin/sh
printf '%s\\n' "$*" >>"$BPKIT_LOG"
cat "$BPKIT_SAYS/$1" 2>/dev/null || echo "$1 is fine"
exit "$(cat "$BPKIT_SAYS/$1.status" 2>/dev/null || echo 0)"
"""


@pytest.fixture
def host() -> Iterator[Forge]:
    with forge() as known:
        yield known


class Job:
    """A checkout with a pull request, and a bpkit that says what it is told."""

    def __init__(self, directory: Path, host: Forge) -> None:
        self.directory = directory
        programs = directory / "bin"
        programs.mkdir()
        (programs / "bpkit").write_text(BPKIT)
        (programs / "bpkit").chmod(0o755)
        self.says = directory / "says"
        self.says.mkdir()
        event = directory / "event.json"
        event.write_text(json.dumps({"pull_request": {"number": 7}}))
        self.summary = directory / "summary.md"
        self.env = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "BPKIT_LOG": str(directory / "log"),
            "BPKIT_SAYS": str(self.says),
        }
        self.github = {
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_API_URL": host.url,
            "GITHUB_REPOSITORY": "me/app",
            "GITHUB_STEP_SUMMARY": str(self.summary),
        }
        self.gitlab = {
            "CI_API_V4_URL": host.url,
            "CI_PROJECT_ID": "5",
            "CI_MERGE_REQUEST_IID": "7",
            "BPKIT_TOKEN": "hush",
        }

    def end(self, verb: str, status: int, text: str = "") -> None:
        (self.says / f"{verb}.status").write_text(str(status))
        (self.says / verb).write_text(text)

    @property
    def calls(self) -> list[str]:
        return (self.directory / "log").read_text().splitlines()

    @property
    def report(self) -> str:
        return (self.directory / "bpkit-report/report.md").read_text()


@pytest.fixture
def job(tmp_path: Path, host: Forge) -> Job:
    return Job(tmp_path, host)


def test_the_action_runs_every_step_and_comments_once(job: Job, host: Forge) -> None:
    (job.says / "size").write_text("### `app`: 5MB\n")
    for _ in range(2):
        done = run_action(
            {"token": "hush", "budget": "12 MB", "directory": "sub dir"},
            {**job.env, **job.github},
            job.directory,
        )
        assert done.returncode == 0, done.stderr
    assert job.calls[:4] == [
        *("build sub dir", "check sub dir", "lint sub dir"),
        "size sub dir --markdown --html bpkit-report/size.html --budget 12 MB",
    ]
    assert [method for method, _ in host.asked] == ["GET", "POST", "GET", "PATCH"]
    assert host.asked[1][1] == "/repos/me/app/issues/7/comments"
    assert host.headers[1]["authorization"] == "Bearer hush"
    (comment,) = host.comments.values()
    assert "### `app`: 5MB" in comment
    assert "| size | ok |" in job.summary.read_text()
    assert "hush" not in done.stdout + done.stderr + job.report


def test_the_template_holds_the_same_script_and_keeps_one_note(job: Job, host: Forge) -> None:
    assert (ROOT / "ci/gitlab/bpkit.yml").read_text() == template()
    for _ in range(2):
        done = run_template({**job.env, **job.gitlab}, job.directory)
        assert done.returncode == 0, done.stderr
    assert [method for method, _ in host.asked] == ["GET", "POST", "GET", "PUT"]
    assert host.asked[3][1] == "/projects/5/merge_requests/7/notes/100"
    assert host.headers[1]["private-token"] == "hush"
    assert len(host.comments) == 1


def test_findings_fail_the_job_and_are_in_the_report(job: Job) -> None:
    job.end("check", 1, "```\n@everyone <script> BPK101: it will not run\n")
    job.end("size", 1, "- **over budget:** app\n")
    done = run_action({"token": ""}, {**job.env, **job.github}, job.directory)
    assert done.returncode == 1
    assert "| check | findings |" in job.report
    assert "- **over budget:** app" in job.report
    # Indented, it is code, whatever it says.
    assert "\n    @everyone <script> BPK101" in job.report


def test_a_build_that_fails_is_not_followed_by_checks_of_an_old_image(job: Job) -> None:
    job.end("build", 4, "no space left")
    done = run_action({"token": ""}, {**job.env, **job.github}, job.directory)
    assert done.returncode == 4
    assert job.calls == ["build ."]
    assert "failed (status 4)" in job.report


def test_a_revision_to_compare_with_is_compared(job: Job) -> None:
    run_action({"token": "", "compare": "origin/main"}, {**job.env, **job.github}, job.directory)
    assert job.calls[-1] == "size origin/main..HEAD --markdown"


def test_without_a_token_there_is_no_comment_and_no_failure(job: Job, host: Forge) -> None:
    done = run_action({"token": ""}, {**job.env, **job.github}, job.directory)
    assert done.returncode == 0
    assert "no comment" in done.stdout
    assert host.asked == []


def test_a_host_that_refuses_the_comment_does_not_fail_the_job(job: Job, host: Forge) -> None:
    host.refuses = True
    done = run_action({"token": "hush"}, {**job.env, **job.github}, job.directory)
    assert done.returncode == 0
    assert "the comment could not be made" in done.stdout
    assert "hush" not in done.stdout


def test_the_comment_of_somebody_else_is_left_alone(job: Job, host: Forge) -> None:
    host.comments = {1: "I like <!-- bpkit report -->", 2: "hello"}
    run_action({"token": "hush"}, {**job.env, **job.github}, job.directory)
    assert host.comments[1] == "I like <!-- bpkit report -->"
    assert len(host.comments) == 3
