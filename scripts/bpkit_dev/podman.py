"""podman with its own storage, settings and network; it needs no daemon.

It is used through a small program, ``bin/podman``, that passes the settings to the real one: no
environment variable sets all of them, and podman's child processes need them too.
"""

from __future__ import annotations

import json
import re
import resource
import shlex
from collections.abc import Mapping
from pathlib import Path

from bpkit.errors import NoEngineError
from scripts.bpkit_dev import network, shell
from scripts.bpkit_dev.flavours import Paths

SECONDS_TO_STOP = 5
# podman's default limits: the kernel's, for open files and process ids.
MOST_FILES, MOST_PROCESSES = 1 << 20, 1 << 15
# Names without a registry are Docker Hub's, as they are for docker.
REGISTRIES = 'unqualified-search-registries = ["docker.io"]\nshort-name-mode = "permissive"\n'
POLICY = {"default": [{"type": "insecureAcceptAnything"}]}


def up(paths: Paths) -> None:
    """Write the settings and the program. Raises NoEngineError if it doesn't work with them."""
    policy = paths.config / ".config/containers/policy.json"
    networks = paths.config / "networks"
    for directory in (policy.parent, networks, paths.bin):
        directory.mkdir(parents=True, exist_ok=True)
    policy.write_text(json.dumps(POLICY))
    (paths.config / "registries.conf").write_text(REGISTRIES)
    (paths.config / "storage.conf").write_text(storage_settings(paths))
    environment = _environment(paths)
    hard = tuple(
        resource.getrlimit(kind)[1] for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC)
    )
    settings = containers_settings(paths, environment, files=hard[0], processes=hard[1])
    (paths.config / "containers.conf").write_text(settings)
    if not (described := networks / "podman.json").is_file():
        described.write_text(json.dumps(network_settings(network.free_bridge(paths)), indent=1))
    part = paths.bin / "podman.part"
    part.write_text(wrapper(paths, environment))
    part.chmod(0o755)
    shell.output([part, "info"], timeout=60, error=NoEngineError)
    part.replace(paths.bin / "podman")


def down(paths: Paths) -> bool:
    """Stop the containers, remove the program and unmount leftovers; whether it existed."""
    program = paths.bin / "podman"
    if was_up := program.is_file():
        stop = ("stop", "--all", "--time", str(SECONDS_TO_STOP))
        shell.output([program, *stop], error=NoEngineError)
        program.unlink()
    for mounted in mounts_below(paths.state, Path("/proc/self/mounts").read_text()):
        shell.output(["umount", mounted], error=NoEngineError)
    return was_up


def mounts_below(directory: Path, mounts: str) -> list[Path]:
    """The mount points below ``directory`` in text like /proc/mounts, innermost first."""
    # proc(5): blanks and backslashes are written in octal.
    octal = re.compile(r"\\([0-7]{3})")
    written = [line.split(" ")[1] for line in mounts.splitlines()]
    points = [Path(octal.sub(lambda found: chr(int(found[1], 8)), point)) for point in written]
    return [point for point in reversed(points) if point.is_relative_to(directory)]


def containers_settings(
    paths: Paths, environment: Mapping[str, str], *, files: int, processes: int
) -> str:
    """containers.conf(5); ``files`` and ``processes`` are the hard limits of our own process.

    Without them podman requests more than a root without CAP_SYS_RESOURCE may have, and no
    container starts. conmon passes ``environment`` to the podman that cleans up after a container;
    without it that one fails, and each ``podman run`` waits 20 s for it.
    """
    root = paths.root
    # -1 stands for no limit.
    limits = [
        f"nofile={_least(files, MOST_FILES)}:{_least(files, MOST_FILES)}",
        f"nproc={_least(processes, MOST_PROCESSES)}:{_least(processes, MOST_PROCESSES)}",
    ]
    tables: dict[str, dict[str, object]] = {
        "containers": {
            "default_ulimits": limits,
            "log_driver": "k8s-file",
            "init_path": str(root / "usr/bin/catatonit"),
        },
        "engine": {
            "cgroup_manager": "cgroupfs",
            "conmon_env_vars": [f"{name}={value}" for name, value in environment.items()],
            "conmon_path": [str(root / "usr/bin/conmon")],
            "events_logger": "file",
            "helper_binaries_dir": [str(root / "usr/lib/podman")],
            "runtime": "runc",
        },
        "engine.runtimes": {"runc": [str(root / "usr/sbin/runc")]},
        "network": {
            "network_backend": "netavark",
            "network_config_dir": str(paths.config / "networks"),
        },
    }
    return "\n".join(_table(name, entries) for name, entries in tables.items())


def storage_settings(paths: Paths) -> str:
    """containers-storage.conf(5)."""
    places = {"graphroot": str(paths.data), "runroot": str(paths.run)}
    return _table("storage", {"driver": "overlay", **places})


def network_settings(bridge: network.Bridge) -> dict[str, object]:
    """podman's default network, on a bridge that no other podman uses.

    Its id replaces a random one: podman requires 64 hexadecimal digits.
    """
    return {
        "name": "podman",
        "id": "2f259bab93aaaaa2542ba43ef33eb990d0999ee1b9924b557b7be53c0b7a1bb9",
        "driver": "bridge",
        "network_interface": bridge.name,
        "subnets": [{"subnet": bridge.subnet, "gateway": bridge.gateway}],
        "ipv6_enabled": False,
        "internal": False,
        "dns_enabled": False,
        "ipam_options": {"driver": "host-local"},
    }


def wrapper(paths: Paths, environment: Mapping[str, str]) -> str:
    """The wrapper around the real podman."""
    exports = "".join(
        f"export {name}={shlex.quote(value)}\n" for name, value in environment.items()
    )
    places = ("--root", paths.data, "--runroot", paths.run, "--tmpdir", paths.run / "libpod")
    argv = shlex.join(str(word) for word in (paths.root / "usr/bin/podman", *places))
    return f'#!/bin/sh\n{exports}exec {argv} "$@"\n'


def _environment(paths: Paths) -> dict[str, str]:
    return {
        **network.tool_environment(paths.root),
        "CONTAINERS_CONF": str(paths.config / "containers.conf"),
        "CONTAINERS_REGISTRIES_CONF": str(paths.config / "registries.conf"),
        "CONTAINERS_STORAGE_CONF": str(paths.config / "storage.conf"),
        # podman looks for policy.json in /etc, which isn't ours, and in the user's home.
        "HOME": str(paths.config),
    }


def _least(hard: int, most: int) -> int:
    return most if hard == resource.RLIM_INFINITY else min(hard, most)


def _table(name: str, entries: Mapping[str, object]) -> str:
    # The parts of TOML used here are written like JSON: strings and lists of strings.
    lines = (f"{key} = {json.dumps(value)}" for key, value in entries.items())
    return "\n".join([f"[{name}]", *lines, ""])
