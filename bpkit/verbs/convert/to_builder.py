"""A multi-stage Dockerfile as single-stage Dockerfiles and a script."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace

from bpkit import __version__
from bpkit.conversion import Note, Wish, split
from bpkit.core import (
    RUNTIME,
    BuildOptions,
    Facts,
    Image,
    Recipe,
    check_tag,
    plan,
    project_name,
    quote,
)
from bpkit.project import (
    DiskGround,
    NewFile,
    read_dockerfile,
    sealed,
    staged_files,
    whole_contexts,
)
from bpkit.verbs.convert.files import file_to_write
from bpkit.verbs.convert.request import BUILDER, DOCKERFILE, ConvertRequest
from bpkit.verbs.convert.result import Conversion, WrittenForm
from bpkit.verbs.convert.settings_edit import settings_files
from bpkit.verbs.script import ENGINE, SCRIPT
from bpkit.writers import write_script


def to_builder(request: ConvertRequest) -> Conversion:
    name = request.files[0] if request.files else DOCKERFILE
    dockerfile = read_dockerfile(request.directory, name)
    project = project_name(request.directory.resolve().name)
    output = posixpath.normpath(request.output or ".")
    wish = Wish(
        project,
        check_tag(request.tag or project),
        request.target or None,
        posixpath.relpath(".", output),
        request.build_args,
    )
    made = split(dockerfile, wish)
    files = tuple(_builder_files(request, made.recipe, output, name))
    settings, hints = _builder_settings(request, made.recipe, output)
    whole = Image(
        RUNTIME,
        wish.tag,
        dockerfile,
        path=name,
        build_args=request.build_args,
        target=wish.target,
    )
    # With --verify nothing is written yet: the plan writes the Dockerfiles to its staging
    # directory.
    unwritten = tuple(replace(i, path=None, context=".") for i in made.recipe.images)
    return Conversion(
        BUILDER,
        request.directory,
        (*files, *settings),
        WrittenForm(Recipe(project, (whole,))),
        WrittenForm(replace(made.recipe, images=unwritten)),
        notes=(*made.notes, *hints),
        commands=(f"./{files[-1].name}",),
        unneeded=() if made.left else (name,),
        lost=made.left,
    )


def _builder_settings(
    request: ConvertRequest, recipe: Recipe, output: str
) -> tuple[list[NewFile], list[Note]]:
    """The setting that selects the builder pattern, because the multi-stage Dockerfile stays.

    Pairs only: bpkit itself doesn't build other projects of the builder pattern.
    """
    if output != "." or len(recipe.images) != 2:
        return [], []
    ground = DiskGround(request.directory)
    wanted = {"style": BUILDER}
    return settings_files(request, ground, wanted, is_chosen=True)


def _builder_files(
    request: ConvertRequest, recipe: Recipe, output: str, origin: str
) -> Iterator[NewFile]:
    """The Dockerfiles, and the script last."""
    for image in recipe.images:
        path = posixpath.normpath(posixpath.join(output, image.dockerfile.name))
        yield file_to_write(request.directory, path, image.dockerfile.text)
    path = posixpath.normpath(posixpath.join(output, SCRIPT))
    text = _script(request, recipe, output, origin)
    yield file_to_write(request.directory, path, text, executable=True)


def _script(request: ConvertRequest, recipe: Recipe, output: str, origin: str) -> str:
    build_args = {n: v for n, v in request.build_args if v is not None}
    # Relative to the project: the directory of the script may not exist yet.
    images = tuple(
        replace(one, context=posixpath.normpath(posixpath.join(output, one.context)))
        for one in recipe.images
    )
    seen = replace(recipe, images=images)
    staged = staged_files(seen, request.directory, build_args, buildkit=True)
    linked = whole_contexts(seen, request.directory, build_args, staged)
    facts = Facts(True, staged, linked=linked)
    made = plan(recipe, BuildOptions(), facts, engine=(ENGINE,))
    tags = " and ".join(image.tag for image in recipe.images)
    title = f"Makes {tags} on a container engine; needs a POSIX shell, and no Python."
    words = ["bpkit convert --to builder", f"-f {quote(origin)}"]
    if request.output:
        words.append(f"-o {quote(request.output)}")
    seal = f"convert {__version__}; renew it with: {' '.join(words)}"
    return sealed(seal, write_script(made, title=title))
