"""A Dockerfile with stages as a recipe of several images, none of which needs stages.

Each stage that the target is built from becomes a Dockerfile of its own. What COPY --from and
RUN --mount=from= read from a stage becomes an artifact, which the script carries into the build
context; a stage that starts from another starts from the other's tag.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bpkit.conversion.remarks import Converted, Note, Remarks
from bpkit.conversion.to_pair.artifacts import ArtifactNames, Drawn, drawn_copy, drawn_mounts
from bpkit.conversion.to_pair.image_names import ImageNames, image_names
from bpkit.conversion.to_pair.segments import Line, Segment, segments
from bpkit.conversion.to_pair.single import dockerfile_of, stage_text
from bpkit.core import BUILD, RUNTIME, Artifact, Image, Recipe
from bpkit.errors import BpkitError, InputError
from bpkit.formats.context import used_stages
from bpkit.formats.dockerfile import (
    Dockerfile,
    DockerfileError,
    Instruction,
    Stage,
    Stages,
    StageState,
    find_stage,
    stages,
    walk,
)


@dataclass(frozen=True)
class Wish:
    """The wanted result: the final image's name, its stage, and the context."""

    project: str
    tag: str
    target: str | None = None
    context: str = "."
    build_args: tuple[tuple[str, str | None], ...] = ()
    platform: str | None = None

    @property
    def known_args(self) -> dict[str, str]:
        """The build arguments with a known value."""
        return {name: value for name, value in self.build_args if value is not None}


def split(dockerfile: Dockerfile, wish: Wish) -> Converted:
    """The images that the Dockerfile's stages become, in the order in which they are built.

    Raises ConversionError with all problems.
    """
    remarks = Remarks()
    try:
        images = _Splitter(dockerfile, wish, remarks).images()
    except BpkitError as error:
        if not remarks.problems:
            raise
        remarks.error(error)
        images = []
    remarks.stop_if_any()
    return Converted(Recipe(wish.project, tuple(images)), tuple(remarks.notes), tuple(remarks.left))


@dataclass
class _Splitter:
    dockerfile: Dockerfile
    wish: Wish
    remarks: Remarks
    every: Stages = field(init=False)
    used: tuple[Stage, ...] = field(init=False)
    names: ImageNames = field(init=False)

    def __post_init__(self) -> None:
        self.every = stages(self.dockerfile, self.wish.known_args)
        target = self._target()
        self.used = used_stages(self.every, target)
        self.names = image_names(self.every, self.used, self.wish.tag)
        for stage in self.every:
            if stage not in self.used:
                left = Note(
                    f"{target.label} is not built from the stage {stage.label}, which is omitted "
                    f"(--target {stage.label} converts it)",
                    stage.place(stage.from_),
                )
                self.remarks.left.append(left)

    def _target(self) -> Stage:
        wanted = self.wish.target
        if wanted is None:
            return self.every.last
        found = find_stage(self.every, wanted)
        if found is None:
            raise InputError(
                f"--target {wanted}: {self.dockerfile.name} has no such stage",
                hint="its stages are: " + ", ".join(stage.label for stage in self.every),
            )
        return found

    def images(self) -> list[Image]:
        found: list[Image] = []
        for stage in self.used:
            for reference in self.names.outside_of(stage):
                if all(image.name != reference.name for image in found):
                    found.append(self._outside_image(reference.reference, reference.name))
            found += self._stage_images(stage)
        return found

    def _outside_image(self, reference: str, name: str) -> Image:
        """An external image that files are copied from, as an image of the recipe."""
        dockerfile = dockerfile_of([f"FROM {reference}\n"], f"Dockerfile.{name}")
        return self._image(name, dockerfile, role=BUILD)

    def _image(self, name: str, dockerfile: Dockerfile, *, role: str) -> Image:
        return Image(
            name,
            self.names.tag(name),
            dockerfile,
            role=role,
            path=dockerfile.name,
            context=self.wish.context,
            build_args=self.wish.build_args,
            platform=self.wish.platform,
        )

    def _stage_images(self, stage: Stage) -> Iterator[Image]:
        lines = list(self._lines(stage))
        name = self.names.of(stage)
        pieces = segments(stage, lines, self.remarks)
        parent = None if stage.parent is None else self.names.tag(self.names.of(stage.parent))
        for number, piece in enumerate(pieces):
            last = number == len(pieces) - 1
            own = name if last else self.names.base(name, number)
            dockerfile = self._file(stage, piece, parent, own, first=number == 0)
            final = last and stage is self.used[-1]
            image = self._image(own, dockerfile, role=RUNTIME if final else BUILD)
            yield _with_artifacts(image, piece)
            parent = image.tag
        if len(pieces) > 1:
            self.remarks.note(
                f"the stage {stage.label} becomes {len(pieces)} images, because it copies "
                "artifacts and also the whole build context, which would then contain the "
                "artifacts",
                stage.place(stage.from_),
            )

    def _file(
        self, stage: Stage, piece: Segment, parent: str | None, name: str, *, first: bool
    ) -> Dockerfile:

        texts = stage_text(self.dockerfile, self.every, stage, piece, (parent, first))
        return dockerfile_of(texts, f"Dockerfile.{name}")

    def _lines(self, stage: Stage) -> Iterator[Line]:
        """The stage's instructions rewritten without stages, with the artifacts of each."""
        names = ArtifactNames(stage, self.wish.known_args)
        for instruction, state in walk(stage, None, self.wish.known_args):
            try:
                drawn = self._drawn(stage, instruction, state, names)
            except DockerfileError as error:
                self.remarks.error(error, stage.place(instruction))
                continue
            yield Line(
                instruction, drawn.instruction, drawn.artifacts, names.patterns(instruction, state)
            )

    def _drawn(
        self, stage: Stage, instruction: Instruction, state: StageState, names: ArtifactNames
    ) -> Drawn:
        trigger = instruction.trigger
        if trigger is not None and trigger.flag("from"):
            raise DockerfileError(
                "ONBUILD COPY --from needs stages in the file that it will run in",
                hint="write the COPY in the Dockerfile that starts from this image",
            )
        finder = self.names.finder(stage, self.every)
        if instruction.keyword in {"COPY", "ADD"} and instruction.flag("from"):
            return drawn_copy(instruction, state, names, finder, self.remarks)
        if instruction.keyword == "RUN":
            return drawn_mounts(instruction, state, names, finder, self.remarks)
        return Drawn(instruction)


def _with_artifacts(image: Image, piece: Segment) -> Image:
    # A path that exists already would become the directory that it is copied into a second time.
    artifacts: dict[tuple[str, str], Artifact] = {}
    for artifact in (one for line in piece.lines for one in line.artifacts):
        artifacts.setdefault((artifact.maker, artifact.destination), artifact)
    return replace(image, artifacts=tuple(artifacts.values()))
