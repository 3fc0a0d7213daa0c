"""Brings an engine up and takes it down again: its programs, its network, its daemon.

Each flavour has its own directory, and nothing outside it is ever stopped. A lock makes concurrent
callers wait for each other.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bpkit.errors import EngineError, NoEngineError
from scripts.bpkit_dev import debian, dockerd, network, podman, shell
from scripts.bpkit_dev.flavours import Flavour, Paths, client_environment, engine_cache


def server_version(flavour: Flavour, paths: Paths) -> str:
    """The version of the engine that answers at ``paths``, or an empty string."""
    client = paths.bin / flavour.program
    if not (client if flavour.program == "podman" else paths.socket).exists():
        return ""
    return answering_version(client, client_environment(flavour, paths))


def answering_version(client: Path | str, env: Mapping[str, str] | None = None) -> str:
    """The version of the engine that ``client`` reaches in this environment, or an empty string."""
    asked = ("version", "--format", "{{.Server.Version}}")
    if Path(client).name == "podman":
        # podman without a daemon has no server.
        asked = ("info", "--format", "{{.Version.Version}}")
    try:
        argv = [client, *asked]
        return shell.output(argv, env=env, timeout=15).strip()
    except EngineError:
        return ""


def up(flavour: Flavour, paths: Paths) -> str:
    """Bring the engine up if needed; returns its version. Raises NoEngineError if that fails."""
    if version := server_version(flavour, paths):
        return version
    require_root()
    debian.require_debian()
    with _locked(paths):
        if version := server_version(flavour, paths):
            return version
        _provide_programs(flavour, paths)
        if flavour.program == "podman":
            podman.up(paths)
        else:
            dockerd.start(paths, network.make_bridge(paths))
            dockerd.await_answer(paths, lambda: server_version(flavour, paths) != "")
        return server_version(flavour, paths)


def down(flavour: Flavour, paths: Paths, *, purge: bool = False) -> bool:
    """Stop the engine that ``up`` started and remove its bridge; with ``purge``, also its state.

    Returns whether it was up.
    """
    if not paths.state.is_dir():
        return False
    require_root()
    with _locked(paths):
        ran = podman.down(paths) if flavour.program == "podman" else dockerd.stop(paths)
        if paths.root.is_dir():
            network.remove_bridge(paths)
        if purge:
            dockerd.unmount_below(paths.state)
            shutil.rmtree(paths.state)
    return ran


def require_root() -> None:
    """Raise NoEngineError unless this process is root's."""
    if os.geteuid() != 0:
        raise NoEngineError(
            "starting or stopping an engine needs root",
            hint="run this as root (sudo), or set DOCKER_HOST to an engine that you may use",
        )


@contextmanager
def _locked(paths: Paths) -> Iterator[None]:
    paths.state.mkdir(parents=True, exist_ok=True)
    # Beside the state, not in it: --purge removes the state while holding the lock.
    with paths.state.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _provide_programs(flavour: Flavour, paths: Paths) -> None:
    made_of = "\n".join(f"{p.suite}: {' '.join(p.names)}" for p in flavour.packages)
    stamp = paths.state / "made-of"
    if stamp.is_file() and stamp.read_text() == made_of:
        return
    shutil.rmtree(paths.root, ignore_errors=True)
    for packages in flavour.packages:
        debs = debian.fetch(packages.suite, packages.names, engine_cache() / "apt")
        debian.unpack(debs, paths.root)
    network.link_iptables(paths.root)
    if flavour.program == "docker":
        dockerd.make_client(paths)
    stamp.write_text(made_of)
