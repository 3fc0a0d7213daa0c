"""A build script's docker commands, as data; containers carry the artifacts.

The readers of shell scripts and Makefiles create these actions; the converter links them to images
and artifacts. An action holds its place and text (``source``), with every variable expanded. A
value that only a run would know holds a symbol (``bpkit.readers.script.model.values``). Actions on
files of the host are in ``bpkit.readers.script.model.host_actions``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bpkit.errors import Place
from bpkit.readers.script.model.host_actions import HostAction, PackTar
from bpkit.readers.script.model.streams import (
    FromCommand,
    FromFile,
    FromText,
    Output,
    StreamSource,
    ToTerminal,
)
from bpkit.readers.script.model.values import HostPath, Value
from bpkit.readers.script.model.working_actions import WorkingAction


@dataclass(frozen=True)
class ImageSetting:
    """``NAME=value``: a build argument, a label or an environment variable.

    ``value`` is None if only the name is given, and docker reads it from the environment.
    """

    name: str
    value: Value | None


@dataclass(frozen=True)
class Option:
    """A flag that the model has no field for; ``value`` is None if the flag takes none."""

    name: str
    value: Value | None = None


@dataclass(frozen=True)
class FromAction:
    """The output of the action just before: a ``RunContainer``, ``CopyOut`` or ``PackTar``."""

    action: RunContainer | CopyOut | ExportContainer | PackTar


Input = FromText | FromFile | FromAction | FromCommand


@dataclass(frozen=True)
class BuildImage:
    """``docker build``.

    ``context`` is None for standard input (a Dockerfile alone, or a tar). A context that isn't a
    path, such as a git URL, is in ``remote``. ``dockerfile`` is None for standard input (``-f -``);
    without ``-f`` it is ``Dockerfile`` in the context, and ``dockerfile_given`` is False. If the
    context is a tar from standard input, ``dockerfile`` is a path in that tar. ``image`` names a
    result without a tag for later actions: ``$(docker build -q .)``, ``--iidfile``. ``declared`` is
    the place in the Compose file that declares the build.
    """

    source: StreamSource
    tags: tuple[Value, ...]
    dockerfile: HostPath | None
    context: HostPath | None
    remote: Value | None = None
    build_args: tuple[ImageSetting, ...] = ()
    target: Value | None = None
    platform: Value | None = None
    labels: tuple[ImageSetting, ...] = ()
    options: tuple[Option, ...] = ()
    stdin: Input | None = None
    dockerfile_given: bool = False
    image: Value | None = None
    declared: Place | None = None


@dataclass(frozen=True)
class VolumeMount:
    """A bind mount (``host`` set), a named volume (``volume`` set), or neither: a new volume.

    ``options`` holds the other options given ("ro", "z").
    """

    target: Value
    host: HostPath | None = None
    volume: Value | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class RunContainer:
    """``docker run``: ``argv`` after the image; ``container`` is the name that later actions use.

    ``entrypoint`` is None if not given. ``output`` is where its standard output goes, ``stdin``
    where its standard input comes from (None if it has none).
    """

    source: StreamSource
    image: Value
    container: Value
    argv: tuple[Value, ...] = ()
    remove: bool = False
    detached: bool = False
    mounts: tuple[VolumeMount, ...] = ()
    environment: tuple[ImageSetting, ...] = ()
    user: Value | None = None
    workdir: Value | None = None
    entrypoint: Value | None = None
    options: tuple[Option, ...] = ()
    output: Output = field(default_factory=ToTerminal)
    stdin: Input | None = None


@dataclass(frozen=True)
class Create:
    """``docker create``: a container that is not run, only copied from.

    ``container`` is its name in later actions: that of ``--name``, or a symbol of origin CONTAINER
    if its id was captured. ``started`` is the run if the container is started later.
    """

    source: StreamSource
    image: Value
    container: Value
    started: RunContainer


@dataclass(frozen=True)
class Exec:
    """``docker exec`` in a running container; ``detached``: it goes on in the background."""

    source: StreamSource
    container: Value
    argv: tuple[Value, ...]
    output: Output = field(default_factory=ToTerminal)
    environment: tuple[ImageSetting, ...] = ()
    user: Value | None = None
    workdir: Value | None = None
    detached: bool = False


@dataclass(frozen=True)
class CopyOut:
    """``docker cp CONTAINER:path destination``; ``path`` exactly as written ("/dir/." differs).

    ``destination`` is a path, or the stream that the tar goes to (``docker cp N:/dir -``).
    ``follow_link`` is ``-L``, ``archive`` is ``-a``.
    """

    source: StreamSource
    container: Value
    path: Value
    destination: HostPath | Output
    follow_link: bool = False
    archive: bool = False


@dataclass(frozen=True)
class CopyIn:
    """``docker cp host CONTAINER:path``; ``origin`` is None for a tar from standard input."""

    source: StreamSource
    origin: HostPath | None
    container: Value
    path: Value


@dataclass(frozen=True)
class ExportContainer:
    """``docker export CONTAINER``: its whole file system as a tar.

    ``of_build``: the files are those of a build without an image (``--output type=local``).
    """

    source: StreamSource
    container: Value
    output: Output
    of_build: bool = False


@dataclass(frozen=True)
class Save:
    """``docker save IMAGE…``."""

    source: StreamSource
    images: tuple[Value, ...]
    output: Output


@dataclass(frozen=True)
class Commit:
    """``docker commit CONTAINER IMAGE``; ``changes`` are the instructions of ``--change``."""

    source: StreamSource
    container: Value
    image: Value | None
    changes: tuple[Value, ...] = ()


@dataclass(frozen=True)
class ImportImage:
    """``docker import``: an image from a tar; ``changes`` are the instructions of ``--change``."""

    source: StreamSource
    origin: Input | None
    image: Value
    changes: tuple[Value, ...] = ()


@dataclass(frozen=True)
class StartContainer:
    """``docker start CONTAINER``: a run of what ``docker create`` made.

    ``attached``: docker waits until it ends.
    """

    source: StreamSource
    container: Value
    attached: bool = False


@dataclass(frozen=True)
class AwaitContainer:
    """``docker wait`` or ``logs -f``, which return when the container has ended."""

    source: StreamSource
    container: Value


@dataclass(frozen=True)
class RemoveContainer:
    """``docker rm``; ``docker stop`` and ``kill`` aren't actions."""

    source: StreamSource
    containers: tuple[Value, ...]


@dataclass(frozen=True)
class RemoveImage:
    """``docker rmi``."""

    source: StreamSource
    images: tuple[Value, ...]


@dataclass(frozen=True)
class Tag:
    """``docker tag IMAGE NAME``."""

    source: StreamSource
    image: Value
    name: Value


@dataclass(frozen=True)
class Push:
    """``docker push IMAGE``."""

    source: StreamSource
    image: Value


DockerAction = (
    BuildImage
    | Create
    | RunContainer
    | Exec
    | CopyOut
    | CopyIn
    | ExportContainer
    | Save
    | Commit
    | ImportImage
    | StartContainer
    | AwaitContainer
    | RemoveContainer
    | RemoveImage
    | Tag
    | Push
)
Action = DockerAction | HostAction | WorkingAction
