"""What a build script does, as data: its calls of docker, in which containers carry the artifacts.

Readers of shell scripts and Makefiles make these; the converter links them to images and artifacts.
An action says where it is and how it is written (``source``), and what it does with every
variable followed. A value that only a run would know holds a symbol
(``bpkit.readers.script.model.values``). What the script does to files on the host is in
``bpkit.readers.script.model.host_actions``.
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


@dataclass(frozen=True)
class ImageSetting:
    """``NAME=value`` of a build argument, a label or an environment variable.

    ``value`` is None if only the name is given: docker takes it from the environment.
    """

    name: str
    value: Value | None


@dataclass(frozen=True)
class Option:
    """A flag that the model has no field for; ``value`` is None for a switch."""

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

    ``context`` None: standard input (a Dockerfile alone, or a tar). A context that isn't a path (a
    git address) is in ``remote``. ``dockerfile`` None: standard input (``-f -``); without ``-f``
    it is ``Dockerfile`` in the context, and ``dockerfile_given`` is False. Where the context is a
    tar from standard input, ``dockerfile`` is a path in that tar. ``image`` names the
    result for later actions where it has no tag: ``$(docker build -q .)``, ``--iidfile``.
    ``declared`` is where a compose file says how it is built.
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

    ``options`` holds what else was given ("ro", "z").
    """

    target: Value
    host: HostPath | None = None
    volume: Value | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class RunContainer:
    """``docker run``: ``argv`` after the image; ``container`` is the name that later actions use.

    ``entrypoint`` None if not given. ``output`` tells where its standard output goes,
    ``stdin`` what it is fed (None if nothing).
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

    ``container`` is the name by which later actions call it: ``--name``'s, or a symbol of origin
    CONTAINER where its id was captured. ``started`` is what runs if it is started after all.
    """

    source: StreamSource
    image: Value
    container: Value
    started: RunContainer


@dataclass(frozen=True)
class Exec:
    """``docker exec`` in a container that runs."""

    source: StreamSource
    container: Value
    argv: tuple[Value, ...]
    output: Output = field(default_factory=ToTerminal)


@dataclass(frozen=True)
class CopyOut:
    """``docker cp CONTAINER:path destination``; ``path`` exactly as written ("/dir/." differs).

    ``destination`` is a path, or where the tar goes (``docker cp N:/dir -``). ``follow_link`` is
    ``-L``, ``archive`` ``-a``.
    """

    source: StreamSource
    container: Value
    path: Value
    destination: HostPath | Output
    follow_link: bool = False
    archive: bool = False


@dataclass(frozen=True)
class CopyIn:
    """``docker cp host CONTAINER:path``; ``origin`` None: a tar from standard input."""

    source: StreamSource
    origin: HostPath | None
    container: Value
    path: Value


@dataclass(frozen=True)
class ExportContainer:
    """``docker export CONTAINER``: its whole file system as a tar.

    ``of_build``: the files of a build that leaves no image (``--output type=local``).
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
    """``docker import``: an image of the files of a tar; ``changes`` are those of ``--change``."""

    source: StreamSource
    origin: Input | None
    image: Value
    changes: tuple[Value, ...] = ()


@dataclass(frozen=True)
class StartContainer:
    """``docker start CONTAINER``: what ``docker create`` made is run after all.

    ``attached`` says that docker waits for its end.
    """

    source: StreamSource
    container: Value
    attached: bool = False


@dataclass(frozen=True)
class AwaitContainer:
    """``docker wait``, or ``logs -f``: goes on when the container has ended."""

    source: StreamSource
    container: Value


@dataclass(frozen=True)
class RemoveContainer:
    """``docker rm`` of containers; also of those that ``docker stop`` or ``kill`` ends."""

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
Action = DockerAction | HostAction
