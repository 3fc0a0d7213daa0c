"""The images that a script builds and the files that flow between them, during the reading."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bpkit.conversion import FromHost, Part, Supply, full_tag, references_outside, takes
from bpkit.core import Artifact, Image
from bpkit.errors import InputError, Place
from bpkit.formats.context import Tree, needs
from bpkit.formats.dockerfile import (
    Dockerfile,
    Instruction,
    final_state,
    find_stage,
    parse,
    stages,
)
from bpkit.readers.script.machine.host import Origin, Out
from bpkit.readers.script.model.docker_actions import BuildImage
from bpkit.readers.script.model.values import Value

# Flags of docker build that don't affect the image.
_QUIET = frozenset({"rm", "force-rm", "q", "quiet", "iidfile", "progress", "load", "D", "debug"})


# The WORKDIR of official images, from their Dockerfiles on Docker Hub; "/" if none is set.
_WORKDIRS = {
    "golang": "/go",
    "composer": "/app",
    "php": "/var/www/html",
    "gradle": "/home/gradle",
    **dict.fromkeys(
        (
            *("scratch", "alpine", "busybox", "debian", "ubuntu", "centos", "fedora", "node"),
            *("python", "ruby", "rust", "openjdk", "eclipse-temurin", "maven", "gcc", "nginx"),
            *("buildpack-deps", "amazonlinux", "haskell", "elixir", "erlang", "swift", "java"),
        ),
        "/",
    ),
}
# Stands for an unknown WORKDIR in a path that depends on it.
_UNKNOWN = "/\0"


@dataclass(frozen=True)
class Started:
    """How an image's containers start.

    ``workdir`` and ``user`` are None if only its base image sets them.
    """

    workdir: str | None
    entrypoint: tuple[str, ...] | None
    cmd: tuple[str, ...] | None
    user: str | None = None

    def path(self, written: str) -> str:
        """The container's path of ``written``. Raises InputError if it isn't known."""
        if self.workdir is None and not written.startswith("/"):
            raise InputError(
                f"the path of {written} depends on the WORKDIR of the base image",
                hint="write an absolute path, or add a WORKDIR to the Dockerfile",
            )
        return posixpath.normpath(posixpath.join(self.workdir or "/", written))


@dataclass(eq=False)
class BuiltImage:
    """An image that the script has built, or one from outside (then ``build`` is None).

    ``placed`` is what the script had put into its context, by the path in it. ``is_virtual``: the
    context isn't a directory in the project. ``said`` are the values that the new command takes
    over as written. ``derived`` is the command that made it from a container or a tar;
    ``is_working``: buildah's commands write it, and have ``committed`` it by then. ``base`` is the
    image of the script that it starts from. ``unpacked`` are directories that added RUNs fill,
    with the directories that their files come from; ``ran`` holds the added RUNs by the command
    that ran in a container. ``cleared`` are paths in the context that the script has removed by
    then, each with the place of the command; ``trimmed`` are those that are parts of artifacts.
    """

    name: str
    tag: str
    dockerfile: Dockerfile
    build: BuildImage | None = None
    path: str | None = None
    context: str = "."
    is_virtual: bool = False
    build_args: tuple[tuple[str, str | None], ...] = ()
    flags: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    target: str | None = None
    platform: str | None = None
    placed: tuple[tuple[str, Origin], ...] = ()
    pushed: bool = False
    added: list[str] = field(default_factory=list)
    said: tuple[Value, ...] = ()
    derived: Place | None = None
    is_working: bool = False
    committed: bool = False
    base: BuiltImage | None = None
    unpacked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ran: dict[Place, str] = field(default_factory=dict)
    cleared: tuple[tuple[str, Place], ...] = ()
    trimmed: tuple[tuple[str, Place], ...] = ()
    # Cached: used often, and expensive to compute.
    _taken: tuple[object, tuple[tuple[str, Origin], ...]] | None = None

    @property
    def known_args(self) -> dict[str, str]:
        return {name: value for name, value in self.build_args if value is not None}

    def is_same_build(self, other: BuiltImage) -> bool:
        """Whether the other repeats this build: the same files, and no command ran in between.

        A Makefile's pattern rule builds its prerequisites for each of its targets. The other may
        have another name.
        """
        is_alike = (self.path, self.context, self.flags, self.target) == (
            (other.path, other.context, other.flags, other.target)
        )
        ran = any(not line.startswith("RUN chmod ") for line in self.added)
        if not is_alike or self.build is None or ran or self.is_virtual:
            return False
        # The inputs of a build are expensive to compute, and a script may have hundreds of builds.
        same_text = self.dockerfile.text == other.dockerfile.text
        return same_text and list(self.taken()) == list(other.taken())

    def take_arguments(self, given: tuple[tuple[str, Value], ...]) -> None:
        """Pass these arguments to the build too."""
        for name, argument in given:
            if name not in dict(self.build_args):
                self.build_args += ((name, argument.text),)
                self.flags += (f"--build-arg={name}={argument.word}",)
                self.said += (argument,)

    def image(self) -> Image:
        """The recipe's image for it, still under its running name."""
        text = self.dockerfile.text
        end = "\r\n" if "\r\n" in text else "\n"
        if self.added and not text.endswith("\n"):
            text += end
        text += "".join(line + end for line in self.added)
        dockerfile = self.dockerfile
        if self.added:
            dockerfile = _without_volumes(parse(text, self.dockerfile.name))
        tag = self.tag
        if self.added and self.build is None and self.derived is None:
            # An image from outside with additions: no FROM refers to it.
            tag = f"{_last_name(tag)}-run"
        return Image(
            self.name,
            tag,
            dockerfile,
            path=None if self.added else self.path,
            context=self.context,
            build_args=self.build_args,
            target=self.target,
            platform=self.platform,
        )

    def started(self) -> Started:
        """How its containers start, as far as the Dockerfiles show."""
        every = stages(self.dockerfile, self.known_args)
        stage = (find_stage(every, self.target) if self.target else None) or every.last
        root, *_ = stage.lineage
        below = self.base.started() if self.base else None
        known = below.workdir if below else _WORKDIRS.get(_official(root.base_image))
        state = final_state(stage, None, self.known_args, known or _UNKNOWN)
        entrypoint, cmd = state.entrypoint, state.cmd
        if below and entrypoint is None:
            entrypoint, cmd = below.entrypoint, cmd if cmd is not None else below.cmd
        workdir = None if "\0" in state.workdir else state.workdir
        # The official images whose WORKDIR is known have no USER.
        user = state.user or (below.user if below else "root" if known else None)
        return Started(workdir, entrypoint, cmd, user)

    def taken(self) -> Iterator[tuple[str, Origin]]:
        """The files in the context from the script that a COPY, ADD or mount reads."""
        asked = (self.placed, self.build_args, self.target)
        if self._taken is None or self._taken[0] != asked:
            self._taken = (asked, tuple(self._takes()))
        yield from self._taken[1]

    @property
    def asked(self) -> tuple[str, ...]:
        """What its Dockerfile asks of the context, with the arguments and the target it has."""
        every = stages(self.dockerfile, self.known_args)
        target = find_stage(every, self.target) if self.target else None
        return tuple(s.pattern for s in needs(self.dockerfile, target, self.known_args).sources)

    def _takes(self) -> Iterator[tuple[str, Origin]]:
        asked = self.asked
        for path, origin in self.placed:
            supply = (Supply(path, "/", ""),)
            found = (t for pattern in asked for t in takes(pattern, supply, Tree()))
            if any(not isinstance(t, FromHost) for t in found):
                yield path, origin

    def taken_by_name(self) -> Iterator[Origin]:
        """The origins that an instruction names by path, directory or pattern, not ``COPY .``."""
        asked = self.asked
        for path, origin in self.placed:
            supply = (Supply(path, "/", ""),)
            if any(
                not isinstance(t, FromHost)
                for pattern in asked
                if pattern not in {".", "*"}
                for t in takes(pattern, supply, Tree())
            ):
                yield origin

    def artifacts(self) -> Iterator[Artifact]:
        """The artifacts that flow into the image."""
        for path, origin in self.taken():
            if isinstance(origin, Out):
                yield Artifact(
                    origin.maker,
                    origin.path,
                    path,
                    evidence=origin.place,
                    archive=origin.archive,
                    keeps_owner=origin.piped,
                )

    def from_tags(self) -> Iterator[str]:
        """The name of the image, outside the Dockerfile, that its stage starts from."""
        every = stages(self.dockerfile, self.known_args)
        stage = (find_stage(every, self.target) if self.target else None) or every.last
        yield full_tag(stage.lineage[0].base_image)

    def base_tags(self) -> Iterator[str]:
        """The names of all images, outside the Dockerfile, that it starts or copies from."""
        image = self.image()
        for reference in references_outside(Part(0, image.dockerfile, (image,))):
            yield full_tag(reference)


def _last_name(reference: str) -> str:
    return reference.partition("@")[0].rpartition("/")[2].partition(":")[0]


def _official(reference: str) -> str:
    """The name of an official image without its tag; "" for other images."""
    name = reference.partition("@")[0].partition(":")[0].removeprefix("docker.io/")
    name = name.removeprefix("library/")
    return "" if "/" in name else name


def _without_volumes(dockerfile: Dockerfile) -> Dockerfile:
    """The Dockerfile without VOLUME: the classic builder drops what a later RUN puts there."""
    parts = tuple(
        part
        for part in dockerfile.parts
        if not (isinstance(part, Instruction) and part.keyword == "VOLUME")
    )
    return replace(dockerfile, parts=parts)


def flags_of(build: BuildImage) -> tuple[tuple[str, str | None], ...]:
    """The build arguments with a known value, or one from the environment (None)."""
    return tuple(
        (one.name, None if one.value is None else one.value.text) for one in build.build_args
    )


def shown_flags(build: BuildImage) -> tuple[str, ...]:
    """The build's flags that the new build command needs too, as written in the script."""
    found = [_flag(o.name, o.value) for o in build.options if o.name not in _QUIET]
    for one in build.build_args:
        shown = one.name if one.value is None else f"{one.name}={one.value.word}"
        found.append(f"--build-arg={shown}")
    if build.platform is not None:
        found.append(f"--platform={build.platform.word}")
    return tuple(found)


def _flag(name: str, value: Value | None) -> str:
    if not name:
        # A variable that holds flags, which the shell splits.
        return str(value)
    dashes = "-" if len(name) == 1 else "--"
    if value is None:
        return f"{dashes}{name}"
    return f"{dashes}{name}{' ' if len(name) == 1 else '='}{value.word}"


def labels_of(build: BuildImage) -> tuple[str, ...]:
    """Flags that apply to this image alone: its labels, and its further names."""
    return (
        *(f"--label={one.name}={(one.value or Value()).word}" for one in build.labels),
        *(f"-t {tag.word}" for tag in build.tags[1:]),
    )


def said_in(build: BuildImage) -> tuple[Value, ...]:
    """All values of the build that the new command repeats."""
    settings = (*build.build_args, *build.labels)
    found = [*build.tags, *(one.value for one in settings), *(o.value for o in build.options)]
    return tuple(one for one in (*found, build.platform) if one is not None)


def renamed(image: Image, names: dict[str, str]) -> Image:
    """The image with the names of images replaced."""
    artifacts = tuple(replace(a, maker=names[a.maker]) for a in image.artifacts)
    return replace(image, name=names[image.name], artifacts=artifacts)
