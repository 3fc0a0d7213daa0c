"""The session of a page fails where the page isn't true."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.page_session import blocks_of, run_page


def told(page: str, directory: Path, *, from_the_top: bool = False) -> list[str]:
    top = directory / "page"
    top.mkdir()
    return run_page(page, top, os.environ, from_the_top=from_the_top)


GOOD = [
    '```sh title="a.sh"\nfalse\n```\n```sh\ntest "$(cat a.sh)" = false\n```\n',
    "```sh\ncd /\n```\n\n```console\n$ pwd\n/\n```\n",
    '```text title="a/b.txt"\nhello\n```\n```console\n$ cat a/b.txt\nhello\n```\n',
    "```console\n$ false\n$ echo $?\n1\n```\n",
    "```sh\nfalse  # status 1: it says no\n```\n",
    "```console\n$ echo 'built x in 3.2 s'; echo 5MB\nbuilt x in 12.3 s\n4.9MB\n```\n",
    "```console\n$ seq 5; echo end\n…\nend\n```\n",
    "```console\n$ cat <<EOF\n> a\n> EOF\na\n```\n",
    "<!-- not run: it would be too loud -->\n```sh\nfalse\n```\n",
    "- in a list:\n\n    ```sh\n    true\n    ```\n",
]
WRONG = [
    "```sh\nfalse\n```\n",
    "```sh\ntrue  # status 1\n```\n",
    "```console\n$ echo hello\nhallo\n```\n",
    "```console\n$ echo one; echo two\none\n```\n",
    "```console\n$ true\nsomething\n```\n",
    "```sh\nexit 0\n```\n```sh\ntrue\n```\n",
    "- in a list:\n\n    ```sh\n    false\n    ```\n",
]


@pytest.mark.parametrize("page", GOOD)
def test_what_is_so_is_accepted(tmp_path: Path, page: str) -> None:
    assert told(page, tmp_path) == []


@pytest.mark.parametrize("page", WRONG)
def test_what_is_not_so_is_reported(tmp_path: Path, page: str) -> None:
    assert len(told(page, tmp_path)) == 1


def test_a_page_may_start_each_block_at_the_top(tmp_path: Path) -> None:
    page = "```sh\nmkdir a; cd a\n```\n```sh\ntest -d a\n```\n"
    assert told(page, tmp_path, from_the_top=True) == []


def test_a_block_left_out_says_why() -> None:
    (block,) = blocks_of("<!-- not run: no registry -->\n```sh\nx\n```\n")
    assert block.not_run == "no registry"
