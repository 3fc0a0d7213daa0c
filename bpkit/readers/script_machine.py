"""The machine that a script would run on, as far as it matters: images, containers, files."""

from __future__ import annotations

from dataclasses import dataclass, field

from bpkit import docker_calls as calls
from bpkit.conversion.outcome import Remarks
from bpkit.conversion.parts import full_tag
from bpkit.dockerfile import parse
from bpkit.errors import InputError, Place
from bpkit.readers.script_host import Ground, Host, Out
from bpkit.readers.script_images import Built
from bpkit.shell_reading import Fate, unknown
from bpkit.shell_values import Value


@dataclass
class Container:
    """A container: its image, and what ran in it that a RUN must do instead.

    ``begun`` is where a ``docker run`` made it, ``by_base`` says that it ran the command of the
    image that its Dockerfile starts from.
    """

    built: Built
    ran: list[calls.RunContainer | calls.Exec] = field(default_factory=list)
    begun: Place | None = None
    by_base: bool = False


@dataclass
class Machine:
    """The state of the machine while the script is followed.

    ``outs`` are the places at which files came out, with the image; ``unpacked`` those of archives
    that were unpacked later; ``archives`` are the tars that came out. ``by_name`` has the image
    that a name means by now.
    """

    ground: Ground
    remarks: Remarks
    built: list[Built] = field(default_factory=list)
    decisions: dict[Place, tuple[Fate, str]] = field(default_factory=dict)
    outs: list[tuple[Place, str]] = field(default_factory=list)
    unpacked: set[Place] = field(default_factory=set)
    archives: list[Out] = field(default_factory=list)
    by_name: dict[str, Built] = field(default_factory=dict)
    containers: dict[str, Container] = field(default_factory=dict)
    host: Host = field(init=False)

    def __post_init__(self) -> None:
        self.host = Host(self.ground)

    def decide(self, place: Place, fate: Fate, why: str) -> None:
        """What becomes of the command at ``place``; of several decisions the gravest counts."""
        if place not in self.decisions or self.decisions[place][0] < fate:
            self.decisions[place] = (fate, why)

    def image(self, name: Value) -> Built:
        """The image of that name; one from outside becomes an image of its own."""
        shown = full_tag(str(name))
        if shown in self.by_name:
            return self.by_name[shown]
        if name.text is None:
            raise unknown(name.symbols[0], "the name of the image").error()
        dockerfile = parse(f"FROM {name.text}\n", f"Dockerfile of {name.text}")
        built = Built(f"#{len(self.built)}", name.text, dockerfile)
        self.add(built, [shown])
        return built

    def add(self, built: Built, names: list[str]) -> None:
        self.built.append(built)
        for name in names:
            self.by_name[name] = built

    def container(self, name: Value) -> Container:
        found = self.containers.get(str(name))
        if found is None:
            raise InputError(
                f"which image the container {name} is of is not known",
                hint="create it in this script, with docker create or docker run --name",
            )
        return found
