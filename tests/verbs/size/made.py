"""Sizes of images that a test makes of their layers' files."""

from __future__ import annotations

import json
from pathlib import Path

from bpkit.verbs.size.result import ImageSize
from bpkit.verbs.size.run import Target, size_of
from tests.image.saved.images import Files, as_tar, digest, docker_archive, layer


def no_engine() -> None:
    raise AssertionError("a saved image needs no engine")


def sized(
    tmp_path: Path, *layers: Files, history: list[dict[str, object]] | None = None
) -> ImageSize:
    """The size of an image of these layers, read from a file of ``docker save``."""
    packed = [layer(files) for files in layers]
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Cmd": ["/app"]},
        "rootfs": {"diff_ids": [f"sha256:{digest(one)}" for one in packed]},
        "history": history or [{"created_by": f"RUN step {n}"} for n, _ in enumerate(packed)],
    }
    path = tmp_path / "image.tar"
    path.write_bytes(as_tar(docker_archive(packed, config=json.dumps(config).encode())))
    return size_of(Target("image.tar", path), no_engine)  # type: ignore[arg-type]
