"""Keep the targets of kept links too."""

from __future__ import annotations

from bpkit.image import LinkLoopError, Rootfs, Selection, on_the_way, taken

#: A link to one of these is kept, but not its target, which would be half the image, or keys.
_NOT_FOLLOWED = """
    / /bin /boot /dev /etc /etc/ssl/private /home /lib /lib64 /opt /proc /root /run /sbin
    /srv /sys /tmp /usr /usr/bin /usr/lib /usr/local /usr/sbin /usr/share /usr/share/doc
    /var /var/log
"""
_DOCUMENTS = ("/usr/share/doc/", "/usr/share/man/", "/usr/share/info/")


def with_targets(rootfs: Rootfs, selection: Selection) -> Selection:
    """The selection with the targets of its links, including links on the way."""
    seen: set[str] = set()
    while True:
        small = taken(rootfs, selection)
        links = [
            path for path, node in small.nodes.items() if node.kind == "link" and path not in seen
        ]
        seen.update(links)
        new = [
            path
            for link in links
            for path in _targets(rootfs, link)
            if path not in small.nodes and _is_followed(path)
        ]
        if not new:
            return selection
        selection = selection.with_group("targets of links", new)


def _is_followed(path: str) -> bool:
    return path not in _NOT_FOLLOWED.split() and not path.startswith(_DOCUMENTS)


def _targets(rootfs: Rootfs, link: str) -> tuple[str, ...]:
    try:
        return tuple(on_the_way(rootfs, link))
    except LinkLoopError:
        return ()
