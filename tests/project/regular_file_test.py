"""What is no regular file is refused with a sentence, and never opened."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bpkit.core.recipe import Image, Recipe
from bpkit.errors import InputError
from bpkit.formats.dockerfile.parser import parse
from bpkit.project.host_files import IGNORE_FILE, staged_files
from bpkit.project.reading import as_it_is, load_settings, read_dockerfile
from bpkit.project.regular_file import read_head, read_regular
from bpkit.verbs.ignore import IgnoreRequest, derive
from bpkit.verbs.lint.files import LintRequest, lint_files


def test_a_regular_file_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_bytes(b"FROM scratch\r\n\xff")
    assert read_regular(tmp_path / "Dockerfile", "Dockerfile") == b"FROM scratch\r\n\xff"


def test_a_link_to_a_regular_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"FROM scratch\n")
    (tmp_path / "Dockerfile").symlink_to("real")
    assert read_regular(tmp_path / "Dockerfile", "Dockerfile") == b"FROM scratch\n"


def test_a_file_that_is_not_there_is_left_to_the_caller(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "Dockerfile", "Dockerfile")


def test_a_directory_is_called_a_directory(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^Dockerfile: can't be read: Is a directory$"):
        read_regular(tmp_path, "Dockerfile")


def test_a_link_that_leads_to_itself_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").symlink_to("Dockerfile")
    with pytest.raises(InputError, match=r"^Dockerfile: can't be read: "):
        read_regular(tmp_path / "Dockerfile", "Dockerfile")


def test_a_fifo_in_the_place_of_a_dockerfile_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "Dockerfile")
    with pytest.raises(InputError, match=r"^Dockerfile: is not a regular file$"):
        read_dockerfile(tmp_path, "Dockerfile")


def test_a_fifo_in_the_place_of_the_settings_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "bpkit.toml")
    with pytest.raises(InputError, match=r"^bpkit\.toml: is not a regular file$"):
        load_settings(tmp_path)


def test_a_fifo_in_the_place_of_the_ignore_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / IGNORE_FILE)
    dockerfile = parse("FROM scratch\nCOPY a /a\n", "Dockerfile")
    recipe = Recipe("hello", (Image("runtime", "hello", dockerfile),))
    with pytest.raises(InputError, match=r"^\.dockerignore: is not a regular file$"):
        staged_files(recipe, tmp_path, {}, buildkit=False)


def test_a_fifo_in_the_place_of_a_file_to_write_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "Makefile")
    with pytest.raises(InputError, match=r"Makefile: is not a regular file$"):
        as_it_is(tmp_path, "Makefile")


def test_a_head_is_the_beginning_of_a_text(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"ab\xffcd")
    assert read_head(tmp_path / "a", 4) == "ab\ufffdc"


@pytest.mark.parametrize("name", ["pipe", "directory", "nothing", "leads-nowhere"])
def test_what_is_not_a_file_has_an_empty_head(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "directory").mkdir()
    (tmp_path / "leads-nowhere").symlink_to("nothing")
    assert read_head(tmp_path / name, 10) == ""


@pytest.mark.parametrize("name", ["package.json", "build.sh", "Makefile"])
def test_a_fifo_among_the_files_that_are_searched_keeps_nobody_waiting(
    name: str, tmp_path: Path
) -> None:
    text = "FROM node:22 AS build\nCOPY . .\nRUN npm ci && sh build.sh && make\nFROM scratch\n"
    (tmp_path / "Dockerfile").write_text(f"{text}COPY --from=build /a /\n")
    os.mkfifo(tmp_path / name)
    assert [one.subject.file.name for one in lint_files(LintRequest((str(tmp_path),))).files]
    assert derive(IgnoreRequest(tmp_path)).allowed.whole is not None
