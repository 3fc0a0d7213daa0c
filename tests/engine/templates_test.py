"""Every template builds an image that runs, on the classic builder and on BuildKit.

Its toolchain is a stand-in where no registry is reachable, so the versions are overridden by build
arguments, as a user may. A template whose toolchain can't be had says so here by name, and what
can be said without an engine is said in ``tests/commands/init_test.py``.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bpkit.languages.detected import ProjectWishes
from bpkit.verbs.init.run import BUILDER, InitChoices, init
from bpkit.verbs.init.template_files import list_templates
from scripts.bpkit_dev.flavours import engine_home
from scripts.bpkit_dev.stock import Stock
from tests.engine.session import EngineSession
from tests.places import DATA

PROJECTS = DATA / "projects"
# What the stand-ins are called; a Dockerfile is given those that it declares.
VERSIONS = {
    "GO_VERSION": "1",
    "RUST_VERSION": "1",
    "GCC_VERSION": "12",
    "PYTHON_VERSION": "3.11",
    "NODE_VERSION": "18",
    "JAVA_VERSION": "17",
    "MAVEN_VERSION": "3",
    "PHP_VERSION": "8.2",
    "COMPOSER_VERSION": "2",
    "RUBY_VERSION": "3.1",
    "NGINX_VERSION": "stable",
    "BUSYBOX_VERSION": "stable-musl",
    "DENO_VERSION": "latest",
    "BUN_VERSION": "1",
    "ELIXIR_VERSION": "1.14",
}
#: A stand-in of golang with a compiler of C, as the real image has it.
GO_WITH_C = "1-with-c"
# Debian's Jekyll is beside its Ruby, since no registry of gems may be reachable.
JEKYLL_RUBY = "3.1-jekyll"
SECONDS_TO_HEALTH = 60.0
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Example:
    """A project, the bases that its template stands on, and what its program says.

    ``serves`` is whether it goes on running, and is healthy once its port answers. ``lacks`` are
    packages of Debian that the real image of the toolchain has and its stand-in hasn't.
    """

    project: str
    bases: tuple[str, ...]
    says: str
    serves: bool = False
    lacks: str = ""


_PYTHON = ("python:3.11-slim-bookworm",)
_GCC = ("gcc:12-bookworm", "debian:bookworm-slim")
_NGINX = "nginxinc/nginx-unprivileged:stable-alpine"
EXAMPLES = {
    "go": Example("go", ("golang:1-bookworm", "busybox:stable-musl"), "Hello from Go", True),
    "go/cgo": Example(
        "go-cgo",
        ("golang:1-bookworm", "debian:bookworm-slim"),
        "Hello from C in Go: cf680d76",
        lacks="gcc libc6-dev",
    ),
    "rust": Example("rust", ("rust:1-slim-bookworm", "debian:bookworm-slim"), "Hello from Rust"),
    "c/make": Example("c-make", _GCC, "Hello from C"),
    "c/cmake": Example("cpp-cmake", _GCC, "Hello from C++"),
    "c/meson": Example("c-meson", _GCC, "Hello from C"),
    "c/autotools": Example("c-autotools", _GCC, "Hello from C"),
    "python/pip": Example("python-pip", _PYTHON, "Hello from Python", True),
    "python/pyproject": Example("python-pyproject", _PYTHON, "Hello from Python"),
    "python/bare": Example("python-bare", _PYTHON, "Hello from Python"),
    "python/exported": Example("python-pipenv", _PYTHON, "Hello from Python"),
    "python/uv": Example("python-uv", _PYTHON, "Hello from Python"),
    "python/poetry": Example("python-poetry", _PYTHON, "Hello from Python"),
    "node/server": Example("node-npm", ("node:18-bookworm-slim",), "Hello from Node.js", True),
    "node/static": Example("node-static", ("node:18-bookworm-slim", _NGINX), "", True),
    "static": Example("static", ("busybox:stable-musl", _NGINX), "", True),
    "java/maven": Example(
        "java-maven", ("maven:3-eclipse-temurin-17", "eclipse-temurin:17-jre"), "Hello from Java"
    ),
    "php/cli": Example("php-cli", ("composer:2", "php:8.2-cli-bookworm"), "Hello from PHP"),
    "php/apache": Example("php-apache", ("composer:2", "php:8.2-apache-bookworm"), "", True),
    "ruby": Example("ruby", ("ruby:3.1-slim-bookworm",), "Hello from Ruby"),
    "zig": Example("zig", _PYTHON, "Hello from Zig"),
    "hugo": Example("hugo", (*_PYTHON, _NGINX), "", True),
    "jekyll": Example("jekyll", (f"ruby:{JEKYLL_RUBY}-slim-bookworm", _NGINX), "", True),
    "mkdocs": Example("mkdocs", (*_PYTHON, _NGINX), "", True),
    "deno": Example("deno", ("denoland/deno:latest",), "Listening on", True),
    "elixir": Example("elixir", ("elixir:1.14-slim", "debian:bookworm-slim"), "Elixir", True),
    "node/bun": Example("node-bun", ("oven/bun:1-slim",), "Hello from Bun", True),
    # The framework takes minutes to install: a stand-in of it leaves the files that it leaves.
    "node/next": Example("node-next", ("node:18-bookworm-slim",), "Hello from Next.js", True),
    "node/output": Example("node-nuxt", ("node:18-bookworm-slim",), "Hello from Nuxt", True),
}
# Debian has a Gradle that is too old for its own Java, nobody has a .NET outside a registry, and
# sbt and its libraries are in no registry that may be reached.
NO_TOOLCHAIN = {"java/gradle", "java/sbt", "dotnet"}


@dataclass(frozen=True)
class Built:
    """An image of an example."""

    engine: EngineSession
    tag: str

    def layers(self) -> str:
        return self.engine.docker("inspect", "--format", "{{json .RootFS.Layers}}", self.tag)


@pytest.fixture
def tag() -> str:
    return f"bpkit-template-{uuid.uuid4().hex[:12]}"


def test_every_template_has_an_example_or_is_named_as_having_no_toolchain() -> None:
    shipped = {one.template.name for one in list_templates({"HOME": "/nowhere"})}
    assert shipped == EXAMPLES.keys() | NO_TOOLCHAIN


@pytest.mark.parametrize("template", EXAMPLES)
def test_a_template_builds_an_image_that_runs(
    template: str, engine: EngineSession, tmp_path: Path, tag: str
) -> None:
    example = EXAMPLES[template]
    directory = _project(example, engine, tmp_path)
    result = init(InitChoices(directory, buildkit=_has_buildkit(engine)))
    assert result.template.name == template
    image = _build(engine, directory, tag)
    _check_configuration(image, served=example.serves)
    _check_that_it_runs(image, example)


@pytest.mark.parametrize("template", ["c/make", "rust"])
def test_a_compiled_program_is_linked_for_an_empty_image_where_that_is_the_base(
    template: str, engine: EngineSession, tmp_path: Path, tag: str
) -> None:
    example = EXAMPLES[template]
    directory = _project(example, engine, tmp_path)
    init(
        InitChoices(directory, wishes=ProjectWishes(base="scratch"), buildkit=_has_buildkit(engine))
    )
    _check_that_it_runs(_build(engine, directory, tag), example)


def test_the_pair_of_a_template_is_built_by_bpkit_build(
    engine: EngineSession, tmp_path: Path, tag: str
) -> None:
    example = EXAMPLES["c/make"]
    directory = _project(example, engine, tmp_path)
    init(InitChoices(directory, style=BUILDER, buildkit=_has_buildkit(engine)))
    done = subprocess.run(
        [sys.executable, "-m", "bpkit", "build", "-t", tag, *_arguments(directory), str(directory)],
        env=engine.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    try:
        assert done.returncode == 0, done.stdout.decode()
        assert engine.docker("run", "--rm", "--label", engine.label, tag) == example.says
    finally:
        engine.client.succeeds("rmi", "--force", tag, f"{tag}-build")


@pytest.mark.parametrize("template", ["c/make", "python/pip"])
def test_two_builds_of_one_source_have_the_same_layers(
    template: str, engine: EngineSession, tmp_path: Path, tag: str
) -> None:
    if not _has_buildkit(engine):
        pytest.skip("the classic builder writes the time of a COPY into the folders it makes")
    directory = _project(EXAMPLES[template], engine, tmp_path)
    init(InitChoices(directory))
    moment = ("--build-arg", "SOURCE_DATE_EPOCH=1700000000", "--no-cache")
    first = _build(engine, directory, tag, *moment).layers()
    for file in directory.glob("**/*"):
        file.touch()
    assert _build(engine, directory, f"{tag}-again", *moment).layers() == first


def _project(example: Example, engine: EngineSession, tmp_path: Path) -> Path:
    stock = Stock(engine.client, engine_home(), pulls=False)
    for base in example.bases:
        stock.ensure(base)
    if example.lacks:
        whole = tmp_path / "whole"
        whole.mkdir()
        (whole / "Dockerfile").write_text(
            f"FROM {example.bases[0]}\nRUN apt-get update && apt-get install -y"
            f" --no-install-recommends {example.lacks}\n"
        )
        tag = example.bases[0].replace(":1-", f":{GO_WITH_C}-")
        engine.docker("build", "--quiet", "--label", engine.label, "--tag", tag, str(whole))
    directory = tmp_path / example.project
    shutil.copytree(PROJECTS / example.project, directory)
    return directory


def _has_buildkit(engine: EngineSession) -> bool:
    return engine.flavour != "classic"


def _arguments(directory: Path) -> Iterator[str]:
    """The build arguments by which the stand-ins are found."""
    texts = "".join(file.read_text() for file in directory.glob("Dockerfile*"))
    versions = {**VERSIONS, **({"RUBY_VERSION": JEKYLL_RUBY} if "jekyll" in texts else {})}
    if "CGO_ENABLED=1" in texts:
        versions["GO_VERSION"] = GO_WITH_C
    for name, value in versions.items():
        if re.search(rf"^ARG {name}\b", texts, re.MULTILINE):
            yield from ("--build-arg", f"{name}={value}")


def _build(engine: EngineSession, directory: Path, tag: str, *more: str) -> Built:
    labelled = ("--label", engine.label, "--tag", tag)
    engine.docker("build", "--quiet", *labelled, *_arguments(directory), *more, str(directory))
    return Built(engine, tag)


def _check_configuration(image: Built, *, served: bool) -> None:
    """A numeric user that is not root, an ENTRYPOINT in JSON form, labels, a health check."""
    config = json.loads(image.engine.docker("inspect", "--format", "{{json .Config}}", image.tag))
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", config["User"])
    assert config["Entrypoint"][:2] != ["/bin/sh", "-c"]
    assert ("Healthcheck" in config) == served
    assert config["Labels"]["org.opencontainers.image.title"]


def _check_that_it_runs(image: Built, example: Example) -> None:
    if not example.serves:
        ran = image.engine.docker("run", "--rm", "--label", image.engine.label, image.tag)
        assert ran == example.says
        return
    container = image.engine.docker(
        "run", "--detach", "--health-interval=1s", "--label", image.engine.label, image.tag
    )
    try:
        assert _health(image.engine, container) == "healthy", image.engine.docker("logs", container)
        assert example.says in image.engine.docker("logs", container)
    finally:
        image.engine.docker("rm", "--force", container)


def _health(engine: EngineSession, container: str) -> str:
    end = time.monotonic() + SECONDS_TO_HEALTH
    status = "starting"
    while status == "starting" and time.monotonic() < end:
        time.sleep(0.2)
        status = engine.docker("inspect", "--format", "{{.State.Health.Status}}", container)
    return status
