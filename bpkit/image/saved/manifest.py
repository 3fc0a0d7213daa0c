"""Which blobs of an archive are an image: its configuration and its layers, the base first.

Two forms are read, and an archive of a newer Docker is both: ``manifest.json`` of ``docker save``,
and the ``index.json`` of an OCI image layout. Of podman and skopeo a third one is, a registry's
manifest in a directory. Sources: moby, image/tarexport; OCI image
specification, image-layout.md, image-index.md, manifest.md. What they say is text from outside:
every value is looked at before it is used, and a name of a blob never becomes a path.
"""

from __future__ import annotations

import hashlib
import json
import platform
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from shlex import quote
from typing import Any

DOCKER_MANIFEST = "manifest.json"
OCI_INDEX = "index.json"
OCI_LAYOUT = "oci-layout"

_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
_MOST_LAYERS = 1000
_MOST_MANIFESTS = 1000
_DEEPEST_INDEX = 4
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "i686": "386", "armv7l": "arm"}

#: The bytes of a small file of the archive by its name; None if there is none.
Read = Callable[[str], bytes | None]


class ManifestError(Exception):
    """The archive doesn't say which image it holds, or not in a way that can be followed.

    ``hint`` is what to do.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class BuildRecord:
    """What the builder wrote of a build: the first line that made each layer, by its number.

    ``file`` is the Dockerfile as the builder called it; the first ``base`` layers are its FROM's.
    """

    file: str
    lines: Mapping[int, int] = field(hash=False)
    base: int


@dataclass(frozen=True)
class Blobs:
    """An image in an archive, by the names of its files there.

    ``id`` is the digest of the configuration, ``document`` the configuration as a whole, ``record``
    what its builder wrote of the build.
    """

    tags: tuple[str, ...]
    id: str
    document: Mapping[str, Any]
    layers: tuple[str, ...]
    record: BuildRecord | None = None

    @property
    def platform(self) -> str:
        """As ``--platform`` takes it: ``linux/arm64``."""
        return f"{self.document.get('os', '')}/{self.document.get('architecture', '')}"


def find_image(read: Read, wanted: str = "") -> Blobs:
    """The image of an archive, or the one called ``wanted`` of several. Raises ManifestError."""
    found = tuple(_docker(read)) or tuple(_oci(read))
    if not found:
        raise ManifestError(
            "it has neither manifest.json nor index.json: this is not a saved image"
        )
    if wanted:
        found = tuple(one for one in found if wanted in (one.id, *one.tags, one.platform))
        if not found:
            raise ManifestError(f"it holds no image '{wanted}'")
    different = {one.id: one for one in found}
    if len(different) > 1:
        here = f"linux/{_MACHINES.get(platform.machine(), platform.machine())}"
        different = {i: one for i, one in different.items() if one.platform == here} or different
    if len(different) > 1:
        names = sorted({name for one in found for name in one.tags or (one.id[:19],)})
        tagged = next((tag for one in found for tag in one.tags), "")
        raise ManifestError(
            f"it holds {len(different)} images: {', '.join(names)}",
            f"save one of them: docker save -o FILE.tar {quote(tagged)}"
            if tagged
            else "pass a file or a layout with one image",
        )
    (image,) = different.values()
    tags = tuple(dict.fromkeys(tag for one in found if one.id == image.id for tag in one.tags))
    return replace(image, tags=tags)


def _docker(read: Read) -> Iterator[Blobs]:
    """The images of ``manifest.json``."""
    data = read(DOCKER_MANIFEST)
    if data is None:
        return
    images = _json(data, DOCKER_MANIFEST)
    if isinstance(images, dict) and "config" in images:
        yield _registry(read, images)
        return
    for image in _list(images, DOCKER_MANIFEST)[:_MOST_MANIFESTS]:
        entry = _dict(image, DOCKER_MANIFEST)
        config = _inside(_text(entry.get("Config"), DOCKER_MANIFEST))
        layers = tuple(
            _inside(_text(name, DOCKER_MANIFEST))
            for name in _list(entry.get("Layers") or [], DOCKER_MANIFEST)
        )
        tags = tuple(str(tag) for tag in _list(entry.get("RepoTags") or [], DOCKER_MANIFEST))
        yield _checked(Blobs(tags, *_configuration(read, config), layers))


def _registry(read: Read, manifest: Mapping[str, Any]) -> Blobs:
    """The image of a registry's manifest beside its blobs, as containers/image has it in ``dir:``.

    ``skopeo copy … dir:PATH`` and ``podman save --format docker-dir`` write it.
    """
    name = DOCKER_MANIFEST
    blobs = [_dict(manifest["config"], name)]
    blobs += [_dict(layer, name) for layer in _list(manifest.get("layers") or [], name)]
    config, *layers = (posixpath.basename(blob_of(_text(one.get("digest"), name))) for one in blobs)
    return _checked(Blobs((), *_configuration(read, config), tuple(layers)))


def _oci(read: Read) -> Iterator[Blobs]:
    """The images of ``index.json``, without what only attests to another."""
    data = read(OCI_INDEX)
    if data is not None:
        yield from _index(read, _dict(_json(data, OCI_INDEX), OCI_INDEX), OCI_INDEX, (), 0)


def _index(
    read: Read, index: Mapping[str, Any], name: str, tags: tuple[str, ...], depth: int
) -> Iterator[Blobs]:
    if depth > _DEEPEST_INDEX:
        raise ManifestError(f"{name}: an index in an index in an index")
    for one in _list(index.get("manifests") or [], name)[:_MOST_MANIFESTS]:
        descriptor = _dict(one, name)
        notes = _dict(descriptor.get("annotations") or {}, name)
        if notes.get("vnd.docker.reference.type"):
            # Provenance, or a bill of materials.
            continue
        names = [
            notes.get("io.containerd.image.name"),
            notes.get("org.opencontainers.image.ref.name"),
        ]
        own = tuple(str(text) for text in names if text)[:1] or tags
        blob = blob_of(_text(descriptor.get("digest"), name))
        data = read(blob)
        if data is None:
            # An index may name images of platforms that the archive was saved without.
            continue
        _must_be(descriptor, data, blob)
        document = _dict(_json(data, blob), blob)
        if "manifests" in document:
            yield from _index(read, document, blob, own, depth + 1)
        elif "config" in document:
            yield from _manifest(read, document, blob, own)


def _manifest(
    read: Read, manifest: Mapping[str, Any], name: str, tags: tuple[str, ...]
) -> Iterator[Blobs]:
    config = _dict(manifest.get("config"), name)
    if not str(config.get("mediaType", "")).endswith(("image.config.v1+json", "image.v1+json")):
        # An artifact of another kind: a chart, a signature.
        return
    layers = [_dict(layer, name) for layer in _list(manifest.get("layers") or [], name)]
    blob = blob_of(_text(config.get("digest"), name))
    data = read(blob)
    if data is not None:
        _must_be(config, data, blob)
    yield _checked(
        Blobs(
            tags,
            *_configuration(read, blob),
            tuple(blob_of(_text(layer.get("digest"), name)) for layer in layers),
        )
    )


def blob_of(digest: str) -> str:
    """Where a layout has the blob of this digest. Raises ManifestError."""
    known = _DIGEST.fullmatch(digest)
    if known is None:
        raise ManifestError(f"'{digest[:80]}' is not the SHA-256 digest of a blob")
    return f"blobs/sha256/{known[1]}"


def _must_be(descriptor: Mapping[str, Any], data: bytes, name: str) -> None:
    if f"sha256:{hashlib.sha256(data).hexdigest()}" != descriptor.get("digest"):
        raise ManifestError(f"{name}: its content has another digest than its name says")


def _configuration(read: Read, name: str) -> tuple[str, Mapping[str, Any]]:
    data = read(name)
    if data is None:
        raise ManifestError(f"the image's configuration '{name}' is missing")
    return f"sha256:{hashlib.sha256(data).hexdigest()}", _dict(_json(data, name), name)


def _checked(image: Blobs) -> Blobs:
    if len(image.layers) > _MOST_LAYERS:
        raise ManifestError(f"an image of {len(image.layers)} layers")
    ids = _dict(image.document.get("rootfs") or {}, "rootfs").get("diff_ids") or []
    if len(_list(ids, "rootfs.diff_ids")) != len(image.layers):
        raise ManifestError(
            f"the manifest has {len(image.layers)} layers, the configuration {len(ids)}"
        )
    return image


def _inside(name: str) -> str:
    """A name in the archive without a way out of it."""
    return posixpath.normpath(f"/{name}").lstrip("/")


def _json(data: bytes, name: str) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise ManifestError(f"{name}: this is not valid JSON") from None


def _dict(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ManifestError(f"{name}: a table is expected")
    return value


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise ManifestError(f"{name}: a list is expected")
    return value


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise ManifestError(f"{name}: a text is expected")
    return value
