"""What a Dockerfile is for, told from its name, its base and its last stage."""

from __future__ import annotations

import pytest

from bpkit.formats.dockerfile import parse, stages
from bpkit.verbs.lint.profiles import profile_of

RUN = "FROM debian:12\nCMD app\n"


@pytest.mark.parametrize(
    ("path", "text", "profile"),
    [
        ("Dockerfile", RUN, "ships"),
        ("services/api/Dockerfile", RUN, "ships"),
        ("examples/Dockerfile", RUN, "ships"),
        ("/tmp/test/Dockerfile", RUN, "ships"),
        ("../test/Dockerfile", RUN, "ships"),
        ("Dockerfile.dev", RUN, "development"),
        ("ci.Dockerfile", RUN, "development"),
        ("test/Dockerfile", RUN, "development"),
        (".devcontainer/Dockerfile", RUN, "development"),
        ("Dockerfile", "FROM debian:12 AS test\nCMD app\n", "development"),
        ("Dockerfile", "FROM mcr.microsoft.com/devcontainers/go:1\nCMD app\n", "development"),
        ("Dockerfile.build", RUN, "builds"),
        ("Dockerfile", "FROM example.com/go-builder:1\nCMD app\n", "builds"),
        ("Dockerfile.base", RUN, "base"),
        ("Dockerfile", "FROM node:22\nONBUILD COPY . .\nCMD npm start\n", "base"),
        ("Dockerfile", "FROM debian:12\nRUN true\n", "base"),
        ("Dockerfile", "FROM debian:12 AS b\nCMD app\nFROM b\n", "ships"),
    ],
)
def test_a_profile_is_told_from_what_the_file_shows(path: str, text: str, profile: str) -> None:
    assert profile_of(path, stages(parse(text)).last) == profile
