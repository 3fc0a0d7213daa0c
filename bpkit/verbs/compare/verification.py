"""Builds a project in two forms and compares the final images.

Both are built from bpkit's plans under separate names, which are removed afterwards: none of the
user's images is touched, and no script is run. The new form is built in a duplicate of the project,
where its files are written as they would be in the project itself.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from bpkit.conversion import full_tag
from bpkit.core import NO_COMMAND, RUNTIME, BuildOptions, Engine, Image, Progress, Recipe
from bpkit.errors import EngineError, InputError, Place
from bpkit.formats.dockerfile import Dockerfile, stages, with_arg, with_flag, with_instruction
from bpkit.image import (
    ContentsError,
    Difference,
    DiffVerdict,
    Snapshot,
    differences,
    read_contents,
    times_differ,
    without_noise,
    without_own,
)
from bpkit.project import Workshop, duplicated
from bpkit.verbs.convert import Conversion, FileChange, WrittenForm, remove_unneeded, write


def verify(
    conversion: Conversion,
    files: Sequence[FileChange],
    engine: Engine,
    progress: Progress,
    options: BuildOptions | None = None,
    *,
    removing: bool = False,
) -> tuple[DiffVerdict, ...]:
    """The verdict on each image that ships, once ``files`` of the conversion are written.

    With ``removing``, the files that only the old form needs are removed there too. Raises what a
    build raises, and InputError if the project can't be duplicated.
    """
    before, after, directory = conversion.before, conversion.after, conversion.directory
    workshop = Workshop(directory, engine, progress, options or BuildOptions())
    again = replace(workshop, options=replace(workshop.options, no_cache=True))
    if any(artifact.keeps_owner for artifact in before.recipe.artifacts):
        progress.note(
            "the old form is built with docker cp here, which changes owners to root: owners "
            "of files that the script sends through a pipe may differ only because of that"
        )
    own = set(_digests(conversion, files, removing=removing))
    with _written(conversion, files, removing=removing) as written:
        return verdicts(
            engine,
            partial(_built, workshop, before),
            partial(_built, replace(workshop, directory=written), after),
            partial(_built, again, before),
            own,
        )


@contextmanager
def _written(
    conversion: Conversion, files: Sequence[FileChange], *, removing: bool
) -> Iterator[Path]:
    """A duplicate of the project after the conversion, which is removed at the end of the block."""
    with ExitStack() as stack:
        try:
            copy = stack.enter_context(duplicated(conversion.directory))
        except OSError as error:
            raise InputError(
                f"the project can't be duplicated for the proof: {error.strerror}",
                place=Place(str(error.filename or conversion.directory)),
            ) from error
        there = replace(conversion, directory=copy)
        write(there, files, force=True)
        if removing:
            remove_unneeded(there)
        yield copy


def _digests(
    conversion: Conversion, files: Sequence[FileChange], *, removing: bool
) -> Iterator[str]:
    """Digests of the texts of all files that the conversion writes, keeps as .bak or removes."""
    texts = [text for file in files for text in (file.text, file.before) if text]
    for text in texts:
        yield hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
    for name in conversion.unneeded if removing else ():
        yield hashlib.sha256((conversion.directory / name).read_bytes()).hexdigest()


#: Builds images and returns their tags by name; the images are removed at the end of the block.
Built = Callable[[], AbstractContextManager[dict[str, str]]]


def verdicts(
    engine: Engine,
    before: Built,
    after: Built,
    once_more: Built,
    own: Collection[str] = (),
) -> tuple[DiffVerdict, ...]:
    """The verdict on each image that both builds make.

    ``once_more`` is ``before`` built again without the cache: where those two differ, any two
    builds differ. ``own`` are digests of files that the change itself writes or removes.
    """
    with before() as old, after() as new:
        first = {name: _snapshot(engine, tag) for name, tag in old.items()}
        second = {name: _snapshot(engine, tag) for name, tag in new.items()}
    pairs = list(zip(first.items(), second.values(), strict=True))
    split = [
        without_own(differences(one, other), one.contents, other.contents, own)
        for (_, one), other in pairs
    ]
    found = [counting for counting, _ in split]
    noise: list[tuple[Difference, ...]] = [()] * len(found)
    if any(found):
        with once_more() as third:
            noise = [
                differences(one, _snapshot(engine, tag))
                for one, tag in zip(first.values(), third.values(), strict=True)
            ]
    return tuple(
        DiffVerdict(
            name,
            *without_noise(different, shaky),
            times=times_differ(one.contents, other.contents),
            paths=len({*one.contents.items, *other.contents.items}),
            own=mine,
        )
        for ((name, one), other), (different, mine), shaky in zip(pairs, split, noise, strict=True)
    )


@contextmanager
def _built(workshop: Workshop, form: WrittenForm) -> Iterator[dict[str, str]]:
    """The tags of the images that ship, by name; they are removed at the end of the block."""
    recipe = renamed(form.recipe, f"bpkit-verify-{secrets.token_hex(4)}")
    build_args = {
        name: value
        for image in recipe.images
        for name, value in image.build_args
        if value is not None
    }
    with replace(workshop, build_args=build_args).images(recipe, form.virtual, form.merged_into):
        yield {image.name: image.tag for image in shipped(recipe)}


def _snapshot(engine: Engine, tag: str) -> Snapshot:
    """The files and the configuration of an image. Raises EngineError."""
    config = engine.image(tag).config
    container = engine.output("create", tag, NO_COMMAND).strip()
    try:
        with engine.stream("export", container) as stream:
            contents = read_contents(stream)
    except ContentsError as error:
        raise EngineError(f"export of {tag} can't be read: {error}") from error
    finally:
        engine.attempt("rm", "-f", "-v", container)
    return Snapshot(contents, config)


def shipped(recipe: Recipe) -> tuple[Image, ...]:
    """The images that ship, the last one always among them."""
    return tuple(i for i in recipe.images if i.role == RUNTIME or i is recipe.final)


def renamed(recipe: Recipe, stem: str) -> Recipe:
    """The recipe under unique tags, one per image, in FROM too."""
    tags: dict[str, str] = {}
    images = []
    for number, image in enumerate(recipe.images):
        dockerfile = _from_new_tags(image.dockerfile, image, tags)
        tag = f"{stem}-{number}"
        # If several images have one tag, a later FROM means the last one built.
        tags[full_tag(image.tag)] = tag
        changed = dockerfile is not image.dockerfile
        path = None if changed else image.path
        images.append(replace(image, tag=tag, more_tags=(), dockerfile=dockerfile, path=path))
    return replace(recipe, images=tuple(images), project=stem)


def _from_new_tags(dockerfile: Dockerfile, image: Image, tags: Mapping[str, str]) -> Dockerfile:
    known = {name: value for name, value in image.build_args if value is not None}
    for stage in stages(dockerfile, known):
        new = tags.get(full_tag(stage.base_image))
        if new is not None and stage.parent is None:
            dockerfile = with_instruction(dockerfile, stage.from_, with_arg(stage.from_, 0, new))
        for one in stage.instructions:
            named = one.flag("from") if one.keyword in {"COPY", "ADD"} else None
            if named and full_tag(named) in tags:
                edited = with_flag(one, "from", tags[full_tag(named)])
                dockerfile = with_instruction(dockerfile, one, edited)
    return dockerfile
