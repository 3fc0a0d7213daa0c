"""Actions of ``buildah from`` and others: an image made from a container without a Dockerfile."""

from __future__ import annotations

from dataclasses import dataclass

from bpkit.readers.script.model.streams import StreamSource
from bpkit.readers.script.model.values import HostPath, Symbol, Value


@dataclass(frozen=True)
class WorkingContainer:
    """``buildah from``: a container whose files become an image's."""

    source: StreamSource
    image: Value
    container: Value


@dataclass(frozen=True)
class ConfigureContainer:
    """``buildah config``: ``instructions`` as in a Dockerfile, with their arguments."""

    source: StreamSource
    container: Value
    instructions: tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class CopyToContainer:
    """``buildah copy`` and ``add``: ``sources`` on the host, or (``inside``) in ``origin``.

    ``destination`` is None for the working directory. ``flags`` are those that COPY has too.
    """

    source: StreamSource
    keyword: str
    container: Value
    sources: tuple[HostPath, ...]
    inside: tuple[Value, ...]
    origin: Value | None
    destination: Value | None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class MountContainer:
    """``buildah mount``: the container's files are at ``at`` on the host."""

    source: StreamSource
    container: Value
    at: Symbol


WorkingAction = WorkingContainer | ConfigureContainer | CopyToContainer | MountContainer
