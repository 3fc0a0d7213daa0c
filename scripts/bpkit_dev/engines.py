"""Bring an engine up and take it down again: its programs, its network, its daemon.

Each flavour lives below a directory of its own, and whatever is started is known by a pidfile and
by the very program that it runs, so that nothing else is ever stopped. A lock makes two callers
at once wait for each other.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bpkit.errors import EngineError, NoEngineError
from scripts.bpkit_dev import debian, network, shell
from scripts.bpkit_dev.flavours import Flavour, Paths, client_environment

SECONDS_TO_ANSWER = 60.0
SECONDS_TO_STOP = 20
BUILDX = "usr/libexec/docker/cli-plugins/docker-buildx"


def server_version(paths: Paths) -> str:
    """The version of the engine that answers at ``paths``, or an empty string."""
    if not paths.socket.is_socket():
        return ""
    return answering_version(paths.bin / "docker", client_environment(paths))


def answering_version(client: Path | str, env: Mapping[str, str] | None = None) -> str:
    """The version of the engine that ``client`` reaches in this environment, or an empty string."""
    try:
        argv = [client, "version", "--format", "{{.Server.Version}}"]
        return shell.output(argv, env=env, timeout=15).strip()
    except EngineError:
        return ""


def up(flavour: Flavour, paths: Paths) -> str:
    """Bring the engine up, unless it is; its version. Raises NoEngineError where that can't be."""
    if version := server_version(paths):
        return version
    require_root()
    debian.require_debian()
    with _locked(paths):
        if version := server_version(paths):
            return version
        _provide_programs(flavour, paths)
        network.make_bridge(flavour, paths)
        _start(flavour, paths)
        return _await_answer(paths)


def down(flavour: Flavour, paths: Paths, *, purge: bool = False) -> bool:
    """Stop what ``up`` started and remove its bridge; with ``purge`` also all that it keeps.

    Returns whether a daemon was running.
    """
    if not paths.state.is_dir():
        return False
    require_root()
    with _locked(paths):
        ran = is_running(paths)
        if ran:
            _start_stop(paths, "--stop", "--retry", str(SECONDS_TO_STOP))
        for stale in (paths.pidfile, paths.socket):
            stale.unlink(missing_ok=True)
        if paths.root.is_dir():
            network.remove_bridge(flavour, paths)
        if purge:
            shutil.rmtree(paths.state)
    return ran


def require_root() -> None:
    """Raise NoEngineError unless we are root."""
    if os.geteuid() != 0:
        raise NoEngineError(
            "starting or stopping a Docker daemon needs root",
            hint="Run this as root (sudo), or point DOCKER_HOST at an engine that you may use.",
        )


@contextmanager
def _locked(paths: Paths) -> Iterator[None]:
    paths.state.mkdir(parents=True, exist_ok=True)
    # Beside the state, not in it: --purge removes the state while the lock is held.
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
        debs = debian.fetch(packages.suite, packages.names, paths.state.parent / "apt")
        debian.unpack(debs, paths.root)
    network.link_iptables(paths.root)
    _make_client(paths)
    stamp.write_text(made_of)


def _make_client(paths: Paths) -> None:
    """Put docker alone on the user's PATH, and give it the plugins and proxies it should know."""
    plugins = paths.config / "cli-plugins"
    for made in (paths.bin, plugins):
        made.mkdir(parents=True, exist_ok=True)
    _link(paths.bin / "docker", paths.root / "usr/bin/docker")
    if (paths.root / BUILDX).exists():
        _link(plugins / "docker-buildx", paths.root / BUILDX)
    (paths.config / "config.json").write_text(json.dumps(client_settings(os.environ)))


def _link(link: Path, target: Path) -> None:
    link.unlink(missing_ok=True)
    link.symlink_to(target)


def client_settings(environ: Mapping[str, str]) -> dict[str, object]:
    """``config.json`` of the client, which hands the machine's proxies on to builds.

    https://docs.docker.com/engine/cli/proxy/
    """
    keys = {"httpProxy": "http_proxy", "httpsProxy": "https_proxy", "noProxy": "no_proxy"}
    found = {k: environ.get(v) or environ.get(v.upper()) for k, v in keys.items()}
    proxies = {key: value for key, value in found.items() if value}
    return {"proxies": {"default": proxies}} if proxies else {}


def _start(flavour: Flavour, paths: Paths) -> None:
    # What a killed daemon or a restarted machine left: dockerd takes the number in an old pidfile
    # for itself if any process has it by now.
    shutil.rmtree(paths.run, ignore_errors=True)
    paths.run.mkdir(parents=True)
    for stale in (paths.pidfile, paths.socket):
        stale.unlink(missing_ok=True)
    paths.log.write_bytes(b"")
    # An /etc/docker/daemon.json is meant for another daemon.
    settings = paths.run / "daemon.json"
    settings.write_text("{}")
    arguments = [
        *("--data-root", str(paths.data)),
        *("--exec-root", str(paths.run / "exec")),
        *("--pidfile", str(paths.run / "dockerd.pid")),
        *("--host", f"unix://{paths.socket}"),
        *("--config-file", str(settings)),
        *("--bridge", flavour.bridge),
        "--iptables=false",
    ]
    _start_stop(
        paths, "--start", "--background", "--make-pidfile", "--output", str(paths.log), *arguments
    )


def is_running(paths: Paths) -> bool:
    try:
        _start_stop(paths, "--status")
    except NoEngineError:
        return False
    return True


def _start_stop(paths: Paths, verb: str, *more: str) -> None:
    """start-stop-daemon(8), which looks both at the pidfile and at the program that runs."""
    dockerd = paths.root / "usr/sbin/dockerd"
    at = next((i for i, word in enumerate(more) if word == "--data-root"), len(more))
    argv = ["start-stop-daemon", verb, "--pidfile", str(paths.pidfile), "--exec", str(dockerd)]
    argv += more[:at]
    if more[at:]:
        argv += ["--", *more[at:]]
    env = network.tool_environment(paths.root)
    shell.output(["env", *argv], env=env, error=NoEngineError)


def _await_answer(paths: Paths) -> str:
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < deadline:
        if version := server_version(paths):
            return version
        if not is_running(paths):
            break
        time.sleep(0.1)
    log = paths.log.read_text(errors="replace")
    raise NoEngineError(
        f"dockerd did not come up; the end of {paths.log}:", hint=shell.tail(log) or "(empty)"
    )
