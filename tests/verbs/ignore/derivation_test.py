from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.formats.context.match import matching
from bpkit.formats.context.needed import ContextNeeds, needs, together
from bpkit.formats.context.tree import Tree, TreeEntry
from bpkit.formats.dockerfile.parser import parse
from bpkit.formats.dockerignore.ignore import DIALECTS, Ignore
from bpkit.verbs.ignore.derivation import allow_list
from bpkit.verbs.ignore.sent import sent

PART = st.sampled_from(
    ["a", "b", "ab", "x+y", "c d", "#h", "!n", "^b", "(p)", "[z]", " s", "é", "$"]
)
PATH = st.lists(PART, min_size=1, max_size=4).map("/".join)
WILD = st.sampled_from(["*", "a*", "?", "[ab]", "*b", "[^a]*", "x\\+*", "\\[z*"])
PATTERN = st.lists(st.one_of(PART, WILD), min_size=1, max_size=4).map("/".join)


def needs_of(*sources: str, name: str = "Dockerfile") -> ContextNeeds:
    quoted = ", ".join(
        json.dumps(source.replace("\\", "\\\\").replace("$", "\\$")) for source in sources
    )
    return needs(parse(f'FROM scratch\nCOPY [{quoted}, "/"]\n', name))


def lines_of(*sources: str) -> list[str]:
    return list(allow_list(needs_of(*sources)).lines)


def test_everything_but_the_copied_files_is_excluded() -> None:
    assert lines_of("hello.go", "cmd/app") == ["*", "!hello.go", "!cmd/app"]


def test_a_path_below_another_needs_no_line() -> None:
    assert lines_of("src/a.go", "src", "srcs") == ["*", "!src", "!srcs"]


def test_a_wildcard_in_the_last_part_needs_no_opening() -> None:
    assert lines_of("go.*", "cmd/*.go") == ["*", "!go.*", "!cmd/*.go"]


def test_a_wildcard_in_a_directory_opens_it_but_excludes_other_content() -> None:
    assert lines_of("cmd/*/main/x.go") == [
        "*",
        "!cmd/*",
        "cmd/*/*",
        "!cmd/*/main",
        "cmd/*/main/*",
        "!cmd/*/main/x.go",
    ]


def test_a_directory_that_is_opened_and_copied_is_included_with_its_content() -> None:
    assert lines_of("a*/x", "ab", "b") == ["*", "!a*", "a*/*", "!a*/x", "!ab", "!ab/**", "!b"]


def test_the_files_of_a_pair_stay_apart() -> None:
    build, runtime = needs_of("app.go", name="Dockerfile.build"), needs_of("app", "app.go")
    found = allow_list(together(build, runtime))
    assert found.sources == (
        ("Dockerfile.build", ("!app.go",)),
        ("Dockerfile", ("!app", "!app.go")),
    )


def test_the_whole_context_can_not_be_narrowed() -> None:
    found = allow_list(needs_of("go.mod", "."))
    assert found.lines == ()
    assert found.whole is not None
    assert found.whole.text == "."


def test_a_class_that_spans_a_slash_ends_the_pattern_before_it() -> None:
    assert lines_of("src/[a/b]x") == ["*", "!src"]


def test_a_links_target_is_included() -> None:
    tree = Tree.of([TreeEntry("current", "link", target="v/1"), "v/1/app", "v/2/app"])
    lines = allow_list(needs_of("current/app"), tree).lines
    assert lines == ("*", "!current", "!v/1/app")


def test_parents_at_any_depth_are_let_in_at_any_depth() -> None:
    found = needs(parse("FROM scratch\nCOPY --parents packages/**/package.json /\n"))
    assert allow_list(found).lines == ("*", "!packages/**/package.json")


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
@given(
    sources=st.lists(st.one_of(PATH, PATTERN), min_size=1, max_size=4),
    paths=st.lists(PATH, min_size=1, max_size=8),
)
def test_needed_files_are_included_for_every_builder(
    dialect: object, sources: list[str], paths: list[str]
) -> None:
    tree = tree_of([*paths, *(path for path in sources if not set("*?[\\") & set(path))])
    found = needs_of(*sources)
    derived = allow_list(found, tree)
    ignore = Ignore.parse("\n".join(derived.lines), dialect=dialect)  # type: ignore[arg-type]
    arrived = {entry.path for entry in sent(tree, ignore).entries}
    needed = matching(found, tree)
    assert {path for path in tree.paths if needed.takes(path)} <= arrived


@given(sources=st.lists(PATH, min_size=1, max_size=4), paths=st.lists(PATH, max_size=8))
def test_nothing_else_is_included_if_no_directory_is_opened(
    sources: list[str], paths: list[str]
) -> None:
    tree = tree_of([*paths, *sources])
    found = needs_of(*sources)
    derived = allow_list(found, tree)
    needed = matching(found, tree)
    for dialect in DIALECTS:
        ignore = Ignore.parse("\n".join(derived.lines), dialect=dialect)
        for entry in sent(tree, ignore).entries:
            assert needed.enters(entry.path) or derived.openings


def tree_of(paths: list[str]) -> Tree:
    """The tree of those paths that don't need another to be file and directory at once."""
    directories = {path[:at] for path in paths for at, char in enumerate(path) if char == "/"}
    return Tree.of(TreeEntry(path, size=1) for path in paths if path not in directories)
