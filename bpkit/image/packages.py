"""The distribution's packages and their files, from the image's dpkg or apk database.

Sources: dpkg(1) (``/var/lib/dpkg/status``, ``/var/lib/dpkg/info/*.list``), apt's
``/var/lib/apt/extended_states``, and apk-tools' ``/lib/apk/db/installed``.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bpkit.image.rootfs import LinkLoopError, Rootfs

DPKG_STATUS = "/var/lib/dpkg/status"
DPKG_LISTS = "/var/lib/dpkg/info/"
APT_STATES = "/var/lib/apt/extended_states"
APK_DATABASE = "/lib/apk/db/installed"

_FIELD = re.compile(r"^([A-Za-z-]+): *(.*)$", re.MULTILINE)
_MERGED = frozenset({"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/libo32"})
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._-]*")
#: Priorities of packages that every Debian system has.
_OF_SYSTEM = frozenset({"required", "important"})


@dataclass(frozen=True)
class Package:
    """An installed package. ``paths`` are the real paths of its files and directories.

    ``needs`` are names that it depends on, alternatives included. ``system``: every image of the
    distribution has it. ``automatic``: it was installed as a dependency.
    """

    name: str
    paths: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    system: bool = False
    automatic: bool = False


@dataclass(frozen=True)
class Packages:
    """An image's packages, by name; ``provided`` maps virtual names to them."""

    by_name: Mapping[str, Package] = field(default_factory=dict, hash=False)
    provided: Mapping[str, str] = field(default_factory=dict, hash=False)

    @cached_property
    def owners(self) -> Mapping[str, tuple[str, ...]]:
        """The names of the packages that own each path; a directory may have several."""
        found: dict[str, list[str]] = {}
        for package in self.by_name.values():
            for path in package.paths:
                found.setdefault(path, []).append(package.name)
        return {path: tuple(names) for path, names in found.items()}

    def owner(self, path: str) -> Package | None:
        """The package that owns the file at this real path."""
        names = self.owners.get(path)
        return self.by_name[names[0]] if names else None

    def needed_by(self, package: Package) -> Iterator[Package]:
        """The installed packages that this one depends on directly."""
        for name in package.needs:
            found = self.by_name.get(self.provided.get(name, name))
            if found:
                yield found


def is_database(path: str) -> bool:
    """Whether ``path`` is a file of a package database, which ``packages_of`` reads."""
    if path.startswith(DPKG_LISTS):
        return path.endswith(".list")
    return path in {DPKG_STATUS, APT_STATES, APK_DATABASE}


def packages_of(rootfs: Rootfs) -> Packages:
    """An image's packages; none if it has no known database."""
    real = _RealPaths(rootfs)
    status = rootfs.text(DPKG_STATUS)
    if status is not None:
        return _of_dpkg(rootfs, real, status)
    installed = rootfs.text(APK_DATABASE)
    return _of_apk(real, installed) if installed is not None else Packages()


class _RealPaths:
    """The real paths of a package's files, whose listed paths may contain links."""

    def __init__(self, rootfs: Rootfs) -> None:
        self._rootfs = rootfs
        self._directories: dict[str, str] = {}

    def of(self, paths: Iterable[str]) -> Iterator[str]:
        for path in paths:
            directory, _, name = path.rpartition("/")
            if directory not in self._directories:
                try:
                    self._directories[directory] = self._rootfs.real_path(directory or "/")
                except LinkLoopError:
                    self._directories[directory] = directory
            real = posixpath.join(self._directories[directory] or "/", name)
            # If /lib is a link to usr/lib, no package owns the link.
            if real in self._rootfs.nodes and path not in _MERGED:
                yield real


def _of_dpkg(rootfs: Rootfs, real: _RealPaths, status: str) -> Packages:
    automatic = set()
    for block in (rootfs.text(APT_STATES) or "").split("\n\n"):
        said = dict(_FIELD.findall(block))
        if said.get("Auto-Installed") == "1":
            automatic.add(said.get("Package", ""))
    lists = {
        posixpath.basename(node.path).removesuffix(".list").partition(":")[0]: node.path
        for node in rootfs.below(DPKG_LISTS.rstrip("/"))
        if node.path.endswith(".list")
    }
    found: dict[str, Package] = {}
    provided: dict[str, str] = {}
    for block in status.split("\n\n"):
        said = dict(_FIELD.findall(block))
        name = said.get("Package", "")
        if not name or not said.get("Status", "installed").endswith(" installed"):
            continue
        text = (rootfs.text(lists[name]) or "") if name in lists else ""
        needs = f"{said.get('Depends', '')},{said.get('Pre-Depends', '')}"
        found[name] = Package(
            name,
            tuple(real.of(line for line in text.splitlines() if line not in {"/.", ""})),
            tuple(_names(needs)),
            system=said.get("Essential") == "yes" or said.get("Priority") in _OF_SYSTEM,
            automatic=name in automatic,
        )
        for virtual in _names(said.get("Provides", "")):
            provided.setdefault(virtual, name)
    return Packages(found, {k: v for k, v in provided.items() if k not in found})


def _names(text: str) -> Iterator[str]:
    """The names in ``libc6 (>= 2.34), default-mta | mail-transport-agent``."""
    for one in re.split(r"[,|]", text):
        match = _NAME.match(one.strip())
        if match:
            yield match.group()


#: Packages that every Alpine system has, or that only its own tools use.
_OF_ALPINE = frozenset(
    {"alpine-baselayout", "alpine-baselayout-data", "alpine-keys", "alpine-release", "apk-tools"}
    | {"busybox", "busybox-binsh", "musl", "musl-utils", "scanelf", "ssl_client", "libc-utils"}
)


def _of_apk(real: _RealPaths, installed: str) -> Packages:
    """One block per package: P is its name, D its dependencies, p what it provides, F and R its
    files."""
    found: dict[str, Package] = {}
    provided: dict[str, str] = {}
    for block in installed.split("\n\n"):
        name, directory = "", ""
        paths: list[str] = []
        needs: list[str] = []
        for line in block.splitlines():
            key, _, value = line.partition(":")
            if key == "P":
                name = value
            elif key == "D":
                needs = [re.split(r"[<>=~]", word)[0] for word in value.split() if word[0] != "!"]
            elif key == "p":
                for word in value.split():
                    provided.setdefault(re.split(r"[<>=~]", word)[0], name)
            elif key == "F":
                directory = f"/{value}"
                paths.append(directory)
            elif key == "R":
                paths.append(f"{directory.rstrip('/')}/{value}")
        if name:
            own = tuple(real.of(paths))
            found[name] = Package(name, own, tuple(needs), system=name in _OF_ALPINE)
    return Packages(found, {k: v for k, v in provided.items() if k not in found})
