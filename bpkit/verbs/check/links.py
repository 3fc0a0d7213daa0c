"""Links whose target doesn't exist."""

from __future__ import annotations

import posixpath

from bpkit.image import Rootfs

_MOST_LINKS = 40


def link_end(rootfs: Rootfs, path: str) -> str:
    """The missing path at the end of the links from ``path``.

    Empty if ``path`` isn't a link, or its target exists.
    """
    at, followed = path, 0
    while followed < _MOST_LINKS:
        link = _first_link(rootfs, at)
        if link is None:
            is_there = rootfs.resolve(at) is not None
            return at if followed and not is_there else ""
        place, rest = link
        target = posixpath.join(posixpath.dirname(place), rootfs.nodes[place].target)
        at = posixpath.normpath(posixpath.join(target, rest))
        followed += 1
    return ""


def _first_link(rootfs: Rootfs, path: str) -> tuple[str, str] | None:
    """The first link in ``path``, and the rest of the path."""
    parts = path.strip("/").split("/")
    for count in range(1, len(parts) + 1):
        place = "/" + "/".join(parts[:count])
        node = rootfs.nodes.get(place)
        if node and node.kind == "link":
            return place, "/".join(parts[count:])
    return None
