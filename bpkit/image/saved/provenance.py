"""Read BuildKit's provenance beside an image: which lines made which layers.

An attestation is a manifest in the index that refers to the image's own; its blob is an in-toto
statement with SLSA provenance 0.2 or 1. Only ``--provenance=mode=max`` has lines and layers.
Sources: BuildKit, docs/attestations/attestation-storage.md, and solver/llbsolver/provenance/types.

It is text from outside and optional, so a record that can't be read is ignored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bpkit.image.saved.manifest import OCI_INDEX, Blobs, BuildRecord, ManifestError, Read, blob_of

_DEEPEST_INDEX = 4
_MOST_MANIFESTS = 1000
_MOST_STEPS = 10_000
_SLSA = "https://slsa.dev/provenance/"
_METADATA = "https://mobyproject.org/buildkit@v1#metadata"


def build_record(read: Read, image: Blobs) -> BuildRecord | None:
    """The record of the build of ``image``; None if the archive has none with lines."""
    manifests = tuple(_manifests(read, OCI_INDEX, 0))
    own = {
        descriptor.get("digest")
        for descriptor, manifest in manifests
        if _table(manifest.get("config")).get("digest") == image.id
    }
    for descriptor, manifest in manifests:
        notes = _table(descriptor.get("annotations"))
        if notes.get("vnd.docker.reference.digest") not in own:
            continue
        for blob in map(_table, _items(manifest.get("layers"))):
            kind = str(_table(blob.get("annotations")).get("in-toto.io/predicate-type"))
            if kind.startswith(_SLSA) and (record := _record(_json(read, blob), image.layers)):
                return record
    return None


def _manifests(
    read: Read, name: str, depth: int
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Each descriptor in the index and in nested indexes, with the document that it describes."""
    index = _table(_parsed(read(name)))
    for descriptor in map(_table, _items(index.get("manifests"))[:_MOST_MANIFESTS]):
        document = _json(read, descriptor)
        if "manifests" in document and depth < _DEEPEST_INDEX:
            yield from _manifests(read, blob_of(str(descriptor.get("digest"))), depth + 1)
        else:
            yield descriptor, document


def _record(statement: Mapping[str, Any], layers: Sequence[str]) -> BuildRecord | None:
    predicate = _table(statement.get("predicate"))
    older = _table(predicate.get("metadata")).get(_METADATA)
    run = _table(_table(predicate.get("runDetails")).get("metadata"))
    metadata = _table(older or run.get("buildkit_metadata"))
    source = _table(metadata.get("source"))
    files = [str(_table(one).get("filename", "")) for one in _items(source.get("infos"))]
    if not files:
        return None
    made = _made(_table(metadata.get("layers")), layers)
    bases = _bases(predicate)
    locations = _table(source.get("locations"))
    lines: dict[int, int] = {}
    before = 0
    for number, steps in sorted(made.items()):
        # Equal lines in several stages are one step, so the next line below counts.
        found = {line for step in steps if step not in bases for line in _lines(locations, step)}
        if below := sorted(line for line in found if line > before):
            lines[number] = before = below[0]
    if not lines:
        return None
    brought = [number + 1 for number, steps in made.items() if bases.intersection(steps)]
    return BuildRecord(files[0], lines, max(brought, default=0))


def _bases(predicate: Mapping[str, Any]) -> frozenset[str]:
    """The steps that only pull an image."""
    inside = _table(_table(predicate.get("buildDefinition")).get("internalParameters"))
    config = _table(predicate.get("buildConfig") or inside.get("buildConfig"))
    steps = map(_table, _items(config.get("llbDefinition"))[:_MOST_STEPS])
    return frozenset(
        str(step.get("id"))
        for step in steps
        if str(
            _table(_table(_table(step.get("op")).get("Op")).get("source")).get("identifier")
        ).startswith("docker-image://")
    )


def _made(chains: Mapping[str, Any], layers: Sequence[str]) -> dict[int, list[str]]:
    """The steps after which the image had exactly the layers up to each number."""
    found: dict[int, list[str]] = {}
    for output, several in list(chains.items())[:_MOST_STEPS]:
        for chain in _items(several):
            names = [_blob(_table(one)) for one in _items(chain)]
            if names and names == list(layers[: len(names)]):
                found.setdefault(len(names) - 1, []).append(output.rpartition(":")[0])
    return found


def _lines(locations: Mapping[str, Any], step: str) -> Iterator[int]:
    """The lines at which a step's instructions begin, in the first of the sources."""
    for one in map(_table, _items(_table(locations.get(step)).get("locations"))):
        starts = [
            line
            for span in map(_table, _items(one.get("ranges")))
            if isinstance(line := _table(span.get("start")).get("line"), int)
        ]
        if starts and not one.get("sourceIndex"):
            yield min(starts)


def _blob(descriptor: Mapping[str, Any]) -> str:
    try:
        return blob_of(str(descriptor.get("digest")))
    except ManifestError:
        return ""


def _json(read: Read, descriptor: Mapping[str, Any]) -> Mapping[str, Any]:
    name = _blob(descriptor)
    return _table(_parsed(read(name))) if name else {}


def _parsed(data: bytes | None) -> Any:
    try:
        return json.loads(data or b"null")
    except (ValueError, RecursionError):
        return None


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
