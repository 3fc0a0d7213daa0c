"""The commands of a RUN, told apart."""

from __future__ import annotations

import pytest

from bpkit.formats.dockerfile.parser import parse
from bpkit.formats.dockerfile.run import UNREADABLE, run_commands


def commands(text: str) -> list[tuple[str, ...]]:
    (_, run) = parse(f"FROM a\n{text}\n").instructions
    return [command.words for command in run_commands(run)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("RUN a b && c; d | e || f &", [("a", "b"), ("c",), ("d",), ("e",), ("f",)]),
        ("RUN a \\\n  # why\n  b && \\\n  c", [("a", "b"), ("c",)]),
        ("RUN a 'b && c' \"d;e\"", [("a", "b && c", "d;e")]),
        ("RUN (cd x && make)", [("cd", "x"), ("make",)]),
        ("RUN if a; then b; fi", [("if", "a"), ("b",), ("fi",)]),
        ("RUN sudo env A=1 make", [("make",)]),
        ('RUN ["go", "build", "a && b"]', [("go", "build", "a && b")]),
        ("RUN <<E\na b\n# c\nd \\\n e\nE", [("a", "b"), ("d", "e")]),
        ("RUN --mount=type=cache,target=/x a", [("a",)]),
        ("RUN echo 'never closed", [UNREADABLE.words]),
        ("CMD a && b", []),
    ],
)
def test_commands_are_split_where_the_shell_splits_them(
    text: str, words: list[tuple[str, ...]]
) -> None:
    assert commands(text) == words


def test_variables_before_a_command_are_its_own() -> None:
    (_, run) = parse("FROM a\nRUN CGO_ENABLED=0 GOOS=linux go build\n").instructions
    (command,) = run_commands(run)
    assert command.assignments == (("CGO_ENABLED", "0"), ("GOOS", "linux"))


def test_a_program_is_called_by_its_name_and_options_are_passed_over() -> None:
    (_, run) = parse("FROM a\nRUN /usr/bin/git --no-pager clone -q x\n").instructions
    (command,) = run_commands(run)
    assert command.program == "git"
    assert command.says("clone", "x")
