"""What only buildx can tell: the meaning of a bake file with expressions."""

from __future__ import annotations

from pathlib import Path

from bpkit.core.engine import Engine, no_such_program
from bpkit.core.process import ProgramMissingError, output
from bpkit.errors import EngineError, Place


def print_bake(engine: Engine, directory: Path, file: str) -> str:
    """The JSON that ``docker buildx bake --print`` makes of ``file``, relative to ``directory``.

    Raises EngineError with what buildx says against it, NoEngineError without a client.
    """
    argv = (*engine.words, "buildx", "bake", "--print", "--file", file)
    try:
        done = output(argv, cwd=str(directory))
    except ProgramMissingError as error:
        raise no_such_program(error.program) from None
    if done.status != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        said = lines[-1].removeprefix("ERROR: ") if lines else f"status {done.status}"
        raise EngineError(
            f"buildx can't evaluate the file: {said}",
            place=Place(file),
            hint=f"see what it says: {' '.join(argv)}",
        )
    return done.stdout
