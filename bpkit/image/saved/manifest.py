"""Find the blobs of an image in an archive: its configuration and its layers, the base first.

Two forms are read, and an archive of a newer Docker is both: ``manifest.json`` of ``docker save``,
and the ``index.json`` of an OCI image layout. podman and skopeo write a third form, a registry's
manifest in a directory. Sources: moby, image/tarexport; OCI image specification, image-layout.md,
image-index.md, manifest.md. Their content is text from outside: every value is validated before it
is used, and a blob's name never becomes a path.
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

#: The bytes of a small file in the archive, by name; None if it doesn't exist.
Read = Callable[[str], bytes | None]


class ManifestError(Exception):
    """The archive doesn't describe its image, or not in a form that can be read.

    ``hint`` is what to do.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class BuildRecord:
    """The builder's record of a build: the first line that made each layer, by the layer's number.

    ``file`` is the Dockerfile's name in the record; the first ``base`` layers come from its FROM.
    """

    file: str
    lines: Mapping[int, int] = field(hash=False)
    base: int


@dataclass(frozen=True)
class Blobs:
    """An image in an archive: the names of its blobs there.

    ``id`` is the digest of the configuration, ``document`` the whole configuration, ``record`` the
    builder's record of the build.
    """

    tags: tuple[str, ...]
    id: str
    document: Mapping[str, Any]
    layers: tuple[str, ...]
    record: BuildRecord | None = None

    @property
    def platform(self) -> str:
        """The platform in the form of ``--platform``: ``linux/arm64``."""
        return f"{self.document.get('os', '')}/{self.document.get('architecture', '')}"


def find_image(read: Read, wanted: str = "") -> Blobs:
    """The image in an archive, or the one named ``wanted`` of several. Raises ManifestError."""
    of_docker = tuple(_docker(read))
    found = of_docker or tuple(_oci(read))
    if not found:
        raise ManifestError(
            "it has neither manifest.json nor index.json: this is not a saved image"
        )
    if wanted:
        found = tuple(one for one in found if wanted in (one.id, *one.tags, one.platform))
        if not found:
            raise ManifestError(f"it has no image '{wanted}'")
    # Of the same image with other blobs, such as another compression, the first is taken.
    different = {one.id: one for one in reversed(found)}
    if len(different) > 1:
        here = f"linux/{_MACHINES.get(platform.machine(), platform.machine())}"
        different = {i: one for i, one in different.items() if one.platform == here} or different
    if len(different) > 1:
        names = sorted({name for one in found for name in one.tags or (one.id[:19],)})
        # An engine need not have the images of a layout.
        tagged = next((tag for one in of_docker for tag in one.tags), "")
        raise ManifestError(
            f"it has {len(different)} images: {', '.join(names)}",
            f"save one of them: docker save -o FILE.tar {quote(tagged)}"
            if tagged
            else "pass a file or a layout with one image",
        )
    (image,) = different.values()
    same = (one for one in found if (one.id, one.layers) == (image.id, image.layers))
    tags = tuple(dict.fromkeys(tag for one in same for tag in one.tags))
    return replace(image, tags=tags)


def _docker(read: Read) -> Iterator[Blobs]:
    """The images in ``manifest.json``."""
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
    """The image of a registry's manifest beside its blobs, the ``dir:`` form of containers/image.

    ``skopeo copy … dir:PATH`` and ``podman save --format docker-dir`` write it.
    """
    name = DOCKER_MANIFEST
    blobs = [_dict(manifest["config"], name)]
    blobs += [_dict(layer, name) for layer in _list(manifest.get("layers") or [], name)]
    config, *layers = (posixpath.basename(blob_of(_text(one.get("digest"), name))) for one in blobs)
    return _checked(Blobs((), *_configuration(read, config), tuple(layers)))


def _oci(read: Read) -> Iterator[Blobs]:
    """The images in ``index.json``, without attestations."""
    data = read(OCI_INDEX)
    if data is not None:
        yield from _index(read, _dict(_json(data, OCI_INDEX), OCI_INDEX), OCI_INDEX, (), 0)


def _index(
    read: Read, index: Mapping[str, Any], name: str, tags: tuple[str, ...], depth: int
) -> Iterator[Blobs]:
    if depth > _DEEPEST_INDEX:
        raise ManifestError(f"{name}: indexes are nested too deeply")
    for one in _list(index.get("manifests") or [], name)[:_MOST_MANIFESTS]:
        descriptor = _dict(one, name)
        notes = _dict(descriptor.get("annotations") or {}, name)
        if notes.get("vnd.docker.reference.type"):
            # Provenance, or an SBOM.
            continue
        names = [
            notes.get("io.containerd.image.name"),
            notes.get("org.opencontainers.image.ref.name"),
        ]
        own = tuple(str(text) for text in names if text)[:1] or tags
        blob = blob_of(_text(descriptor.get("digest"), name))
        data = read(blob)
        if data is None:
            # An index may list images for platforms that the archive was saved without.
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
        # Another kind of artifact: a chart, a signature.
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
    """The path of the blob with this digest in a layout. Raises ManifestError."""
    known = _DIGEST.fullmatch(digest)
    if known is None:
        raise ManifestError(f"'{digest[:80]}' is not the SHA-256 digest of a blob")
    return f"blobs/sha256/{known[1]}"


def _must_be(descriptor: Mapping[str, Any], data: bytes, name: str) -> None:
    if f"sha256:{hashlib.sha256(data).hexdigest()}" != descriptor.get("digest"):
        raise ManifestError(f"{name}: the content doesn't match the digest in its name")


def _configuration(read: Read, name: str) -> tuple[str, Mapping[str, Any]]:
    data = read(name)
    if data is None:
        raise ManifestError(f"the image's configuration '{name}' is missing")
    return f"sha256:{hashlib.sha256(data).hexdigest()}", _dict(_json(data, name), name)


def _checked(image: Blobs) -> Blobs:
    if len(image.layers) > _MOST_LAYERS:
        raise ManifestError(f"the image has {len(image.layers)} layers")
    ids = _dict(image.document.get("rootfs") or {}, "rootfs").get("diff_ids") or []
    if len(_list(ids, "rootfs.diff_ids")) != len(image.layers):
        raise ManifestError(
            f"the manifest has {len(image.layers)} layers, the configuration {len(ids)}"
        )
    return image


def _inside(name: str) -> str:
    """A name that stays inside the archive."""
    return posixpath.normpath(f"/{name}").lstrip("/")


def _json(data: bytes, name: str) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise ManifestError(f"{name}: this is not valid JSON") from None


def _dict(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ManifestError(f"{name}: expected an object")
    return value


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise ManifestError(f"{name}: expected a list")
    return value


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise ManifestError(f"{name}: expected a string")
    return value
