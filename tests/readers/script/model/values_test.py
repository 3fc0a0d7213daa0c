"""Values with symbols in them, and the paths that they name."""

from __future__ import annotations

import pytest

from bpkit.readers.script.model.reading import unknown
from bpkit.readers.script.model.values import HostPath, Origin, Symbol, Value, host_path, value

PROJECT = Symbol(Origin.PROJECT, "project")
HOME = Symbol(Origin.ENVIRONMENT, "HOME")


def test_known_parts_are_joined_and_symbols_stay() -> None:
    assert value("a", "", "b") == value("ab")
    assert value("a", HOME, "b").text is None
    assert value().text == ""
    assert str(value("a:", HOME)) == "a:${HOME}"
    assert value("a") + value(HOME) + "c" == value("a", HOME, "c")


def test_partition_cuts_at_the_first_known_separator() -> None:
    assert value(HOME, ":/a:b").partition(":") == (value(HOME), ":", value("/a:b"))
    assert value(HOME).partition(":") == (value(HOME), "", Value())


@pytest.mark.parametrize(
    ("written", "directory", "expected"),
    [
        (value("app"), value(PROJECT), HostPath("app")),
        (value("./a/../b/"), value(PROJECT), HostPath("b", None, "/")),
        (value("."), value(PROJECT, "/sub"), HostPath("sub", None, "/.")),
        (value("a/."), value(PROJECT), HostPath("a", None, "/.")),
        (value(".."), value(PROJECT, "/sub"), HostPath(".", None, "/.")),
        (value("../x"), value(PROJECT), HostPath("../x")),
        (value("/tmp/x"), value(PROJECT), HostPath("tmp/x", value("/"))),
        (value("x"), value("/tmp"), HostPath("tmp/x", value("/"))),
        (value(HOME, "/x"), value(PROJECT), HostPath("x", value(HOME))),
        (value(PROJECT, "/a/b"), value("/tmp"), HostPath("a/b")),
    ],
)
def test_a_path_is_relative_to_its_root(
    written: Value, directory: Value, expected: HostPath
) -> None:
    assert host_path(written, directory) == expected


def test_a_path_that_leaves_the_project_is_not_in_it() -> None:
    assert host_path(value("a"), value(PROJECT)).in_project
    assert not host_path(value("../a"), value(PROJECT)).in_project
    assert not host_path(value("/a"), value(PROJECT)).in_project
    assert host_path(value("..a"), value(PROJECT)).in_project


def test_the_refusal_of_an_unknown_value_names_it_and_has_a_hint() -> None:
    refusal = unknown(HOME, "the tag")
    assert refusal.message == "the tag is ${HOME}, which is known only when the script runs"
    assert "pass --script-env HOME=VALUE" in str(refusal.error())
