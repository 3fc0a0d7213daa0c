"""The files of the build context that a Dockerfile needs: those in its COPY, ADD and bind mounts.

    found = needs(parse(text))               # of the last stage and all that it uses
    found.everything                   # the ContextSource that takes the whole context, or None
    found.sources                      # each with its place, and whether it is known
    tree = Tree.of(paths)              # of a directory: bpkit.project.read_tree
    matching(found, tree).paths        # files and whole directories

Nothing here looks at a disk. Rules as in BuildKit's dockerfile2llb (convert.go, convert_copy.go,
convert_runmount.go) and in moby's builder/dockerfile (copy.go).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bpkit.errors import Place
from bpkit.formats.dockerfile import (
    AUTOMATIC_ARGS,
    Dockerfile,
    DockerfileError,
    Instruction,
    Stage,
    Stages,
    StageState,
    copy_of,
    expand,
    find_stage,
    mounts_of,
    references,
    stages,
    walk,
)
from bpkit.formats.text import is_glob, source_path
from bpkit.light import dataclass, regex

WHOLE = "."
_REMOTE = regex(r"(https?|git|ssh)://|git@[^/]+:")


@dataclass(frozen=True)
class ContextSource:
    """One path or pattern of the build context that an instruction takes.

    ``pattern`` is relative to the context and cleaned; ``.`` is the whole context. ``text`` is as
    written. ``keyword`` is COPY, ADD, or RUN for a bind mount; only the first two take patterns
    (``glob``). ``known`` is false if the path depends on what only a build knows: then
    ``pattern`` is the directory before the first such variable, below which the path lies unless
    the value has a ``..``. ``arguments`` names the build arguments that the path was expanded
    with: another ``--build-arg`` gives another path. ``wider`` is the pattern of all these paths,
    a ``*`` for each variable; empty if there is none, or a value may go over several
    directories. ``exclude`` and ``parents`` are the flags.
    """

    pattern: str
    text: str
    keyword: str
    place: Place
    glob: bool = False
    known: bool = True
    arguments: frozenset[str] = frozenset()
    wider: str = ""
    exclude: tuple[str, ...] = ()
    parents: bool = False


@dataclass(frozen=True)
class ContextNeeds:
    """The files that a build takes from its context.

    ``postponed`` is what the ONBUILD triggers of the target take, in later builds. ``bases`` are
    the images that the stages start from; an ONBUILD in one of them may take more, which only
    the engine can tell.
    """

    sources: tuple[ContextSource, ...] = ()
    postponed: tuple[ContextSource, ...] = ()
    bases: tuple[str, ...] = ()

    @property
    def everything(self) -> ContextSource | None:
        """The first source that takes the whole context, if one does (known or not)."""
        return next((one for one in self.sources if one.pattern == WHOLE), None)

    @property
    def unknown(self) -> tuple[ContextSource, ...]:
        """The sources whose path only a build knows."""
        return tuple(one for one in self.sources if not one.known)


def needs(
    dockerfile: Dockerfile,
    target: Stage | None = None,
    build_args: Mapping[str, str] | None = None,
    *,
    unused_stages: bool = False,
    open_bases: bool = False,
) -> ContextNeeds:
    """The files that building ``target`` (None: the last stage) takes from the build context.

    ``unused_stages`` counts all stages before the target too, as the classic builder builds them
    whether they are used or not. ``open_bases`` is that of ``stages``. Raises DockerfileError for
    what can't be built anyway.
    """
    every = stages(dockerfile, build_args, open_bases=open_bases)
    last = every.last if target is None else every[target.number]
    built = every.stages[: last.number + 1] if unused_stages else used_stages(every, last)
    args = dict(build_args or {})
    sources = [source for stage in built for source in _taken(stage, args)]
    return ContextNeeds(
        sources=tuple(dict.fromkeys(sources)),
        postponed=tuple(_postponed(last, args)),
        bases=tuple(dict.fromkeys(stage.base_image for stage in built if stage.parent is None)),
    )


def together(*several: ContextNeeds) -> ContextNeeds:
    """The needs of all of these builds of one context."""
    return ContextNeeds(
        tuple(dict.fromkeys(source for one in several for source in one.sources)),
        tuple(dict.fromkeys(source for one in several for source in one.postponed)),
        tuple(dict.fromkeys(base for one in several for base in one.bases)),
    )


def used_stages(every: Stages, target: Stage) -> tuple[Stage, ...]:
    """The stages that ``target`` is built from, itself included, in the order of the file.

    Where the base of one of them is known only to a build, all stages before it count.
    """
    used: set[int] = set()
    waiting = [target]
    while waiting:
        stage = waiting.pop()
        if stage.number in used:
            continue
        used.add(stage.number)
        if stage.unresolved:
            waiting += every.stages[: stage.number]
        if stage.parent is not None:
            waiting.append(stage.parent)
        for reference in _references(stage):
            # The classic builder looks above, BuildKit takes the last one of the file.
            found = find_stage(every, reference, before=stage.number)
            if found is not None:
                waiting.append(found)
    return tuple(stage for stage in every if stage.number in used)


def _references(stage: Stage) -> Iterator[str]:
    """The names in each ``--from`` and ``from=`` of the stage, and of its parent's triggers."""
    for instruction in (*_triggers(stage.parent), *stage.instructions):
        if instruction.keyword in {"COPY", "ADD"} and (origin := instruction.flag("from")):
            yield origin
        try:
            mounts = mounts_of(instruction)
        except DockerfileError as error:
            raise error.at(stage.place(instruction)) from error
        yield from (mount.from_ for mount in mounts if mount.from_)


def _triggers(stage: Stage | None) -> tuple[Instruction, ...]:
    """The instructions that a stage leaves to the stages that start from it."""
    if stage is None:
        return ()
    return tuple(one.trigger for one in stage.instructions if one.trigger is not None)


def _taken(stage: Stage, build_args: Mapping[str, str]) -> Iterator[ContextSource]:
    """The sources that the stage takes, its parent's triggers first."""
    for instruction, state in _walk_with_triggers(stage, build_args):
        yield from _sources(stage, instruction, state)


def _walk_with_triggers(
    stage: Stage, build_args: Mapping[str, str]
) -> Iterator[tuple[Instruction, StageState]]:
    """As ``walk``, but the triggers of the parent stage come before the stage's own instructions.

    For that, parent and child are walked as if they were one stage.
    """
    parent = stage.parent
    if parent is None:
        yield from walk(stage, build_args=build_args)
        return
    instructions = (*parent.instructions, *_triggers(parent), *stage.instructions)
    joined = replace(parent, instructions=instructions)
    steps = list(walk(joined, build_args=build_args))
    yield from steps[len(parent.instructions) :]


def _postponed(stage: Stage, build_args: Mapping[str, str]) -> Iterator[ContextSource]:
    triggers = _triggers(stage)
    if not triggers:
        return
    later = replace(stage, parent=stage, instructions=())
    for instruction, state in _walk_with_triggers(later, build_args):
        yield from _sources(stage, instruction, state)


def _sources(stage: Stage, instruction: Instruction, state: StageState) -> Iterator[ContextSource]:
    try:
        if instruction.keyword in {"COPY", "ADD"}:
            yield from _copied(stage, instruction, state)
        elif instruction.keyword == "RUN":
            yield from _mounted(stage, instruction, state)
    except DockerfileError as error:
        raise error.at(stage.place(instruction)) from error


def _copied(stage: Stage, instruction: Instruction, state: StageState) -> Iterator[ContextSource]:
    copy = copy_of(instruction, state.env)
    if copy.from_ is not None:
        return
    for text, path in zip(copy_of(instruction).sources, copy.sources, strict=True):
        if instruction.keyword == "ADD" and _REMOTE.match(path):
            continue
        source = _source(stage, instruction, state, text, path)
        yield replace(
            source, glob=is_glob(source.pattern), exclude=copy.exclude, parents=copy.parents
        )


def _mounted(stage: Stage, instruction: Instruction, state: StageState) -> Iterator[ContextSource]:
    raw = mounts_of(instruction)
    for written, mount in zip(raw, mounts_of(instruction, state.env), strict=True):
        if mount.type == "bind" and not mount.from_:
            text, path = written.source or "", mount.source or ""
            yield _source(stage, instruction, state, text, path)


def _source(
    stage: Stage, instruction: Instruction, state: StageState, text: str, path: str
) -> ContextSource:
    names = references(text, instruction.escape)
    unresolved = state.unresolved(text, instruction.escape)
    if unresolved:
        path = _before(text, state, unresolved, instruction.escape)
    return ContextSource(
        pattern=source_path(path),
        text=text or "/",
        keyword=instruction.keyword,
        place=stage.place(instruction),
        known=not unresolved,
        arguments=names & _arguments(stage, state) - AUTOMATIC_ARGS,
        wider=_wider(text, state, names & (unresolved | _arguments(stage, state)), instruction),
    )


_UNKNOWN = "\0"
# linux/arm64, or with a variant behind it.
_WITH_SLASHES = frozenset({"BUILDPLATFORM", "TARGETPLATFORM"})


def _wider(text: str, state: StageState, names: frozenset[str], instruction: Instruction) -> str:
    """The pattern of all paths that these variables may give."""
    has_slash = any("/" in (state.env.get(name) or "") for name in names)
    if not names or has_slash or names & _WITH_SLASHES:
        return ""
    if instruction.keyword == "RUN" and is_glob(text):
        return ""
    marked = {**state.env, **dict.fromkeys(names, _UNKNOWN)}
    path = source_path(expand(text, marked, instruction.escape))
    return re.sub(f"{_UNKNOWN}+", "*", path) if _UNKNOWN in path else ""


def _before(text: str, state: StageState, unresolved: frozenset[str], escape: str) -> str:
    """The directory before the first variable that isn't known."""
    marked = {**state.env, **dict.fromkeys(unresolved, _UNKNOWN)}
    before, mark, _ = expand(text, marked, escape).partition(_UNKNOWN)
    return before.rpartition("/")[0] if mark else WHOLE


def _arguments(stage: Stage, state: StageState) -> frozenset[str]:
    """The names that ARG declared for this instruction: in the environment, and not by ENV."""
    return frozenset(state.env) - frozenset(state.image_env)
