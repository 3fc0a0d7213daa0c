from __future__ import annotations

import pytest

from bpkit.formats.context.match import Needed, matching
from bpkit.formats.context.needed import needs
from bpkit.formats.context.tree import Tree, TreeEntry
from bpkit.formats.dockerfile.parser import parse
from bpkit.formats.text.globs import GlobError

TREE = Tree.of(
    [
        "Dockerfile",
        "go.mod",
        "go.sum",
        "cmd/a/main.go",
        "cmd/b/main.go",
        "cmd/b/README.md",
        "data/huge.bin",
        TreeEntry("current", "link", target="cmd/a"),
        TreeEntry("cmd/last", "link", target="b/main.go"),
        TreeEntry("dangling.go", "link", target="nowhere"),
    ]
)


def needed(*instructions: str, tree: Tree = TREE) -> Needed:
    return matching(needs(parse("\n".join(["FROM scratch", *instructions]))), tree)


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        ("COPY go.* /", ("go.mod", "go.sum")),
        ("COPY cmd /cmd", ("cmd",)),
        ("COPY cmd/*/main.go /", ("cmd/a/main.go", "cmd/b/main.go")),
        ("COPY cmd cmd/a/main.go /", ("cmd",)),
        ("COPY . /", (".",)),
        ("COPY * /", ("Dockerfile", "cmd", "current", "dangling.go", "data", "go.mod", "go.sum")),
        ("COPY --parents ./cmd/**/main.go /", ("cmd/a/main.go", "cmd/b/main.go")),
        ("COPY --parents **/*.md go.* /", ("cmd/b/README.md", "go.mod", "go.sum")),
        ("COPY --parents cmd/b/*.md /", ("cmd/b/README.md",)),
        ("RUN --mount=source=cmd/a,target=/x make", ("cmd/a",)),
    ],
)
def test_sources_are_found_in_the_tree(instruction: str, expected: tuple[str, ...]) -> None:
    assert needed(instruction).paths == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("current", ("cmd/a", "current")),
        ("current/main.go", ("cmd/a/main.go", "current")),
        ("current/*.go", ("cmd/a/main.go", "current")),
        ("cmd/l*", ("cmd/b/main.go", "cmd/last")),
        ("dangling.go", ("dangling.go",)),
    ],
)
def test_a_link_is_needed_and_what_it_leads_to(source: str, expected: tuple[str, ...]) -> None:
    assert needed(f"COPY {source} /").paths == expected


def test_a_source_that_is_not_there_is_named() -> None:
    found = needed("COPY go.mod missing no*thing dangling.go /")
    assert [one.text for one in found.missing] == ["missing", "no*thing", "dangling.go"]


def test_what_is_needed_names_the_source_that_needs_it() -> None:
    found = needed("COPY go.mod /", "COPY cmd /")
    source = found.source_of("cmd/b/main.go")
    assert source is not None
    assert source.place.line == 3
    assert not found.takes("data/huge.bin")
    assert not found.takes("cmdline")


def test_a_directory_is_entered_for_what_lies_deep_in_it() -> None:
    found = needed("COPY cmd/a/main.go /")
    assert found.enters("cmd")
    assert found.enters("cmd/a")
    assert not found.takes("cmd/a")
    assert not found.enters("cmd/b")


def test_a_malformed_pattern_is_named_with_its_line() -> None:
    with pytest.raises(GlobError, match=r"Dockerfile:2: .*malformed"):
        needed("COPY a[ /")
