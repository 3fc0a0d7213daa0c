"""An engine reached over TLS with client certificates, through a context or variables."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine.session import EngineSession

BPKIT = [sys.executable, "-m", "bpkit"]

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the keys")


@dataclass(frozen=True)
class Remote:
    """The engine's address, and the directories of a client's keys that it trusts, or doesn't."""

    address: str
    keys: Path
    stranger: Path


@pytest.fixture
def remote(engine: EngineSession, tmp_path: Path) -> Iterator[Remote]:
    host = engine.env.get("DOCKER_HOST", "")
    if engine.flavour == "podman" or not host.startswith("unix://"):
        pytest.skip("there is no socket of a Docker daemon to put TLS in front of")
    make_authority(tmp_path / "ours")
    make_authority(tmp_path / "theirs")
    make_keys(tmp_path / "ours", "server")
    make_keys(tmp_path / "ours", "client")
    make_keys(tmp_path / "theirs", "client")
    shutil.copy(tmp_path / "ours" / "ca.pem", tmp_path / "theirs" / "client" / "ca.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=tmp_path / "ours/ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    server = tmp_path / "ours" / "server"
    context.load_cert_chain(server / "cert.pem", server / "key.pem")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        path = host.removeprefix("unix://")
        threading.Thread(target=serve, args=(listening, context, path), daemon=True).start()
        port = listening.getsockname()[1]
        clients = (tmp_path / kind / "client" for kind in ("ours", "theirs"))
        yield Remote(f"tcp://127.0.0.1:{port}", *clients)


def openssl(directory: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=directory, check=True, capture_output=True)


def make_authority(directory: Path) -> None:
    directory.mkdir()
    key = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca-key.pem")
    openssl(directory, *key, "-out", "ca.pem", "-days", "2", "-subj", f"/CN={directory.name}")


def make_keys(authority: Path, role: str) -> None:
    """Keys of the server on loopback, or of a client, signed by the authority."""
    directory = authority / role
    directory.mkdir()
    shutil.copy(authority / "ca.pem", directory)
    asked = ("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "asked.pem")
    openssl(directory, *asked, "-subj", f"/CN={role}")
    (directory / "ext").write_text(f"subjectAltName=IP:127.0.0.1\nextendedKeyUsage={role}Auth\n")
    signed = ("x509", "-req", "-in", "asked.pem", "-out", "cert.pem", "-days", "2")
    by = ("-CA", "../ca.pem", "-CAkey", "../ca-key.pem", "-CAcreateserial", "-extfile", "ext")
    openssl(directory, *signed, *by)


def serve(listening: socket.socket, context: ssl.SSLContext, path: str) -> None:
    """Hand each connection on to the socket at ``path``, as a TLS endpoint of the daemon would."""
    with suppress(OSError):
        while True:
            plain, _ = listening.accept()
            threading.Thread(target=hand_on, args=(plain, context, path), daemon=True).start()


def hand_on(plain: socket.socket, context: ssl.SSLContext, path: str) -> None:
    # A client that the certificates refuse, or one that hangs up, ends its own connection only.
    with suppress(OSError):
        secure = context.wrap_socket(plain, server_side=True)
        behind = socket.socket(socket.AF_UNIX)
        behind.connect(path)
        back = threading.Thread(target=pump, args=(behind, secure), daemon=True)
        back.start()
        pump(secure, behind)
        back.join()


def pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while block := source.recv(1 << 16):
            target.sendall(block)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


def build(project: Path, env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*BPKIT, "build", *words], cwd=project, env=env, capture_output=True, text=True, check=False
    )


def environment(engine: EngineSession, project: Path) -> dict[str, str]:
    """The user's, with a configuration of the client that contexts may be written to."""
    config = project.parent / "config"
    shutil.copytree(engine.env["DOCKER_CONFIG"], config, symlinks=True, dirs_exist_ok=True)
    kept = {n: v for n, v in {**os.environ, **engine.env}.items() if n != "DOCKER_HOST"}
    cache = str(project.parent / "cache")
    return {**kept, "DOCKER_CONFIG": str(config), "XDG_CACHE_HOME": cache}


def test_an_engine_over_tls_is_reached_by_environment_variables(
    engine: EngineSession, remote: Remote, remote_project: Path
) -> None:
    tag = f"bpkit-far-{os.getpid()}"
    env = environment(engine, remote_project)
    env |= {"DOCKER_HOST": remote.address, "DOCKER_TLS_VERIFY": "1"}
    try:
        done = build(remote_project, {**env, "DOCKER_CERT_PATH": str(remote.keys)}, "-t", tag)
        assert done.returncode == 0, done.stderr
        assert engine.docker("run", "--rm", tag) == "from far away"
        refused = build(
            remote_project, {**env, "DOCKER_CERT_PATH": str(remote.stranger)}, "-t", tag
        )
        assert refused.returncode == 3
        assert "the engine does not respond: " in refused.stderr
    finally:
        engine.client.succeeds("rmi", "--force", tag)


def test_an_engine_over_tls_is_reached_by_a_docker_context(
    engine: EngineSession, remote: Remote, remote_project: Path
) -> None:
    tag = f"bpkit-context-{os.getpid()}"
    env = environment(engine, remote_project)
    keys = ",".join(f"{name}={remote.keys}/{name}.pem" for name in ("ca", "cert", "key"))
    subprocess.run(
        ["docker", "context", "create", "far", "--docker", f"host={remote.address},{keys}"],
        env=env,
        check=True,
        capture_output=True,
    )
    try:
        done = build(remote_project, env, "--context", "far", "-t", tag)
        assert done.returncode == 0, done.stderr
        assert engine.docker("run", "--rm", tag) == "from far away"
        again = build(remote_project, env, "--context", "far", "-t", tag)
        assert again.stdout.startswith(f"{tag} is up to date")
    finally:
        engine.client.succeeds("rmi", "--force", tag)
