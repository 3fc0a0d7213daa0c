from __future__ import annotations

import pytest

from bpkit.formats.context.tree import Resolved, Tree, TreeEntry
from bpkit.formats.text import parents

TREE = Tree.of(
    [
        TreeEntry("a/b/file", size=3),
        TreeEntry("plain", size=4),
        TreeEntry("here", "link", target="a/b"),
        TreeEntry("a/up", "link", target="../plain"),
        TreeEntry("a/out", "link", target="../../../plain"),
        TreeEntry("root", "link", target="/a"),
        TreeEntry("twice", "link", target="root/b"),
        TreeEntry("loop", "link", target="pool"),
        TreeEntry("pool", "link", target="loop"),
        TreeEntry("broken", "link", target="nothing"),
        TreeEntry("self", "link", target="."),
    ]
)


@pytest.mark.parametrize(
    ("path", "leads_to", "links"),
    [
        ("a/b/file", "a/b/file", ()),
        (".", ".", ()),
        ("here/file", "a/b/file", ("here",)),
        ("a/up", "plain", ("a/up",)),
        ("a/out", "plain", ("a/out",)),
        ("root/b", "a/b", ("root",)),
        ("twice/file", "a/b/file", ("twice", "root")),
        ("loop", None, ("loop", "pool")),
        ("broken", None, ("broken",)),
        ("nothing", None, ()),
        ("self/self/a", "a", ("self",)),
    ],
)
def test_links_are_followed_within_the_context(
    path: str, leads_to: str | None, links: tuple[str, ...]
) -> None:
    assert TREE.resolve(path) == Resolved(leads_to, links)


def test_a_tree_has_the_directories_above_its_files() -> None:
    assert TREE.entries["a/b"].kind == "directory"
    assert "a" in TREE
    assert "." in TREE
    assert TREE.size == 7


def test_parents_are_named_from_the_top() -> None:
    assert list(parents("a/b/c")) == ["a", "a/b"]
    assert list(parents("a")) == []
