"""A private Docker daemon: its client's settings, how it starts and stops.

A daemon is identified by its PID file and by the program that it runs, so that no other process is
ever stopped.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from bpkit.errors import NoEngineError
from scripts.bpkit_dev import network, shell
from scripts.bpkit_dev.flavours import Paths

SECONDS_TO_ANSWER = 60.0
# start-stop-daemon returns before its child becomes dockerd, on a busy machine long before.
SECONDS_TO_BEGIN = 5.0
SECONDS_TO_STOP = 20
BUILDX = "usr/libexec/docker/cli-plugins/docker-buildx"


def make_client(paths: Paths) -> None:
    """Put only docker on the user's PATH, and set up its plugins and proxies."""
    plugins = paths.config / "cli-plugins"
    for made in (paths.bin, plugins):
        made.mkdir(parents=True, exist_ok=True)
    _link(paths.bin / "docker", paths.root / "usr/bin/docker")
    if (paths.root / BUILDX).exists():
        _link(plugins / "docker-buildx", paths.root / BUILDX)
    (paths.config / "config.json").write_text(json.dumps(client_settings(os.environ)))


def client_settings(environ: Mapping[str, str]) -> dict[str, object]:
    """``config.json`` of the client, which passes the machine's proxies to builds.

    https://docs.docker.com/engine/cli/proxy/
    """
    keys = {"httpProxy": "http_proxy", "httpsProxy": "https_proxy", "noProxy": "no_proxy"}
    found = {k: environ.get(v) or environ.get(v.upper()) for k, v in keys.items()}
    proxies = {key: value for key, value in found.items() if value}
    return {"proxies": {"default": proxies}} if proxies else {}


def start(paths: Paths, bridge: network.Bridge) -> None:
    """Start the daemon in the background; it does not answer yet. Raises NoEngineError."""
    # A killed daemon or a restarted machine leaves a PID file: dockerd takes its number for a
    # running dockerd if any process has it by now.
    shutil.rmtree(paths.run, ignore_errors=True)
    # Mounts of a killed daemon stay.
    paths.run.mkdir(parents=True, exist_ok=True)
    _remove_stale(paths)
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
        *("--bridge", bridge.name),
        "--iptables=false",
    ]
    options = ("--background", "--make-pidfile", "--output", str(paths.log))
    _start_stop(paths, "--start", *options, arguments=arguments)


def stop(paths: Paths) -> bool:
    """Stop the daemon, if it runs; whether it did."""
    ran = is_running(paths)
    if ran:
        _start_stop(paths, "--stop", "--retry", str(SECONDS_TO_STOP))
    _remove_stale(paths)
    return ran


def unmount_below(directory: Path) -> None:
    """Unmount everything that a killed daemon has left mounted below ``directory``.

    Raises EngineError if something can't be unmounted.
    """
    mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for place in reversed(mounted):
        if place.startswith(f"{directory}/"):
            shell.output(["umount", "--lazy", place])


def is_running(paths: Paths) -> bool:
    """Whether the pidfile's process exists and is this engine's daemon."""
    try:
        _start_stop(paths, "--status")
    except NoEngineError:
        return False
    return True


def await_answer(paths: Paths, answers: Callable[[], bool]) -> None:
    """Return as soon as the daemon answers.

    Raises NoEngineError with the end of the daemon's log if it ends or doesn't answer in time.
    """
    began = time.monotonic()
    while (waited := time.monotonic() - began) < SECONDS_TO_ANSWER:
        if answers():
            return
        if waited > SECONDS_TO_BEGIN and not is_running(paths):
            break
        time.sleep(0.1)
    log = paths.log.read_text(errors="replace")
    raise NoEngineError(
        f"dockerd did not come up; the end of {paths.log}:", hint=shell.tail(log) or "(empty)"
    )


def _link(link: Path, target: Path) -> None:
    link.unlink(missing_ok=True)
    link.symlink_to(target)


def _remove_stale(paths: Paths) -> None:
    for stale in (paths.pidfile, paths.socket):
        stale.unlink(missing_ok=True)


def _start_stop(paths: Paths, verb: str, *options: str, arguments: list[str] | None = None) -> None:
    """start-stop-daemon(8), which checks both the pidfile and the running program."""
    program = paths.root / "usr/sbin/dockerd"
    argv = ["start-stop-daemon", verb, "--pidfile", str(paths.pidfile), "--exec", str(program)]
    argv += [*options, *(["--", *arguments] if arguments else [])]
    shell.output(["env", *argv], env=network.tool_environment(paths.root), error=NoEngineError)
