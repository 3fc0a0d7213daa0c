"""Files offered for dropping, since no traced run opened them."""

from __future__ import annotations

from bpkit.image.rootfs import Node
from bpkit.verbs.shrink.unopened import unopened
from tests.verbs.check.made import rootfs


def file(path: str, size: int) -> Node:
    return Node(path, "file", 0o644, size=size)


FILES = rootfs(
    file("/usr/bin/till", 500_000),
    file("/usr/lib/till/red.so", 3_000_000),
    file("/usr/lib/till/blue.so", 2_000_000),
    file("/usr/share/till/words/de", 4_000_000),
    file("/usr/share/till/words/fr", 4_000_000),
    file("/usr/share/till/index", 10),
    file("/usr/share/tiny", 10),
)


def test_unopened_files_and_directories_are_offered_the_largest_first() -> None:
    opened = ("/usr/bin/till", "/usr/lib/till/red.so", "/usr/share/till/index")
    found = unopened(FILES, FILES, opened)
    assert [(one.path, one.files, one.size) for one in found] == [
        ("/usr/share/till/words", 2, 8_000_000),
        ("/usr/lib/till/blue.so", 1, 2_000_000),
    ]


def test_a_shared_directory_is_never_offered_as_a_whole() -> None:
    found = unopened(FILES, FILES, ("/usr/bin/till",))
    assert {one.path for one in found} == {"/usr/lib/till", "/usr/share/till"}


def test_what_was_opened_through_a_link_counts() -> None:
    link = Node("/usr/lib/till.so", "link", 0o777, target="till/red.so")
    linked = rootfs(*FILES.nodes.values(), link)
    found = unopened(linked, linked, ("/usr/lib/till.so",))
    assert "/usr/lib/till/red.so" not in {one.path for one in found}
    assert "/usr/lib/till" not in {one.path for one in found}
