"""What all verbs share: the switches for output and engine, and the way from them to values.

A verb is a class with switches and a ``main`` of a few lines: it calls the function of
``bpkit.verbs`` that does the work and hands the result to ``bpkit.report``.
"""

from __future__ import annotations

import os
from typing import Any

from bpkit.cli.application import Application, cli
from bpkit.core import Engine
from bpkit.errors import InputError
from bpkit.report import Console

__all__ = ["FOUND", "EngineVerb", "Verb", "cli", "engine_of", "pairs"]

#: The status of a check that found something.
FOUND = 1


class Verb(Application):
    """A verb without an engine: ``--quiet`` and ``--json``."""

    quiet: Any = cli.Flag(["-q", "--quiet"], help="say nothing but the result and what goes wrong")
    json: Any = cli.Flag(["--json"], help="write the result as JSON to standard output")

    def console(self) -> Console:
        """The door to the terminal, as the switches want it."""
        return Console(quiet=bool(self.quiet), pure_stdout=bool(self.json))


class EngineVerb(Verb):
    """A verb that needs an engine: ``--engine``, ``--context``."""

    engine_name: Any = cli.SwitchAttr(
        ["--engine"],
        str,
        argname="PROGRAM",
        help="docker, podman or a path; default: $DOCKER, then docker",
    )
    context_name: Any = cli.SwitchAttr(
        ["--context"], str, argname="NAME", help="the docker context to use (docker context ls)"
    )

    def engine(self) -> Engine:
        """The engine that the switches name. Raises InputError."""
        return engine_of(self.engine_name, self.context_name)


def engine_of(program: str | None, context: str | None) -> Engine:
    """The engine of these names, None for what is not said. Raises InputError."""
    chosen = program or os.environ.get("DOCKER") or "docker"
    engine = Engine((chosen,))
    if not context:
        return engine
    if engine.is_podman:
        raise InputError(
            "podman has no contexts",
            hint="name a podman connection by CONTAINER_HOST, or leave --context out",
        )
    return Engine((chosen, "--context", context))


def pairs(values: list[str], switch: str) -> tuple[tuple[str, str | None], ...]:
    """``NAME=value`` or ``NAME`` (its value comes from the environment) as pairs.

    Raises InputError for a name that is none.
    """
    found = []
    for value in values:
        name, equals, text = value.partition("=")
        if not name or name.startswith("-") or any(c.isspace() for c in name):
            raise InputError(
                f"{switch} {value}: there is no name before the =",
                hint=f"write {switch} NAME=value",
            )
        found.append((name, text if equals else None))
    return tuple(found)
