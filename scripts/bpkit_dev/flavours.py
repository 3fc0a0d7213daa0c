"""The engines that ``scripts/engine`` can bring up, their state directories, and how to use them.

Nothing here touches the machine: a flavour is data, and its environment is computed from it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bpkit.core.arguments import quote
from bpkit.errors import InputError

HOME_VARIABLE = "BPKIT_ENGINE_HOME"
CACHE_VARIABLE = "BPKIT_ENGINE_CACHE"
DEFAULT_HOME = "/var/tmp/bpkit-engine"
# sun_path of unix(7) holds 108 bytes, the last of them NUL.
LONGEST_SOCKET = 107

# Libraries of dockerd and iptables that a slim Debian lacks, and the network tools.
_NETWORK = (
    *("iproute2", "libbpf1", "libelf1", "libbsd0", "libmd0", "libmnl0"),
    *("iptables", "libxtables12", "libip4tc2", "libip6tc2", "libnftnl11"),
    *("libnetfilter-conntrack3", "libnfnetlink0"),
)
_RUNTIME = ("containerd", "runc", "libdevmapper1.02.1", "libseccomp2")
# podman itself, the programs it starts, and their libraries.
_PODMAN = (
    *("podman", "conmon", "runc", "netavark", "catatonit"),
    *("golang-github-containers-common", "golang-github-containers-image"),
    *("libgpgme11", "libassuan0", "libgpg-error0", "libsubid4", "libsystemd0"),
    *("libglib2.0-0", "libffi8", "libdevmapper1.02.1", "libseccomp2"),
)


@dataclass(frozen=True)
class Packages:
    """Packages of one Debian release, unpacked for a flavour without being installed."""

    suite: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Flavour:
    """An engine: its packages, and the program to use it with.

    podman has no daemon: its program does the work itself.
    """

    name: str
    summary: str
    packages: tuple[Packages, ...]
    program: Literal["docker", "podman"] = "docker"


CLASSIC = Flavour(
    name="classic",
    summary="Docker 20.10 of Debian bookworm; the classic builder unless DOCKER_BUILDKIT=1",
    packages=(Packages("bookworm", ("docker.io", "tini", *_RUNTIME, *_NETWORK)),),
)
MODERN = Flavour(
    name="modern",
    summary="Docker 26.1 of Debian trixie with buildx 0.13; BuildKit",
    packages=(
        Packages("trixie", ("docker.io", "docker-cli", "docker-buildx")),
        # trixie's runc and containerd need a newer glibc than bookworm has.
        Packages("bookworm", ("tini", *_RUNTIME, *_NETWORK)),
    ),
)
# Its programs need no newer glibc than bookworm's. forky is a moving release, and so is this.
NEWEST = Flavour(
    name="newest",
    summary="Docker 28 of Debian forky with a buildx that has build checks; BuildKit",
    packages=(
        Packages("forky", ("docker.io", "docker-cli", "docker-buildx")),
        Packages("bookworm", ("tini", *_RUNTIME, *_NETWORK)),
    ),
)
PODMAN = Flavour(
    name="podman",
    summary="podman 4.3 of Debian bookworm, as root, with its own storage; no daemon",
    packages=(Packages("bookworm", (*_PODMAN, *_NETWORK)),),
    program="podman",
)
FLAVOURS = {flavour.name: flavour for flavour in (CLASSIC, MODERN, NEWEST, PODMAN)}


def flavour_named(name: str) -> Flavour:
    """The flavour with this name. Raises InputError, which lists the existing ones."""
    if name not in FLAVOURS:
        raise InputError(
            f"there is no engine flavour {name!r}", hint=f"use one of {', '.join(FLAVOURS)}"
        )
    return FLAVOURS[name]


def engine_home(environ: Mapping[str, str] = os.environ) -> Path:
    """The directory below which every flavour keeps its state."""
    return Path(environ.get(HOME_VARIABLE) or DEFAULT_HOME).absolute()


def engine_cache(environ: Mapping[str, str] = os.environ) -> Path:
    """The directory of downloads and assembled base images, shared by engines of any home."""
    return Path(environ.get(CACHE_VARIABLE) or engine_home(environ)).absolute()


@dataclass(frozen=True)
class Paths:
    """The directories and files of one flavour."""

    state: Path

    @classmethod
    def of(cls, flavour: Flavour, home: Path | None = None) -> Paths:
        """The paths of ``flavour``. Raises InputError if its socket's path is too long."""
        paths = cls((home or engine_home()) / flavour.name)
        if len(os.fsencode(paths.socket)) > LONGEST_SOCKET:
            raise InputError(
                f"{paths.socket} is too long for a Unix socket ({LONGEST_SOCKET} bytes)",
                hint=f"set {HOME_VARIABLE} to a shorter directory",
            )
        return paths

    @property
    def root(self) -> Path:
        """The unpacked packages, as a tree with ``usr/bin`` and so on."""
        return self.state / "root"

    @property
    def bin(self) -> Path:
        """The programs for the user: only the flavour's client."""
        return self.state / "bin"

    @property
    def config(self) -> Path:
        return self.state / "config"

    @property
    def data(self) -> Path:
        return self.state / "data"

    @property
    def run(self) -> Path:
        return self.state / "run"

    @property
    def socket(self) -> Path:
        return self.state / "docker.sock"

    @property
    def pidfile(self) -> Path:
        return self.state / "dockerd.pid"

    @property
    def log(self) -> Path:
        return self.state / "dockerd.log"


def client_environment(
    flavour: Flavour, paths: Paths, environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """The environment that a client needs to use the engine at ``paths``."""
    others = [p for p in environ.get("PATH", "").split(os.pathsep) if p != str(paths.bin)]
    path = {"PATH": os.pathsep.join([str(paths.bin), *others]), "DOCKER": flavour.program}
    if flavour.program == "podman":
        return path
    return {"DOCKER_HOST": f"unix://{paths.socket}", "DOCKER_CONFIG": str(paths.config), **path}


# Each of these would redirect a client elsewhere.
UNSET = (
    *("DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_HOST", "DOCKER_CONFIG"),
    *("CONTAINER_HOST", "CONTAINER_CONNECTION", "CONTAINERS_CONF", "CONTAINERS_STORAGE_CONF"),
)


def render_environment(variables: Mapping[str, str]) -> str:
    """The variables as shell lines for ``eval``."""
    exports = [f"export {name}={quote(value)}" for name, value in variables.items()]
    return "\n".join([f"unset {' '.join(UNSET)}", *exports])
