"""``bpkit images``: what bpkit made on this engine."""

from __future__ import annotations

from bpkit.engine import Engine
from bpkit.inventory import Listed, listed
from bpkit.labels import IMAGE_LABEL


def images(engine: Engine, project: str | None = None) -> tuple[Listed, ...]:
    """The images that bpkit made, of one project or of all. Raises NoEngineError."""
    ids = engine.lines("images", "-q", "--no-trunc", "--filter", f"label={IMAGE_LABEL}")
    found = engine.inspect_images(tuple(dict.fromkeys(ids)))
    return listed({info.id: info for info in found.values()}.values(), project)
