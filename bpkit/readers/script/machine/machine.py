"""A model of the machine that a script would run on: its images, containers and files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bpkit.conversion import Note, Remarks, full_tag
from bpkit.errors import InputError, Place
from bpkit.formats.dockerfile import parse
from bpkit.readers.script.machine.host import Ground, Host, Out
from bpkit.readers.script.machine.images import BuiltImage
from bpkit.readers.script.model import docker_actions as calls
from bpkit.readers.script.model.reading import Fate, unknown
from bpkit.readers.script.model.values import Default, Symbol, Value, identifier

_PRINTS = re.compile(r"(?:sudo )?(?:docker|podman) run ")


@dataclass
class ScriptContainer:
    """A container: its image, and the commands run in it that a RUN must carry out instead.

    ``begun`` is the place of the ``docker run`` that made it. ``by_base``: it ran the command of
    its Dockerfile's base image. ``created`` is the command that ``docker start`` would run,
    ``mounts`` are its volumes. ``is_working``: it is one of buildah's, whose image its commands
    write.
    """

    built: BuiltImage
    ran: list[calls.RunContainer | calls.Exec | calls.CopyIn] = field(default_factory=list)
    begun: Place | None = None
    by_base: bool = False
    created: calls.RunContainer | None = None
    is_working: bool = False
    mounts: tuple[calls.VolumeMount, ...] = ()


@dataclass(frozen=True)
class TakenOut:
    """Files that came out of an image by a command at ``place``; ``path`` is where they are now.

    ``path`` is empty if they go into a build without being on the host; ``symbols`` are its unknown
    parts.
    """

    place: Place
    maker: str
    source: str
    path: str = ""
    symbols: tuple[Symbol, ...] = ()


@dataclass
class Machine:
    """The state of the machine while the script is followed.

    ``outs`` is all that came out of images, ``unpacked`` the places of those that something other
    than a build read later, ``archives`` the tars that came out. ``by_name`` maps a name to the
    image that it means at this point, ``gone`` holds the tags that the script removes. ``read`` are
    the places that made files which a build uses as its Dockerfile, ``divided`` the places of
    artifacts that an ignore file lets in only partly. ``fetched`` maps a path to what was
    downloaded there and the command's place; ``worked`` are places that would be left to the user
    but are carried over; ``carried_in`` is the state of an artifact when it was copied into a
    container. ``later_runs`` are notes on what the next run finds at a path, if this one leaves it.
    """

    ground: Ground
    remarks: Remarks
    built: list[BuiltImage] = field(default_factory=list)
    decisions: dict[Place, tuple[Fate, str]] = field(default_factory=dict)
    outs: list[TakenOut] = field(default_factory=list)
    unpacked: set[Place] = field(default_factory=set)
    archives: list[Out] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    read: set[Place] = field(default_factory=set)
    divided: dict[Place, tuple[Place, str]] = field(default_factory=dict)
    fetched: dict[str, tuple[str, Place]] = field(default_factory=dict)
    volumes: dict[str, set[str]] = field(default_factory=dict)
    mounted: dict[Symbol, str] = field(default_factory=dict)
    worked: set[Place] = field(default_factory=set)
    carried_in: dict[Place, Out] = field(default_factory=dict)
    later_runs: list[tuple[str, Note]] = field(default_factory=list)
    by_name: dict[str, BuiltImage] = field(default_factory=dict)
    containers: dict[str, ScriptContainer] = field(default_factory=dict)
    host: Host = field(init=False)

    def __post_init__(self) -> None:
        self.host = Host(self.ground)

    def fetched_to(self, path: str) -> tuple[str, Place] | None:
        """Where the file at the path was fetched from, and at which place; None if it wasn't."""
        for at, origin in self.fetched.items():
            if path == at or path.startswith(f"{at}/"):
                return origin
        return None

    def decide(self, place: Place, fate: Fate, why: str) -> None:
        """Record what becomes of the command at ``place``; the most serious of several counts."""
        if place not in self.decisions or self.decisions[place][0] < fate:
            self.decisions[place] = (fate, why)

    def image(self, name: Value) -> BuiltImage:
        """The image of that name; one from outside the script is added."""
        shown = full_tag(str(name))
        if shown in self.by_name:
            return self.by_name[shown]
        built = self.outside(name)
        self.add(built, [shown])
        return built

    def outside(self, name: Value) -> BuiltImage:
        """An image from outside the script, which isn't added."""
        if name.text is None:
            raise unknown(name.symbols[0], "the name of the image").error()
        text = f"FROM {name.text}\n"
        arguments: tuple[tuple[str, Value], ...] = ()
        if name.is_open:
            # The script's user may set another, so it stays an argument.
            [part, *rest] = name.parts
            is_whole = isinstance(part, Default) and not rest
            argument = identifier(part) if is_whole and isinstance(part, Default) else "BASE_IMAGE"
            text = f"ARG {argument}={name.text}\nFROM ${{{argument}}}\n"
            arguments = ((argument, name),)
        dockerfile = parse(text, f"Dockerfile of {name.text}")
        built = BuiltImage(f"#{len(self.built)}", name.text, dockerfile)
        built.take_arguments(arguments)
        return built

    def known(self, name: Value) -> BuiltImage | None:
        """The script's image of that name, or None."""
        return self.by_name.get(full_tag(str(name)))

    def add(self, built: BuiltImage, names: list[str]) -> None:
        self.built.append(built)
        self.name(built, names)

    def name(self, built: BuiltImage, names: list[str]) -> None:
        """Make these names refer to the image from now on."""
        for name in names:
            self.by_name[name] = built

    def container(self, name: Value) -> ScriptContainer:
        found = self.containers.get(str(name))
        symbol = name.symbol
        if found is None and symbol is not None and _PRINTS.match(symbol.name):
            raise InputError(
                f"{name} is the command's output: only docker run -d prints the container's id",
                hint="pass -d, or name the container with --name",
            )
        if found is None:
            raise InputError(
                f"the image of the container {name} is not known",
                hint="create it in this script, with docker create or docker run --name",
            )
        return found
