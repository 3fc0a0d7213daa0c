"""Reading every form of an image on disk."""

from __future__ import annotations

import bz2
import io
import json
import lzma
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from bpkit.errors import EngineError, InputError
from bpkit.image.read import FileFacts
from bpkit.image.saved.archive import (
    is_saved,
    open_saved,
    read_saved,
    read_stream,
    saved_rootfs,
)
from bpkit.image.saved.compression import Sampled, Sampler
from bpkit.image.tar import Stream
from tests.examples import examples
from tests.image.saved.images import (
    as_directory,
    as_tar,
    digest,
    docker_archive,
    document,
    layer,
    oci_layout,
    zipped,
)

BASE = layer({"etc": None, "etc/os": b"base", "app": b"old", "bin/sh": "busybox"})
TOP = layer({"app": b"#!/bin/sh\nnew", "etc/.wh.os": b"", "lib/x": b"xx", "lib/y=": "lib/x"})
LAYERS = (BASE, TOP)


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def saved_file(tmp_path: Path, files: dict[str, bytes]) -> Path:
    path = tmp_path / "image.tar"
    path.write_bytes(as_tar(files))
    return path


def gzip_file(tmp_path: Path, files: dict[str, bytes]) -> Path:
    path = tmp_path / "image.tar.gz"
    path.write_bytes(zipped(as_tar(files)))
    return path


def directory(tmp_path: Path, files: dict[str, bytes]) -> Path:
    return as_directory(files, tmp_path / "layout")


@pytest.mark.parametrize("place", [saved_file, gzip_file, directory])
@pytest.mark.parametrize(
    "files",
    [
        docker_archive(LAYERS),
        oci_layout(LAYERS),
        oci_layout(LAYERS, zipped),
        oci_layout(LAYERS, zstd),
        oci_layout(LAYERS, lambda data: zipped(data[:700]) + zipped(data[700:])),
        {**oci_layout(LAYERS), **docker_archive(LAYERS)},
    ],
    ids=["docker", "oci", "oci-gzip", "oci-zstd", "oci-gzip-in-parts", "both"],
)
def test_every_form_holds_the_same_image(
    tmp_path: Path,
    files: dict[str, bytes],
    place: Callable[[Path, dict[str, bytes]], Path],
) -> None:
    path = place(tmp_path, files)
    assert is_saved(path)
    image = open_saved(path)
    assert image.config.argv == ("/app",)
    assert image.blobs.id == f"sha256:{digest(document(LAYERS))}"
    sizes = [one.size for one in read_saved(image, FileFacts())]
    # The target of a link counts, a second name of a file doesn't.
    assert sizes == [4 + 3 + len("busybox"), 13 + 2]
    rootfs = saved_rootfs(image)
    assert set(rootfs.nodes) == {
        *("/", "/etc", "/app", "/bin", "/bin/sh", "/lib", "/lib/x", "/lib/y")
    }
    assert rootfs.nodes["/app"].text == b"#!/bin/sh\nnew"


def test_the_size_of_a_compressed_layer_is_read_and_that_of_others_is_estimated(
    tmp_path: Path,
) -> None:
    packed = open_saved(directory(tmp_path / "a", oci_layout(LAYERS, zipped)))
    first, _ = read_saved(packed, FileFacts())
    assert (first.compressed, first.is_estimated) == (len(zipped(BASE)), False)
    loose = open_saved(directory(tmp_path / "b", oci_layout(LAYERS)))
    first, _ = read_saved(loose, FileFacts(), estimate=True)
    assert first.is_estimated
    assert abs(first.compressed - len(zipped(BASE))) < 50


def test_a_pipe_is_read_in_one_pass() -> None:
    files = docker_archive(LAYERS)
    blobs, layers = read_stream(pipe(as_tar(files)), FileFacts())
    assert blobs.tags == ("app:latest",)
    assert [one.size for one in layers] == [14, 15]


def pipe(data: bytes) -> Stream:
    return io.BytesIO(data)


def test_a_layer_that_begins_like_json_is_still_a_layer() -> None:
    odd = layer({"{a}": b"content"})
    _, layers = read_stream(pipe(as_tar(docker_archive([odd]))), FileFacts())
    assert [one.size for one in layers] == [7]


def test_a_repeated_layer_is_saved_once(tmp_path: Path) -> None:
    """As a link, ``../ID/layer.tar``."""
    files: dict[str, bytes | str] = dict(docker_archive([BASE]))
    (entry,) = json.loads(bytes(files["manifest.json"]))  # type: ignore[arg-type]
    first = entry["Layers"][0]
    entry["Layers"].append("second/layer.tar")
    entry["Config"] = "c.json"
    files |= {
        "c.json": document([BASE, BASE]),
        "second/layer.tar": f"../{first}",
        "manifest.json": json.dumps([entry]).encode(),
    }
    path = tmp_path / "twice.tar"
    path.write_bytes(as_tar(files))
    assert [one.size for one in read_saved(open_saved(path), FileFacts())] == [14, 14]


def two_images(one: bytes, other: bytes, machines: tuple[str, str]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    manifests = []
    for data, machine in zip((one, other), machines, strict=True):
        part = oci_layout([data], config=document([data], machine=machine))
        manifests += json.loads(part["index.json"])["manifests"]
        files |= part
    return {**files, "index.json": json.dumps({"manifests": manifests}).encode()}


def test_one_of_several_platforms_can_be_chosen(tmp_path: Path) -> None:
    path = directory(tmp_path, two_images(BASE, TOP, ("s390x", "riscv64")))
    with pytest.raises(InputError, match="has 2 images") as caught:
        open_saved(path)
    assert caught.value.hint == "pass a file or a layout with one image"
    assert open_saved(path, "linux/riscv64").blobs.layers == (f"blobs/sha256/{digest(TOP)}",)
    with pytest.raises(InputError, match="no image 'linux/mips'"):
        open_saved(path, "linux/mips")


def test_an_attestation_is_not_an_image(tmp_path: Path) -> None:
    both = two_images(BASE, TOP, ("amd64", "unknown"))
    index = json.loads(both["index.json"])
    index["manifests"][1]["annotations"] = {"vnd.docker.reference.type": "attestation-manifest"}
    path = directory(tmp_path, {**both, "index.json": json.dumps(index).encode()})
    assert open_saved(path).blobs.layers == (f"blobs/sha256/{digest(BASE)}",)


def test_what_is_not_a_saved_image_is_reported_with_its_name(tmp_path: Path) -> None:
    path = saved_file(tmp_path, {"etc/passwd": b"root"})
    with pytest.raises(InputError, match=r"neither manifest\.json nor index\.json") as caught:
        open_saved(path)
    assert str(path) in str(caught.value)
    with pytest.raises(InputError, match="can't be read: No such file"):
        open_saved(tmp_path / "none.tar")


@pytest.mark.parametrize("size", [100, 700, 5000, 12_000, 21_000])
def test_a_truncated_archive_is_reported(tmp_path: Path, size: int) -> None:
    data = as_tar(docker_archive(LAYERS))
    path = tmp_path / "image.tar"
    path.write_bytes(data[:size])
    with pytest.raises(InputError, match=r"truncated|missing"):
        read_saved(open_saved(path), FileFacts())


def test_a_truncated_pipe_is_an_engine_error() -> None:
    with pytest.raises(EngineError, match="can't be read"):
        read_stream(pipe(as_tar(docker_archive(LAYERS))[:4000]), FileFacts())


def test_a_compressed_layer_that_is_damaged_is_reported(tmp_path: Path) -> None:
    def damage(data: bytes) -> bytes:
        packed = zipped(data)
        return packed[: len(packed) // 2]

    image = open_saved(directory(tmp_path, oci_layout(LAYERS, damage)))
    with pytest.raises(InputError, match="gzip stream is truncated"):
        read_saved(image, FileFacts())


def test_a_digest_must_be_valid(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(document([]))
    index = {"manifests": [{"digest": "sha256:../../../outside"}]}
    path = directory(tmp_path, {"index.json": json.dumps(index).encode()})
    with pytest.raises(InputError, match="is not the SHA-256 digest"):
        open_saved(path)


def test_no_name_of_an_archive_leads_out_of_its_directory(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_bytes(document([]))
    manifest: list[object] = [{"Config": "../secret.json", "RepoTags": None, "Layers": []}]
    path = directory(tmp_path, {"manifest.json": json.dumps(manifest).encode()})
    with pytest.raises(InputError, match=r"configuration 'secret.json' is missing"):
        open_saved(path)


def test_no_link_of_a_directory_leads_out_of_it(tmp_path: Path) -> None:
    files = oci_layout([BASE])
    path = directory(tmp_path, files)
    blob = path / f"blobs/sha256/{digest(BASE)}"
    blob.unlink()
    (tmp_path / "other").write_bytes(BASE)
    blob.symlink_to(tmp_path / "other")
    with pytest.raises(InputError, match="leads out of the directory"):
        read_saved(open_saved(path), FileFacts())


def test_a_pipe_in_place_of_a_blob_does_not_block(tmp_path: Path) -> None:
    path = directory(tmp_path, oci_layout([BASE]))
    blob = path / f"blobs/sha256/{digest(BASE)}"
    blob.unlink()
    os.mkfifo(blob)
    with pytest.raises(InputError, match="not a regular file"):
        read_saved(open_saved(path), FileFacts())


def test_a_manifest_with_a_wrong_digest_is_refused(tmp_path: Path) -> None:
    files = oci_layout([BASE])
    index = json.loads(files["index.json"])
    name = "blobs/sha256/" + index["manifests"][0]["digest"].removeprefix("sha256:")
    path = directory(tmp_path, {**files, name: files[name] + b" "})
    with pytest.raises(InputError, match="doesn't match the digest"):
        open_saved(path)


@pytest.mark.parametrize(
    "manifest",
    ["{", "[" * 100_000, "[1]", "[{}]", '[{"Config": 3}]', '[{"Config": "c", "Layers": "x"}]', "7"],
)
def test_a_manifest_of_another_shape_is_reported(tmp_path: Path, manifest: str) -> None:
    path = directory(tmp_path, {"manifest.json": manifest.encode()})
    with pytest.raises(InputError, match=r"manifest\.json|configuration"):
        open_saved(path)


def test_a_loop_of_links_does_not_hang(tmp_path: Path) -> None:
    path = tmp_path / "circle.tar"
    path.write_bytes(as_tar({"manifest.json": "index.json", "index.json": "manifest.json"}))
    with pytest.raises(InputError, match="neither"):
        open_saved(path)


def test_the_number_of_layers_must_match_the_configuration(tmp_path: Path) -> None:
    path = directory(tmp_path, docker_archive([BASE], config=document([BASE, TOP])))
    with pytest.raises(InputError, match="1 layers, the configuration 2"):
        open_saved(path)


def test_a_header_with_a_false_size_takes_no_memory(tmp_path: Path) -> None:
    info = tarfile.TarInfo("huge")
    info.size = 1 << 60
    lie = info.tobuf(tarfile.GNU_FORMAT) + b"content"
    image = open_saved(directory(tmp_path, oci_layout([lie])))
    with pytest.raises(InputError, match="truncated within a file"):
        read_saved(image, FileFacts())


def estimated(stream: Stream, size: int) -> int:
    """What is estimated of a stream, with a buffer of the usual size."""
    with Sampler() as sampler:
        sampled = Sampled(stream, size, sampler)
        buffer = memoryview(bytearray(1 << 20))
        while sampled.readinto(buffer):
            pass
        sampled.end()
        return sampled.estimate()


def test_an_estimate_does_not_depend_on_the_beginning_of_a_layer() -> None:
    """A layer's files are in the order of their names: what does not compress may come first."""
    data = os.urandom(4 << 20) + bytes(28 << 20)
    assert 0.8 < estimated(io.BytesIO(data), len(data)) / len(zipped(data)) < 1.25


@examples(10)
@given(
    st.lists(st.integers(1, 3 << 20), min_size=1, max_size=12)
    # Single bytes only would take minutes.
    .filter(lambda pieces: sum(pieces) / len(pieces) > 64 << 10)
)
def test_an_estimate_does_not_depend_on_the_pieces_of_the_stream(pieces: list[int]) -> None:
    data = bytes(range(256)) * (48 << 10)

    class Pieces:
        def __init__(self) -> None:
            self.at, self.number = 0, 0

        def readinto(self, buffer: memoryview, /) -> int:
            count = min(len(buffer), pieces[self.number % len(pieces)], len(data) - self.at)
            buffer[:count] = data[self.at : self.at + count]
            self.at, self.number = self.at + count, self.number + 1
            return count

    assert estimated(Pieces(), len(data)) == estimated(io.BytesIO(data), len(data))


def test_a_directory_of_skopeo_is_read_by_its_registrys_manifest(tmp_path: Path) -> None:
    packed = [layer({"a": b"1"}), layer({"b": b"22"})]
    config = document(packed)
    manifest = {
        "schemaVersion": 2,
        "config": {"digest": f"sha256:{digest(config)}"},
        "layers": [{"digest": f"sha256:{digest(zipped(one))}"} for one in packed],
    }
    blobs = {digest(one): one for one in (config, *map(zipped, packed))}
    root = as_directory({**blobs, "manifest.json": json.dumps(manifest).encode()}, tmp_path)
    image = open_saved(root)
    first, second = read_saved(image, FileFacts())
    assert (first.files_size, second.files_size) == (1, 2)
    assert not first.is_estimated
    manifest["layers"] = [{"digest": "sha256:../../etc/passwd"}]
    (root / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="is not the SHA-256 digest of a blob"):
        open_saved(root)


def test_the_hint_for_several_images_saves_one_of_them(tmp_path: Path) -> None:
    one, other = (
        docker_archive([data], tags=(tag,)) for data, tag in ((BASE, "a:1"), (TOP, "b:2"))
    )
    manifests = [json.loads(part["manifest.json"])[0] for part in (one, other)]
    path = directory(tmp_path, {**one, **other, "manifest.json": json.dumps(manifests).encode()})
    with pytest.raises(InputError, match="has 2 images: a:1, b:2") as caught:
        open_saved(path)
    assert caught.value.hint == "save one of them: docker save -o FILE.tar a:1"


def tagged_layouts(*one_each: tuple[str, dict[str, bytes]]) -> dict[str, bytes]:
    """A layout of several layouts' images, each with its tag."""
    files: dict[str, bytes] = {}
    manifests = []
    for tag, layout in one_each:
        (described,) = json.loads(layout["index.json"])["manifests"]
        notes = {"org.opencontainers.image.ref.name": tag}
        manifests.append({**described, "annotations": notes})
        files |= layout
    index = {"schemaVersion": 2, "manifests": manifests}
    return {**files, "index.json": json.dumps(index).encode()}


def test_an_image_compressed_in_two_ways_has_the_tag_of_the_layers_that_are_read(
    tmp_path: Path,
) -> None:
    packed = {one: zipped(one) for one in LAYERS}
    same = oci_layout(LAYERS, packed.__getitem__)
    as_directory(tagged_layouts(("v1", same), ("v2", oci_layout(LAYERS, zstd))), tmp_path)
    blobs = open_saved(tmp_path).blobs
    assert blobs.tags == ("v1",)
    assert [name.rpartition("/")[2] for name in blobs.layers] == [
        digest(packed[one]) for one in LAYERS
    ]
    again = tmp_path / "again"
    again.mkdir()
    as_directory(tagged_layouts(("v1", same), ("v2", same)), again)
    assert open_saved(again).blobs.tags == ("v1", "v2")


def test_the_advice_for_several_images_in_a_layout_asks_no_engine(tmp_path: Path) -> None:
    as_directory(tagged_layouts(("v1", oci_layout([BASE])), ("v2", oci_layout([TOP]))), tmp_path)
    with pytest.raises(InputError, match="has 2 images: v1, v2") as caught:
        open_saved(tmp_path)
    assert caught.value.hint == "pass a file or a layout with one image"


@pytest.mark.parametrize(("pack", "name"), [(lzma.compress, "xz"), (bz2.compress, "bzip2")])
def test_a_compression_that_is_not_read_is_named(
    tmp_path: Path, pack: Callable[[bytes], bytes], name: str
) -> None:
    path = tmp_path / "image.tar"
    path.write_bytes(pack(as_tar(docker_archive(LAYERS))))
    with pytest.raises(InputError, match=f"compressed with {name}, which isn't read"):
        open_saved(path)
