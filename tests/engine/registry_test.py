"""What goes beyond the engine: a registry (Debian's, on loopback), and files of other kinds."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bpkit.errors import NoEngineError
from scripts.bpkit_dev import debian
from scripts.bpkit_dev.flavours import engine_cache
from tests.engine.session import EngineSession

BPKIT = [sys.executable, "-m", "bpkit"]
_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


@dataclass(frozen=True)
class Registry:
    """A registry that runs until the test ends, or kills it."""

    address: str
    data: Path
    process: subprocess.Popen[bytes]

    def digest(self, name: str, tag: str) -> str:
        """The digest of the manifest that a pull of this name would get."""
        url = f"http://{self.address}/v2/{name}/manifests/{tag}"
        asked = urllib.request.Request(url, headers={"Accept": _MANIFEST})
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return str(answer.headers["Docker-Content-Digest"])

    def size(self) -> int:
        """The bytes that it holds so far."""
        return sum(path.stat().st_size for path in self.data.rglob("*") if path.is_file())


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    try:
        debian.require_debian()
    except NoEngineError as error:
        pytest.skip(str(error))
    root, data = tmp_path / "root", tmp_path / "data"
    debian.unpack(debian.fetch("bookworm", ["docker-registry"], engine_cache() / "apt"), root)
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    settings = {
        "version": 0.1,
        "storage": {"filesystem": {"rootdirectory": str(data)}},
        "http": {"addr": address},
    }
    (tmp_path / "registry.yml").write_text(json.dumps(settings))
    program = root / "usr" / "bin" / "docker-registry"
    with (tmp_path / "registry.log").open("wb") as log:
        process = subprocess.Popen(
            [program, "serve", tmp_path / "registry.yml"], stdout=log, stderr=log
        )
        try:
            until(lambda: answers(address))
            yield Registry(address, data, process)
        finally:
            process.kill()
            process.wait()


def answers(address: str) -> bool:
    host, _, port = address.partition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    directory = tmp_path / "project"
    directory.mkdir()
    (directory / "data").write_text("hello\n")
    (directory / "Dockerfile").write_text(
        "FROM busybox AS made\nRUN cp /bin/busybox /cat\n"
        'FROM scratch\nCOPY --from=made /cat /bin/cat\nCOPY data /data\nCMD ["/bin/cat", "/data"]\n'
    )
    return directory


def build(engine: EngineSession, directory: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **engine.env, "XDG_CACHE_HOME": str(directory.parent / "cache")}
    argv = [*BPKIT, "build", *words]
    return subprocess.run(argv, cwd=directory, env=env, capture_output=True, text=True, check=False)


def test_all_names_are_pushed_after_the_check(
    engine: EngineSession, registry: Registry, project: Path
) -> None:
    if engine.flavour == "podman":
        pytest.skip("podman pushes to registries with TLS only, unless its settings say otherwise")
    names = [f"{registry.address}/team/hello:{tag}" for tag in ("1", "1.2")]
    try:
        done = build(engine, project, "-t", names[0], "-t", names[1], "--push")
        assert done.returncode == 0, done.stderr
        assert [line for line in done.stderr.splitlines() if line.startswith("pushed ")] == [
            f"pushed {name}" for name in names
        ]
        digests = {registry.digest("team/hello", tag) for tag in ("1", "1.2")}
        assert len(digests) == 1
        engine.docker("rmi", *names)
        pulled = f"{registry.address}/team/hello@{digests.pop()}"
        assert engine.docker("run", "--rm", pulled) == "hello"
        engine.docker("rmi", pulled)
    finally:
        engine.client.succeeds("rmi", "--force", *names)


def test_what_will_not_run_is_not_pushed(
    engine: EngineSession, registry: Registry, project: Path
) -> None:
    dockerfile = project / "Dockerfile"
    dockerfile.write_text(dockerfile.read_text().replace('/bin/cat", ', '/bin/dog", '))
    name = f"{registry.address}/team/broken:1"
    try:
        done = build(engine, project, "-t", name, "--push")
        assert "not pushed: problems were found in the image" in done.stderr
        assert registry.size() == 0
    finally:
        engine.client.succeeds("rmi", "--force", name)


@pytest.mark.slow
def test_a_registry_that_stops_half_way_is_named_not_the_engine(
    engine: EngineSession, registry: Registry, project: Path
) -> None:
    (project / "data").write_bytes(os.urandom(60_000_000))
    name = f"{registry.address}/team/big:1"
    env = {**os.environ, **engine.env, "XDG_CACHE_HOME": str(project.parent / "cache")}
    argv = [*BPKIT, "build", "--no-check", "-t", name, "--push"]
    with (project.parent / "said").open("wb") as said:
        process = subprocess.Popen(argv, cwd=project, env=env, stdout=said, stderr=said)
        try:
            until(lambda: registry.size() > 1_000_000)
            registry.process.kill()
            # The engine itself tries again, five times.
            status = process.wait(timeout=180)
            text = (project.parent / "said").read_text()
            assert status == 4, text
            assert f"bpkit: '{name}' could not be pushed: " in text
            assert engine.client.has_image(name)
        finally:
            process.kill()
            engine.client.succeeds("rmi", "--force", name)


@pytest.mark.slow
def test_a_push_of_a_workspace_that_breaks_off_says_what_is_there_and_what_is_not(
    engine: EngineSession, registry: Registry, project: Path
) -> None:
    if engine.flavour == "podman":
        pytest.skip("podman pushes to registries with TLS only, unless its settings say otherwise")
    names = {name: f"{registry.address}/team/{name}:1" for name in ("first", "second", "third")}
    services = "".join(f"  {n}: {{image: '{tag}', build: {n}}}\n" for n, tag in names.items())
    (project / "compose.yaml").write_text(f"services:\n{services}")
    (project / "Dockerfile").unlink()
    for name in names:
        (project / name).mkdir()
        (project / name / "data").write_bytes(os.urandom(60_000_000 if name == "second" else 100))
        (project / name / "Dockerfile").write_text("FROM scratch\nCOPY data /data\n")
    env = {**os.environ, **engine.env, "XDG_CACHE_HOME": str(project.parent / "cache")}
    argv = [*BPKIT, "build", "--all", "--quiet", "--push", "--json"]
    process = subprocess.Popen(
        argv, cwd=project, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        until(lambda: registry.size() > 1_000_000)
        registry.process.kill()
        said, notes = process.communicate(timeout=200)
        assert process.returncode == 4, notes
        found = json.loads(said)
        assert found["pushed"] == [names["first"]]
        assert {image["state"] for image in found["images"]} == {"built"}
        assert f"'{names['second']}' could not be pushed: " in notes
        assert f"not pushed after that: {names['third']}" in notes
    finally:
        process.kill()
        engine.client.succeeds("rmi", "--force", *names.values())


def test_a_registry_that_is_not_there_is_named_not_the_engine(
    engine: EngineSession, project: Path
) -> None:
    name = "127.0.0.1:1/team/hello:1"
    try:
        done = build(engine, project, "--no-check", "-t", name, "--push")
        assert done.returncode == 4
        assert f"'{name}' could not be pushed: " in done.stderr
        assert "the engine does not respond" not in done.stderr
    finally:
        engine.client.succeeds("rmi", "--force", name)


def test_the_files_of_the_image_and_what_buildkit_tells_are_written_too(
    engine: EngineSession, project: Path
) -> None:
    if engine.flavour not in {"modern", "newest"}:
        pytest.skip("only BuildKit writes them")
    tag = f"bpkit-out-{os.getpid()}"
    try:
        words = ("--output", "type=local,dest=out", "--metadata-file", "told.json", "--load")
        done = build(engine, project, "-t", tag, *words)
        assert done.returncode == 0, done.stderr
        assert (project / "out" / "data").read_text() == "hello\n"
        told = json.loads((project / "told.json").read_text())
        assert told["containerimage.digest"].startswith("sha256:")
        assert engine.docker("run", "--rm", tag) == "hello"
    finally:
        engine.client.succeeds("rmi", "--force", tag)


def test_what_bake_pushes_is_what_the_workspace_builds(
    engine: EngineSession, registry: Registry, project: Path
) -> None:
    if engine.flavour not in {"modern", "newest"}:
        pytest.skip("only buildx has bake")
    name = f"{registry.address}/team/baked:1"
    top = project.parent
    (top / "compose.yaml").write_text(f"services:\n  hello: {{image: '{name}', build: project}}\n")
    env = {**os.environ, **engine.env, "XDG_CACHE_HOME": str(top / "cache")}
    try:
        for argv in ([*BPKIT, "bake"], ["docker", "buildx", "bake", "--push"]):
            done = subprocess.run(
                argv, cwd=top, env=env, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
        assert engine.docker("run", "--rm", "--pull", "always", name).endswith("hello")
    finally:
        engine.client.succeeds("rmi", "--force", name)
