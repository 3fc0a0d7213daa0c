"""Notes on build arguments that no ARG declares."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.project import ProjectChoices, load
from bpkit.verbs.build import undeclared_arguments
from tests.cli.ground import PAIR

NOTE = "no Dockerfile declares the build argument"


@pytest.mark.parametrize(
    ("given", "notes"),
    [
        (["VERSION", "http_proxy", "BUILDKIT_INLINE_CACHE", "SOURCE_DATE_EPOCH"], []),
        (["VERSOIN"], [f"{NOTE} VERSOIN; did you mean VERSION?"]),
        (["VERSION", "OTHER"], [f"{NOTE} OTHER"]),
        # Names are case-sensitive.
        (["version"], [f"{NOTE} version; did you mean VERSION?"]),
    ],
)
def test_what_no_arg_declares_is_noted(tmp_path: Path, given: list[str], notes: list[str]) -> None:
    for name, text in PAIR.items():
        (tmp_path / name).write_text(text)
    build = tmp_path / "Dockerfile.build"
    build.write_text(build.read_text().replace("\n", "\nARG VERSION=dev\n", 1))
    choices = ProjectChoices(tmp_path, build_args=tuple((name, "1") for name in given))
    assert list(undeclared_arguments(load(choices))) == notes


def test_an_argument_of_the_settings_counts(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM busybox\nRUN true\n")
    (tmp_path / "bpkit.toml").write_text('build-args = { VERSION = "1" }\n')
    assert list(undeclared_arguments(load(ProjectChoices(tmp_path)))) == [f"{NOTE} VERSION"]
