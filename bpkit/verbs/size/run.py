"""``bpkit size``: reads an image once, wherever it is, and accounts for its bytes.

An engine's image comes through a pipe from ``save``, and the engine's count for each layer from
``history``; an image in a file or a directory needs no engine.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from bpkit.core import Engine
from bpkit.errors import EngineError, InputError, Place
from bpkit.image import (
    Blobs,
    Layer,
    TarError,
    is_saved,
    open_saved,
    read_saved,
    read_stream,
    stacked,
)
from bpkit.verbs.size.account import account, duplicates
from bpkit.verbs.size.budget import Excess, exceeded, unmatched
from bpkit.verbs.size.history import HISTORY, last_record, read_history, unread_lines
from bpkit.verbs.size.inventory import Inventory
from bpkit.verbs.size.lines import creators, history_of, lines_of, places
from bpkit.verbs.size.packages.read import read_packages
from bpkit.verbs.size.reasons import reasons
from bpkit.verbs.size.report import printable
from bpkit.verbs.size.result import ImageSize, SizedLayer

if TYPE_CHECKING:
    # Imported only for a project: most runs on a saved image don't need it.
    from bpkit.formats.dockerfile import Stage
    from bpkit.project import Project, ProjectChoices

_F_SETPIPE_SZ = 1031
_PIPE = 1 << 20

#: The engine, which is requested only if it is needed.
GetEngine = Callable[[], Engine]


@dataclass(frozen=True)
class Target:
    """The target that the user named: a saved image, a project's directory, or an engine's image.

    ``name`` is the image's name, or the path. ``project`` is set for a directory, and
    ``dockerfile`` is the file whose lines made the layers, if it isn't the last one.
    """

    name: str
    path: Path | None = None
    project: Project | None = None
    dockerfile: str = ""

    @property
    def stage(self) -> Stage | None:
        """The stage whose instructions made the layers, if known."""
        if self.project is None:
            return None
        from bpkit.formats.dockerfile import DockerfileError, stages

        name = self.dockerfile or self.project.form.files[-1]
        try:
            return stages(self.project.dockerfiles[name], self.project.build_args).last
        except DockerfileError:
            return None


def target_of(word: str, choices: ProjectChoices | None = None) -> Target:
    """The target that ``word`` names; an existing path takes precedence over an image's name.

    Raises InputError for a directory with neither an image nor a project.
    """
    path = Path(word)
    if word and is_saved(path):
        return Target(word, path)
    if path.is_dir():
        from bpkit.project import ProjectChoices, load, recipe_of

        project = load(replace(choices or ProjectChoices(), directory=path))
        return Target(recipe_of(project).final.tag, project=project)
    if word.endswith((".tar", ".tar.gz", ".tgz", ".tar.zst")) or word.startswith(
        ("/", "./", "../")
    ):
        raise InputError("no such file or directory", place=Place(word))
    return Target(word)


@dataclass(frozen=True)
class ReadImage:
    """An image that was read, and its ``source``.

    ``counted`` are the engine's sizes of the layers; empty if no engine was asked.
    """

    name: str
    source: str
    blobs: Blobs
    layers: tuple[Layer, ...]
    inventory: Inventory
    counted: tuple[int, ...] = ()


def build_image_of(project: Project, engine: Engine) -> Target | None:
    """The build image of a pair, if the engine has it. Raises NoEngineError."""
    from bpkit.project import recipe_of

    first, *others = recipe_of(project).images
    if not others or not engine.inspect_images([first.tag]):
        return None
    return Target(first.tag, project=project, dockerfile=project.form.files[0])


def size_of(target: Target, engine: GetEngine) -> ImageSize:
    """Where the bytes of an image are.

    Raises InputError for a file that can't be read, EngineError and NoEngineError.
    """
    read = read_target(target, engine)
    if target.project is None:
        return sized(read)
    return sized(read, target.stage, target.project.directory)


def lines_found(read: ReadImage, stage: Stage) -> int:
    """How many layers come from lines of ``stage``; 0 if the image doesn't have all of it."""
    found, is_whole = places(history_of(read.blobs.document), stage)
    return len(found) if is_whole else 0


def read_target(target: Target, engine: GetEngine) -> ReadImage:
    """The target's layers; raises as ``size_of`` does."""
    if target.path is None:
        return _of_engine(target, engine())
    saved = open_saved(target.path)
    inventory = Inventory()
    layers = read_saved(saved, inventory, estimate=True)
    name = saved.blobs.tags[0] if saved.blobs.tags else target.name
    return ReadImage(name, f"{saved.form} {target.path}", saved.blobs, layers, inventory)


def _of_engine(target: Target, engine: Engine) -> ReadImage:
    if target.project is None:
        info = engine.image(target.name)
    elif found := engine.inspect_images([target.name]).get(target.name):
        info = found
    else:
        from bpkit.project import missing_image, recipe_of

        raise missing_image(engine, target.name, recipe_of(target.project).project)
    if info.os not in {"linux", ""}:
        raise InputError(
            f"'{target.name}' is an image for {info.os}", hint="pass an image for Linux"
        )
    asked = engine.ask("history", "--no-trunc", "--human=false", "--format", "{{.Size}}", info.id)
    inventory = Inventory()
    with engine.stream("save", info.id) as stream:
        _widen(stream)
        blobs, layers = read_stream(stream, inventory, estimate=True)  # type: ignore[arg-type]
    sizes = tuple(asked.answer().stdout.split())
    if not all(size.isdigit() for size in sizes):
        said = engine.ask("history", "--no-trunc", "--format", "json", info.id)
        sizes = sizes_in(said.answer().stdout)
    counted = _counts(sizes, blobs.document)
    return ReadImage(target.name, "engine", blobs, layers, inventory, counted)


def _widen(stream: IO[bytes]) -> None:
    # Fewer context switches between writer and reader; an unprivileged user may get less.
    with suppress(OSError, ImportError):
        import fcntl

        fcntl.fcntl(stream.fileno(), _F_SETPIPE_SZ, _PIPE)


def sizes_in(history: str) -> tuple[str, ...]:
    """The sizes in podman's history as JSON, which rounds them in any other form."""
    try:
        entries = json.loads(history)
        return tuple(str(entry["size"]) for entry in entries)
    except (ValueError, TypeError, KeyError, RecursionError):
        return ()


def _counts(sizes: Sequence[str], document: Mapping[str, Any]) -> tuple[int, ...]:
    """The engine's size for each layer, from the base up; empty if unknown."""
    entries = history_of(document)
    if len(sizes) != len(entries) or not all(size.isdigit() for size in sizes):
        return ()
    return tuple(
        int(size)
        for size, entry in zip(reversed(sizes), entries, strict=True)
        if not entry.is_empty
    )


def sized(read: ReadImage, stage: Stage | None = None, directory: Path = Path()) -> ImageSize:
    """Where the bytes of an image that was read are; ``stage`` has the lines that made its layers.

    Raises InputError and EngineError if its layers can't be combined.
    """
    layers, blobs = read.layers, read.blobs
    try:
        stack = stacked(layers)
    except TarError as error:
        fault = EngineError if read.source == "engine" else InputError
        raise fault(f"the layers of '{read.name}' can't be combined: {error}") from None
    packages = read_packages(stack.rootfs, read.inventory)
    files, lost = account(layers, stack, packages, read.inventory)
    entries = history_of(blobs.document)
    lines = lines_of(entries, blobs.record, stage, directory)
    made = creators(entries, len(layers))
    counted = read.counted if len(read.counted) == len(layers) else ()
    sized = tuple(
        SizedLayer(
            number,
            layer.name.removeprefix("blobs/sha256/").removesuffix("/layer.tar"),
            entry.instruction if (entry := made[number]) else "",
            counted[number] if counted else layer.size,
            layer.files_size,
            "engine" if counted else "files",
            layer.compressed,
            layer.is_estimated,
            sum(node.kind != "directory" for node in layer.nodes.values()),
            lines.places.get(number),
        )
        for number, layer in enumerate(layers)
    )
    doubles = duplicates(files)
    return ImageSize(
        read.name,
        blobs.id,
        read.source,
        blobs.platform,
        sized,
        files,
        lost,
        doubles,
        reasons(sized, files, lost, doubles, lines.base or 0),
        packages.unread,
        lines.note,
        blobs.document.get("config") or {},
        lines.base,
        stack.rootfs,
    )


def over_budget(
    project: Project, image: str, size: int, engine: GetEngine
) -> tuple[tuple[Excess, ...], str]:
    """The limits of its project's budget that an image exceeds, and ``unmatched`` ones.

    ``size`` is the engine's, in bytes. The image is read only if its total size doesn't decide.
    Raises as ``size_of`` does.
    """
    budget = project.settings.budget
    if budget is None or (budget.is_of_total_only and size <= (budget.total or 0)):
        return (), ""
    read = size_of(Target(image, project=project), engine)
    return exceeded_by(read, project), unmatched(budget, read)


def exceeded_by(image: ImageSize, project: Project) -> tuple[Excess, ...]:
    """The limits of the project's budget and history that an image exceeds."""
    budget = project.settings.budget
    if budget is None:
        return ()
    history = read_history(project.directory) if budget.growth else ()
    return exceeded(budget, image, last_record(history, image.name))


def unknown_growth(image: str, project: Project) -> str:
    """A sentence if the budget limits an image's growth but its last record isn't known."""
    budget = project.settings.budget
    if budget is None or not budget.growth:
        return ""
    if last_record(read_history(project.directory), image):
        return unread_lines(project.directory)
    return (
        f"the growth of {printable(image)} was not checked: {HISTORY} has no record of it;"
        " 'bpkit size --record' adds one"
    )
