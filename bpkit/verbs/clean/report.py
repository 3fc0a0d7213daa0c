"""The leftovers that ``bpkit clean`` found and removed, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.report import human
from bpkit.verbs.images import Leftovers, ListedImage, Removed


def leftovers_text(found: Leftovers) -> str:
    """Everything to remove, one per line, and what is kept, with the reason."""
    lines = list(_lines(found))
    if found.is_empty:
        several = "projects" if len(found.projects) > 1 else "project"
        lines.insert(0, f"nothing to remove for {several} {', '.join(found.projects)}")
    return "".join(f"{line}\n" for line in lines)


def _lines(found: Leftovers) -> Iterator[str]:
    for container in found.containers:
        yield f"container  {container.name}"
    for image in found.images:
        yield f"image      {_name(image)}  {human(image.info.size)}"
    for path in found.files:
        yield f"file       {path}"
    for staging in found.staging:
        yield f"directory  {staging.path}"
    for container in found.busy:
        yield f"kept: container {container.name}, whose run is still active"
    for other in found.others:
        yield (
            f"kept: image {_name(other)}, which carries the "
            "project's label but may be another directory's (--all removes it too)"
        )


def _name(image: ListedImage) -> str:
    identity = image.info.id.removeprefix("sha256:")[:12]
    return ", ".join(image.names) or f"<none> {identity} ({image.role})"


def removed_text(done: Removed) -> str:
    """How many things were removed, and which could not be."""
    lines = [f"removed {len(done.removed)}"]
    lines += [f"not removed: {name}: {reason}" for name, reason in done.kept]
    return "".join(f"{line}\n" for line in lines)


def leftovers_json(found: Leftovers, done: Removed | None = None) -> dict[str, object]:
    """The leftovers and what was removed, as JSON; sizes in bytes."""
    shown: dict[str, object] = {
        "project": ", ".join(found.projects),
        "containers": [c.name for c in found.containers],
        "images": [
            {"id": i.info.id, "tags": list(i.names), "role": i.role, "size": i.info.size}
            for i in found.images
        ],
        "files": [str(path) for path in found.files],
        "directories": [str(staging.path) for staging in found.staging],
        "left_alone": [c.name for c in found.busy] + [_name(image) for image in found.others],
    }
    if done is not None:
        shown["removed"] = list(done.removed)
        shown["not_removed"] = dict(done.kept)
    return shown
