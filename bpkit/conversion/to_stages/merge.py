"""A recipe of several images as one Dockerfile with stages.

The files are joined unchanged, except where a change is needed: names of stages, FROM of an image
that is now a stage, COPY of an artifact, and what applies to the whole file (directives, ARGs
before the first FROM). The result is parsed again and must have the intended meaning.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from bpkit.conversion.aliases import Aliases
from bpkit.conversion.arguments import given_arguments, needed_images
from bpkit.conversion.copies import CopySetting, converted_copy
from bpkit.conversion.head import Head, head_of, split_directives
from bpkit.conversion.owners import may_be_foreign
from bpkit.conversion.parts import Part, StageParts, parts_of
from bpkit.conversion.references import with_references
from bpkit.conversion.remarks import Converted, Remarks
from bpkit.conversion.rewriting import ended, is_same, line_end
from bpkit.conversion.stage_names import StageNames, bases_of, stage_names
from bpkit.conversion.supplies import Supply
from bpkit.conversion.to_stages.mounts import converted_mounts
from bpkit.conversion.to_stages.pieces import (
    alias_pieces,
    comment_above,
    text_of,
    whole,
    with_blank_line,
)
from bpkit.conversion.to_stages.platforms import pinned, pinned_platforms
from bpkit.conversion.to_stages.unpacking import with_unpacked
from bpkit.core import Image, Recipe
from bpkit.errors import BpkitError
from bpkit.formats.context import Tree
from bpkit.formats.dockerfile import (
    Dockerfile,
    DockerfileError,
    Filler,
    Instruction,
    Stage,
    Stages,
    StageState,
    final_state,
    output_of,
    parse,
    stage_uses,
    walk,
)

_FILE_ENDINGS = (".jar", ".war", ".zip", ".gz", ".tgz", ".so", ".exe", ".whl", ".deb", ".rpm")
_NEEDLESS = frozenset({"ENTRYPOINT", "CMD"})


@dataclass(frozen=True)
class MergeChoices:
    """The user's choices, and the content of each image's context, by the image's name.

    ``name`` is the merged file's name. ``trees`` exclude artifacts and ignored files.
    """

    name: str = "Dockerfile"
    keep_entrypoint: bool = False
    trees: Mapping[str, Tree] = field(default_factory=dict, hash=False)


def merged(recipe: Recipe, choices: MergeChoices | None = None) -> Converted:
    """The recipe with one Dockerfile; images that ship share it and differ by target.

    Raises ConversionError with every problem.
    """
    remarks = Remarks()
    choices = choices or MergeChoices()
    try:
        recipe = with_unpacked(recipe, remarks)
        parts = parts_of(recipe)
        names = stage_names(parts)
        pins = pinned_platforms(parts, remarks)
        head = head_of(parts, remarks)
        pieces = _Merger(parts, names, head, choices, remarks, pins).pieces()
        remarks.stop_if_any()
        dockerfile = _joined(pieces, parts, choices.name)
        images = tuple(_built(parts, names, dockerfile))
    except BpkitError as error:
        if not remarks.problems:
            raise
        remarks.error(error)
        remarks.stop_if_any()
    builds = tuple(
        (image.name, tuple(one.name for one in needed_images(parts, image)))
        for image in recipe.images
    )
    ship = {image.name for image in parts.shipped}
    return Converted(
        Recipe(recipe.project, tuple(image for image in images if image.name in ship)),
        tuple(remarks.notes),
        builds=builds,
        stages=tuple(image for image in images if image.name not in ship),
    )


def _joined(pieces: list[str | Instruction], parts: StageParts, name: str) -> Dockerfile:
    """The file of the joined pieces. Raises DockerfileError if its instructions differ."""
    text = "".join(piece if isinstance(piece, str) else piece.text for piece in pieces)
    text = ended(text, parts.all[-1].dockerfile)
    dockerfile = parse(text, name)
    wanted = [piece for piece in pieces if isinstance(piece, Instruction)]
    found = dockerfile.instructions
    if len(found) != len(wanted) or not all(map(is_same, found, wanted)):
        raise DockerfileError(
            "the files can't be merged without changing their meaning",
            hint="look for a heredoc or a continued line at the end of one of them",
        )
    return dockerfile


def _built(parts: StageParts, names: StageNames, dockerfile: Dockerfile) -> Iterator[Image]:
    """The images as built from the merged file."""
    last = parts.all[-1]
    for image in parts.recipe.images:
        part = parts.of(image)
        is_last = part is last and part.target(image) is part.every.last
        yield replace(
            image,
            dockerfile=dockerfile,
            path=None,
            context=parts.context,
            artifacts=(),
            build_args=given_arguments(parts, image),
            target=None if is_last else names.of_image(image),
        )


@dataclass(frozen=True)
class _Merger:
    parts: StageParts
    names: StageNames
    head: Head
    choices: MergeChoices
    remarks: Remarks
    platforms: Mapping[int, str]

    def pieces(self) -> list[str | Instruction]:
        """The text of the merged file, with its instructions as separate pieces."""
        found: list[str | Instruction] = []
        for part in self.parts:
            aliases = Aliases(self.names)
            body = list(self._part(part, aliases))
            end = line_end(part.dockerfile.instructions[0].text)
            if part.number:
                found = with_blank_line(found, end)
                if alias := aliases.text(end):
                    found += [*alias_pieces(alias, part), end]
            found += body
        return found

    def _part(self, part: Part, aliases: Aliases) -> Iterator[str | Instruction]:
        settings = {s.number: self._setting(part, s) for s in part.every}
        stage_of = {id(i): s for s in part.every for i in (s.from_, *s.instructions)}
        states = {id(i): state for s in part.every for i, state in walk(s, None, part.build_args)}
        yield from self._top(part)
        first = part.dockerfile.parts.index(part.every[0].from_)
        for one in part.dockerfile.parts[first:]:
            if isinstance(one, Filler):
                yield ended(one.text, part.dockerfile)
                continue
            stage = stage_of[id(one)]
            state = states.get(id(one), StageState())
            yield from self._instruction(part, stage, one, (state, settings[stage.number], aliases))

    def _top(self, part: Part) -> Iterator[str | Instruction]:
        """The text before the first FROM; only the comments of a later file."""
        before = part.dockerfile.parts[: part.dockerfile.parts.index(part.every[0].from_)]
        if part.number:
            texts = [one.text for one in before if isinstance(one, Filler)]
            if texts and isinstance(before[0], Filler):
                texts[0] = split_directives(texts[0].removeprefix("\ufeff"))[1]
            yield "".join(texts).lstrip("\r\n")
            return
        fillers = [one.text if isinstance(one, Filler) else None for one in before]
        first = fillers[0] if fillers and fillers[0] is not None else ""
        directives, rest = split_directives(first)
        bom = "\ufeff" if directives.startswith("\ufeff") or rest.startswith("\ufeff") else ""
        yield bom + "".join(self._added_directives()) + directives.removeprefix("\ufeff")
        body = [rest.removeprefix("\ufeff"), *before[1:]] if first else list(before)
        last = body.pop() if body and not isinstance(body[-1], Instruction) else ""
        for one in body:
            yield whole(one, part) if isinstance(one, Instruction) else text_of(one)
        apart, attached = comment_above(text_of(last))
        yield apart
        yield from self._moved()
        yield attached

    def _added_directives(self) -> Iterator[str]:
        end = line_end(self.parts.all[0].dockerfile.instructions[0].text)
        yield from (f"# {name}={value}{end}" for name, value in self.head.directives)

    def _moved(self) -> Iterator[Instruction]:
        """The global ARGs of the later files."""
        for origin, instruction in self.head.moved:
            yield whole(instruction, origin)
            self.remarks.note(
                f"ARG {instruction.args[0]} now comes before the first FROM of the merged file",
                origin.dockerfile.place(instruction),
            )

    def _instruction(
        self,
        part: Part,
        stage: Stage,
        one: Instruction,
        context: tuple[StageState, CopySetting, Aliases],
    ) -> Iterator[Instruction]:
        state, setting, aliases = context
        if self._is_needless(part, stage, one):
            self.remarks.note(
                f"{one.keyword} omitted, because the stage is never run: "
                f"{self.names.reference(part, stage)} (--keep-entrypoint keeps it)",
                stage.place(one),
            )
            return
        try:
            new = with_references(whole(one, part), part, stage, self.names)
            if new.keyword == "FROM" and stage.parent is None:
                new = pinned(new, self.platforms.get(part.number))
            if new.keyword in {"COPY", "ADD"} and new.flag("from") is None:
                yield from converted_copy(new, state, setting, aliases)
            elif new.keyword == "RUN":
                yield converted_mounts(new, state, setting)
            else:
                self._check_trigger(new, stage, setting)
                yield new
        except DockerfileError as error:
            self.remarks.error(error, stage.place(one))

    def _is_needless(self, part: Part, stage: Stage, one: Instruction) -> bool:
        """Whether it only sets how to run a stage that nothing runs or starts from."""
        if self.choices.keep_entrypoint or one.keyword not in _NEEDLESS:
            return False
        wanted = [i for i in part.images if part.target(i) is stage]
        bases = {i.name for p in self.parts for i in bases_of(self.parts, p)}
        runs = any(i in self.parts.shipped or i.name in bases for i in wanted)
        is_parent = any(other.parent is stage for other in part.every)
        return bool(wanted) and not runs and not is_parent

    def _check_trigger(self, one: Instruction, stage: Stage, setting: CopySetting) -> None:
        trigger = one.trigger
        if trigger is None or trigger.keyword not in {"COPY", "ADD"} or trigger.flag("from"):
            return
        if setting.supplies:
            self.remarks.problem(
                "this ONBUILD copies from a later build's context, into which "
                "the script also copied artifacts",
                stage.place(one),
                "write the COPY in the Dockerfile that starts from this image",
            )

    def _setting(self, part: Part, stage: Stage) -> CopySetting:
        end = final_state(stage, None, part.build_args)
        runs = {word for line in (end.entrypoint, end.cmd) for word in " ".join(line or ()).split()}
        return CopySetting(
            supplies=tuple(self._supplies(part, stage)),
            tree=self.choices.trees.get(part.images[0].name, Tree()),
            prefix=part.prefix,
            directories=frozenset(_directories(stage, part)),
            runs=frozenset(posixpath.normpath(posixpath.join(end.workdir, w)) for w in runs),
        )

    def _supplies(self, part: Part, into: Stage) -> Iterator[Supply]:
        for artifact in part.artifacts:
            maker = self.parts.recipe.image(artifact.maker)
            origin = self.parts.of(maker)
            stage = origin.target(maker)
            if origin is part and into.number in _made_of(part.every, stage):
                # It was built before the artifact existed.
                continue
            path = posixpath.normpath(artifact.source)
            made = [m for m in output_of(stage, origin.build_args).made if m.path == path]
            is_file: bool | None = any(not m.is_directory and m.own for m in made) or None
            if artifact.takes_contents:
                is_file = False
            member = "." if artifact.takes_contents else posixpath.basename(path)
            yield Supply(
                destination=posixpath.normpath(artifact.destination),
                source=path,
                stage=self.names.reference(origin, stage),
                is_file=True if path.endswith(_FILE_ENDINGS) and is_file is None else is_file,
                # An archive keeps the owners, as COPY --from does.
                foreign=may_be_foreign(stage)
                and not (artifact.archive or artifact.keeps_owner or artifact.unpacked),
                member=member if artifact.archive else None,
                unpacked=artifact.unpacked,
            )


def _made_of(every: Stages, stage: Stage) -> set[int]:
    """The stages in the same file that a stage needs, itself included."""
    uses = stage_uses(every.stages)
    found: set[int] = set()
    waiting = [stage]
    while waiting:
        one = waiting.pop()
        if one.number not in found:
            found.add(one.number)
            waiting += one.lineage
            waiting += (use.source for use in uses if use.stage is one)
    return found


def _directories(stage: Stage, part: Part) -> Iterator[str]:
    """The directories that the stage's WORKDIRs create, and those above them."""
    for _, state in walk(stage, None, part.build_args):
        path = state.workdir
        while path not in {"", "/"}:
            yield path
            path = posixpath.dirname(path)
