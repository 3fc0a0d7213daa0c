"""bpkit installed in each way that ``docs/install.md`` names, by its words; each runs lab 1.

The page's commands are read from the page. Two things are put in their place, as the page says: a
file of the release where it says ``docker-bpkit``, and this test's own directories for ``~``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from bpkit import __version__
from scripts.bpkit_dev.release import build
from tests.engine.session import ONE_ENGINE, EngineSession, client_files
from tests.page_session import blocks_of
from tests.places import ROOT
from tests.scripts.release_test import EPOCH, LEFT_OUT

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "install.md").read_text()
LAB = ROOT / "examples" / "builder-pattern"
#: The Python of the system, which has none of our packages.
BARE = shutil.which("python3", path="/usr/bin:/usr/local/bin") or ""


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the sdist, the wheel and the zipapp."""
    top = tmp_path_factory.mktemp("release")
    shutil.copytree(ROOT, top / "source", ignore=LEFT_OUT, copy_function=shutil.copyfile)
    (top / "dist").mkdir()
    build(top / "source", top / "dist", EPOCH)
    return top / "dist"


def section(heading: str) -> str:
    """The commands below a heading of the page."""
    part = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)
    assert part, heading
    return "".join(block.text for block in blocks_of(part[1]) if block.language == "sh")


@dataclass(frozen=True)
class NewUser:
    """Somebody with a home of their own, a docker that reaches the engine, and no bpkit yet."""

    engine: EngineSession
    home: Path
    release: Path

    @property
    def env(self) -> dict[str, str]:
        taken = {"PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME", "DOCKER_CONFIG"}
        kept = {name: value for name, value in self.engine.env.items() if name not in taken}
        paths = [self.home / "bin", self.home / ".local" / "bin", self.home / "tools"]
        ours = str(Path(sys.executable).parent)
        rest = [part for part in kept["PATH"].split(":") if part != ours]
        path = ":".join([*map(str, paths), *rest])
        return {**kept, "PATH": path, "HOME": str(self.home), "PIPX_DEFAULT_PYTHON": sys.executable}

    def sh(self, script: str, cwd: Path | None = None) -> str:
        """What a script says; it ends with status 0."""
        done = subprocess.run(
            ["sh", "-euc", script],
            cwd=cwd or self.home,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout[-4000:]}"
        return done.stdout

    def follow(self, commands: str) -> str:
        """Do what the page says, with the wheel in the place of the name."""
        (wheel,) = self.release.glob("*.whl")
        return self.sh(re.sub(r"(?<=install )docker-bpkit\b", str(wheel), commands))

    def tool(self, name: str) -> None:
        """Give the user a program that the page takes for granted."""
        program = shutil.which(name, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        assert program, f"{name} is missing: pip install {name}"
        (self.home / "tools").mkdir(exist_ok=True)
        (self.home / "tools" / name).symlink_to(program)

    def runs_lab_1(self, bpkit: str) -> None:
        """The lab, built by ``bpkit`` from nothing, and run."""
        lab = self.home / "lab"
        shutil.copytree(LAB, lab)
        tag = f"lab-{os.getpid()}-{self.home.parent.name}".lower().replace("_", "-")
        said = self.sh(f"{bpkit} build -t {tag} --build-tag {tag}-build", lab)
        assert f"built {tag} in" in said
        try:
            assert self.engine.docker("run", "--rm", tag) == "Hello Go, my name is Charles"
            assert f"{tag}" in self.sh(f"{bpkit} images", lab)
        finally:
            self.sh(f"{bpkit} clean --yes", lab)
            self.engine.client.succeeds("rmi", "--force", tag, f"{tag}-build")


@pytest.fixture
def user(engine: EngineSession, release: Path, tmp_path: Path) -> NewUser:
    home = tmp_path / "home"
    home.mkdir()
    if config := engine.env.get("DOCKER_CONFIG"):
        # What lies there finds buildx; what the test adds is of this home only.
        shutil.copytree(config, home / ".docker", symlinks=True)
    return NewUser(engine, home, release)


@ONE_ENGINE
def test_by_pipx(user: NewUser) -> None:
    user.tool("pipx")
    user.follow(section("pipx or uv, for a command of your own").splitlines()[0])
    assert user.sh("command -v bpkit").strip() == str(user.home / ".local" / "bin" / "bpkit")
    user.runs_lab_1("bpkit")


@ONE_ENGINE
def test_by_uv(user: NewUser) -> None:
    user.tool("uv")
    user.follow(section("pipx or uv, for a command of your own").splitlines()[1])
    user.runs_lab_1("bpkit")


@ONE_ENGINE
def test_by_pip(user: NewUser) -> None:
    said = user.follow(section("pip, into a virtual environment"))
    assert said.splitlines()[-1] == f"bpkit {__version__}"
    user.runs_lab_1("~/bpkit/bin/bpkit")


@ONE_ENGINE
def test_as_one_file_on_a_bare_python(user: NewUser) -> None:
    assert BARE, "there is no Python of the system"
    shutil.copy(user.release / "bpkit.pyz", user.home)
    one, two = section("One file, for a Python without packages").splitlines()
    assert one == "python3 bpkit.pyz build"
    (user.home / ".local" / "bin").mkdir(parents=True)
    (user.home / "tools").mkdir()
    (user.home / "tools" / "python3").symlink_to(BARE)
    user.sh("python3 -c 'import plumbum' 2> /dev/null && exit 1 || true")
    user.sh(two)
    user.runs_lab_1("bpkit")
    user.sh("rm -rf lab")
    user.runs_lab_1("python3 ~/bpkit.pyz")


@ONE_ENGINE
def test_from_the_sdist(user: NewUser) -> None:
    (sdist,) = user.release.glob("*.tar.gz")
    shutil.copy(sdist, user.home)
    user.follow(section("From the source").replace("0.1.0", __version__))
    user.runs_lab_1("~/bpkit/bin/bpkit")


@ONE_ENGINE
def test_as_a_plugin_of_docker(user: NewUser) -> None:
    user.follow(section("pip, into a virtual environment"))
    (user.home / "bin").mkdir()
    (user.home / "bin" / "bpkit").symlink_to(user.home / "bpkit" / "bin" / "bpkit")
    first, second = section("As a docker plugin").splitlines()
    assert second == "docker bpkit build"
    # Nobody is at the terminal who could be asked.
    user.sh(f"{first} --yes")
    assert (user.home / ".docker" / "cli-plugins" / "docker-bpkit").is_symlink()
    assert "bpkit" in user.sh("docker --help")
    user.runs_lab_1("docker bpkit")


#: Alpine as far as it can be had without a registry: its userland, and a Python from Debian.
_ALPINE_LIKE = """\
FROM python:3-slim AS donor
RUN mkdir -p /out/usr/bin /out/usr/lib && cp -a /usr/bin/python3* /out/usr/bin/ \\
 && cp -a /usr/lib/python3* /usr/lib/*-linux-gnu /out/usr/lib/ && cp -aL /lib64 /out/lib64
FROM alpine
COPY --from=donor /out/ /
"""


@ONE_ENGINE
def test_in_a_container_that_has_busybox_python_and_a_client(user: NewUser, tmp_path: Path) -> None:
    engine = user.engine
    assert section("In a container, as in CI").splitlines()[-1] == "python3 bpkit.pyz build"
    context = tmp_path / "image"
    context.mkdir()
    (context / "Dockerfile").write_text(_ALPINE_LIKE)
    image = f"alpine-like-{os.getpid()}"
    engine.docker("build", "-q", "--label", engine.label, "-t", image, str(context))
    client, *libraries = client_files(engine)
    socket = engine.env["DOCKER_HOST"].removeprefix("unix://")
    lab = tmp_path / "lab"
    shutil.copytree(LAB, lab)
    shutil.copy(user.release / "bpkit.pyz", lab)
    mounts = [f"{client}:/usr/bin/docker:ro", *(f"{path}:{path}:ro" for path in libraries)]
    mounts += [f"{socket}:/var/run/docker.sock", f"{lab}:/lab"]
    volumes = [word for mount in mounts for word in ("-v", mount)]
    tag = f"lab-in-alpine-{os.getpid()}"
    try:
        said = engine.docker(
            *("run", "--rm", "--label", engine.label, *volumes, "-w", "/lab", image, "sh", "-euc"),
            f"busybox | head -1; python3 bpkit.pyz build -t {tag} --build-tag {tag}-build 2>&1",
        )
        assert said.startswith("BusyBox")
        assert f"built {tag} in" in said
        assert engine.docker("run", "--rm", tag) == "Hello Go, my name is Charles"
    finally:
        engine.client.succeeds("rmi", "--force", tag, f"{tag}-build")
