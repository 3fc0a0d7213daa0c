"""The search rules of glibc's ld.so.

Source: glibc, elf/dl-load.c (_dl_map_object, open_verify, decompose_rpath) and ld.so(8). A name
without a slash is searched for in the RPATH of the file that needs it, of the file that loaded that
one, and so on up to the program, unless the file has a RUNPATH; in LD_LIBRARY_PATH; in the RUNPATH
of the file that needs it, and only its own; in ld.so.cache; in the loader's own directories.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from bpkit.formats.elf import Elf
from bpkit.image.libraries.cache import CacheEntry, by_name
from bpkit.image.libraries.model import LibraryCandidate, Loaded, Rejected, SearchStart, Through
from bpkit.image.rootfs import Node, join

#: The kernel's AT_PLATFORM, the value of $PLATFORM.
_PLATFORMS = {"amd64": "x86_64", "386": "i686", "arm64": "aarch64", "arm": "v7l"}
#: Subdirectories of glibc-hwcaps, the newest CPU first (sysdeps/*/dl-hwcaps-subdirs.c).
_HWCAPS = {
    "amd64": ("x86-64-v4", "x86-64-v3", "x86-64-v2"),
    "ppc64le": ("power10", "power9"),
    "s390x": ("z16", "z15", "z14", "z13"),
}
_TRIPLETS = {
    "amd64": "x86_64-linux-gnu",
    "386": "i386-linux-gnu",
    "arm64": "aarch64-linux-gnu",
    "arm": "arm-linux-gnueabihf",
    "ppc64le": "powerpc64le-linux-gnu",
    "s390x": "s390x-linux-gnu",
    "riscv64": "riscv64-linux-gnu",
}
_TOKEN = re.compile(r"\$(?:(ORIGIN|LIB|PLATFORM)(?![A-Za-z0-9_])|\{(ORIGIN|LIB|PLATFORM)\})")


class Glibc:
    """The rules of glibc's ld.so for one process."""

    checks_versions = True

    def __init__(self, start: SearchStart) -> None:
        self.start = start
        self.machine = start.loader.machine
        self._search_paths: dict[tuple[str, str], tuple[str, ...]] = {}

    def preloaded(self) -> tuple[str, ...]:
        """LD_PRELOAD, then /etc/ld.so.preload (elf/rtld.c)."""
        file = re.sub(r"#.*", "", self.start.rootfs.text("/etc/ld.so.preload") or "")
        named = re.split(r"[ :]+", self.start.env.get("LD_PRELOAD", ""))
        return tuple(name for name in (*named, *re.split(r"[ :\t\n]+", file)) if name)

    def wanted(self, name: str, by: Loaded) -> str:
        return self._expanded(name, by.origin)

    def names(self, loaded: Loaded) -> tuple[str, ...]:
        soname = (loaded.elf.soname,) if loaded.elf.soname else ()
        return (loaded.library.name, loaded.library.path, *soname)

    def is_itself(self, name: str) -> bool:
        return name in {self.start.interpreter, self.start.loader.soname}

    def candidates(self, name: str, by: Loaded, program: Loaded) -> Iterator[LibraryCandidate]:
        if "/" in name:
            yield LibraryCandidate(
                join(self.start.directory, name) if name[0] != "/" else name, "path"
            )
            return
        may_hold = self.start.may_hold
        for directory, through in self._before_cache(by, program):
            if may_hold(directory, name):
                yield self._in(directory, name, through)
        closed = by.elf.no_default_libraries
        yield from self._cached(name, self.default_directories if closed else ())
        if not closed:
            for directory in self.default_directories:
                yield self._in(directory, name, "default")

    def rejects(self, node: Node, path: str) -> Rejected | None:
        """open_verify: a file for another machine or class is skipped, one that isn't ELF ends the
        search."""
        if node.elf is None:
            reason = node.broken or "it isn't an ELF file (the loader says “invalid ELF header”)"
            return Rejected(path, reason, fatal=True)
        loader = self.start.loader
        if node.elf.bits != loader.bits or node.elf.machine_number != loader.machine_number:
            return Rejected(path, f"it is for {node.elf.machine}, not for {loader.machine}")
        return None

    def _before_cache(self, by: Loaded, program: Loaded) -> Iterator[tuple[str, Through]]:
        if by.elf.runpath is None:
            for loaded in dict.fromkeys((*by.lineage(), program)):
                # A file with a RUNPATH has no RPATH (elf/get-dynamic-info.h).
                if loaded.elf.rpath is not None and loaded.elf.runpath is None:
                    for directory in self._directories(loaded.elf.rpath, loaded.origin):
                        yield directory, "rpath"
        if path := self.start.env.get("LD_LIBRARY_PATH"):
            for directory in self._directories(path.replace(";", ":"), program.origin):
                yield directory, "environment"
        if by.elf.runpath is not None:
            for directory in self._directories(by.elf.runpath, by.origin):
                yield directory, "runpath"

    def _directories(self, path: str, origin: str) -> tuple[str, ...]:
        """The directories of a search path; an empty one is the working directory."""
        if (path, origin) not in self._search_paths:
            expanded = (self._expanded(item, origin) for item in path.split(":"))
            self._search_paths[path, origin] = tuple(
                d if d[:1] == "/" else join(self.start.directory, d) for d in expanded
            )
        return self._search_paths[path, origin]

    def _cached(self, name: str, closed: tuple[str, ...]) -> Iterator[LibraryCandidate]:
        """The first entry for this machine that isn't in one of the closed directories."""
        fitting = [entry for entry in self._cache.get(name, ()) if entry.fits(self.machine)]
        plain = next((entry for entry in fitting if entry.plain), None)
        variants = tuple(entry.path for entry in fitting if not entry.plain)
        path = plain.path if plain else variants[-1] if variants else None
        if path and not path.startswith(tuple(closed) or "\0"):
            yield LibraryCandidate(path, "cache", variants)

    @cached_property
    def _cache(self) -> Mapping[str, Sequence[CacheEntry]]:
        node = self.start.rootfs.file("/etc/ld.so.cache")
        return by_name(node.text if node and node.text else b"")

    @cached_property
    def default_directories(self) -> tuple[str, ...]:
        """The loader's own directories, each with a slash at its end."""
        return self.start.loader.default_directories or usual_directories(self.start.loader)

    def _in(self, directory: str, name: str, through: Through) -> LibraryCandidate:
        base = directory.rstrip("/")
        newer = _HWCAPS.get(self.machine, ())
        variants = tuple(f"{base}/glibc-hwcaps/{cpu}/{name}" for cpu in newer)
        return LibraryCandidate(f"{base}/{name}", through, variants)

    def _expanded(self, text: str, origin: str) -> str:
        if "$" not in text:
            return text
        # $LIB is lib/x86_64-linux-gnu on Debian and lib64 on Fedora: the first of its own
        # directories.
        first = next((d.strip("/") for d in self.default_directories), "lib")
        values = {
            "ORIGIN": origin,
            "LIB": first if first.startswith("lib") else "lib",
            "PLATFORM": _PLATFORMS.get(self.machine, self.machine),
        }
        return _TOKEN.sub(lambda match: values[match[1] or match[2]], text)


def usual_directories(loader: Elf) -> tuple[str, ...]:
    """The own directories of the loaders of Debian and others, if the list can't be found."""
    triplet = _TRIPLETS.get(loader.machine)
    multiarch = (f"/lib/{triplet}/", f"/usr/lib/{triplet}/") if triplet else ()
    wide = ("/lib64/", "/usr/lib64/") if loader.bits == 64 else ()
    return (*multiarch, *wide, "/lib/", "/usr/lib/")
