"""An estimate for a saved image, which needs no engine."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from bpkit.errors import InputError
from bpkit.project import ProjectChoices
from bpkit.verbs.shrink import ShrinkRequest, shrink_saved
from tests.image.saved.images import Files, as_tar, digest, docker_archive, layer, oci_layout

DOCKERFILE = """\
FROM debian:bookworm-slim
COPY start /srv/
ENTRYPOINT ["/srv/start"]
"""
BASE: Files = {
    **dict.fromkeys(("bin/sh", "bin/cp", "bin/mkdir"), b"#!/lib/interpreter\n"),
    "lib/interpreter": b"i" * 50,
    "usr/bin/other": b"o" * 9000,
    "srv/start": b"#!/usr/bin/other\n",
    "opt/data": b"d" * 300,
    "opt/more=": "opt/data",
}
OWN = {"srv/start": b"#!/bin/sh\nread line < /opt/more\n"}


def configured(layers: list[bytes]) -> bytes:
    return json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {"Entrypoint": ["/srv/start"]},
            "history": [
                {"created_by": "/bin/sh -c #(nop) ADD file:0 in / "},
                {"created_by": "COPY start /srv/ # buildkit"},
                {"created_by": 'ENTRYPOINT ["/srv/start"]', "empty_layer": True},
            ],
            "rootfs": {"diff_ids": [f"sha256:{digest(one)}" for one in layers]},
        }
    ).encode()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    (tmp_path / "start").write_bytes(OWN["srv/start"])
    return tmp_path


def request_of(directory: Path, **more: object) -> ShrinkRequest:
    return ShrinkRequest(ProjectChoices(directory=directory), build=False, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["docker archive", "OCI layout"])
def test_files_in_the_last_layer_are_read_and_kept(project: Path, form: str) -> None:
    layers = [layer(BASE), layer(OWN)]
    path = project / "image.tar"
    if form == "docker archive":
        path.write_bytes(as_tar(docker_archive(layers, config=configured(layers))))
    else:
        # As the digests have it, which is no order of layers.
        files = oci_layout(layers, gzip.compress, configured(layers))
        path.write_bytes(as_tar(dict(sorted(files.items(), reverse=True))))
    result = shrink_saved(request_of(project), path)
    assert not result.built
    assert "    srv/start " in result.text
    assert "    bin/sh " in result.text
    assert "    opt/more " in result.text
    assert "usr/bin/other" not in result.text
    assert result.before == sum(len(one) for one in BASE.values() if isinstance(one, bytes)) + len(
        OWN["srv/start"]
    )
    assert result.after < 1000


def test_an_image_of_another_dockerfile_is_refused(project: Path) -> None:
    layers = [layer(BASE), layer(OWN)]
    path = project / "image.tar"
    path.write_bytes(as_tar(docker_archive(layers, config=configured(layers))))
    (project / "Dockerfile").write_text('FROM debian\nRUN make\nENTRYPOINT ["/srv/start"]\n')
    with pytest.raises(InputError, match="was not built from Dockerfile"):
        shrink_saved(request_of(project), path)


def test_a_base_image_of_an_engine_is_refused(project: Path) -> None:
    with pytest.raises(InputError, match="can't be read without an engine"):
        shrink_saved(request_of(project, base="alpine"), project / "image.tar")
