"""The purpose of a Dockerfile, which decides which rules apply to it.

An image that only builds or tests is never run by anybody else, so its root user, its compiler and
its caches do no harm; a base image leaves USER and CMD to the images that start from it. The
purpose follows from the name, the base image and the last stage, or from ``profiles`` in the
settings.
"""

from __future__ import annotations

import re
from typing import Literal

from bpkit.formats.dockerfile import Stage
from bpkit.light import regex

#: ``ships``: run by others. ``base``: others start from it. ``builds``, ``development``: stay at
#: home.
Profile = Literal["ships", "base", "builds", "development"]
PROFILES: tuple[Profile, ...] = ("ships", "base", "builds", "development")

_SPLIT = regex(r"[^a-z0-9]+")
_DEVELOPMENT = frozenset(
    {
        "ci",
        "debug",
        "dev",
        "gitpod",
        "devcontainer",
        "devcontainers",
        "develop",
        "developer",
        "development",
    }
    | {"devel", "devenv", "e2e", "integration", "lint", "linter", "local", "playground", "test"}
    | {"testing", "tester", "tests", "unittest", "fuzz", "bench", "benchmark", "circleci", "cimg"}
)
_BUILDS = frozenset(
    {"build", "builder", "buildenv", "buildbox", "compile", "compiler", "cross", "toolchain"}
    | {"crosscompile", "packaging"}
)
# Directories that give their files a purpose; `build/` contains whole products too often.
_FOLDERS = frozenset(
    {".devcontainer", "devcontainer", "test", "tests", "testing", "testdata", "fixtures", "e2e"}
    | {"ci", ".ci", ".circleci", "integration", "benchmark", "benchmarks", "fuzz", "kokoro"}
    | {"jenkins", ".jenkins", "cirrus", "travis", "buildkite", ".buildkite", "crossbuild"}
    | {"gitpod", ".gitpod", "interoptest", "distribtest"}
)


def profile_of(path: str, last: Stage) -> Profile:
    """The purpose of the Dockerfile at ``path``; ``ships`` by default.

    ``last`` is the stage of its image.
    """
    folder, _, name = path.rpartition("/")
    words = set(_SPLIT.split(name.lower())) - {"dockerfile", "containerfile"}
    stage_words = set(_SPLIT.split(last.name or ""))
    image = last.lineage[0].base_image.rpartition("/")
    image_words = set(_SPLIT.split(image[2].partition(":")[0].lower()))
    owner = set(_SPLIT.split(image[0].lower()))
    # Directories above the linted one say nothing about its files.
    folders = set() if folder.startswith(("/", "..")) else set(folder.lower().split("/"))
    folders |= {word for one in folders for word in re.split(r"[-_]", one)}
    is_tried = any(one.endswith(("test", "tests")) for one in folders)
    if (words | stage_words | owner) & _DEVELOPMENT or folders & _FOLDERS or is_tried:
        return "development"
    if words & _BUILDS or image_words & (_BUILDS - {"build"}):
        return "builds"
    leaves_work = any(i.keyword == "ONBUILD" for i in last.instructions)
    if "base" in words or leaves_work or not _is_started(last):
        return "base"
    return "ships"


def is_for_development(name: str) -> bool:
    """Whether the name of a file, a rule or a service is about developers or tests.

    A workflow that is called ``ci`` builds what ships, too.
    """
    return bool(set(_SPLIT.split(name.lower())) & (_DEVELOPMENT - {"ci", "local", "integration"}))


def _is_started(last: Stage) -> bool:
    """Whether the image says what it runs, or its base image is known to."""
    keywords = {i.keyword for stage in last.lineage for i in stage.instructions}
    return bool(keywords & {"CMD", "ENTRYPOINT", "EXPOSE", "HEALTHCHECK", "STOPSIGNAL"})
