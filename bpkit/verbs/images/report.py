"""The list of images as in ``docker images``, and how much smaller each is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timezone

from bpkit.report import Reduction, bar, human, table
from bpkit.verbs.images.inventory import ListedImage, full_name

_HEAD = ("REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE", "OF ITS BUILD IMAGE")
_SPANS = (
    (365 * 86400, "years"),
    (30 * 86400, "months"),
    (7 * 86400, "weeks"),
    (86400, "days"),
    (3600, "hours"),
    (60, "minutes"),
    (1, "seconds"),
)


def images_text(
    images: Sequence[ListedImage], now: datetime | None = None, *, whose: str = ""
) -> str:
    """The table, or a sentence if there are no images; ``whose`` is the project's directory."""
    if not images and whose:
        place = "this directory" if whose == "." else whose
        return f"bpkit knows of no images on this engine that it built from {place}\n"
    if not images:
        return "this engine has no images with bpkit's label\n"
    moment = now or datetime.now(timezone.utc)
    return table([_HEAD, *_rows(images, moment)], right=frozenset({4}))


def _rows(images: Sequence[ListedImage], now: datetime) -> Iterator[tuple[str, ...]]:
    for image in images:
        facts = (image.info.id.removeprefix("sha256:")[:12], since(image.info.created, now))
        size = human(image.info.size)
        for tag in image.names or ("<none>:<none>",):
            repository, _, version = (full_name(tag) if image.names else tag).rpartition(":")
            yield (repository, version, *facts, size, _comparison(image))


def _comparison(image: ListedImage) -> str:
    if image.against is None:
        return ""
    reduction = Reduction(image.against.size, image.info.size)
    return f"{bar(image.info.size, image.against.size)} {reduction}"


def since(created: str, now: datetime) -> str:
    """How long ago, in docker's words; empty if the engine reports no time."""
    try:
        moment = datetime.fromisoformat(f"{created[:19]}+00:00")
    except ValueError:
        return ""
    seconds = max(0, int((now - moment).total_seconds()))
    for length, name in _SPANS:
        if seconds >= 2 * length:
            return f"{seconds // length} {name} ago"
    return "just now"


def images_json(images: Sequence[ListedImage]) -> dict[str, object]:
    """The images as JSON; sizes in bytes."""
    return {"images": [_one(image) for image in images]}


def _one(image: ListedImage) -> dict[str, object]:
    shown: dict[str, object] = {
        "project": image.project,
        "role": image.role,
        "tags": list(image.names),
        "id": image.info.id,
        "created": image.info.created,
        "size": image.info.size,
    }
    if image.against is not None:
        reduction = Reduction(image.against.size, image.info.size)
        shown["reduction"] = {
            "of": image.against.id,
            "bytes": reduction.saved,
            "per_cent": round(reduction.per_cent, 2),
            "factor": round(reduction.factor, 2),
        }
    return shown
