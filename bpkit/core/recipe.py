"""A recipe: which images a project makes, and which artifacts flow between them.

It describes both forms: the builder pattern has several images, and artifacts that are
copied from one into the build context of another; a multi-stage Dockerfile is one image whose
artifacts flow inside it. Readers make recipes, ``bpkit.core.planning`` turns one into a plan,
writers print one. A recipe says what is made, never how.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bpkit.errors import InputError, Place
from bpkit.formats.dockerfile import Dockerfile

#: The role of an image, as its label gives it.
BUILD, RUNTIME, STAGE = "build", "runtime", "stage"

# distribution/reference: the path of a repository in lower case, a tag of at most 128 characters.
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]+)?/)?"
_REFERENCE = re.compile(rf"{_HOST}{_COMPONENT}(?:/{_COMPONENT})*(?::\w[\w.-]{{0,127}})?", re.ASCII)
_LONGEST_NAME = 255


@dataclass(frozen=True)
class Artifact:
    """Files that are copied from one image to the build context of another.

    ``maker`` is the name of the image that has them at ``source``, an absolute path;
    ``/.`` at its end means the contents of the directory. ``destination`` is relative to the
    context of the receiving image. ``wanted`` is the instruction that needs them, ``evidence``
    the one that shows where they are made; None if nothing in the source shows it.
    ``follow_link``: if the source itself is a symbolic link, its target is meant, as with COPY
    --from. ``pattern`` is the instruction's source if that is a pattern for
    files in a directory. ``archive``: they are copied as one tar, as ``docker cp maker:source -``
    prints it. ``keeps_owner``: the files keep their owners; docker cp alone gives them to root.
    ``unpacked``: the source is the contents of the archive that ``destination`` names.
    """

    maker: str
    source: str
    destination: str
    wanted: Place | None = None
    evidence: Place | None = None
    follow_link: bool = False
    pattern: str = ""
    archive: bool = False
    keeps_owner: bool = False
    unpacked: bool = False

    @property
    def takes_contents(self) -> bool:
        """Whether the contents of the directory are meant, not the directory itself."""
        return self.source.endswith("/.")


@dataclass(frozen=True)
class Image:
    """One image: the Dockerfile it is built from and the artifacts copied to its context.

    ``name`` is unique in the recipe. ``path`` is that of the Dockerfile, relative to
    the project; None if it isn't written yet. ``context`` is the directory of host files, relative
    to the project. ``build_args`` are names with values; a value is None if it comes from the
    environment. ``role`` is ``build`` or ``runtime``. ``more_tags`` are its other names.
    ``contexts`` are named contexts (``--build-context``), ``labels`` the user's labels.
    """

    name: str
    tag: str
    dockerfile: Dockerfile
    role: str = RUNTIME
    path: str | None = None
    context: str = "."
    artifacts: tuple[Artifact, ...] = ()
    build_args: tuple[tuple[str, str | None], ...] = ()
    target: str | None = None
    platform: str | None = None
    more_tags: tuple[str, ...] = ()
    contexts: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def tags(self) -> tuple[str, ...]:
        """All its names."""
        return (self.tag, *self.more_tags)


@dataclass(frozen=True)
class Recipe:
    """The images of a project in the order in which they can be built; the last one ships."""

    project: str
    images: tuple[Image, ...]

    def __post_init__(self) -> None:
        known: set[str] = set()
        for image in self.images:
            for artifact in image.artifacts:
                if artifact.maker not in known:
                    raise InputError(
                        f"an artifact of {image.name} comes from {artifact.maker}, "
                        "which is not the name of an earlier image",
                        place=artifact.wanted,
                    )
            known.add(image.name)

    @property
    def final(self) -> Image:
        """The image that ships."""
        return self.images[-1]

    @property
    def is_pair(self) -> bool:
        """Whether artifacts are copied from image to image: the builder pattern."""
        return len(self.images) > 1

    @property
    def artifacts(self) -> tuple[Artifact, ...]:
        return tuple(artifact for image in self.images for artifact in image.artifacts)

    def image(self, name: str) -> Image:
        """The image of this name. Raises KeyError."""
        for image in self.images:
            if image.name == name:
                return image
        raise KeyError(name)

    def makers(self) -> Iterator[Image]:
        """The images whose artifacts are copied to others."""
        names = {artifact.maker for artifact in self.artifacts}
        return (image for image in self.images if image.name in names)


def check_tag(tag: str, switch: str = "-t") -> str:
    """``tag`` if it is a valid image name (distribution/reference). Raises InputError."""
    name = tag.rpartition("@")[0] if "@" in tag else tag
    if "@" not in tag and len(name) <= _LONGEST_NAME and _REFERENCE.fullmatch(name):
        return tag
    lower = tag.lower()
    hint = "use lower-case letters and digits separated by . _ or -, optionally followed by :TAG"
    if lower != tag and _REFERENCE.fullmatch(lower):
        hint = f"use lower case: {lower}"
    raise InputError(f"{switch} {tag!r} is not a valid image name", hint=hint)


def project_name(directory: str) -> str:
    """A name for images, from the name of a directory: lower case, dashes for other characters."""
    name = re.sub(r"[^a-z0-9]+", "-", directory.lower()).strip("-")
    return name or "project"


def build_tag(tag: str) -> str:
    """The name of the build image for ``tag``: ``hellogo-build:v1`` for ``hellogo:v1``."""
    head, slash, last = tag.rpartition("/")
    name, colon, version = last.partition(":")
    return f"{head}{slash}{name}-build{colon}{version}"
