"""Facts about public base images from their names alone: libc, its version, shell, user.

Only facts that a name and a tag make certain are here: ``debian:12`` has glibc 2.36,
``golang:1.22`` has glibc of a release that moves, and nothing is known about ``example.com/base``.
glibc versions are those that the releases shipped (packages.debian.org, packages.ubuntu.com, the
vendors' notes).
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Literal

from bpkit.formats.dockerfile import Stage
from bpkit.light import dataclass, regex
from bpkit.verbs.lint.official_images import OFFICIAL, PLAIN_SYSTEMS, RUNS_AS_ROOT

Libc = Literal["glibc", "musl", "none"]
Glibc = tuple[int, int]
System = Literal["linux", "windows"]

_DEBIAN: dict[str, tuple[str, Glibc]] = {
    "stretch": ("9", (2, 24)),
    "buster": ("10", (2, 28)),
    "bullseye": ("11", (2, 31)),
    "bookworm": ("12", (2, 36)),
    "trixie": ("13", (2, 41)),
}
_UBUNTU: dict[str, tuple[str, Glibc]] = {
    "bionic": ("18.04", (2, 27)),
    "focal": ("20.04", (2, 31)),
    "jammy": ("22.04", (2, 35)),
    "noble": ("24.04", (2, 39)),
    "plucky": ("25.04", (2, 41)),
    "questing": ("25.10", (2, 42)),
}
# Distributions by the name of their image and the first number of the tag.
_OTHERS: dict[str, dict[str, Glibc]] = {
    "fedora": {
        "38": (2, 37),
        "39": (2, 38),
        "40": (2, 39),
        "41": (2, 40),
        "42": (2, 41),
        "43": (2, 42),
    },
    "centos": {"7": (2, 17)},
    "rockylinux": {"8": (2, 28), "9": (2, 34), "10": (2, 39)},
    "almalinux": {"8": (2, 28), "9": (2, 34), "10": (2, 39)},
    "oraclelinux": {"7": (2, 17), "8": (2, 28), "9": (2, 34), "10": (2, 39)},
    "amazonlinux": {"2": (2, 26), "2023": (2, 34)},
}
_RED_HAT_SYSTEMS = frozenset({"ubi", "ubi-minimal", "ubi-micro", "ubi-init", "ubi8", "ubi9"})
_RED_HAT = regex(r"(?:^|/)ubi(\d+)(?:[-/]|$)")
_DEBIAN_RELEASES = {number: (name, glibc) for name, (number, glibc) in _DEBIAN.items()}
_UBUNTU_RELEASES = {number: (name, glibc) for name, (number, glibc) in _UBUNTU.items()}
# Official images on glibc unless their tag says alpine; the full ones of _WITH_GCC have a compiler.
_WITH_GCC = frozenset({"node", "perl", "python", "ruby"})
_ON_GLIBC = frozenset(
    {"buildpack-deps", "elixir", "erlang", "gcc", "golang", "haskell", "httpd", "mariadb", "mongo"}
    | {"mysql", "nginx", "openjdk", "php", "postgres", "redis", "rust", "swift", "tomcat"}
    | {"amazoncorretto", "eclipse-temurin", "gradle", "maven", "debian", "ubuntu", "wolfi-base"}
    | {"archlinux", "julia", "rabbitmq", "sapmachine"}
) | _WITH_GCC.union(_OTHERS)
_ON_MUSL = frozenset({"alpine", "caddy", "traefik"})
_COMPILERS = frozenset(
    {"buildpack-deps", "gcc", "golang", "gradle", "haskell", "maven", "rust", "sdk", "go-toolset"}
)
_JDKS = frozenset({"eclipse-temurin", "openjdk", "sapmachine", "swift"})
_WINDOWS = regex(r"(?:^|[-/:_])(?:nanoserver|windowsservercore|servercore)|(?:^|/)windows/server")
# The repositories of official images: Docker's own, and its mirrors.
_OFFICIAL_PLACE = regex(r"(?:(?:[\w.-]+[.:][\w.:-]+/)?(?:[\w.-]+/)*library/)?[\w.-]+")
_UNPRIVILEGED = regex(r"(^|[-/])(unprivileged|nonroot|rootless)($|[-/])|-unprivileged")


@dataclass(frozen=True)
class BaseImage:
    """The facts that follow from a reference to an image; None if unknown.

    ``name`` is the last part of the repository, ``tag`` is empty without a tag, ``pinned``: a
    digest is given. ``glibc`` is the version, if the libc is glibc. ``compiler``: the image
    contains one, ``shell``: it has ``/bin/sh``, ``root``: it runs programs as root. ``system`` is
    ``linux`` if the image is known.
    """

    reference: str
    name: str
    tag: str
    pinned: bool = False
    libc: Libc | None = None
    glibc: Glibc | None = None
    compiler: bool = False
    shell: bool | None = None
    root: bool | None = None
    system: System | None = None

    @property
    def libc_text(self) -> str:
        """``glibc 2.36``, ``musl``, ``no libc``."""
        if self.libc == "none":
            return "no libc"
        return f"glibc {self.glibc[0]}.{self.glibc[1]}" if self.glibc else str(self.libc)


@lru_cache
def base_image(reference: str) -> BaseImage:
    """The facts about the image of this reference (``golang:1.22-alpine``, ``scratch``)."""
    rest, at, _ = reference.partition("@")
    path, name, tag = _split(rest)
    if rest == "scratch":
        return BaseImage(
            reference, name, tag, True, libc="none", shell=False, root=True, system="linux"
        )
    if _WINDOWS.search(f"{path}:{tag}") or "/dotnet/framework" in path:
        return BaseImage(reference, name, tag, bool(at), system="windows")
    words = re.split(r"[-_]", tag.lower())
    root = _runs_as_root(path, name, tag)
    if at and not tag and is_official(path):
        # Only the registry knows which variant of the image this is (alpine, slim).
        system: System | None = "linux" if root is not None else None
        has_one = name in _COMPILERS
        return BaseImage(
            reference, name, tag, pinned=True, compiler=has_one, root=root, system=system
        )
    libc, glibc = _libc_of(path, name, tag, words)
    if at and not tag and "distroless" in path:
        # Its variants that start as another user have a tag.
        root = None
    bare = _is_bare(path, name, tag, words)
    return BaseImage(
        reference,
        name,
        tag,
        pinned=bool(at),
        libc=libc,
        glibc=glibc,
        compiler=_has_compiler(name, words),
        shell=False if bare else True if libc else None,
        root=root,
        system="linux" if libc or root is not None else None,
    )


def root_image(stage: Stage) -> BaseImage:
    """The facts about the base image that ``stage`` starts from in the end."""
    root = stage.lineage[0]
    image = base_image("" if root.unresolved else root.base_image)
    # The version of Windows may be a variable, but not that it is Windows.
    is_windows = (root.platform or "").startswith("windows") or _WINDOWS.search(root.base.lower())
    return replace(image, system="windows") if is_windows else image


def is_plain_system(image: BaseImage) -> bool:
    """Whether this is a distribution's own image (or scratch), which sets only PATH."""
    if image.reference == "scratch":
        return True
    path = _split(image.reference.partition("@")[0])[0]
    return image.name in PLAIN_SYSTEMS and is_official(path)


def is_official(path: str) -> bool:
    """Whether a repository is one of Docker's official images, or a mirror of one."""
    return _OFFICIAL_PLACE.fullmatch(path) is not None and path.rpartition("/")[2] in OFFICIAL


def _runs_as_root(path: str, name: str, tag: str) -> bool | None:
    """Whether the image runs programs as root; None if unknown."""
    if _UNPRIVILEGED.search(f"{path}/{tag}") or "chiseled" in tag or "chainguard/" in path:
        return False
    if "distroless/" in path or path.startswith("mcr.microsoft.com/dotnet/"):
        return True
    if path.startswith("registry.access.redhat.com/") and name in _RED_HAT_SYSTEMS:
        return True
    return True if name in RUNS_AS_ROOT and is_official(path) else None


def _split(rest: str) -> tuple[str, str, str]:
    """The repository, its last part in lower case, and the tag."""
    head, slash, last = rest.rpartition("/")
    name, _, tag = last.partition(":")
    return f"{head}{slash}{name}".lower(), name.lower(), tag


def _libc_of(path: str, name: str, tag: str, words: list[str]) -> tuple[Libc | None, Glibc | None]:
    if "distroless" in path:
        return _distroless(name)
    if name == "static" and "chainguard/" in path:
        return "none", None
    if any(word.startswith("alpine") for word in words) or name in _ON_MUSL:
        return "musl", None
    if "musl" in words:
        return "musl", None
    for codename, (_, glibc) in {**_DEBIAN, **_UBUNTU}.items():
        if codename in words:
            return "glibc", glibc
    if (version := _release(path, name, tag)) is not None:
        return "glibc", version
    if name in _ON_GLIBC or "dotnet/" in path:
        return "glibc", None
    return None, None


def _distroless(name: str) -> tuple[Libc | None, Glibc | None]:
    kind, _, release = name.rpartition("-debian")
    if (kind or name) == "static":
        return "none", None
    return "glibc", _DEBIAN_RELEASES[release][1] if release in _DEBIAN_RELEASES else None


def _release(path: str, name: str, tag: str) -> Glibc | None:
    """The glibc of a distribution's own image."""
    first = re.match(r"[0-9]+(?:\.[0-9]+)?", tag)
    number = first.group() if first else ""
    major = number.partition(".")[0]
    if name == "debian":
        return _DEBIAN_RELEASES[major][1] if major in _DEBIAN_RELEASES else None
    if name == "ubuntu":
        return _UBUNTU_RELEASES[number][1] if number in _UBUNTU_RELEASES else None
    red_hat = _RED_HAT.search(path)
    if red_hat:
        return _OTHERS["rockylinux"].get(red_hat[1])
    return _OTHERS.get(name, {}).get(major)


def _is_bare(path: str, name: str, tag: str, words: list[str]) -> bool:
    if "distroless" in path:
        return "debug" not in words
    return "chiseled" in tag or (name == "static" and "chainguard/" in path)


def _has_compiler(name: str, words: list[str]) -> bool:
    small = any(word.startswith(("alpine", "slim", "jre", "runtime")) for word in words)
    if name in _COMPILERS:
        return "runtime" not in words
    return (name in _JDKS | _WITH_GCC and not small) or (name in _JDKS and "jdk" in words)
