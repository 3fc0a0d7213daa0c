"""``bpkit images``: what bpkit made on this engine."""

from __future__ import annotations

from bpkit.core import IMAGE_LABEL, Engine
from bpkit.verbs.images.inventory import ListedImage, listed


def images(engine: Engine, project: str | None = None) -> tuple[ListedImage, ...]:
    """The images that bpkit made, of one project or of all. Raises NoEngineError."""
    ids = engine.lines("images", "-q", "--no-trunc", "--filter", f"label={IMAGE_LABEL}")
    found = engine.inspect_images(tuple(dict.fromkeys(ids)))
    return listed({info.id: info for info in found.values()}.values(), project)
