"""Read a saved image: a file of ``docker save`` or an OCI layout, as a tar or as a directory.

A file is read twice, first for its manifest and then for the layers that this lists, so that
nothing of another image is read. A pipe is read once: every blob that may be a layer is read as
one, since the manifest comes last. Nothing is written anywhere.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import FileIO
from pathlib import Path
from typing import Literal

from bpkit.errors import EngineError, InputError, Place
from bpkit.image.config import ImageConfig, read_config
from bpkit.image.read import FileFacts, LookInto, Witness, nowhere
from bpkit.image.rootfs import Rootfs
from bpkit.image.saved.compression import Sampler, inflated, is_compressed
from bpkit.image.saved.layers import Layer, LayerAllowance, Look
from bpkit.image.saved.manifest import (
    DOCKER_MANIFEST,
    OCI_INDEX,
    OCI_LAYOUT,
    Blobs,
    ManifestError,
    Read,
    find_image,
)
from bpkit.image.saved.provenance import build_record
from bpkit.image.saved.scan import MOST_JSON, SampledLayer, Scan, read_blob
from bpkit.image.saved.stack import stacked
from bpkit.image.tar import Body, Stream, TarError

_HEAD = 6
#: Other compressions, the commands that undo them, and the beginnings of their files.
_NOT_READ = (
    ("xz", "unxz FILE", re.compile(rb"\xfd7zXZ\0")),
    ("bzip2", "bunzip2 FILE", re.compile(rb"BZh[1-9]1A")),
)

Form = Literal["docker archive", "OCI layout"]


@dataclass(frozen=True)
class SavedImage:
    """An image on disk whose manifest and configuration have been read, but not its layers.

    ``links`` maps names in its archive to the names that they link to.
    """

    path: Path
    form: Form
    blobs: Blobs
    links: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def name(self) -> str:
        """Its first tag, or the path of its archive."""
        return self.blobs.tags[0] if self.blobs.tags else str(self.path)

    @property
    def config(self) -> ImageConfig:
        """Its configuration."""
        return config_of(self.blobs)


def config_of(blobs: Blobs) -> ImageConfig:
    """The configuration of the image with these blobs."""
    document = blobs.document
    config = document.get("config")
    return read_config(
        config if isinstance(config, dict) else {},
        str(document.get("architecture") or ""),
        str(document.get("os") or "linux"),
    )


def is_saved(path: Path) -> bool:
    """Whether the path may be a saved image: a file, or a layout."""
    if path.is_dir():
        return any((path / name).is_file() for name in (OCI_LAYOUT, OCI_INDEX, DOCKER_MANIFEST))
    return path.exists()


def open_saved(path: Path, wanted: str = "") -> SavedImage:
    """The image at ``path``, or the one named ``wanted`` of several. Raises InputError."""
    with _named(path):
        if path.is_dir():
            directory = _Directory(path)
            blobs, links = _found(directory.small, wanted), {}
            is_docker = directory.small(DOCKER_MANIFEST) is not None
        else:
            scan = Scan(wanted=frozenset())
            with _stream(path) as (stream, skip):
                scan.read(stream, skip)
            blobs, links = _found(scan.small, wanted), scan.links
            is_docker = scan.small(DOCKER_MANIFEST) is not None
        return SavedImage(path, "docker archive" if is_docker else "OCI layout", blobs, links)


def _found(read: Read, wanted: str) -> Blobs:
    """The wanted image, with the builder's record of its build. Raises ManifestError."""
    image = find_image(read, wanted)
    return replace(image, record=build_record(read, image))


def read_saved(image: SavedImage, look: Look, *, estimate: bool = False) -> tuple[Layer, ...]:
    """The layers of the image, the base first. Raises InputError.

    With ``estimate``, the size in a registry is estimated for layers that aren't compressed.
    """
    names = image.blobs.layers
    with _named(image.path), Sampler() as sampler:
        wanted = sampler if estimate else None
        if image.path.is_dir():
            directory = _Directory(image.path)
            allowance = LayerAllowance()
            read = {n: directory.layer(n, look, allowance, wanted) for n in dict.fromkeys(names)}
            layers = {name: one.layer() for name, one in read.items()}
            return tuple(layers[name] for name in names)
        scan = Scan(look, sampler=wanted, links=dict(image.links))
        scan.wanted = frozenset(map(scan.target, names))
        with _stream(image.path) as (stream, skip):
            scan.read(stream, skip)
        return tuple(map(scan.layer, names))


def read_stream(
    stream: Stream, look: Look, wanted: str = "", *, estimate: bool = False
) -> tuple[Blobs, tuple[Layer, ...]]:
    """The image that an engine's ``save`` writes, in one pass. Raises EngineError."""
    try:
        with Sampler() as sampler:
            scan = Scan(look, sampler=sampler if estimate else None)
            scan.read(stream)
            blobs = _found(scan.small, wanted)
            return blobs, tuple(map(scan.layer, blobs.layers))
    except (TarError, ManifestError) as error:
        raise EngineError(f"the image saved by the engine can't be read: {error}") from None


def saved_rootfs(
    image: SavedImage, look_into: LookInto = nowhere, witness: Witness | None = None
) -> Rootfs:
    """The file system of the image, as in a container. Raises InputError.

    ``witness`` sees the files in all layers, including those that later layers hide.
    """
    layers = read_saved(image, FileFacts(look_into, witness))
    with _named(image.path):
        return stacked(layers).rootfs


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Turn errors into errors that name the file."""
    try:
        yield
    except (TarError, ManifestError) as error:
        raise InputError(
            str(error),
            place=Place(str(path)),
            hint=error.hint or "pass a file of 'docker save', or an OCI image layout",
        ) from None
    except OSError as error:
        raise InputError(
            f"can't be read: {error.strerror or error}", place=Place(str(path))
        ) from None


class _File:
    """A regular file as a stream that can skip a part of itself."""

    def __init__(self, file: FileIO) -> None:
        self._file = file
        self.size = os.fstat(file.fileno()).st_size

    def head(self) -> bytes:
        """The beginning of the file."""
        return os.pread(self._file.fileno(), _HEAD, 0)

    def readinto(self, buffer: memoryview, /) -> int | None:
        return self._file.readinto(buffer)

    def skip(self, count: int) -> None:
        self._file.seek(count, os.SEEK_CUR)


@contextmanager
def _opened(path: Path) -> Iterator[_File]:
    """The file at ``path``. Raises TarError for a pipe or a device, which may never end."""
    # Without O_NONBLOCK, opening a pipe waits for a writer.
    number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with FileIO(number) as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise TarError("it is not a regular file")
        yield _File(file)


@contextmanager
def _stream(path: Path) -> Iterator[tuple[Stream, Callable[[int], object] | None]]:
    """The file at ``path``, decompressed, and a function that skips a part of it."""
    with _opened(path) as file:
        head = file.head()
        for form, command, begin in _NOT_READ:
            if begin.match(head):
                raise TarError(f"it is compressed with {form}, which isn't read", f"run {command}")
        if is_compressed(head):
            yield inflated(head, file), None
        else:
            yield file, file.skip


class _Directory:
    """An unpacked layout. No name in it leads out of it, not even through a link."""

    def __init__(self, root: Path) -> None:
        self._root = Path(os.path.realpath(root))

    def small(self, name: str) -> bytes | None:
        """The content of a small file; None if it doesn't exist. Raises TarError."""
        try:
            with _opened(self._inside(name)) as stream:
                buffer = memoryview(bytearray(MOST_JSON + 1))
                size = 0
                while count := stream.readinto(buffer[size:]):
                    size += count
        except FileNotFoundError:
            return None
        if size > MOST_JSON:
            raise TarError(f"{name} describes an image, but has more than {MOST_JSON} bytes")
        return bytes(buffer[:size])

    def layer(
        self, name: str, look: Look, allowance: LayerAllowance, sampler: Sampler | None
    ) -> SampledLayer:
        """The layer in a file. Raises TarError."""
        path = self._inside(name)
        try:
            with _opened(path) as file:
                body = Body(file, file.skip)
                body.begin(file.size)
                return read_blob(name, body, look, allowance, sampler)
        except FileNotFoundError:
            raise TarError(f"the layer '{name}' is missing") from None

    def _inside(self, name: str) -> Path:
        path = Path(os.path.realpath(self._root / name))
        if not path.is_relative_to(self._root):
            raise TarError(f"'{name}' leads out of the directory")
        return path
