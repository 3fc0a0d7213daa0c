"""A plan: the steps of a run, as data.

There are only four kinds of step: create a temporary directory, run a command, write a file, and
end the plan if a value is as expected. There are no loops; every decision is made when the plan is
made. Failure is data too: a step says which clean-up is due from the moment it begins (``undo``),
and every exit carries out what is due, last first. The runner carries a plan out, the shell writer
prints the very same plan, and ``--dry-run`` shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bpkit.core.arguments import (
    Given,
    Join,
    Lit,
    Param,
    Var,
    Word,
    Words,
    join,
    params,
    variables,
    words,
)
from bpkit.core.labels import PROJECT_LABEL, RUN_LABEL

#: Names that every temporary directory binds: its path, and the part that is unique to the run.
STAGING = Var("stage")
RUN_ID = Var("run_id")


class PlanError(Exception):
    """A plan that contradicts itself: a bug in bpkit."""


@dataclass(frozen=True)
class Undo:
    """A clean-up command that is due from the moment a step begins; carried out at every exit."""

    argv: Words
    why: str


@dataclass(frozen=True)
class TempDir:
    """Create a directory that is unique to the run, and remove it at every exit.

    Its name is ``bpkit.<project>.<host>.<process>.<run_id>``, by which a later run of the
    same project finds what a killed one left. Binds ``STAGING`` and ``RUN_ID``.
    """

    project: str
    why: str


@dataclass(frozen=True)
class Capture:
    """Bind ``name`` to the first line of ``file``, after the command."""

    name: str
    file: Join


@dataclass(frozen=True)
class Run:
    """Run a command with nothing on standard input.

    ``engine`` is true for a command of the engine, false for one of the host (cp, mkdir):
    if an engine command fails, the engine is asked whether it still answers.

    ``early``: the command is the clean-up of an earlier step, carried out while the rest of the
    plan goes on. The exit waits for it; if it has failed, the clean-up is still due then.

    ``names`` is set if the command only names an image: its id and the name. The command may be
    left out if the name is right already.
    """

    argv: Words
    why: str
    engine: bool = True
    undo: Undo | None = None
    binds: Capture | None = None
    early: bool = False
    names: tuple[Var, Lit | Param] | None = None


@dataclass(frozen=True)
class WriteFile:
    """Write ``text`` to ``path``, whose directory exists."""

    path: Join
    text: str
    why: str


@dataclass(frozen=True)
class EndIf:
    """End the plan successfully, with its clean-up, if ``value`` is ``known``: the rest exists
    already.

    So artifacts aren't copied again from a build image that hasn't changed.
    """

    value: Var
    known: str
    why: str


Step = TempDir | Run | WriteFile | EndIf


@dataclass(frozen=True)
class Plan:
    """Steps in order; raises PlanError if one uses a name that no earlier step binds.

    ``project`` is the name that everything the plan makes is labelled with, ``engine`` the word
    that names the engine's program.
    """

    project: str
    engine: Words
    steps: tuple[Step, ...]
    makes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        bound: frozenset[str] = frozenset()
        due: set[Words] = set()
        for number, step in enumerate(self.steps, 1):
            missing = variables(_words_of(step)) - bound
            if missing:
                raise PlanError(f"step {number} uses {sorted(missing)} before it is bound")
            if isinstance(step, TempDir) and bound:
                raise PlanError(f"step {number}: the temporary directory comes first, and once")
            if isinstance(step, Run) and step.early and step.argv not in due:
                raise PlanError(f"step {number} is not the clean-up of an earlier one")
            if isinstance(step, Run) and step.undo:
                due.add(step.undo.argv)
                unswept = variables(step.undo.argv) - {STAGING.name, RUN_ID.name}
                if unswept:
                    # To clean up after a killed run, a later one has only the directory's
                    # name.
                    raise PlanError(f"step {number}: its clean-up uses {sorted(unswept)}")
            bound |= binds(step)

    @property
    def undos(self) -> tuple[Undo, ...]:
        """All clean-up commands of the plan, in the order in which they run: last first."""
        runs = [s.undo for s in self.steps if isinstance(s, Run) and s.undo]
        return tuple(reversed(runs))

    @property
    def used_after(self) -> tuple[frozenset[str], ...]:
        """For each step, the names of the variables that the steps after it use."""
        used: frozenset[str] = frozenset()
        found = [used]
        for step in reversed(self.steps):
            used |= variables(_words_of(step))
            found.append(used)
        return tuple(reversed(found))

    @property
    def asks_left_over(self) -> Words:
        """The command that lists the containers of the run ``RUN_ID``, by bpkit's labels."""
        ask = words("ps", "-a", "-q", "--no-trunc")
        project = f"label={PROJECT_LABEL}={self.project}"
        run = join(f"label={RUN_LABEL}=", RUN_ID)
        return (*self.engine, *ask, *words("--filter", project, "--filter", run))

    @property
    def givens(self) -> tuple[Given, ...]:
        """All build arguments whose values are not in the plan's text, in order, each once."""
        found = (w for s in self.steps for w in _words_of(s) if isinstance(w, Given))
        return tuple({given.name: given for given in found}.values())

    @property
    def params(self) -> tuple[Param, ...]:
        """Everything that the user may set, in order of appearance."""
        found = [*self.engine, *(w for s in self.steps for w in _words_of(s))]
        return params(found)


def _words_of(step: Step) -> tuple[Word, ...]:
    return tuple(_each_word(step))


def _each_word(step: Step) -> Iterator[Word]:
    match step:
        case TempDir():
            return
        case Run():
            yield from step.argv
            # The file is named before the command runs, and read after it.
            if step.binds:
                yield step.binds.file
            if step.undo:
                yield from step.undo.argv
        case WriteFile():
            yield step.path
        case EndIf():
            yield step.value


def binds(step: Step) -> frozenset[str]:
    """The names that have a value once the step is done."""
    match step:
        case TempDir():
            return frozenset({STAGING.name, RUN_ID.name})
        case Run(binds=Capture(name=name)):
            return frozenset({name})
        case _:
            return frozenset()


def staged(path: str) -> Join:
    """The word for a path below the staging directory."""
    return Join((STAGING, Lit(f"/{path}")))
