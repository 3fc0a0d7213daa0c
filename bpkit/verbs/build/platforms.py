"""Checks ``--platform``: one platform, or several if the engine can store such an image."""

from __future__ import annotations

import re

from bpkit.core import Engine, Recipe
from bpkit.errors import InputError

# github.com/containerd/platforms: os, architecture and variant; os or architecture may be alone.
_PLATFORM = re.compile(r"[A-Za-z0-9_.-]+(?:\([A-Za-z0-9_.-]*\))?(?:/[A-Za-z0-9_.-]+){0,2}")
# The driver of containerd's image store in ``docker info``, the only one that has image indexes.
_STORE = "io.containerd.snapshotter"


def check_platform(platform: str) -> None:
    """Raise InputError for a value that isn't a platform, or a list of them."""
    for one in platform.split(","):
        if not _PLATFORM.fullmatch(one.strip()):
            raise InputError(
                f"--platform '{platform}' is not a valid platform",
                hint="write OS/ARCHITECTURE[/VARIANT], such as linux/arm64 or linux/arm/v7",
            )


def has_several(platform: str | None) -> bool:
    """Whether ``--platform`` names more than one."""
    return "," in (platform or "")


def check_several(platform: str, recipe: Recipe, *, buildkit: bool) -> None:
    """Raise InputError for a recipe that can't be built for several platforms at once."""
    if recipe.is_pair:
        raise InputError(
            f"--platform {platform} has several platforms, and a container that artifacts are "
            "copied from has one",
            hint="run this once per platform with another name (-t), or "
            "run 'bpkit convert' for a multi-stage Dockerfile",
        )
    if not buildkit:
        raise InputError(
            f"--platform {platform} has several platforms, which needs BuildKit",
            hint="set DOCKER_BUILDKIT=1, install docker-buildx, or pass one platform",
        )


def check_store(platform: str, engine: Engine) -> None:
    """Raise InputError for an engine that can't store an image of several platforms.

    Raises EngineError and NoEngineError too.
    """
    if _STORE not in engine.output("info", "--format", "{{json .DriverStatus}}"):
        raise InputError(
            f"--platform {platform} has several platforms, and this engine stores images of one",
            hint="enable containerd's image store (the feature 'containerd-snapshotter' in "
            "daemon.json), run this once per platform with another name (-t), or "
            f"run 'bpkit bake' and then 'docker buildx bake --set *.platform={platform} --push'",
        )
