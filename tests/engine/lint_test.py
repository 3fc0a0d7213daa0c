"""What lint says of a Dockerfile is what happens when it is built and run.

Each claim has a Dockerfile that breaks a rule and one that differs in a line and keeps it: the
first fails on the engine as the rule says, the second runs.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from bpkit.core.engine import Engine
from bpkit.verbs.lint.files import LintRequest, lint_files
from bpkit.verbs.lint.linters import docker_findings
from tests.engine.session import EngineSession

pytestmark = pytest.mark.slow

HELLO_C = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n'
MAKEFILE = "hello: hello.c\n\tgcc -o $@ $<\n"
#: Engines of ours whose builder knows no checks yet.
WITHOUT_CHECKS = ("classic", "modern")


@dataclass(frozen=True)
class Claim:
    """A rule, a Dockerfile with ``{}`` for the line that matters, and how the wrong one fails."""

    rule: str
    text: str
    wrong: str
    right: str
    says: str


CLAIMS = (
    Claim(
        "BPK201",
        "FROM gcc:12-bookworm AS b\nCOPY hello.c .\nRUN gcc -o /hello hello.c\n"
        'FROM debian:bookworm-slim\nCOPY --from=b {} /hello\nUSER 1\nCMD ["/hello"]\n',
        "/helo",
        "/hello",
        "not found|no such file|not exist",
    ),
    Claim(
        "BPK202",
        "FROM gcc:12-bookworm AS b\nCOPY hello.c .\nRUN gcc {} -o /hello hello.c\n"
        'FROM alpine:3\nCOPY --from=b /hello /hello\nUSER 1\nCMD ["/hello"]\n',
        "-O1",
        "-static",
        "no such file or directory",
    ),
    Claim(
        "BPK203",
        "FROM gcc:12-bookworm AS b\nWORKDIR /src\nCOPY hello.c Makefile ./\nRUN make {}\n"
        'FROM scratch\nCOPY --from=b /src/hello /hello\nUSER 1\nCMD ["/hello"]\n',
        "hello",
        "CC=gcc hello LDFLAGS=-static -f /dev/null",
        "no such file or directory",
    ),
    Claim(
        "BPK207",
        'FROM scratch\nCOPY --from=busybox:latest /bin/busybox /true\nUSER {}\nCMD ["/true"]\n',
        "nobody",
        "65534",
        "unable to find user nobody",
    ),
    Claim(
        "BPK210",
        "FROM alpine:3 AS a\nRUN touch /x\nFROM alpine:3 AS b\nCOPY --from={} /x /x\n"
        "FROM alpine:3 AS c\nRUN touch /x\nFROM b\nUSER 1\n",
        "c",
        "a",
        "needs to be defined before|invalid from flag|pull access denied",
    ),
    Claim(
        "BPK219",
        "FROM alpine:3 AS a\nRUN touch /x\nFROM alpine:3 AS b\nCOPY --from={} /x /x\nUSER 1\n",
        "b",
        "a",
        "circular dependency|invalid from flag|refers to current build stage",
    ),
    Claim(
        "BPK216",
        "FROM scratch\nCOPY --from=busybox:latest /bin/busybox /true\nUSER 1\nCMD {}\n",
        "/true",
        '["/true"]',
        "/bin/sh.*no such file or directory",
    ),
    Claim(
        "BPK218",
        "FROM alpine:3\n{} hello.c /\nUSER 1\n",
        "COYP",
        "COPY",
        "unknown instruction",
    ),
)


@pytest.fixture
def project(engine: EngineSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with the sources, from where ``docker`` reaches the engine."""
    for name, value in engine.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hello.c").write_text(HELLO_C)
    (tmp_path / "Makefile").write_text(MAKEFILE)
    return tmp_path


def docker(engine: EngineSession, *words: str) -> subprocess.CompletedProcess[str]:
    argv = [engine.env.get("DOCKER", "docker"), *words]
    return subprocess.run(
        argv, env=engine.env, capture_output=True, text=True, timeout=300, check=False
    )


def built_and_run(engine: EngineSession, directory: Path) -> subprocess.CompletedProcess[str]:
    """The build if it fails, else the run of what it made."""
    image = directory / "image"
    iid = ("--iidfile", str(image), "--label", engine.label)
    build = docker(engine, "build", *iid, str(directory))
    if build.returncode != 0:
        return build
    run = ("run", "--rm", "--network", "none", "--label", engine.label)
    return docker(engine, *run, image.read_text())


def linted(directory: Path, *words: str) -> set[str]:
    """The ids of what lint finds in a directory."""
    argv = [sys.executable, "-m", "bpkit", "lint", "--json", *words, str(directory)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    return {one["rule"] for one in json.loads(done.stdout)["findings"]}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.rule)
def test_what_a_rule_finds_fails_as_it_says(
    engine: EngineSession, project: Path, claim: Claim
) -> None:
    (project / "Dockerfile").write_text(claim.text.format(claim.wrong))
    assert claim.rule in linted(project, "--without", "docker", "--without", "hadolint")
    done = built_and_run(engine, project)
    assert done.returncode != 0
    assert re.search(claim.says, done.stdout + done.stderr, re.IGNORECASE | re.DOTALL), done


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.rule)
def test_what_keeps_the_rule_builds_and_runs(
    engine: EngineSession, project: Path, claim: Claim
) -> None:
    (project / "Dockerfile").write_text(claim.text.format(claim.right))
    assert claim.rule not in linted(project, "--without", "docker", "--without", "hadolint")
    done = built_and_run(engine, project)
    assert done.returncode == 0, done


def test_a_secret_in_an_arg_can_be_read_from_the_image(
    engine: EngineSession, project: Path
) -> None:
    (project / "Dockerfile").write_text("FROM alpine:3\nARG API_TOKEN\nRUN true\nUSER 1\n")
    assert "BPK215" in linted(project, "--without", "docker", "--without", "hadolint")
    secret = ("--build-arg", "API_TOKEN=hunter2")
    iid = ("--iidfile", str(project / "image"), "--label", engine.label)
    assert docker(engine, "build", *iid, *secret, str(project)).returncode == 0
    history = docker(engine, "history", "--no-trunc", (project / "image").read_text())
    assert "hunter2" in history.stdout


CHECKED = "FROM scratch as Base\nCOPY hello.c /\nFROM base\nMAINTAINER me\nUSER 1\n"


def test_dockers_own_checks_are_asked_where_the_builder_has_them(
    engine: EngineSession, project: Path
) -> None:
    (project / "Dockerfile").write_text(CHECKED)
    linted_by_docker = docker_findings(Engine(), lint_files(LintRequest()).files)
    if engine.flavour in WITHOUT_CHECKS:
        assert not linted_by_docker.ran
        assert "needs Docker 27" in linted_by_docker.notes[0]
        return
    assert linted_by_docker.notes == ()
    assert {(f.rule.id, str(f.place)) for f in linted_by_docker.findings} == {
        ("StageNameCasing", "Dockerfile:1"),
        ("FromAsCasing", "Dockerfile:1"),
        ("MaintainerDeprecated", "Dockerfile:4"),
    }


def test_dockers_checks_are_given_the_build_arguments(engine: EngineSession, project: Path) -> None:
    text = "ARG BASE=example.invalid/x:1\nFROM ${BASE}\nMAINTAINER me\nUSER 1\n"
    (project / "Dockerfile").write_text(text)
    (file,) = lint_files(LintRequest(build_args=(("BASE", "scratch"),))).files
    linted_by_docker = docker_findings(Engine(), [file])
    if engine.flavour not in WITHOUT_CHECKS:
        assert linted_by_docker.notes == ()
    found = {f.rule.id for f in linted_by_docker.findings}
    assert found == (set() if engine.flavour in WITHOUT_CHECKS else {"MaintainerDeprecated"})


def test_what_hadolint_and_docker_both_see_is_told_once(
    engine: EngineSession, project: Path
) -> None:
    (project / "Dockerfile").write_text(CHECKED)
    found = linted(project)
    if engine.flavour in WITHOUT_CHECKS:
        assert "DL4000" in found
    else:
        assert "MaintainerDeprecated" in found
        assert "DL4000" not in found
