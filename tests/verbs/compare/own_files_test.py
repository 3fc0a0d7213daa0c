"""Files of the conversion's own that an image takes are told apart, and nothing else is."""

from __future__ import annotations

import hashlib

from bpkit.image.contents import Contents, ContentsItem
from bpkit.image.diff import Difference, Snapshot, differences, without_own


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def contents(**texts: str) -> Contents:
    return Contents(
        {
            name: ContentsItem(
                kind="file", mode=0o644, uid=0, gid=0, size=len(text), time=0, digest=digest(text)
            )
            for name, text in texts.items()
        }
    )


def told(before: Contents, after: Contents, *own: str) -> tuple[list[str], list[str]]:
    found = differences(Snapshot(before, {}), Snapshot(after, {}))
    parts = without_own(found, before, after, {digest(text) for text in own})
    counting, mine = ([one.subject for one in part] for part in parts)
    return sorted(set(counting)), sorted(set(mine))


def test_a_file_that_the_conversion_changes_adds_or_removes_does_not_count() -> None:
    before = contents(Dockerfile="FROM old\n", script="docker build\n")
    after = contents(Dockerfile="FROM new\n", ignore="*\n")
    own = ("FROM old\n", "FROM new\n", "*\n", "docker build\n")
    assert told(before, after, *own) == ([], ["/Dockerfile", "/ignore", "/script"])


def test_a_file_that_holds_anything_else_on_one_side_counts() -> None:
    before = contents(Dockerfile="FROM other\n")
    after = contents(Dockerfile="FROM new\n", page="hello\n")
    assert told(before, after, "FROM new\n") == (["/Dockerfile", "/page"], [])


def test_the_configuration_always_counts() -> None:
    one = Difference("configuration", "cmd", "a", "b")
    assert without_own([one], contents(), contents(), set()) == ((one,), ())


def with_directory(found: Contents, name: str) -> Contents:
    directory = ContentsItem(kind="directory", mode=0o755, uid=0, gid=0)
    return Contents({name: directory, **found.items})


def test_a_directory_that_holds_only_such_files_does_not_count() -> None:
    after = with_directory(contents(**{"pair/script": "docker build\n"}), "pair")
    assert told(contents(), after, "docker build\n") == ([], ["/pair", "/pair/script"])
    more = with_directory(contents(**{"pair/script": "docker build\n", "pair/x": "x"}), "pair")
    assert told(contents(), more, "docker build\n") == (["/pair", "/pair/x"], ["/pair/script"])
    assert told(contents(), with_directory(contents(), "pair"), "x") == (["/pair"], [])
