"""Which of a project's files is its builder script."""

from __future__ import annotations

import pytest

from bpkit.readers.shell_finder import find_scripts, script_text

PAIR = {"Dockerfile": "FROM scratch\n", "Dockerfile.build": "FROM golang\n"}
SCRIPT = (
    "docker build -t b -f Dockerfile.build .\n"
    "docker create --name n b\ndocker cp n:/a a\ndocker rm n\ndocker build -t a .\n"
)
IN_MAKE = "all:\n" + "".join(f"\t{line}\n" for line in SCRIPT.splitlines())
IN_CI = "language: go\nscript:\n" + "".join(f"  - {line}\n" for line in SCRIPT.splitlines())
IN_BLOCK = "build:\n  script:\n    - |\n" + "".join(f"      {x}\n" for x in SCRIPT.splitlines())


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("build.sh", SCRIPT),
        ("scripts/build.sh", SCRIPT),
        ("build", "#!/bin/sh\n" + SCRIPT),
        ("bin/make-image", "#!/usr/bin/env bash\n" + SCRIPT),
        ("Makefile", IN_MAKE),
        ("docker.mk", IN_MAKE),
        ("GNUmakefile", IN_MAKE),
        (".travis.yml", IN_CI),
        (".gitlab-ci.yml", IN_BLOCK),
        ("ci/build.sh", 'cd "$(dirname "$0")/.."\n' + SCRIPT),
        ("hack/build.bash", SCRIPT),
        ("build.sh", SCRIPT.replace("docker", "podman")),
    ],
)
def test_the_script_is_found_wherever_it_is_kept(path: str, text: str) -> None:
    files = {**PAIR, path: text, "test.sh": "go test\n", "README.md": SCRIPT}
    found = find_scripts(files)
    assert [(candidate.path, candidate.directory) for candidate in found] == [(path, ".")]
    assert len(found[0].reading.actions) == 5


def test_the_one_that_takes_artifacts_out_comes_first() -> None:
    files = {**PAIR, "a.sh": "docker build -t a .\n", "z.sh": SCRIPT}
    assert [candidate.path for candidate in find_scripts(files)] == ["z.sh", "a.sh"]


def test_a_script_is_started_where_its_dockerfiles_are() -> None:
    files = {f"svc/{path}": text for path, text in {**PAIR, "build.sh": SCRIPT}.items()}
    assert [(c.path, c.directory) for c in find_scripts(files)] == [("svc/build.sh", "svc")]


def test_what_is_no_script_or_can_t_be_read_is_no_candidate() -> None:
    files = {"notes.txt": SCRIPT, "broken.sh": SCRIPT + "if\n", "Dockerfile": "FROM docker\n"}
    assert find_scripts(files) == ()


def test_a_ci_file_s_commands_keep_their_lines() -> None:
    text = script_text(".travis.yml", IN_CI)
    assert text is not None
    lines = text.split("\n")
    assert lines[2:4] == SCRIPT.splitlines()[:2]
    assert lines[:2] == ["", ""]
