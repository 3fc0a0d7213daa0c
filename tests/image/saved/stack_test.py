"""Combined layers have the same files as a container of the image."""

from __future__ import annotations

import io
import tarfile

import pytest

from bpkit.image.read import FileFacts
from bpkit.image.saved.layers import Layer, LayerAllowance, read_layer
from bpkit.image.saved.stack import Hidden, Stack, stacked
from bpkit.image.tar import TarError
from tests.image.saved.images import Files, layer


def read(data: bytes, allowance: LayerAllowance | None = None) -> Layer:
    return read_layer("x", io.BytesIO(data), FileFacts(), allowance or LayerAllowance())


def stack(*layers: Files) -> Stack:
    return stacked([read(layer(files)) for files in layers])


def files_of(found: Stack) -> set[str]:
    return {path for path, node in found.rootfs.nodes.items() if node.kind != "directory"}


def test_a_whiteout_removes_the_path_below_with_its_contents() -> None:
    found = stack({"a/b/c": b"1", "a/d": b"2"}, {"a/.wh.b": b""})
    assert files_of(found) == {"/a/d"}
    assert Hidden("/a/b/c", 0, 1, "removed") in found.hidden


def test_a_whiteout_does_not_remove_files_of_its_own_layer() -> None:
    found = stack({"a/b": b"1"}, {"a/b": b"2", "a/.wh.b": b""})
    assert files_of(found) == {"/a/b"}
    assert found.origin["/a/b"] == 1


def test_an_opaque_directory_hides_everything_below() -> None:
    found = stack({"a/b": b"1", "c": b"3"}, {"a": None, "a/.wh..wh..opq": b"", "a/n": b"2"})
    assert files_of(found) == {"/a/n", "/c"}


def test_metadata_of_aufs_removes_nothing() -> None:
    assert files_of(stack({"plnk": b"1"}, {".wh..wh.plnk": None})) == {"/plnk"}


def test_a_file_of_the_same_path_hides_the_lower_one() -> None:
    found = stack({"a": b"1"}, {"a": b"22"})
    assert found.hidden == (Hidden("/a", 0, 1, "overwritten"),)
    assert found.rootfs.nodes["/a"].size == 2


def test_a_directory_over_a_directory_keeps_what_is_in_it() -> None:
    found = stack({"a": None, "a/b": b"1"}, {"a": None, "a/c": b"2"})
    assert files_of(found) == {"/a/b", "/a/c"}
    assert not found.hidden


def test_a_file_in_the_place_of_a_directory_hides_all_of_it() -> None:
    found = stack({"a/b/c": b"1"}, {"a": b"2"})
    assert files_of(found) == {"/a"}
    assert {one.path for one in found.hidden} == {"/a", "/a/b", "/a/b/c"}


def test_a_file_below_a_link_of_a_lower_layer_makes_a_directory_of_it() -> None:
    found = stack({"usr/lib/x": b"1", "lib": "usr/lib"}, {"lib/y": b"2"})
    assert found.rootfs.nodes["/lib"].kind == "directory"
    assert files_of(found) == {"/usr/lib/x", "/lib/y"}


@pytest.mark.parametrize(
    "name", ["../../up", "/up", "./a/../../up", "a//../up", ".//up", "../up/."]
)
def test_no_name_leads_out_of_the_root(name: str) -> None:
    assert files_of(stack({name: b"1"})) == {"/up"}


def test_a_hard_link_into_nothing_is_left_out() -> None:
    assert files_of(stack({"a=": "/etc/shadow", "b": b"1"})) == {"/b"}


def test_a_hard_link_to_itself_is_left_out() -> None:
    assert files_of(stack({"a=": "a"})) == set()


def test_the_second_member_of_the_same_name_counts() -> None:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        for content in (b"first", b"2nd"):
            info = tarfile.TarInfo("a")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    assert read(data.getvalue()).size == 3


def test_a_file_in_the_place_of_the_root_is_passed_over() -> None:
    assert stack({".": b"1", "a": b"2"}).rootfs.nodes["/"].kind == "directory"


def test_too_many_members_are_refused() -> None:
    data = layer({str(number): b"" for number in range(30)})
    with pytest.raises(TarError, match="more files"):
        read(data, LayerAllowance(members=20))


def test_paths_that_are_too_long_are_refused() -> None:
    with pytest.raises(TarError, match="path has more than"):
        read(layer({"d/" * 3000 + "f": b""}))


def test_directories_that_are_not_members_are_counted_too() -> None:
    layers = [read(layer({f"{number}/" + "d/" * 500 + "f": b""})) for number in range(10)]
    with pytest.raises(TarError, match="more files"):
        stacked(layers, LayerAllowance(members=2000))


def test_times_and_attributes_are_read() -> None:
    found = read(layer({"a": b"1"}, mtime=1234, pax_headers={"SCHILY.xattr.user.note": "value"}))
    assert found.nodes["/a"].time == 1234
    assert found.nodes["/a"].attributes == (("user.note", "value"),)
