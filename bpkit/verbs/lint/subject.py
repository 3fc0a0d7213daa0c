"""What the rules look at: one Dockerfile, the one that it is a pair with, and its build context."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bpkit.formats.context import ContextSource, needs, used_stages
from bpkit.formats.dockerfile import (
    Dockerfile,
    Instruction,
    Stage,
    Stages,
    StageState,
    find_stage,
    stages,
    walk,
)


def _everything_is_there(_: ContextSource) -> bool:
    return True


@dataclass(frozen=True)
class Context:
    """What the rules need to know of the build context.

    ``present`` says whether a source is there, ``names`` are the paths that a slip may have meant.
    ``is_chosen`` says that a ``.dockerignore`` lets nothing through but what it names;
    ``sends_git`` that a ``.git`` is there and would be sent; ``go_needs_no_libc`` that its Go files
    import nothing that could bring C along.
    """

    present: Callable[[ContextSource], bool] = _everything_is_there
    names: tuple[str, ...] = ()
    is_chosen: bool = False
    sends_git: bool = False
    go_needs_no_libc: bool = False


@dataclass(frozen=True)
class LintSubject:
    """A Dockerfile under the eyes of the rules.

    ``ships`` is false for the build file of a pair: its image goes nowhere. ``build`` is that build
    file where this is the runtime file of a pair.
    """

    file: Dockerfile
    build: Dockerfile | None = None
    ships: bool = True
    context: Context = field(default_factory=Context)
    build_args: Mapping[str, str] = field(default_factory=dict, hash=False)

    @cached_property
    def stages(self) -> Stages:
        """The stages of the file. Raises DockerfileError."""
        return stages(self.file, self.build_args)

    @cached_property
    def shipped(self) -> tuple[Stage, ...]:
        """The stages whose layers ship: the last one and those it starts from, the root first."""
        return self.stages.last.lineage if self.ships else ()

    @cached_property
    def used(self) -> tuple[Stage, ...]:
        """The stages that the last one is built from, itself included, in the file's order."""
        return used_stages(self.stages, self.stages.last)

    @cached_property
    def taken(self) -> tuple[ContextSource, ...]:
        """What the used stages take of the build context."""
        return needs(self.file, build_args=self.build_args).sources

    @cached_property
    def build_stage(self) -> Stage | None:
        """What the build file of the pair makes; None where there is no pair."""
        return None if self.build is None else stages(self.build, self.build_args).last

    def shipped_steps(self) -> Iterator[Step]:
        """Each instruction whose effect ships, in order."""
        return (step for stage in self.shipped for step in steps(stage))

    def origin(self, stage: Stage, reference: str) -> Stage | None:
        """The stage that ``--from=reference`` means in ``stage``."""
        return find_stage(self.stages, reference, before=stage.number)


@dataclass(frozen=True)
class Step:
    """One instruction, the stage that it stands in, and the state before it."""

    stage: Stage
    instruction: Instruction
    state: StageState


def steps(stage: Stage) -> Iterator[Step]:
    """The instructions of one stage, each with the state before it."""
    return (Step(stage, instruction, state) for instruction, state in walk(stage))
