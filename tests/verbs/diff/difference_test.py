"""Why two builds differ: only what was seen in their tars, and what a path suggests."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence

from bpkit.image import read_stream
from bpkit.verbs.diff import (
    difference_json,
    difference_text,
    repetition_json,
    repetition_text,
)
from bpkit.verbs.diff.causes import cause_of
from bpkit.verbs.diff.difference import ImageDifference, differing
from bpkit.verbs.size.inventory import Inventory
from tests.image.saved.images import Files, as_tar, docker_archive, document, layer


def image_of(layers: Sequence[bytes], **config: object) -> tuple[str, object, object]:
    packed = docker_archive(layers, config=document(layers, config or None))
    blobs, read = read_stream(io.BytesIO(as_tar(packed)), Inventory())
    return "app", blobs, read


def difference(one: bytes, other: bytes) -> ImageDifference:
    return differing(image_of([one]), image_of([other]))  # type: ignore[arg-type]


def facets(one: Files, other: Files) -> set[tuple[str, str]]:
    (found,) = difference(layer(one), layer(other)).layers
    return {(file.path, file.facet) for file in found.files}


def test_the_same_layers_and_configuration_are_the_same_image() -> None:
    data = layer({"a": b"1"})
    found = difference(data, data)
    assert found.is_same
    assert "are the same image" in difference_text(found)


def test_each_thing_in_which_a_file_differs_is_distinguished() -> None:
    files: Files = {"a": b"1", "gone": b"2", "l": "x", "t": b""}
    others: Files = {"a": b"2", "new": b"2", "l": "y", "t": None}
    assert facets(files, others) == {
        ("/a", "content"),
        ("/gone", "only before"),
        ("/new", "only after"),
        ("/l", "link target"),
        ("/t", "type"),
    }
    (found,) = difference(
        layer({"a": b"1"}, mode=0o644, uid=1, mtime=5, pax_headers={"SCHILY.xattr.user.x": "1"}),
        layer({"a": b"1"}),
    ).layers
    assert {one.facet for one in found.files} == {"mode", "owner", "time", "attributes"}
    (found,) = difference(
        layer({"a": b"1"}, mode=0o4755, pax_headers={"SCHILY.xattr.user.x": "1"}),
        layer({"a": b"1"}, mode=0o644),
    ).layers
    sides = {one.facet: (one.before, one.after) for one in found.files}
    assert sides == {"mode": ("04755", "0644"), "attributes": ("user.x=1", "none")}


def test_a_different_order_of_files_is_reported() -> None:
    assert facets({"a": b"1", "b": b"2"}, {"b": b"2", "a": b"1"}) == {("/a", "order")}


def test_a_whiteout_on_one_side_is_reported() -> None:
    assert facets({".wh.x": b"", "a": b""}, {"a": b""}) == {("/x", "removes")}


def test_differences_that_are_not_compared_are_not_explained() -> None:
    found = difference(layer({"a": b"1"}, uname="root"), layer({"a": b"1"}, uname="toor"))
    assert found.layers[0].files == ()
    assert "what is not compared" in difference_text(found)


def test_settings_are_reported_by_their_names() -> None:
    data = layer({"a": b"1"})
    found = differing(image_of([data], User="a"), image_of([data], User="b"))  # type: ignore[arg-type]
    assert [(one.name, one.before, one.after) for one in found.config] == [
        ("config.User", "a", "b")
    ]
    assert found.same_layers == 1
    assert not found.is_same


def test_a_cause_is_a_guess_by_the_path() -> None:
    assert cause_of("/app/x.pyc") is not None
    assert cause_of("/app/main") is None
    text = difference_text(difference(layer({"x.pyc": b"1"}), layer({"x.pyc": b"2"})))
    assert "perhaps, judging by the path: Python" in text


def test_the_report_fits_and_escapes() -> None:
    evil = "d/" * 40 + "\x1b[2J\x85"
    found = difference(layer({evil: b"1"}), layer({evil: b"2"}, mtime=9))
    text = difference_text(found)
    assert max(map(len, text.splitlines())) <= 80
    assert all(one.isprintable() or one == "\n" for one in text)
    assert json.loads(json.dumps(difference_json(found)))["layers"][0]["files"][0]["path"]


def test_a_second_build_that_differs_in_times_alone_is_reported_as_such() -> None:
    one, other = layer({"a": b"1"}, mtime=5), layer({"a": b"1"}, mtime=6)
    found = differing(
        image_of([one], Labels={}),  # type: ignore[arg-type]
        image_of([other], Labels={}),  # type: ignore[arg-type]
    )
    assert found.is_of_times_only
    assert not found.is_same
    assert "times differ, in 1 layer" in repetition_text(found)
    assert repetition_json(found)["only_times_differ"] is True


def test_a_second_build_that_differs_in_more_is_not() -> None:
    """In a mode, in a setting, in what is not looked at: none of these is a time."""
    times = layer({"a": b"1"}, mtime=5), layer({"a": b"1"}, mtime=6)
    assert not difference(layer({"a": b"1"}, mode=0o600), layer({"a": b"1"})).is_of_times_only
    assert not differing(
        image_of([times[0]], Env=["A=1"]),  # type: ignore[arg-type]
        image_of([times[1]], Env=["A=2"]),  # type: ignore[arg-type]
    ).is_of_times_only
    unseen = difference(layer({"a": b"1"}, uname="x"), layer({"a": b"1"}, uname="y"))
    assert [one.files for one in unseen.layers] == [()]
    assert not unseen.is_of_times_only
    assert "differ\n" in repetition_text(unseen)


def test_an_identical_second_build_is_reported() -> None:
    data = layer({"a": b"1"})
    found = difference(data, data)
    assert "the same image" in repetition_text(found)
    assert not found.is_of_times_only


def written(config: object) -> ImageDifference:
    """The difference of an image from one whose configuration is written in another way."""
    data = layer({"a": b"1"})
    plain = json.loads(document([data]))
    packed = docker_archive(
        [data], config=json.dumps({**plain, "config": config}, indent=1).encode()
    )
    blobs, read = read_stream(io.BytesIO(as_tar(packed)), Inventory())
    return differing(image_of([data]), ("copy", blobs, read))  # type: ignore[arg-type]


def test_a_configuration_that_is_only_written_differently_is_called_so() -> None:
    found = written({"Cmd": ["/app"]})
    assert not found.is_same
    assert not found.is_of_times_only
    said = difference_text(found)
    assert "every layer and every setting is the same" in said
    assert all(digest in said for digest in found.digests)
    assert found.digests[0] != found.digests[1]
    named = written({"Cmd": ["/other"]})
    assert "every setting" not in difference_text(named)


def test_settings_that_look_alike_are_still_named() -> None:
    long = "v" * 300
    found = differing(
        image_of([], A=f"{long}1", B="", C=1, D="true", Same=long),  # type: ignore[arg-type]
        image_of([], A=f"{long}2", C="1", D=True, E="", Same=long),  # type: ignore[arg-type]
    )
    sides = {one.name: (one.before, one.after) for one in found.config}
    assert sides == {
        "config.A": (f"{long}1", f"{long}2"),
        "config.B": ("", None),
        "config.C": ("1", '"1"'),
        "config.D": ('"true"', "true"),
        "config.E": (None, ""),
    }
    said = difference_text(found)
    assert 'config.B: "" → none' in said
    assert 'config.E: none → ""' in said


def made_by(data: bytes, instruction: str) -> tuple[str, object, object]:
    """An image of one layer that an instruction made."""
    plain = json.loads(document([data]))
    config = {**plain, "history": [{"created_by": instruction}]}
    packed = docker_archive([data], config=json.dumps(config).encode())
    return ("app", *read_stream(io.BytesIO(as_tar(packed)), Inventory()))


def test_a_layer_of_another_instruction_names_both() -> None:
    one, other = layer({"a": b"1"}), layer({"b": b"1"})
    found = differing(made_by(one, "RUN make"), made_by(other, "WORKDIR /q"))  # type: ignore[arg-type]
    assert "Layer 1: WORKDIR /q\n  before: RUN make\n" in difference_text(found)
    same = differing(made_by(one, "RUN make"), made_by(other, "RUN make"))  # type: ignore[arg-type]
    assert "before: RUN" not in difference_text(same)
