"""The estimate of the new image before it is built: its bytes by reason, and its check."""

from __future__ import annotations

from bpkit.findings import Finding
from bpkit.image import Rootfs, Subject
from bpkit.verbs.check import check_image
from bpkit.verbs.shrink.choose import Choice
from bpkit.verbs.shrink.result import SizePart


def estimate(rootfs: Rootfs) -> int:
    """The bytes of all files: the size that an engine reports for an image with one layer."""
    return sum(node.size for node in rootfs.nodes.values())


def verdict(choice: Choice) -> tuple[Finding, ...]:
    """The findings of the check on the image to be made."""
    return check_image(Subject(choice.rootfs, choice.config))


def parts_of(choice: Choice) -> tuple[SizePart, ...]:
    """The files by the reason for keeping them, each file under its first reason."""
    counted: set[str] = set()
    parts = []
    for group in choice.selection.groups:
        starts = tuple(f"{path}/" for path in group.paths)
        single = set(group.paths)
        found = [
            node
            for path, node in choice.rootfs.nodes.items()
            if path not in counted
            and node.kind in {"file", "link"}
            and (path in single or path.startswith(starts))
        ]
        counted.update(node.path for node in found)
        parts.append(SizePart(group.why, len(found), sum(node.size for node in found)))
    return tuple(parts)
