"""JSON and TOML of strangers: an error names the file and the line, whatever is wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bpkit.errors import InputError
from bpkit.formats.text import parse_json, parse_toml


def test_what_is_well_formed_is_read() -> None:
    deep = "[" * 150 + "]" * 150
    assert parse_json('{"a": "[[[", "b": ' + deep + "}", "x")["a"] == "[[["
    assert parse_toml('a = "[["\n[b]\nc = [[1]]\n', "x") == {"a": "[[", "b": {"c": [[1]]}}


@pytest.mark.parametrize("parse", [parse_json, parse_toml])
@pytest.mark.parametrize("nest", ["[", '{"a":[', "a = [\n["])
def test_what_is_nested_without_end_is_an_error_with_its_line(
    parse: Callable[[str, str], object], nest: str
) -> None:
    with pytest.raises(InputError, match=r"x\.y:\d+: this is nested deeper"):
        parse(nest * 100_000, "x.y")


@pytest.mark.parametrize(("parse", "text"), [(parse_json, "{\n,"), (parse_toml, "\na = b")])
def test_a_slip_is_reported_with_its_line(parse: Callable[[str, str], object], text: str) -> None:
    with pytest.raises(InputError, match=r"x\.y:2: not valid"):
        parse(text, "x.y")


@pytest.mark.parametrize("line", ["[a{}]", "[[a{}]]", "a{} = 1"])
def test_a_key_of_endless_levels_is_refused_with_its_line(line: str) -> None:
    """Python's own reader takes minutes for it."""
    with pytest.raises(InputError, match="more than 200 levels") as caught:
        parse_toml("x = 1\n" + line.format(".a" * 300_000), "pyproject.toml")
    assert str(caught.value.place) == "pyproject.toml:2"
    assert parse_toml(f"x = '{'.' * 300}'\n", "pyproject.toml") == {"x": "." * 300}
