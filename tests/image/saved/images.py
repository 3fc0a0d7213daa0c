"""Saved images as the tests make them: layers from their files, in each of the forms."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

Files = Mapping[str, "bytes | str | None"]


def layer(files: Files, **fields: object) -> bytes:
    """A layer's tar: bytes are a file, a text is a link's target, None is a directory.

    A name that ends with ``=`` is a hard link to what its text says.
    """
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name.rstrip("="))
            info.mode = 0o755
            for key, value in fields.items():
                setattr(info, key, value)
            if content is None:
                info.type = tarfile.DIRTYPE
                tar.addfile(info)
            elif isinstance(content, str):
                info.type = tarfile.LNKTYPE if name.endswith("=") else tarfile.SYMTYPE
                info.linkname = content
                tar.addfile(info)
            else:
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def document(
    layers: Sequence[bytes], config: Mapping[str, object] | None = None, machine: str = "amd64"
) -> bytes:
    """The configuration of an image of these layers."""
    return json.dumps(
        {
            "architecture": machine,
            "os": "linux",
            "config": config or {"Cmd": ["/app"]},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest(one)}" for one in layers]},
            "history": [{"created_by": f"RUN step {n}"} for n in range(len(layers))],
        }
    ).encode()


def oci_layout(
    layers: Sequence[bytes],
    compress: Callable[[bytes], bytes] = bytes,
    config: bytes | None = None,
    notes: Mapping[str, str] | None = None,
) -> dict[str, bytes]:
    """The files of a layout with one image."""
    configuration = document(layers) if config is None else config
    packed = [compress(one) for one in layers]
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": f"sha256:{digest(configuration)}",
                "size": len(configuration),
            },
            "layers": [{"digest": f"sha256:{digest(one)}", "size": len(one)} for one in packed],
        }
    ).encode()
    described = {"digest": f"sha256:{digest(manifest)}", "size": len(manifest)}
    index = {"schemaVersion": 2, "manifests": [{**described, "annotations": dict(notes or {})}]}
    blobs = {f"blobs/sha256/{digest(data)}": data for data in (*packed, configuration, manifest)}
    return {**blobs, "index.json": json.dumps(index).encode(), "oci-layout": b"{}"}


def docker_archive(
    layers: Sequence[bytes], tags: Sequence[str] = ("app:latest",), config: bytes | None = None
) -> dict[str, bytes]:
    """The files that Docker 20.10 saves of one image."""
    configuration = document(layers) if config is None else config
    name = f"{digest(configuration)}.json"
    names = [f"{digest(one)}/layer.tar" for one in layers]
    manifest = [{"Config": name, "RepoTags": list(tags), "Layers": names}]
    return {
        **dict(zip(names, layers, strict=True)),
        name: configuration,
        "manifest.json": json.dumps(manifest).encode(),
    }


def as_tar(files: Mapping[str, bytes | str]) -> bytes:
    return layer(files)


def as_directory(files: Mapping[str, bytes], root: Path) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def zipped(data: bytes) -> bytes:
    return gzip.compress(data)
