"""Volumes of containers: whether a RUN works without them, and which files are the image's."""

from __future__ import annotations

import posixpath
import re

from bpkit.errors import InputError, Place
from bpkit.readers.script.machine.host import key
from bpkit.readers.script.machine.images import BuiltImage
from bpkit.readers.script.machine.machine import Machine, ScriptContainer
from bpkit.readers.script.model import docker_actions as calls

# Directories in which package managers and compilers keep files that they can recreate.
_CACHES = re.compile(
    r"/(?:\.m2|\.gradle|\.ivy2|\.sbt|\.cache|\.npm|\.yarn|\.nuget|\.composer|\.pub-cache|\.ccache"
    r"|\.stack|\.cabal|\.cargo|cargo/registry|cargo/git|go/pkg|go/pkg/mod|node_modules|pnpm-store)"
    r"(?:/|$)|^/var/cache/"
)


def note_volumes(
    machine: Machine, built: BuiltImage, mounts: tuple[calls.VolumeMount, ...]
) -> None:
    """Remember the images whose containers have a volume of that name."""
    for mount in mounts:
        if mount.volume is not None:
            machine.volumes.setdefault(str(mount.volume), set()).add(built.name)


def lacking_volumes(machine: Machine, container: ScriptContainer, place: Place) -> str:
    """What a RUN in place of the container lacks and the user has to check; "" if nothing.

    Raises InputError if the command may need it.
    """
    why = ""
    for mount in container.mounts:
        if "tmpfs" in mount.options:
            continue
        if not _is_own(machine, mount):
            raise InputError(
                f"this container has a volume at {mount.target}, which a RUN doesn't have",
                place=place,
                hint="write the command as a RUN in the Dockerfile",
            )
        if mount.host is not None:
            why = (
                f"without {mount.host}, which is assumed to be a cache: to keep it between builds, "
                f"add --mount=type=cache,target={mount.target} to the RUN"
            )
        else:
            named = f"the volume {mount.volume}" if mount.volume is not None else "its volume"
            why = f"without {named}: check that the command needs nothing in it"
    return why


def check_unmounted(machine: Machine, container: ScriptContainer, path: str) -> None:
    """Raises InputError if what is copied out may not be the image's."""
    for mount in container.mounts:
        target = posixpath.normpath(str(mount.target))
        is_in = f"{path}/".startswith(f"{target.rstrip('/')}/")
        if is_in and "tmpfs" not in mount.options and not _is_own(machine, mount):
            raise InputError(
                f"{path} is in the volume at {target}, so it isn't in the image",
                hint="make it in the Dockerfile, and copy it out of the image",
            )


def _is_own(machine: Machine, mount: calls.VolumeMount) -> bool:
    """Whether the volume initially has the image's files at its path, or nothing relevant.

    A container's new volume does; one that containers of other images share doesn't.
    """
    if mount.host is None:
        return mount.volume is None or len(machine.volumes.get(str(mount.volume), ())) < 2
    return is_cache(machine, mount)


def is_cache(machine: Machine, mount: calls.VolumeMount) -> bool:
    """Whether a directory of the host is mounted at a path that only holds a cache."""
    if mount.host is None:
        return False
    is_tracked = mount.host.in_project and machine.ground.is_own_directory(key(mount.host))
    return _CACHES.search(str(mount.target)) is not None and not is_tracked
