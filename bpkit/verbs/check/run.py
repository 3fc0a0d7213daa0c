"""``bpkit check``: apply the rules of ``bpkit.verbs.check`` to an image, without running it.

The image's files stream out of a container that is never started, through a reader that keeps what
decides whether a program starts. Only the program that is started last is read a second time, with
``docker cp``, for the texts in it, and only if its path couldn't be predicted.
"""

from __future__ import annotations

import posixpath
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO

from bpkit.core import Container, Engine, ImageInfo, Recipe, container_of, owner_of, project_name
from bpkit.errors import EngineError, InputError, Place
from bpkit.findings import Checked
from bpkit.formats.dockerfile import Stage, stages
from bpkit.image import (
    ImageConfig,
    LookInto,
    Node,
    Places,
    Rootfs,
    Subject,
    TarError,
    Witness,
    chain,
    is_saved,
    nowhere,
    open_saved,
    places_of,
    read_config,
    read_tar,
    saved_rootfs,
)
from bpkit.project import Project, missing_image, recipe_of
from bpkit.verbs.check.table import check_image

_F_SETPIPE_SZ = 1031
_PIPE = 1 << 20
_SAVED = (".tar", ".tar.gz", ".tgz", ".tar.zst")


def check(engine: Engine, image: str, places: Places | None = None) -> Checked:
    """Check the image of this name, which the engine has.

    ``places`` are the lines of the Dockerfile that it was built from, if known. Raises EngineError
    if there is no such image, InputError for one that isn't for Linux, NoEngineError, and
    InterruptedRunError on a signal.
    """
    return _checked(engine, image, engine.image(image), places or Places())


def saved_path(word: str) -> Path | None:
    """The saved image that ``word`` names: a file, by its path or its extension, or an OCI layout.

    None for the name of an image in the engine, even if a file has the same name. Raises InputError
    for a path that doesn't exist.
    """
    path = Path(word)
    is_path = word.startswith(("/", "./", "../"))
    if is_saved(path) and (path.is_dir() or is_path or word.endswith(_SAVED)):
        return path
    if is_path or word.endswith(_SAVED):
        raise InputError("no such file or directory", place=Place(word))
    return None


def check_saved(path: Path) -> Checked:
    """Check an image on disk: what ``docker save`` writes, or an OCI layout.

    Raises InputError.
    """
    saved = open_saved(path)
    config = saved.config
    _refuse_other(saved.name, config.os)
    rootfs = saved_rootfs(saved, _named(config, ()))
    subject = Subject(rootfs, config)
    nodes = [link.node for link in chain(subject) if link.node and link.node.elf]
    if nodes and nodes[-1].clues is None:
        # Only now is the program known that is started last.
        last = nodes[-1].path
        again = saved_rootfs(saved, lambda one: one == last).nodes[last]
        subject = replace(subject, rootfs=_changed(rootfs, nodes[-1]._replace(clues=again.clues)))
    size = sum(node.size for node in rootfs.nodes.values())
    return Checked(saved.name, size, check_image(subject), is_saved=True)


def check_project(
    engine: Engine,
    project: Project,
    recipe: Recipe | None = None,
    info: ImageInfo | None = None,
) -> Checked:
    """Check the image that a project ships, as built last; raises like ``check``.

    ``recipe`` and ``info`` save repeating work if they are known: the project's recipe, and the
    engine's information about the image.
    """
    recipe = recipe or recipe_of(project)
    tag = recipe.final.tag
    stage = _final_stage(project)
    info = info or engine.inspect_images([tag]).get(tag)
    if info is None:
        raise missing_image(engine, tag, recipe.project)
    directory = "" if str(project.directory) == "." else str(project.directory)
    return _checked(engine, tag, info, places_of(stage, directory))


def _checked(engine: Engine, image: str, info: ImageInfo, places: Places) -> Checked:
    _refuse_other(image, info.os)
    config = read_config(info.config, info.architecture, info.os or "linux")
    copied = tuple(dict.fromkeys(path for path, _ in places.copies))
    project = owner_of(info.labels)[0] or project_name(image)
    with container_of(engine, info.id, project) as container:
        rootfs = read_rootfs(container, _named(config, copied))
        subject = _with_clues(container, Subject(rootfs, config, places, copied))
        container.release()
        return Checked(image, info.size, check_image(subject))


def _refuse_other(image: str, system: str) -> None:
    if system not in {"linux", ""}:
        raise InputError(
            f"'{image}' is an image for {system}", hint="only images for Linux can be checked"
        )


def _final_stage(project: Project) -> Stage:
    return stages(project.final, project.build_args).last


def read_rootfs(
    container: Container, look_into: LookInto = nowhere, witness: Witness | None = None
) -> Rootfs:
    """All files in a container, in one pass. Raises EngineError."""
    with container.engine.stream("export", container.name) as stream:
        return _read(stream, look_into, witness)


def _read(stream: IO[bytes], look_into: LookInto, witness: Witness | None = None) -> Rootfs:
    # Fewer context switches between writer and reader; an unprivileged user may get less.
    with suppress(OSError, ImportError):
        import fcntl

        fcntl.fcntl(stream.fileno(), _F_SETPIPE_SZ, _PIPE)
    try:
        return read_tar(stream, look_into, witness)  # type: ignore[arg-type]
    except TarError as error:
        raise EngineError(f"the engine's export can't be read: {error}") from None


def _named(config: ImageConfig, copied: tuple[str, ...]) -> LookInto:
    """A predicate of the paths whose content may matter: words in the command, files that the
    Dockerfile copies, and the application's Python sources."""
    words = " ".join((*config.argv, *config.healthcheck)).split()
    named = {posixpath.normpath(posixpath.join(config.workdir, word)) for word in words}
    paths = frozenset({*named, *copied})
    below = f"{config.workdir.rstrip('/')}/"

    def wanted(path: str) -> bool:
        is_source = path.endswith(".py") and path.startswith(below) and "/lib/python" not in path
        return path in paths or is_source

    return wanted


def _with_clues(container: Container, subject: Subject) -> Subject:
    """The subject with the clues in the program that is started last."""
    nodes = [link.node for link in chain(subject) if link.node and link.node.elf]
    if not nodes or nodes[-1].clues is not None:
        return subject
    node = nodes[-1]
    with container.engine.stream("cp", f"{container.name}:{node.path}", "-") as stream:
        read = _read(stream, lambda _path: True)
    clues = next((n.clues for n in read.nodes.values() if n.clues), None)
    return replace(subject, rootfs=_changed(subject.rootfs, node._replace(clues=clues)))


def _changed(rootfs: Rootfs, node: Node) -> Rootfs:
    return Rootfs({**rootfs.nodes, node.path: node})
