"""The request for a conversion."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

#: The forms, as ``--to`` names them.
MULTI_STAGE, BUILDER = "multi-stage", "builder"
#: The default name of the single file.
DOCKERFILE = "Dockerfile"


@dataclass(frozen=True)
class ConvertRequest:
    """The choices of the command line; empty if not given.

    ``output`` is a file for the multi-stage form, a directory for the builder pattern.
    """

    to: str
    directory: Path = Path()
    script: str = ""
    arguments: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    output: str = ""
    target: str = ""
    tag: str = ""
    artifacts: tuple[str, ...] = ()
    build_args: tuple[tuple[str, str | None], ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    keep_entrypoint: bool = False
