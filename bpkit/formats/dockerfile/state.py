"""The state that an instruction runs in: environment, directory, user, shell, command.

Rules as in BuildKit's frontend/dockerfile/dockerfile2llb/convert.go. There, an ARG with a value
and an ENV write to the same environment, so that the later one wins for the instructions after
it; but only an ENV reaches the image.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from types import MappingProxyType

from bpkit.formats.dockerfile.error import DockerfileError
from bpkit.formats.dockerfile.expansion import expand, references
from bpkit.formats.dockerfile.parser import Instruction
from bpkit.formats.dockerfile.scope import Scope
from bpkit.formats.dockerfile.stage import AUTOMATIC_ARGS, Stage
from bpkit.light import dataclass

DEFAULT_SHELL = ("/bin/sh", "-c")


class ExpansionLimitError(DockerfileError):
    """A stage whose variables expand to more text than any stage written by a person."""


@dataclass(frozen=True)
class StageState:
    """The state before an instruction.

    ``env`` is where variables are looked up, including ARGs; ``image_env`` only has those that ENV
    set or the base image has. ``unknown`` are the declared ARGs whose values only a build knows;
    ``base_known`` is false if the base image's environment wasn't given. ``workdir_known`` is
    false if the directory depends on something unknown. ``cmd`` and ``entrypoint`` are None
    if this file sets none; a shell form has the shell in front.
    """

    env: Mapping[str, str | None] = field(default_factory=dict, hash=False)
    image_env: Mapping[str, str] = field(default_factory=dict, hash=False)
    unknown: Mapping[str, bool] = field(default_factory=dict, hash=False)
    base_known: bool = True
    workdir: str = "/"
    workdir_known: bool = True
    user: str = ""
    shell: tuple[str, ...] = DEFAULT_SHELL
    entrypoint: tuple[str, ...] | None = None
    cmd: tuple[str, ...] | None = None
    cmd_is_own: bool = False

    def unresolved(self, text: str, escape: str = "\\") -> frozenset[str]:
        """The variables in ``text`` whose value isn't known from the file.

        Empty if ``expand(text, state.env)`` can be trusted.
        """
        return frozenset(
            name
            for name in references(text, escape)
            if self.unknown.get(name) or (not self.base_known and name not in self.env)
        )


def walk(
    stage: Stage,
    base_env: Mapping[str, str] | None = None,
    build_args: Mapping[str, str] | None = None,
    base_workdir: str | None = None,
) -> Iterator[tuple[Instruction, StageState]]:
    """Each instruction of ``stage`` after its FROM, with the state before it.

    ``base_env`` and ``base_workdir`` are of the image that it (or the stage it starts from) starts
    from; None means they aren't known. Raises DockerfileError if a variable can't be expanded.
    """
    # Each lint rule walks each stage, with the same result each time.
    walks: dict[object, tuple[list[tuple[Instruction, StageState]], DockerfileError | None]]
    walks = vars(stage).setdefault("_walks", {})
    key = (_items(base_env), _items(build_args), base_workdir)
    if key in walks:
        known, failure = walks[key]
        yield from known
        if failure is not None:
            raise failure
        return
    seen: list[tuple[Instruction, StageState]] = []
    try:
        for one in _walk(stage, base_env, build_args or {}, base_workdir):
            seen.append(one)
            yield one
    except DockerfileError as error:
        walks[key] = (seen, error)
        raise
    walks[key] = (seen, None)


def _walk(
    stage: Stage,
    base_env: Mapping[str, str] | None,
    build_args: Mapping[str, str],
    base_workdir: str | None,
) -> Iterator[tuple[Instruction, StageState]]:
    state = _first(stage, base_env, build_args, base_workdir)
    size = 0
    for instruction in stage.instructions:
        size += _expanded_size(instruction, state)
        if size > _MOST_TEXT:
            raise ExpansionLimitError(
                f"the stage's variables expand to more than {_MOST_TEXT:,} characters",
                place=stage.place(instruction),
            )
        yield instruction, state
        state = _after_placed(stage, instruction, state, build_args)


def final_state(
    stage: Stage,
    base_env: Mapping[str, str] | None = None,
    build_args: Mapping[str, str] | None = None,
    base_workdir: str | None = None,
) -> StageState:
    """The state after the last instruction of ``stage``; parameters as of ``walk``."""
    state = _first(stage, base_env, build_args or {}, base_workdir)
    for instruction in stage.instructions:
        state = _after_placed(stage, instruction, state, build_args or {})
    return state


def _first(
    stage: Stage,
    base_env: Mapping[str, str] | None,
    build_args: Mapping[str, str],
    base_workdir: str | None,
) -> StageState:
    """The state after FROM; a parent stage's ONBUILD instructions have run by then."""
    # A stage is walked for each stage based on it, with the same final state each time.
    key = (_items(base_env), _items(build_args), base_workdir)
    unknown: list[Stage] = []
    state: StageState | None = None
    parent = stage.parent
    while parent is not None and (state := _ends_of(parent).get(key)) is None:
        unknown.append(parent)
        parent = parent.parent
    if state is None:
        state = _of_base(unknown[-1] if unknown else stage, base_env, base_workdir)
    for one in reversed(unknown):
        for instruction in one.instructions:
            state = _after_placed(one, instruction, state, build_args)
        state = replace(state, cmd_is_own=False)
        for instruction in one.instructions:
            if instruction.trigger is not None:
                state = _after_placed(one, instruction.trigger, state, build_args)
        _ends_of(one)[key] = state
    return state


def _items(mapping: Mapping[str, str] | None) -> frozenset[tuple[str, str]] | None:
    return None if mapping is None else frozenset(mapping.items())


def _ends_of(stage: Stage) -> dict[object, StageState]:
    """The known initial states of stages based on this one, kept with the stage."""
    found: dict[object, StageState] = vars(stage).setdefault("_ends", {})
    return found


# No stage written by a person comes close; and no variable of a process may be longer on Linux.
_MOST_TEXT = 4 << 20
_MOST_VALUE = 128 << 10
# PATH_MAX, without the byte that ends it.
_LONGEST_PATH = 4095


def _expanded_size(instruction: Instruction, state: StageState) -> int:
    """A lower bound of the instruction's length with its variables replaced."""
    count = instruction.text.count("$")
    if not count or not state.env:
        return 0
    try:
        names = references(instruction.original, instruction.escape)
    except DockerfileError:
        return 0
    return count * max((len(state.env.get(name) or "") for name in names), default=0)


def _of_base(
    root: Stage, base_env: Mapping[str, str] | None, base_workdir: str | None
) -> StageState:
    env = MappingProxyType(dict(base_env or {}))
    return StageState(
        env=env,
        image_env=env,
        base_known=base_env is not None or root.is_scratch,
        workdir=base_workdir or "/",
        workdir_known=base_workdir is not None or root.is_scratch,
    )


def _after_placed(
    stage: Stage, instruction: Instruction, state: StageState, build_args: Mapping[str, str]
) -> StageState:
    try:
        return _after(stage, instruction, state, build_args)
    except DockerfileError as error:
        raise error.at(stage.place(instruction)) from error


def _after(
    stage: Stage, instruction: Instruction, state: StageState, build_args: Mapping[str, str]
) -> StageState:
    match instruction.keyword:
        case "ENV":
            return _with_env(instruction, state)
        case "ARG":
            return _with_args(stage, instruction, state, build_args)
        case "WORKDIR" if instruction.args:
            return _with_workdir(instruction, state)
        case "USER" if instruction.args:
            return replace(state, user=expand(instruction.args[0], state.env, instruction.escape))
        case "SHELL" if instruction.json:
            return replace(state, shell=instruction.args)
        case "CMD":
            return replace(state, cmd=_command(instruction, state), cmd_is_own=True)
        case "ENTRYPOINT":
            # An inherited CMD was meant for the inherited ENTRYPOINT.
            cmd = state.cmd if state.cmd_is_own else None
            return replace(state, entrypoint=_command(instruction, state), cmd=cmd)
    return state


def _with_env(instruction: Instruction, state: StageState) -> StageState:
    """Every value sees the environment from before the whole instruction."""

    def value(text: str | None) -> str:
        return expand(text or "", state.env, instruction.escape)

    new = {value(name): value(text) for name, text in instruction.pairs}
    doubtful = {
        value(name)
        for name, text in instruction.pairs
        if state.unresolved(text or "", instruction.escape)
    }
    _check_values(new)
    image_env = Scope(state.image_env, new)
    # Without any ARG the two are one.
    alike = state.env is state.image_env
    return replace(
        state,
        env=image_env if alike else Scope(state.env, new),
        image_env=image_env,
        unknown=Scope(state.unknown, {name: name in doubtful for name in new})
        if doubtful or any(map(state.unknown.get, new))
        else state.unknown,
    )


def _check_values(values: Mapping[str, str]) -> None:
    for name, value in values.items():
        if len(value) > _MOST_VALUE:
            raise DockerfileError(
                f"the value of {name} has {len(value):,} characters, more than a process may have"
            )


def _with_args(
    stage: Stage, instruction: Instruction, state: StageState, build_args: Mapping[str, str]
) -> StageState:
    for name, default in instruction.pairs:
        value: str | None = None
        known = True
        if name in build_args:
            value = build_args[name]
        elif default is not None:
            known = not state.unresolved(default, instruction.escape)
            value = expand(default, state.env, instruction.escape)
        else:
            value = stage.global_args.get(name)
            known = value is not None or name not in AUTOMATIC_ARGS
        _check_values({name: value or ""})
        unknown = state.unknown
        if bool(unknown.get(name)) == known:
            unknown = Scope(unknown, {name: not known})
        env = state.env
        if value is not None or name not in env:
            env = Scope(env, {name: value})
        state = replace(state, env=env, unknown=unknown)
    return state


def _with_workdir(instruction: Instruction, state: StageState) -> StageState:
    path = expand(instruction.args[0], state.env, instruction.escape)
    sure = not state.unresolved(instruction.args[0], instruction.escape)
    if path.startswith("/"):
        return replace(state, workdir=path, workdir_known=sure)
    joined = posixpath.normpath(posixpath.join(state.workdir, path))
    if len(joined) > _LONGEST_PATH:
        raise DockerfileError(
            f"this WORKDIR is a path of {len(joined):,} characters, and Linux takes 4,095"
        )
    return replace(state, workdir=joined, workdir_known=sure and state.workdir_known)


def _command(instruction: Instruction, state: StageState) -> tuple[str, ...]:
    if instruction.json or not instruction.args:
        return instruction.args
    return (*state.shell, *instruction.args)
