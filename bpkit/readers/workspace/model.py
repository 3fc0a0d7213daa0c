"""A workspace: the images of one repository, and which of them need which.

Readers make workspaces of Compose files, Bake files and tables in ``bpkit.toml``; without any
of these, every directory with a Dockerfile is a member. The order of building follows from the
Dockerfiles and is worked out here, as a value.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from bpkit.errors import InputError, Place
from bpkit.formats.context import used_stages
from bpkit.formats.dockerfile import Stages, find_stage, mounts_of
from bpkit.formats.text import nearest


@dataclass(frozen=True)
class Target:
    """One image to build, as a workspace's file declares it; fields that aren't set are empty.

    ``context`` is relative to the workspace, ``dockerfile`` to the context, as Docker has it.
    ``stage`` is the stage to build. ``contexts`` are further build contexts by their names
    (``additional_contexts`` in Compose, ``contexts`` in Bake). ``place`` is where it is declared.
    ``outputs`` and ``attests`` are what buildx writes and adds, in the form of its switches.
    ``unread`` are the keys of its declaration that bpkit ignores, ``only_baked`` those that only
    buildx acts on. ``inline`` is the text of a Dockerfile that is in the declaration itself.
    ``nameless``: declared without a tag, so that others know it by named contexts only.
    """

    name: str
    context: str = "."
    dockerfile: str = ""
    stage: str = ""
    tags: tuple[str, ...] = ()
    build_args: tuple[tuple[str, str | None], ...] = ()
    contexts: tuple[tuple[str, str], ...] = ()
    platforms: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    cache_from: tuple[str, ...] = ()
    cache_to: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    ssh: tuple[str, ...] = ()
    place: Place | None = None
    unread: tuple[str, ...] = ()
    inline: str = ""
    outputs: tuple[str, ...] = ()
    attests: tuple[str, ...] = ()
    nameless: bool = False

    @property
    def only_baked(self) -> tuple[str, ...]:
        outputs = {entry.strip() for entry in self.outputs} - {"type=docker", "type=image"}
        is_compose = self.place is not None and self.place.file.endswith((".yaml", ".yml"))
        keys = {
            "output": outputs,
            "attest": self.attests,
            "cache_from" if is_compose else "cache-from": self.cache_from,
            "cache_to" if is_compose else "cache-to": self.cache_to,
        }
        return tuple(key for key, values in keys.items() if values)


@dataclass(frozen=True)
class Workspace:
    """The targets in the order of their declaration, and their groups by name.

    ``source`` is the file that declares them; empty if directories were searched. ``notes``
    say what in the source was not read. ``files`` are all files that were read for it.
    """

    targets: tuple[Target, ...]
    source: str = ""
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The files that declare it, whether they exist or not."""
        return tuple(filter(None, dict.fromkeys((self.source, *self.files))))

    def target(self, name: str) -> Target:
        """The target of this name. Raises InputError, with a near name."""
        for target in self.targets:
            if target.name == name:
                return target
        names = [target.name for target in self.targets]
        near = nearest(name, names)
        where = self.source or "this workspace"
        raise InputError(
            f"{where} has no image '{name}'",
            hint=f"did you mean '{near}'?" if near else f"its images are: {', '.join(names)}",
        )

    def chosen(self, names: Iterable[str]) -> tuple[str, ...]:
        """The names with each group replaced by its members. Raises InputError."""
        found: dict[str, None] = {}
        for name in names:
            for one in self.groups.get(name, (name,)):
                found[self.target(one).name] = None
        return tuple(found)


@dataclass(frozen=True)
class Need:
    """A dependency between images: ``by`` needs ``of``, as ``place`` says."""

    by: str
    of: str
    place: Place | None = None


@dataclass(frozen=True)
class Graph:
    """Which images need which."""

    names: tuple[str, ...]
    needs: tuple[Need, ...]

    def needed_by(self, names: Iterable[str]) -> tuple[str, ...]:
        """The names, and the images that they are built from, in the order of ``names``."""
        return self._closure(names, {(need.by, need.of) for need in self.needs})

    def dependents_of(self, names: Iterable[str]) -> tuple[str, ...]:
        """The names, and the images that are built from them."""
        return self._closure(names, {(need.of, need.by) for need in self.needs})

    def _closure(self, names: Iterable[str], arrows: set[tuple[str, str]]) -> tuple[str, ...]:
        onward: dict[str, list[str]] = {}
        for start, end in arrows:
            onward.setdefault(start, []).append(end)
        seen: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += onward.get(name, ())
        return tuple(name for name in self.names if name in seen)

    def waves(self) -> Iterator[tuple[str, ...]]:
        """The images in build order: each wave needs only images of earlier waves.

        Raises InputError for images that need each other in a circle.
        """
        left = dict.fromkeys(self.names)
        open_needs = {name: set[str]() for name in self.names}
        for need in self.needs:
            open_needs[need.by].add(need.of)
        while left:
            wave = tuple(name for name in left if not open_needs[name])
            if not wave:
                raise self._circle(left, open_needs)
            yield wave
            for name in wave:
                del left[name]
            for name in left:
                open_needs[name].difference_update(wave)

    def _circle(self, left: Iterable[str], open_needs: Mapping[str, set[str]]) -> InputError:
        path = [next(iter(left))]
        while path[-1] not in path[:-1]:
            path.append(min(open_needs[path[-1]]))
        circle = path[path.index(path[-1]) :]
        place = next(n.place for n in self.needs if (n.by, n.of) == (circle[0], circle[1]))
        return InputError(
            f"images need each other in a circle: {' needs '.join(circle)}",
            place=place,
            hint="build one of them from another base image",
        )


def graph_of(workspace: Workspace, dockerfiles: Mapping[str, tuple[Stages, ...]]) -> Graph:
    """Which targets need which, by FROM, COPY --from, mounts and named contexts.

    ``dockerfiles`` are the stages of each target's Dockerfiles by its name. An image of another
    target is known by its tag, with or without ``:latest`` and ``docker.io/``.
    """
    makers = {
        short_name(tag): target.name
        for target in workspace.targets
        if not target.nameless
        for tag in target.tags
    }
    known = frozenset(target.name for target in workspace.targets)
    needs: dict[tuple[str, str], Need] = {}
    for target in workspace.targets:
        # A named context comes before an image of that name.
        named = {
            short_name(name): _of_context(value, makers, known) for name, value in target.contexts
        }
        wanted: list[tuple[str | None, Place | None]] = [
            (maker, target.place) for maker in named.values()
        ]
        for every in dockerfiles.get(target.name, ()):
            for origin, place in _origins(every, target.stage):
                where = Place(posixpath.normpath(f"{target.context}/{place.file}"), place.line)
                name = short_name(origin)
                wanted.append((named.get(name, makers.get(name)), where))
        for maker, seen in wanted:
            if maker and maker != target.name:
                needs.setdefault((target.name, maker), Need(target.name, maker, seen))
    return Graph(tuple(target.name for target in workspace.targets), tuple(needs.values()))


def _origins(every: Stages, target: str) -> Iterator[tuple[str, Place]]:
    """The external images that the stage ``target`` (or the last) and its stages use."""
    last = find_stage(every, target) if target else every.last
    for stage in used_stages(every, last) if last else every:
        if stage.parent is None and not stage.is_scratch and not stage.unresolved:
            yield stage.base_image, stage.place(stage.from_)
        for one in stage.instructions:
            for name in (one.flag("from"), *(mount.from_ for mount in mounts_of(one))):
                if name and find_stage(every, name) is None:
                    yield name, stage.place(one)


def _of_context(value: str, makers: Mapping[str, str], known: frozenset[str]) -> str | None:
    """The target whose image is this named context; None if it isn't one of the workspace's."""
    kind, colon, rest = value.partition(":")
    if colon and kind in {"target", "service"}:
        # One that doesn't exist is the problem of the target that names it.
        return rest if rest in known else None
    if value.startswith("docker-image://"):
        return makers.get(short_name(value.removeprefix("docker-image://")))
    return None


def built_alike(target: Target) -> Target:
    """The target without the keys that don't affect its image: equal for the same image."""
    return replace(target, name="", place=None, unread=(), tags=tuple(map(short_name, target.tags)))


def clashes(targets: Iterable[Target]) -> Iterator[InputError]:
    """An error for each two different images with one name: which one stays would be chance."""
    seen: dict[str, Target] = {}
    for target in targets:
        for tag in target.tags:
            other = seen.setdefault(short_name(tag), target)
            if built_alike(other) != built_alike(target):
                yield InputError(
                    f"'{other.name}' and '{target.name}' are built differently, "
                    f"and both are called '{tag}'",
                    place=target.place,
                    hint="give each image its own name, or build one of them by its name",
                )
                break


def short_name(reference: str) -> str:
    """A reference as BuildKit looks it up among named contexts: without the default parts.

    ``docker.io/library/app:latest`` is ``app`` (distribution/reference, FamiliarString).
    """
    for host in ("docker.io/", "index.docker.io/"):
        if reference.startswith(host):
            reference = reference.removeprefix(host).removeprefix("library/")
    return reference.removesuffix(":latest")
