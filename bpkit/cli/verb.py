"""The base classes of all verbs: switches for output and engine, and the values they select.

A verb is a class with switches and a ``main`` of a few lines: it calls the function of
``bpkit.verbs`` that does the work and hands the result to ``bpkit.report``. What ``--help``
says is data of the class:

- the docstring: the first paragraph is one sentence, true of every run; more paragraphs may follow;
- ``USAGE``: ``bpkit VERB [SWITCH...] [DIR]``;
- ``EXAMPLES``: two or more pairs of a command that can be pasted, and what it does;
- ``STATUSES``: what each exit status means for this verb, after those of the class it extends:
  ``STATUSES = (*EngineVerb.STATUSES, (1, "the image won't start"))``;
- ``GROUP``, for a class that only shares switches: the heading that they stand under.

A new verb also has a line in ``bpkit/cli/verbs.py``.
"""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from bpkit.cli.application import Application, cli
from bpkit.core import Engine, check_context
from bpkit.errors import BpkitError, InputError
from bpkit.report import Console, as_started, meter

__all__ = ["FOUND", "EngineVerb", "Verb", "agreed", "cli", "engine_of", "in_directory", "pairs"]

#: The status of a check that found something.
FOUND = 1


class Verb(Application):
    """A verb without an engine: ``--quiet`` and ``--json``."""

    GROUP = "output"
    EXAMPLES: ClassVar[tuple[tuple[str, str], ...]] = ()
    STATUSES: ClassVar[tuple[tuple[int, str], ...]] = (
        (0, "done"),
        (2, "a switch, a file or a value is not valid"),
        (70, "bpkit itself failed"),
        (74, "the result could not be written"),
    )

    quiet: Any = cli.Flag(["-q", "--quiet"], help="print only the result and errors")
    json: Any = cli.Flag(["--json"], help="print the result as JSON")

    @cli.switch(["-h", "--help"], overridable=True, group="Meta-switches", help="print this help")  # type: ignore[untyped-decorator]
    def help(self) -> None:
        """Print the help; see the module's docstring."""
        from bpkit.cli.help import help_lines, verb_help

        print(as_started("\n".join(help_lines(verb_help(self.verb, self)))))

    @property
    def verb(self) -> str:
        """The verb's name: ``build``."""
        return str(self.PROGNAME).removeprefix("bpkit ")

    def console(self, *, json: bool = False) -> Console:
        """The console that the switches ask for; ``json`` has the effect of ``--json``."""
        return Console(bool(self.quiet), bool(self.json) or json, f"bpkit/{self.verb}/1")


class EngineVerb(Verb):
    """A verb that needs an engine: ``--engine``, ``--context``."""

    GROUP = "engine"
    STATUSES: ClassVar[tuple[tuple[int, str], ...]] = (
        *Verb.STATUSES,
        (3, "no engine answers"),
        (4, "a step of the engine failed"),
    )
    engine_name: Any = cli.SwitchAttr(
        ["--engine"],
        str,
        argname="PROGRAM",
        help="the engine's program: docker, podman or a path; default: $DOCKER, or docker",
    )
    context_name: Any = cli.SwitchAttr(
        ["--context"],
        str,
        argname="NAME",
        help="the Docker context to use; 'docker context ls' lists them",
    )

    def engine(self) -> Engine:
        """The engine that the switches name. Raises InputError."""
        engine = engine_of(self.engine_name, self.context_name)
        return replace(engine, watch=meter(quiet=bool(self.quiet)))


def engine_of(program: str | None, context: str | None) -> Engine:
    """The engine of these names; None for a name that is not given. Raises InputError."""
    chosen = program or os.environ.get("DOCKER") or "docker"
    engine = Engine((chosen,))
    if not context:
        return engine
    if engine.is_podman:
        raise InputError(
            "podman has no contexts",
            hint="select a podman connection with CONTAINER_HOST, or omit --context",
        )
    check_context(context, os.environ)
    return Engine((chosen, "--context", context))


def in_directory(main: Callable[..., int]) -> Callable[..., int]:
    """A ``main`` whose first word may be DIR: its errors name files from here.

    Code that reads a project names its files relative to the project, as its Dockerfiles do.
    """

    @functools.wraps(main)
    def carried_out(self: Verb, *words: str) -> int:
        try:
            return main(self, *words)
        except BpkitError as error:
            if words and os.path.isdir(words[0]):
                error.name_files(functools.partial(_found_from_here, words[0]))
            raise

    # plumbum reads from it which words there may be.
    carried_out.__signature__ = inspect.signature(main)  # type: ignore[attr-defined]
    return carried_out


def _found_from_here(directory: str, file: str) -> str:
    """The name of a file that is named relative to ``directory``, or from here already."""
    below = os.path.normpath(os.path.join(directory, file))
    if (os.path.lexists(file) and not os.path.lexists(below)) or _is_below(directory, file):
        return file
    here = os.getcwd()
    return os.path.relpath(below) if os.path.isabs(below) and _is_below(here, below) else below


def _is_below(directory: str, path: str) -> bool:
    top, inside = os.path.normpath(directory), os.path.normpath(path)
    return inside == top or inside.startswith(f"{top.rstrip('/')}/")


def agreed(question: str) -> bool:
    """Whether the user answers yes. Raises InputError if nobody can be asked."""
    if not sys.stdin.isatty():
        raise InputError(
            "can't ask for confirmation: standard input is not a terminal; nothing was changed",
            hint="pass --yes to go ahead without asking",
        )
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def pairs(values: list[str], switch: str) -> tuple[tuple[str, str | None], ...]:
    """``NAME=value`` or ``NAME`` (its value comes from the environment) as pairs.

    Raises InputError for an empty name.
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
