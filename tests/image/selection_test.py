"""The files that a selection keeps; tests/engine/shrink_test.py compares it with real images."""

from __future__ import annotations

from dataclasses import replace

from bpkit.image.rootfs import Rootfs
from bpkit.image.selection import (
    FileGroup,
    LeftOut,
    Linked,
    MadeFile,
    Selection,
    on_the_way,
    settled,
    spared,
    taken,
)
from tests.verbs.check.made import directory, link, rootfs, static, text

IMAGE = rootfs(
    static("/app/server"),
    text("/app/data/a.txt", b"a", 0o600),
    text("/app/data/tests/t.txt", b"t", 0o644),
    text("/app/__pycache__/x.pyc", b"x", 0o644),
    link("/bin", "usr/bin"),
    static("/usr/bin/tool"),
    directory("/root", 0o700),
    text("/root/notes", b"n", 0o644),
    text("/etc/hosts", b"h", 0o644),
)


def select(*paths: str, **more: object) -> Selection:
    return Selection((FileGroup("all", paths),), **more)  # type: ignore[arg-type]


def paths(image: Rootfs) -> set[str]:
    return {path for path, node in image.nodes.items() if node.kind != "directory"}


def test_a_directory_is_kept_with_its_contents_and_the_directories_above() -> None:
    small = taken(IMAGE, select("/app/data"))
    assert paths(small) == {"/app/data/a.txt", "/app/data/tests/t.txt"}
    assert small.nodes["/app"].kind == "directory"


def test_a_left_out_directory_is_left_out_with_its_contents() -> None:
    small = taken(IMAGE, select("/app", left_out=("/app/data/tests",)))
    assert "/app/data/tests/t.txt" not in small.nodes
    assert "/app/data/a.txt" in small.nodes


def test_names_are_left_out_below_their_directory_only() -> None:
    small = taken(IMAGE, select("/app", left_out_names=(LeftOut("/app", ("__pycache__", "t.*")),)))
    assert paths(small) == {"/app/server", "/app/data/a.txt"}
    elsewhere = taken(IMAGE, select("/app", left_out_names=(LeftOut("/usr", ("a.txt",)),)))
    assert "/app/data/a.txt" in elsewhere.nodes


def test_files_that_the_engine_provides_are_never_kept() -> None:
    assert paths(taken(IMAGE, select("/etc"))) == set()
    assert list(on_the_way(IMAGE, "/etc/hosts")) == []


def test_links_on_the_way_come_before_their_targets() -> None:
    assert list(on_the_way(IMAGE, "/bin/tool")) == ["/bin", "/usr/bin/tool"]
    assert list(on_the_way(IMAGE, "/bin/nothing")) == []


def test_directories_and_links_can_be_created() -> None:
    made = select(made=(MadeFile("/tmp", 0o1777),), linked=(Linked("/lib/x", "../usr/lib/x"),))
    small = taken(IMAGE, made)
    assert small.nodes["/tmp"].mode == 0o1777
    assert small.nodes["/lib/x"].target == "../usr/lib/x"


def test_opened_files_become_readable_but_not_executable() -> None:
    small = taken(IMAGE, select("/root", "/app/data", opened=("/root", "/app/data/a.txt")))
    assert small.nodes["/root"].mode == 0o755
    assert small.nodes["/app/data/a.txt"].mode == 0o644


def test_a_path_inside_a_kept_directory_is_not_repeated() -> None:
    settled_ = settled(
        IMAGE, Selection((FileGroup("one", ("/app/server",)), FileGroup("two", ("/app",))))
    )
    assert settled_.groups == (FileGroup("two", ("/app",)),)


def test_a_path_that_is_kept_itself_is_not_left_out() -> None:
    wanted = select(
        "/app",
        "/app/data/tests/t.txt",
        left_out=("/app/data/tests",),
        left_out_names=(LeftOut("/app", ("tests", "__pycache__")),),
    )
    found = settled(IMAGE, wanted)
    assert spared(IMAGE, found) == ("/app/data/tests/t.txt",)
    assert "/app/data/tests/t.txt" in taken(IMAGE, found).nodes


def test_a_kept_directory_stays_whole_whatever_is_left_out_by_name() -> None:
    around = select("/app", left_out_names=(LeftOut("/app", ("tests", "t.txt")),))
    assert "/app/data/tests/t.txt" not in taken(IMAGE, around).nodes
    kept = replace(around, kept=("/app/data",))
    assert "/app/data/tests/t.txt" in taken(IMAGE, kept).nodes
    assert spared(IMAGE, kept) == ("/app/data",)


def test_all_files_of_a_directory_are_shown_as_the_directory() -> None:
    image = rootfs(*(text(f"/etc/conf/{name}", b"x", 0o644) for name in "abc"))
    assert settled(image, select("/etc/conf/a", "/etc/conf/b", "/etc/conf/c")).paths == (
        "/etc/conf",
    )
    assert len(settled(image, select("/etc/conf/a", "/etc/conf/b")).paths) == 2


def test_settling_does_not_change_the_kept_files() -> None:
    wanted = select("/app", "/app/server", "/usr/bin/tool", left_out=("/app/data/tests",))
    assert taken(IMAGE, settled(IMAGE, wanted)) == taken(IMAGE, wanted)


def test_the_root_is_never_a_path_of_a_selection() -> None:
    assert Selection().with_group("all", ["/", "/app/x"]).paths == ("/app/x",)
