"""The search rules of musl's loader.

Source: musl, ldso/dynlink.c (load_library, path_open, fixup_rpath). It provides libc, libm,
libpthread and some others itself; it searches LD_LIBRARY_PATH; the RUNPATH or RPATH (without a
difference) of the file that needs the library and of all files that led to it; the directories in
/etc/ld-musl-ARCH.path, or else its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from bpkit.image.libraries.model import LibraryCandidate, Loaded, Rejected, SearchStart, Through
from bpkit.image.rootfs import Node, join

_ITSELF = re.compile(r"lib(?:c|pthread|rt|m|dl|util|xnet)\.")
_OWN = ("/lib", "/usr/local/lib", "/usr/lib")
_TOKEN = re.compile(r"\$ORIGIN|\$\{ORIGIN\}")
#: LDSO_ARCH by GOARCH, for a loader whose name doesn't show it.
_ARCHES = {
    "amd64": "x86_64",
    "386": "i386",
    "arm64": "aarch64",
    "arm": "armhf",
    "ppc64le": "powerpc64le",
}


class Musl:
    """The rules of musl's loader for one process."""

    checks_versions = False

    def __init__(self, start: SearchStart) -> None:
        self.start = start

    def preloaded(self) -> tuple[str, ...]:
        """Only LD_PRELOAD, whose names are separated by colons or blanks."""
        return tuple(n for n in re.split(r"[:\s]+", self.start.env.get("LD_PRELOAD", "")) if n)

    def wanted(self, name: str, by: Loaded) -> str:
        return name

    def names(self, loaded: Loaded) -> tuple[str, ...]:
        return (loaded.library.name,) if "/" not in loaded.library.name else ()

    def is_itself(self, name: str) -> bool:
        return bool(_ITSELF.match(name)) or name == self.start.interpreter

    def candidates(self, name: str, by: Loaded, program: Loaded) -> Iterator[LibraryCandidate]:
        if "/" in name:
            yield LibraryCandidate(
                join(self.start.directory, name) if name[0] != "/" else name, "path"
            )
            return
        for directory, through in self._directories(by):
            base = directory if directory.startswith("/") else join(self.start.directory, directory)
            if not self.start.may_hold(base, name):
                continue
            yield LibraryCandidate(f"{base.rstrip('/')}/{name}", through)

    def rejects(self, node: Node, path: str) -> Rejected | None:
        """map_library: the first file that can be opened is used, or ends the search."""
        if node.elf is None:
            reason = node.broken or "it isn't an ELF file (the loader says “Exec format error”)"
            return Rejected(path, reason, fatal=True)
        if node.elf.machine_number != self.start.loader.machine_number:
            return Rejected(path, f"it is for {node.elf.machine}", fatal=True)
        return None

    def _directories(self, by: Loaded) -> Iterator[tuple[str, Through]]:
        for directory in _split(self.start.env.get("LD_LIBRARY_PATH", "")):
            yield directory, "environment"
        for loaded in by.lineage():
            through: Through = "rpath" if loaded.elf.runpath is None else "runpath"
            for directory in _split(_rpath(loaded)):
                yield directory, through
        if self.path_file is not None:
            for directory in _split(self.path_file):
                yield directory, "cache"
            return
        for directory in self.start.loader.default_directories or _OWN:
            yield directory, "default"

    @cached_property
    def path_file(self) -> str | None:
        """The content of /etc/ld-musl-ARCH.path, which replaces the loader's own directories.

        It is beside the loader's directory: for /opt/x/lib/ld-musl-…, in /opt/x/etc.
        """
        prefix = self.start.interpreter.rpartition("/")[0].rpartition("/")[0]
        return self.start.rootfs.text(f"{prefix}/etc/ld-musl-{self._arch}.path")

    @property
    def _arch(self) -> str:
        soname = self.start.loader.soname or ""
        named = re.search(r"musl-(\w+)\.so", f"{self.start.interpreter} {soname}")
        machine = self.start.loader.machine
        return named[1] if named else _ARCHES.get(machine, machine)


def _split(path: str) -> list[str]:
    return [item for item in re.split(r"[:\n]", path) if item]


def _rpath(loaded: Loaded) -> str:
    """The search path of a file; empty if it has a variable other than ORIGIN."""
    path = loaded.elf.rpath if loaded.elf.runpath is None else loaded.elf.runpath
    if path is None or "$" in _TOKEN.sub("", path):
        return ""
    return _TOKEN.sub(lambda _: loaded.origin, path)
