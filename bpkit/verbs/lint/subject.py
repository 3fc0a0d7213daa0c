"""The subject of the rules: one Dockerfile, the other one of its pair, and its build context."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import date
from functools import cached_property

from bpkit.formats.context import ContextSource, needs, used_stages
from bpkit.formats.dockerfile import (
    Dockerfile,
    Filler,
    Instruction,
    Refusal,
    Stage,
    Stages,
    StageState,
    find_stage,
    refusals,
    stages,
    walk,
)
from bpkit.light import dataclass
from bpkit.verbs.lint.profiles import Profile, profile_of

#: The day when the table of ends of life was read.
TABLE_DAY = date(2026, 11, 27)


def _everything_is_there(_: ContextSource) -> bool:
    return True


def _no_line(_: str) -> str:
    return ""


def _nothing_is_said(_: str) -> bool:
    return False


def _not_known() -> bool:
    return False


@dataclass(frozen=True)
class Context:
    """The facts about the build context that the rules need.

    ``present`` says whether a source is there, ``names`` are the paths that a slip may have meant,
    ``mentions`` whether a script or Makefile in it speaks of a file of this name.
    ``is_chosen`` says that a ``.dockerignore`` lets nothing through but what it names,
    ``is_ignoring`` that there is one with a line in it; ``sends_git`` that a ``.git`` is there and
    would be sent. ``go_needs_no_libc`` reads all Go files, and tells whether they import nothing
    that could bring C along; ``has_dev_packages`` says that its package.json (or composer.json)
    names packages for development, None if there is none to read. ``excluded_by`` names the line
    that keeps a path of the context out, with all that is in it; empty if none does, or nothing
    is at the path.
    """

    present: Callable[[ContextSource], bool] = _everything_is_there
    names: tuple[str, ...] = ()
    mentions: Callable[[str], bool] = _nothing_is_said
    is_chosen: bool = False
    is_ignoring: bool = False
    sends_git: bool = False
    has_dev_packages: bool | None = None
    go_needs_no_libc: Callable[[], bool] = _not_known
    excluded_by: Callable[[str], str] = _no_line


@dataclass(frozen=True)
class LintSubject:
    """A Dockerfile as the rules see it.

    ``ships`` is false for the build file of a pair: its image goes nowhere. ``build`` is that build
    file where this is the runtime file of a pair. ``said_profile`` is what the settings say of it.
    ``today`` decides what is past its end of life. ``target`` is the stage that its builds ask for,
    where there is one, ``targets`` are all that some build asks for.
    """

    file: Dockerfile
    build: Dockerfile | None = None
    ships: bool = True
    context: Context = field(default_factory=Context)
    said_profile: Profile | None = None
    today: date = TABLE_DAY
    build_args: Mapping[str, str] = field(default_factory=dict, hash=False)
    target: str = ""
    targets: frozenset[str] = frozenset()

    @cached_property
    def refusals(self) -> tuple[Refusal, ...]:
        """The instructions in the file that the builder refuses."""
        return refusals(self.file, self.build_args)

    @cached_property
    def sound(self) -> Dockerfile:
        """The file without the instructions that the builder refuses, except FROM."""
        return without_refused(self.file, self.refusals)

    @cached_property
    def stages(self) -> Stages:
        """The stages of the sound file. Raises DockerfileError."""
        return stages(self.sound, self.build_args, open_bases=True)

    @cached_property
    def last(self) -> Stage:
        """The stage of the image: the requested one, else the file's last."""
        asked = find_stage(self.stages, self.target) if self.target else None
        return asked or self.stages.last

    @cached_property
    def shipped(self) -> tuple[Stage, ...]:
        """The stages whose layers ship: the last one and those it starts from, the base first."""
        stays = not self.ships or self.profile in {"builds", "development"}
        return () if stays else self.last.lineage

    @cached_property
    def profile(self) -> Profile:
        """The purpose of the file."""
        return self.said_profile or profile_of(self.file.name, self.last)

    @cached_property
    def used(self) -> tuple[Stage, ...]:
        """The stages that the last one is built from, itself included, in the file's order."""
        return used_stages(self.stages, self.last)

    @cached_property
    def taken(self) -> tuple[ContextSource, ...]:
        """The sources in the build context that the used stages copy."""
        return needs(self.sound, build_args=self.build_args, open_bases=True).sources

    @cached_property
    def build_stage(self) -> Stage | None:
        """The files that the pair's build file makes; None without a pair."""
        if self.build is None:
            return None
        sound = without_refused(self.build, refusals(self.build, self.build_args))
        return stages(sound, self.build_args, open_bases=True).last

    def shipped_steps(self) -> Iterator[Step]:
        """Each instruction whose effect ships, in order."""
        return (step for stage in self.shipped for step in steps(stage))

    def origin(self, stage: Stage, reference: str) -> Stage | None:
        """The stage that ``--from=reference`` means in ``stage``."""
        return find_stage(self.stages, reference, before=stage.number)


def without_refused(file: Dockerfile, refused: Iterable[Refusal]) -> Dockerfile:
    """The file without these instructions; a stage that loses its FROM has an unknown base."""
    lines = {one.place.line for one in refused if one.phase != "child"}
    kept = (p for p in file.parts if p.line not in lines or not _is_in_a_stage(p))
    return replace(file, parts=tuple(kept))


def _is_in_a_stage(part: Instruction | Filler) -> bool:
    return isinstance(part, Instruction) and part.keyword not in {"FROM", "ARG"}


@dataclass(frozen=True)
class Step:
    """One instruction, its stage, and the state before it."""

    stage: Stage
    instruction: Instruction
    state: StageState


def steps(stage: Stage) -> Iterator[Step]:
    """The instructions of one stage, each with the state before it."""
    return (Step(stage, instruction, state) for instruction, state in walk(stage))
