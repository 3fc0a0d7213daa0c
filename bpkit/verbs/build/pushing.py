"""Pushes built images; tells a registry that refuses from an engine that doesn't answer."""

from __future__ import annotations

from bpkit.core import Engine, quote
from bpkit.errors import EngineError


def push(engine: Engine, name: str) -> None:
    """Push an image. Raises EngineError with what its registry said, or NoEngineError."""
    done = engine.attempt("push", name)
    if done.status == 0:
        return
    # Both say "connection refused"; this raises NoEngineError if it is the engine.
    engine.versions()
    said = (done.stderr.strip() or done.stdout.strip() or "no reason was given").splitlines()[-1]
    raise EngineError(
        f"'{name}' could not be pushed: {said}",
        hint=f"the image is built; check its registry, then run "
        f"'{quote(engine.words[0])} push {quote(name)}'",
    )
