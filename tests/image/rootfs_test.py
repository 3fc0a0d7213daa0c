"""Paths of an image: links stay inside its root, and permissions are the kernel's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.image.rootfs import Identity, LinkLoopError, Node, layered
from tests.verbs.check.made import link, rootfs


def file(path: str, mode: int = 0o755, uid: int = 0, gid: int = 0) -> Node:
    return Node(path, "file", mode, uid, gid)


LINKED = rootfs(
    file("/usr/bin/dash"),
    link("/usr/bin/sh", "dash"),
    link("/bin", "usr/bin"),
    link("/up", "../../../usr/bin/dash"),
    link("/a", "/b"),
    link("/b", "a"),
    link("/gone", "/nowhere/at/all"),
)


@pytest.mark.parametrize(
    ("path", "real"),
    [
        ("/bin/sh", "/usr/bin/dash"),
        ("/up", "/usr/bin/dash"),
        ("/../../usr/./bin//dash", "/usr/bin/dash"),
        ("/bin/../bin/sh", "/usr/bin/dash"),
        ("/gone", "/nowhere/at/all"),
        ("/", "/"),
    ],
)
def test_links_are_followed_inside_the_root_only(path: str, real: str) -> None:
    assert LINKED.real_path(path) == real


def test_a_loop_of_links_is_not_resolved() -> None:
    assert LINKED.resolve("/a") is None
    with pytest.raises(LinkLoopError):
        LINKED.real_path("/a/b")


def test_a_relative_path_starts_from_its_directory() -> None:
    node = LINKED.resolve("./sh", "/bin")
    assert node is not None
    assert node.path == "/usr/bin/dash"


def test_the_links_on_the_way_are_reported_in_order() -> None:
    assert LINKED.links_on("/bin/sh") == ("/bin", "/usr/bin/sh")


@given(st.text(alphabet="ab./", max_size=30))
def test_no_path_leads_out_of_the_root(path: str) -> None:
    try:
        real = LINKED.real_path(path)
    except LinkLoopError:
        return
    assert real.startswith("/")
    assert ".." not in real.split("/")


@pytest.mark.parametrize(
    ("mode", "who", "bits", "may"),
    [
        (0o755, Identity(1000, frozenset({1000})), 5, True),
        (0o750, Identity(1000, frozenset({1000})), 1, False),
        (0o750, Identity(1000, frozenset({1000, 7})), 1, True),
        (0o057, Identity(5, frozenset({7})), 1, False),
        (0o000, Identity(), 4, True),
        (0o644, Identity(), 1, False),
        (0o010, Identity(), 1, True),
    ],
)
def test_permission_is_judged_as_the_kernel_does(
    mode: int, who: Identity, bits: int, may: bool
) -> None:
    node = file("/opt/app", mode, uid=5, gid=7)
    assert rootfs(node).allowed(node, who, bits) is may


def test_a_closed_directory_bars_all_below_it_but_not_for_root() -> None:
    node = file("/root/bin/app")
    closed = rootfs(Node("/root", "directory", 0o700), node)
    assert not closed.allowed(node, Identity(1000, frozenset({1000})), 1)
    assert closed.allowed(node, Identity(), 1)
    barring = closed.barred_at(node.path, Identity(1000))
    assert barring is not None
    assert barring.path == "/root"


def test_a_later_layer_covers_an_earlier_one() -> None:
    lower = rootfs(file("/app/a"), file("/app/b"), file("/etc/x", 0o600))
    upper = rootfs(file("/app"), file("/etc/x", 0o644))
    merged = layered(lower, upper)
    assert "/app/a" not in merged.nodes
    assert merged.nodes["/etc/x"].mode == 0o644


def test_descendants_come_after_their_directory_at_every_depth() -> None:
    image = rootfs(file("/a/c/one"), file("/a/b"), file("/ab/other"), link("/a/c/up", "/ab"))
    assert list(image.descendants("/a")) == ["/a/b", "/a/c", "/a/c/one", "/a/c/up"]
    assert set(image.descendants("/")) == image.nodes.keys() - {"/"}
    assert list(image.descendants("/nowhere")) == []
    assert [node.path for node in image.below("/a")] == ["/a/b", "/a/c"]
    assert list(image.below("/a/b")) == []
