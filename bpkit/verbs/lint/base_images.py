"""What is known of public base images from their names alone: libc, its version, shell, user.

Only what a name and a tag say for sure is here: ``debian:12`` has glibc 2.36, ``golang:1.22`` has
glibc of a release that moves, and of ``example.com/base`` nothing is known. glibc versions are
those that the releases shipped (packages.debian.org, packages.ubuntu.com, the vendors' notes).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Libc = Literal["glibc", "musl", "none"]
Glibc = tuple[int, int]

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
_RED_HAT = re.compile(r"(?:^|/)ubi(\d+)(?:[-/]|$)")
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
#: Names of official images, for slips.
OFFICIAL = frozenset(_ON_GLIBC | _ON_MUSL | {"busybox", "scratch"})
_UNPRIVILEGED = re.compile(r"(^|[-/])(unprivileged|nonroot|rootless)($|[-/])|-unprivileged")


@dataclass(frozen=True)
class BaseImage:
    """What a reference to an image says; None where it doesn't.

    ``name`` is the last part of the repository, ``tag`` is empty where there is none, ``pinned``
    says that a digest is given. ``glibc`` is the version, where the libc is glibc. ``compiler``
    says that one is in the image, ``shell`` whether ``/bin/sh`` is, ``root`` that its user is root.
    """

    reference: str
    name: str
    tag: str
    pinned: bool = False
    libc: Libc | None = None
    glibc: Glibc | None = None
    compiler: bool = False
    shell: bool | None = None
    root: bool = True

    @property
    def libc_text(self) -> str:
        """``glibc 2.36``, ``musl``, ``no libc``."""
        if self.libc == "none":
            return "no libc"
        return f"glibc {self.glibc[0]}.{self.glibc[1]}" if self.glibc else str(self.libc)


@lru_cache
def base_image(reference: str) -> BaseImage:
    """What is known of the image of this reference (``golang:1.22-alpine``, ``scratch``)."""
    rest, at, _ = reference.partition("@")
    path, name, tag = _split(rest)
    if rest == "scratch":
        return BaseImage(reference, name, tag, True, libc="none", shell=False)
    words = re.split(r"[-_]", tag.lower())
    libc, glibc = _libc_of(path, name, tag, words)
    bare = _is_bare(path, name, tag, words)
    unprivileged = _UNPRIVILEGED.search(f"{path}/{tag}") is not None
    return BaseImage(
        reference,
        name,
        tag,
        pinned=bool(at),
        libc=libc,
        glibc=glibc,
        compiler=_has_compiler(name, words),
        shell=False if bare else True if libc else None,
        root=not (unprivileged or "chiseled" in tag or "chainguard/" in path),
    )


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
