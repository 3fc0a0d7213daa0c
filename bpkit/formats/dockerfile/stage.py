"""A Dockerfile's stages: their bases, their instructions, and the stage that a name refers to.

Rules as in BuildKit's frontend/dockerfile (instructions/parse.go, dockerfile2llb/convert.go): only
ARG may come before the first FROM and only FROM sees it; names are compared without case; a FROM
finds the stages before it by name, a ``--from`` by name or number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from bpkit.errors import Place
from bpkit.formats.dockerfile.error import DockerfileError
from bpkit.formats.dockerfile.expansion import expand, references
from bpkit.formats.dockerfile.grammar import KEYWORDS
from bpkit.formats.dockerfile.parser import Dockerfile, Instruction
from bpkit.formats.text import nearest
from bpkit.light import dataclass, regex

# Arguments that BuildKit sets, with values that only a build knows.
AUTOMATIC_ARGS = frozenset(
    f"{side}{what}"
    for side in ("BUILD", "TARGET")
    for what in ("PLATFORM", "OS", "OSVERSION", "ARCH", "VARIANT")
) | {"TARGETSTAGE"}
_STAGE_NAME = regex(r"[a-z][a-z0-9_.-]*")
_NUMBER = regex(r"[+-]?[0-9]+")


@dataclass(frozen=True)
class Stage:
    """One FROM and what follows it.

    ``number`` counts from 0. ``name`` is in lower case, as BuildKit keeps it. ``base`` is the
    image as written, ``base_image`` with the global ARGs put in. ``unresolved`` names the
    variables of the base that only a build knows: where there are any, don't trust ``base_image``.
    ``platform`` is left as written where it has such variables. ``parent`` is the stage that it
    starts from, if it is one.
    """

    number: int
    name: str | None
    base: str
    base_image: str
    platform: str | None
    from_: Instruction
    instructions: tuple[Instruction, ...]
    unresolved: frozenset[str] = frozenset()
    parent: Stage | None = None
    file: str = "Dockerfile"
    global_args: Mapping[str, str | None] = field(default_factory=dict, repr=False, hash=False)

    @property
    def is_scratch(self) -> bool:
        """Whether it starts from nothing at all."""
        return self.parent is None and self.base_image == "scratch"

    @property
    def label(self) -> str:
        """Its name in a message: its name, or its number."""
        return self.name if self.name is not None else str(self.number)

    @property
    def lineage(self) -> tuple[Stage, ...]:
        """The stage and those that it starts from, in order from the first one."""
        found = [self]
        while (parent := found[-1].parent) is not None:
            found.append(parent)
        return tuple(reversed(found))

    def place(self, instruction: Instruction) -> Place:
        return Place(self.file, instruction.line)


@dataclass(frozen=True)
class Stages:
    """All stages of a file, and the ARGs before the first FROM with their values.

    A global ARG is None if it has no value.
    """

    stages: tuple[Stage, ...]
    head: tuple[Instruction, ...] = ()
    global_args: Mapping[str, str | None] = field(default_factory=dict, hash=False)

    def __iter__(self) -> Iterator[Stage]:
        return iter(self.stages)

    def __len__(self) -> int:
        return len(self.stages)

    def __getitem__(self, number: int) -> Stage:
        return self.stages[number]

    @property
    def last(self) -> Stage:
        """The stage that a build without ``--target`` makes."""
        return self.stages[-1]


def stages(
    dockerfile: Dockerfile,
    build_args: Mapping[str, str] | None = None,
    *,
    open_bases: bool = False,
) -> Stages:
    """The stages of ``dockerfile``, global ARGs taking their values from ``build_args`` first.

    With ``open_bases`` a FROM that needs an argument without a value, or whose image comes out
    empty, is one with an unresolved base. Raises DockerfileError if there is no
    FROM, something else than ARG comes before it, a FROM is malformed, or (without
    ``open_bases``) the name of its image comes out empty.
    """
    given = dict(build_args or {})
    head, groups = _groups(dockerfile)
    global_args = _global_args(dockerfile, head, given)
    found: list[Stage] = []
    for from_, instructions in groups:
        try:
            found.append(_stage(dockerfile, from_, instructions, global_args, found, open_bases))
        except DockerfileError as error:
            raise error.at(dockerfile.place(from_)) from error
    return Stages(tuple(found), head, global_args)


def find_stage(
    stages: Stages | tuple[Stage, ...], reference: str, before: int | None = None
) -> Stage | None:
    """The stage that ``--from=reference`` means: by number, or by name without case.

    Only stages with a number below ``before`` count. None if no stage matches: then a name is an
    image (or a named context), a number is a mistake.
    """
    earlier = tuple(stages)[:before]
    if _NUMBER.fullmatch(reference):
        number = int(reference)
        return earlier[number] if 0 <= number < len(earlier) else None
    return _named(earlier, reference)


def is_number(reference: str) -> bool:
    """Whether ``--from=reference`` can only mean a stage by its number."""
    return _NUMBER.fullmatch(reference) is not None


def _named(earlier: tuple[Stage, ...], name: str) -> Stage | None:
    """The last of these stages with this name: a later one hides an earlier one."""
    return next((stage for stage in reversed(earlier) if stage.name == name.lower()), None)


_Group = tuple[Instruction, tuple[Instruction, ...]]


def _groups(dockerfile: Dockerfile) -> tuple[tuple[Instruction, ...], list[_Group]]:
    """The ARGs before the first FROM; then each FROM with what follows it."""
    instructions = dockerfile.instructions
    starts = [i for i, one in enumerate(instructions) if one.keyword == "FROM"]
    head = instructions[: starts[0]] if starts else instructions
    for instruction in head:
        if instruction.keyword not in KEYWORDS and (near := nearest(instruction.keyword, KEYWORDS)):
            raise DockerfileError(
                f"unknown instruction {instruction.keyword}",
                place=dockerfile.place(instruction),
                hint=f"did you mean {near}?",
            )
        if instruction.keyword != "ARG":
            raise DockerfileError(
                f"{instruction.keyword} comes before the first FROM",
                place=dockerfile.place(instruction),
                hint="start the file with FROM; only ARG may come before it",
            )
    if not starts:
        raise DockerfileError(
            "there is no FROM in this file", place=Place(dockerfile.name), hint="start it with FROM"
        )
    ends = [*starts[1:], len(instructions)]
    groups = [
        (instructions[start], instructions[start + 1 : end])
        for start, end in zip(starts, ends, strict=True)
    ]
    return head, groups


def _global_args(
    dockerfile: Dockerfile, head: tuple[Instruction, ...], given: Mapping[str, str]
) -> dict[str, str | None]:
    """The values of the global ARGs; automatic ones only where the user gives them."""
    values: dict[str, str | None] = {n: v for n, v in given.items() if n in AUTOMATIC_ARGS}
    for instruction in head:
        for name, default in instruction.pairs:
            if name in given:
                values[name] = given[name]
            elif default is not None:
                try:
                    values[name] = expand(default, values, instruction.escape)
                except DockerfileError as error:
                    raise error.at(dockerfile.place(instruction)) from error
            else:
                values.setdefault(name, None)
    return values


def _stage(
    dockerfile: Dockerfile,
    from_: Instruction,
    instructions: tuple[Instruction, ...],
    global_args: Mapping[str, str | None],
    earlier: list[Stage],
    open_bases: bool,
) -> Stage:
    name = _stage_name(from_)
    base = from_.args[0]
    image = expand(base, global_args, from_.escape)
    unresolved = _unresolved(base, from_, global_args)
    if open_bases:
        used = references(base, from_.escape)
        unresolved |= {n for n in used if not image or global_args.get(n, "") is None}
    platform = from_.flag("platform")
    if platform is not None and not _unresolved(platform, from_, global_args):
        platform = expand(platform, global_args, from_.escape)
    if not image and not unresolved:
        raise DockerfileError(
            f"the image of this FROM is empty: {base}",
            hint="give the ARG before it a default, or pass --build-arg",
        )
    return Stage(
        number=len(earlier),
        name=name,
        base=base,
        base_image=image,
        platform=platform,
        from_=from_,
        instructions=instructions,
        unresolved=unresolved,
        parent=_named(tuple(earlier), image),
        file=dockerfile.name,
        global_args=global_args,
    )


def _unresolved(
    text: str, from_: Instruction, global_args: Mapping[str, str | None]
) -> frozenset[str]:
    """The automatic arguments in ``text`` that nobody gave a value."""
    used = references(text, from_.escape) & AUTOMATIC_ARGS
    return frozenset(name for name in used if global_args.get(name) is None)


def _stage_name(from_: Instruction) -> str | None:
    args = from_.args
    if len(args) == 1:
        return None
    if len(args) != 3 or args[1].lower() != "as":
        raise DockerfileError(
            "FROM takes an image, or an image, AS and a name", hint="write FROM image AS name"
        )
    name = args[2].lower()
    if not _STAGE_NAME.fullmatch(name):
        raise DockerfileError(
            f"{args[2]!r} can't be the name of a stage",
            hint="a name starts with a letter and goes on with letters, digits, - _ .",
        )
    return name
