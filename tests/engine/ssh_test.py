"""An engine that is reached over ssh: Debian's own sshd on loopback, and keys made for the test."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from bpkit.errors import NoEngineError
from scripts.bpkit_dev import debian
from scripts.bpkit_dev.flavours import engine_cache
from tests.engine.session import EngineSession

BPKIT = [sys.executable, "-m", "bpkit"]
#: The privilege separation that sshd has as root: an empty directory, and a user.
_EMPTY = Path("/run/sshd")
_USER = "sshd:x:65534:65534::/run/sshd:/bin/false\n"

pytestmark = pytest.mark.skipif(
    not shutil.which("ssh") or not shutil.which("ssh-keygen") or os.geteuid() != 0,
    reason="needs a client of ssh, and root to start a server",
)


@dataclass(frozen=True)
class Remote:
    """The engine's address by ssh, and an environment whose ``ssh`` knows the key."""

    address: str
    env: dict[str, str]


@pytest.fixture
def remote(engine: EngineSession, tmp_path: Path) -> Iterator[Remote]:
    host = engine.env.get("DOCKER_HOST", "")
    if engine.flavour == "podman" or not host.startswith("unix://"):
        pytest.skip("there is no socket of a Docker daemon to reach by ssh")
    try:
        debian.require_debian()
    except NoEngineError as error:
        pytest.skip(str(error))
    root = tmp_path / "root"
    packages = ["openssh-server", "libwrap0"]
    debian.unpack(debian.fetch("bookworm", packages, engine_cache() / "apt"), root)
    for name in ("host", "client"):
        make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)]
        subprocess.run(make, check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = start(root, tmp_path, port, engine)
    try:
        wait_for(port, server)
        yield Remote(f"ssh://root@127.0.0.1:{port}", client_env(tmp_path, engine))
    finally:
        server.terminate()
        server.wait()
        with suppress(OSError):
            _EMPTY.rmdir()


def start(root: Path, directory: Path, port: int, engine: EngineSession) -> subprocess.Popen[bytes]:
    """sshd in a mount namespace of its own: there it has its user, and the machine has not."""
    _EMPTY.mkdir(mode=0o755, exist_ok=True)
    users = directory / "passwd"
    users.write_text(Path("/etc/passwd").read_text() + _USER)
    config = directory / "sshd_config"
    config.write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {directory}/host\nUsePAM no\nStrictModes no\n"
        f"PidFile none\nPermitRootLogin prohibit-password\nPasswordAuthentication no\n"
        f"AuthorizedKeysFile {directory}/client.pub\n"
        # What docker is on the other machine, and which daemon it asks there.
        f"SetEnv PATH={engine.env['PATH']} DOCKER_HOST={engine.env['DOCKER_HOST']}\n"
    )
    script = 'mount --bind "$1" /etc/passwd && exec "$2" -D -e -f "$3"'
    argv = ["unshare", "--mount", "sh", "-c", script, "sh"]
    libraries = f"{root}/usr/lib/x86_64-linux-gnu:{root}/lib/x86_64-linux-gnu"
    with (directory / "sshd.log").open("wb") as log:
        return subprocess.Popen(
            [*argv, str(users), f"{root}/usr/sbin/sshd", str(config)],
            env={**os.environ, "LD_LIBRARY_PATH": libraries},
            stderr=log,
        )


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        assert server.poll() is None, "sshd ended"
        time.sleep(0.1)
    pytest.fail("sshd does not respond")


def client_env(directory: Path, engine: EngineSession) -> dict[str, str]:
    """The engine's client, without its socket, and with an ssh that has the key."""
    programs = directory / "programs"
    programs.mkdir()
    options = f"-F none -i {directory}/client -o UserKnownHostsFile={directory}/known"
    wrapper = programs / "ssh"
    wrapper.write_text(
        f'#!/bin/sh\nexec {shutil.which("ssh")} {options} -o StrictHostKeyChecking=no "$@"\n'
    )
    wrapper.chmod(0o755)
    env = {k: v for k, v in engine.env.items() if k not in {"DOCKER_HOST", "DOCKER_CONTEXT"}}
    cache = str(directory / "cache")
    return {**env, "PATH": f"{programs}:{env['PATH']}", "XDG_CACHE_HOME": cache}


def said(project: Path, env: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [*BPKIT, *words], cwd=project, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_build_over_ssh_is_made_there_and_known_again(
    engine: EngineSession, remote: Remote, remote_project: Path
) -> None:
    tag = "bpkit-over-ssh"
    env = {**remote.env, "DOCKER_HOST": remote.address}
    try:
        assert "built" in said(remote_project, env, "build", "-t", tag)
        assert engine.docker("run", "--rm", tag) == "from far away"
        assert "up to date" in said(remote_project, env, "build", "-t", tag)
    finally:
        engine.docker("rmi", "--force", tag)


def test_a_docker_context_of_ssh_is_built_on_by_its_name(
    engine: EngineSession, remote: Remote, remote_project: Path, tmp_path: Path
) -> None:
    tag = "bpkit-context-of-ssh"
    config = tmp_path / "config"
    plugins = Path(engine.env.get("DOCKER_CONFIG", str(Path.home() / ".docker"))) / "cli-plugins"
    config.mkdir()
    if plugins.is_dir():
        (config / "cli-plugins").symlink_to(plugins)
    env = {**remote.env, "DOCKER_CONFIG": str(config)}
    made = ["docker", "context", "create", "far", "--docker", f"host={remote.address}"]
    subprocess.run(made, env=env, check=True, capture_output=True)
    try:
        said(remote_project, env, "build", "--context", "far", "-t", tag)
        assert engine.docker("run", "--rm", tag) == "from far away"
    finally:
        engine.docker("rmi", "--force", tag)
