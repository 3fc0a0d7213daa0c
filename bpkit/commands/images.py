"""``bpkit images``: what bpkit made on this engine."""

from __future__ import annotations

from bpkit.engine import PROJECT_LABEL, Engine
from bpkit.inventory import Listed, listed


def images(engine: Engine, project: str | None = None) -> tuple[Listed, ...]:
    """The images that bpkit made, of one project or of all. Raises NoEngineError."""
    label = PROJECT_LABEL if project is None else f"{PROJECT_LABEL}={project}"
    ids = engine.lines("images", "-q", "--no-trunc", "--filter", f"label={label}")
    found = engine.inspect_images(tuple(dict.fromkeys(ids)))
    return listed({info.id: info for info in found.values()}.values(), project)
