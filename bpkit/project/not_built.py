"""A project's image that isn't there, and the one that may be meant instead."""

from __future__ import annotations

from bpkit.core import RUNTIME, Engine, image_label
from bpkit.errors import EngineError


def missing_image(engine: Engine, tag: str, project: str) -> EngineError:
    """The error for an image of a project that the engine doesn't have.

    The hint names the project's newest image, if it was built with another name. Raises
    NoEngineError.
    """
    label = f"label={image_label(project, RUNTIME)}"
    found = engine.lines("images", "--filter", label, "--format", "{{.Repository}}:{{.Tag}}")
    others = [name for name in found if "<none>" not in name]
    built = "run 'bpkit build' first"
    hint = f"pass -t {others[0]}, which was built for this project, or {built}" if others else built
    return EngineError(f"the image '{tag}' doesn't exist on this engine", hint=hint)
