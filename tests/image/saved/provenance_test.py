"""A build record gives lines only for layers whose whole chain it contains."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bpkit.image.saved.archive import open_saved
from bpkit.image.saved.manifest import BuildRecord
from bpkit.verbs.size.report import size_text
from bpkit.verbs.size.run import Target, size_of
from tests.image.saved.images import as_directory, as_tar, digest, layer, oci_layout
from tests.verbs.size.made import no_engine

LAYERS = [layer({"base": b"1"}), layer({"one": b"22"}), layer({"two": b"333"})]
NAMES = [f"sha256:{digest(one)}" for one in LAYERS]


def located(*lines: int) -> dict[str, Any]:
    """Where a step is: each instruction at one place, which has one line."""
    return {"locations": [{"ranges": [{"start": {"line": line}}]} for line in lines]}


def metadata(**changed: Any) -> dict[str, Any]:
    chains = {f"step{n}:0": [[{"digest": name} for name in NAMES[: n + 1]]] for n in range(3)}
    places = {"step0": located(1), "step1": located(4), "step2": located(2, 9)}
    return {
        "layers": chains,
        "source": {"locations": places, "infos": [{"filename": "app.Dockerfile"}]},
        **changed,
    }


STEPS = {
    "llbDefinition": [
        {"id": "step0", "op": {"Op": {"source": {"identifier": "docker-image://debian"}}}},
        {"id": "step1", "op": {"Op": {"exec": {}}}},
        {"id": "step2", "op": {"Op": None}},
    ]
}


def older(said: Any) -> dict[str, Any]:
    name = "https://mobyproject.org/buildkit@v1#metadata"
    return {"buildConfig": STEPS, "metadata": {name: said}}


def newer(said: Any) -> dict[str, Any]:
    return {
        "buildDefinition": {"internalParameters": {"buildConfig": STEPS}},
        "runDetails": {"metadata": {"buildkit_metadata": said}},
    }


def attested(files: dict[str, bytes], predicate: object, of: str = "") -> dict[str, bytes]:
    """The files of a layout with a statement about its first image, or the manifest ``of``."""
    index = json.loads(files["index.json"])
    statement = json.dumps({"predicate": predicate}).encode()
    manifest = json.dumps(
        {
            "config": {"mediaType": "application/vnd.oci.image.config.v1+json"},
            "layers": [
                {
                    "digest": f"sha256:{digest(statement)}",
                    "annotations": {"in-toto.io/predicate-type": "https://slsa.dev/provenance/v1"},
                }
            ],
        }
    ).encode()
    about = of or index["manifests"][0]["digest"]
    notes = {
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": about,
    }
    index["manifests"].append({"digest": f"sha256:{digest(manifest)}", "annotations": notes})
    blobs = {f"blobs/sha256/{digest(one)}": one for one in (statement, manifest)}
    return {**files, **blobs, "index.json": json.dumps(index).encode()}


def names(files: Mapping[str, bytes]) -> list[str]:
    """The names of the manifests in the index, as they are below ``blobs``."""
    manifests = json.loads(files["index.json"])["manifests"]
    return [one["digest"].replace(":", "/") for one in manifests]


def record(tmp_path: Path, predicate: object, of: str = "") -> BuildRecord | None:
    return open_saved(
        as_directory(attested(oci_layout(LAYERS), predicate, of), tmp_path)
    ).blobs.record


@pytest.mark.parametrize("version", [older, newer])
def test_a_record_has_the_line_of_each_layer_above_the_base(tmp_path: Path, version: Any) -> None:
    found = record(tmp_path, version(metadata()))
    assert found is not None
    assert (found.file, found.base) == ("app.Dockerfile", 1)
    # Step 2 stands at two places: the one below the line of step 1 counts.
    assert found.lines == {1: 4, 2: 9}


def test_a_step_with_other_layers_is_ignored(tmp_path: Path) -> None:
    said = metadata()
    said["layers"]["step1:0"] = [[{"digest": NAMES[1]}]]
    said["layers"]["step2:0"] = [[{"digest": name} for name in (NAMES[1], NAMES[0], NAMES[2])]]
    assert record(tmp_path, newer(said)) is None


def test_a_record_of_another_image_is_ignored(tmp_path: Path) -> None:
    assert record(tmp_path, newer(metadata()), of=f"sha256:{'0' * 64}") is None


@pytest.mark.parametrize(
    "said",
    [
        *(None, 3, [], {}, newer(None), newer([1]), newer({"source": {"infos": [3]}})),
        newer(metadata(layers={"step1:0": [3, [4], [{"digest": 5}]], "x": None})),
        newer(metadata(source={"infos": [{"filename": "x"}], "locations": {"step1": 1}})),
        newer(metadata(source={"infos": [{}], "locations": {"step1": located(True)}})),
    ],
)
def test_a_record_of_another_shape_is_ignored(tmp_path: Path, said: object) -> None:
    found = record(tmp_path, said)
    assert found is None or not found.lines.keys() - {1}


def test_the_report_names_the_file_of_the_lines(tmp_path: Path) -> None:
    """An archive of a newer Docker is both a docker archive and a layout with a record."""
    files = attested(oci_layout(LAYERS), newer(metadata()))
    manifest = json.loads(files[f"blobs/{names(files)[0]}"])
    entry = {
        "Config": f"blobs/{manifest['config']['digest'].replace(':', '/')}",
        "RepoTags": ["app:1"],
        "Layers": [f"blobs/{one.replace(':', '/')}" for one in NAMES],
    }
    archive = {**files, "manifest.json": json.dumps([entry]).encode()}
    path = tmp_path / "image.tar"
    path.write_bytes(as_tar(archive))
    shown = size_text(size_of(Target("image.tar", path), no_engine))  # type: ignore[arg-type]
    assert "app.Dockerfile:4" in shown
    assert "lines are those of 'app.Dockerfile' in the image's build record" in shown
