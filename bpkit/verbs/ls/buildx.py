"""The meaning of a Bake file with expressions, which only buildx knows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bpkit.core import Engine
from bpkit.errors import EngineError, Place


def print_bake(
    engine: Engine, directory: Path, files: tuple[str, ...], names: Iterable[str]
) -> str:
    """The output of ``docker buildx bake --print`` for these targets and groups in ``files``.

    Without names, those that are built by default. Files are relative to ``directory``. Raises
    EngineError with buildx's message, NoEngineError without a client.
    """
    given = [word for file in files for word in ("--file", file)]
    done = engine.attempt("buildx", "bake", "--print", *given, *names, cwd=str(directory))
    if done.status != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        said = lines[-1].removeprefix("ERROR: ") if lines else f"status {done.status}"
        raise EngineError(
            f"buildx can't evaluate the file: {said}",
            place=Place(files[0]),
            hint=f"run '{' '.join(done.argv)}' to see the whole message",
        )
    return done.stdout
