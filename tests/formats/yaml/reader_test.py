"""What is read of YAML: texts with their lines, anchors and merge keys, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.errors import InputError
from bpkit.formats.yaml import Yaml, YamlText, read_tagged_yaml, read_yaml, yaml_at

COMPOSE = """\
x-common: &common
  restart: always   # a comment
  build: &build {context: ., dockerfile: 'Dockerfile.web'}
services:
  web:
    <<: *common
    ports: ["80:8080", 1.10]
    restart: no
  job:
    build: *build
    command: |
      echo one
      echo two
    empty:
"""


def test_every_scalar_is_its_text_and_knows_its_line() -> None:
    read = read_yaml(COMPOSE)
    ports = yaml_at(read, "services", "web", "ports")
    assert ports == ["80:8080", "1.10"]
    restart = yaml_at(read, "services", "web", "restart")
    assert isinstance(restart, YamlText)
    assert (restart, restart.line) == ("no", 8)
    assert yaml_at(read, "services", "job", "command") == "echo one\necho two\n"
    assert yaml_at(read, "services", "job", "empty") is None


def test_aliases_and_merge_keys_are_resolved_and_own_keys_win() -> None:
    read = read_yaml(COMPOSE)
    assert yaml_at(read, "services", "web", "build", "dockerfile") == "Dockerfile.web"
    assert yaml_at(read, "services", "job", "build", "context") == "."
    assert yaml_at(read, "services", "web", "restart") == "no"


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "~\n"])
def test_an_empty_document_is_nothing(text: str) -> None:
    assert read_yaml(text) is None


def test_only_the_first_document_is_read() -> None:
    assert read_yaml("a: 1\n---\nb: 2\n") == {"a": "1"}


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: 1\nb: [1,\n", 3), ("a: 'x\n", 2), ("a: 1\n b: 2\n", 2), ("a: *nowhere\n", 1)],
)
def test_what_is_not_valid_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(InputError) as caught:
        read_yaml(text, "compose.yaml")
    assert caught.value.place is not None
    assert str(caught.value.place) == f"compose.yaml:{line}"


def test_a_laugh_of_a_billion_is_refused() -> None:
    lines = ["a0: &a0 {x: 1, y: 2}"]
    lines += [f"a{n}: &a{n} {{<<: *a{n - 1}, k{n}a: 1, k{n}b: 2}}" for n in range(1, 600)]
    with pytest.raises(InputError, match="too many values"):
        read_yaml("\n".join(lines))


def test_what_is_nested_too_deeply_is_refused() -> None:
    with pytest.raises(InputError, match="nested too deeply"):
        read_yaml("[" * 200 + "]" * 200)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_yaml(text)
    except InputError:
        return


TREES: st.SearchStrategy[Yaml] = st.recursive(
    st.text("abc 01:#-'\"", min_size=1, max_size=8).map(YamlText),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc", min_size=1).map(YamlText), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(TREES)
def test_what_is_written_as_json_is_read_back(tree: Yaml) -> None:
    import json

    # Every JSON text is YAML.
    assert read_yaml(json.dumps(tree)) == tree


def test_tags_of_the_documents_own_are_known_by_the_keys_that_lead_to_them() -> None:
    text = "a: {b: !reset null, c: !mine {d: !!str 1}}\ne: !new\nf: [!in x]\ng: !q '~'\n"
    read = read_tagged_yaml(text)
    assert read.tags == {("a", "b"): "!reset", ("a", "c"): "!mine", ("e",): "!new", ("g",): "!q"}
    assert read.value == {"a": {"b": None, "c": {"d": "1"}}, "e": None, "f": ["x"], "g": "~"}
