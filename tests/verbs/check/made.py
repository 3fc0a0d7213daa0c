"""Minimal images as values, for tests of rules that need no engine."""

from __future__ import annotations

from collections.abc import Mapping

from bpkit.formats.elf.clues import Clues
from bpkit.formats.elf.read import Elf, VersionNeed
from bpkit.image.config import ImageConfig
from bpkit.image.rootfs import Node, Rootfs, with_parents
from bpkit.image.subject import Subject

GLIBC_LOADER = "/lib64/ld-linux-x86-64.so.2"
MUSL_LOADER = "/lib/ld-musl-x86_64.so.1"


def elf(
    *needed: str,
    soname: str | None = None,
    interpreter: str | None = None,
    machine: int = 62,
    bits: int = 64,
    wants: Mapping[str, tuple[str, ...]] | None = None,
    offers: frozenset[str] = frozenset(),
) -> Elf:
    return Elf(
        bits=bits,
        little_endian=True,
        machine_number=machine,
        os_abi=0,
        flags=0,
        type=3 if soname or interpreter else 2,
        entry=1,
        interpreter=interpreter,
        dynamic=bool(needed or soname or interpreter),
        needed=needed,
        soname=soname,
        version_needs=tuple(VersionNeed(name, v) for name, v in (wants or {}).items()),
        version_definitions=offers,
    )


def program(path: str, *needed: str, mode: int = 0o755, clues: Clues | None = None) -> Node:
    """A dynamic program of glibc."""
    facts = elf(*needed, interpreter=GLIBC_LOADER)
    return Node(path, "file", mode, size=1000, elf=facts, clues=clues)


def static(path: str, mode: int = 0o755, uid: int = 0, clues: Clues | None = None) -> Node:
    return Node(path, "file", mode, uid, uid, size=1000, elf=elf(), clues=clues)


def binary(path: str, facts: Elf, mode: int = 0o755) -> Node:
    return Node(path, "file", mode, size=1000, elf=facts)


def library(path: str, *needed: str, soname: str | None = None) -> Node:
    return binary(path, elf(*needed, soname=soname or path.rpartition("/")[2]), 0o644)


def text(path: str, content: bytes, mode: int = 0o755) -> Node:
    return Node(path, "file", mode, size=len(content), text=content[:256] if mode & 1 else content)


def link(path: str, target: str) -> Node:
    return Node(path, "link", 0o777, target=target)


def directory(path: str, mode: int = 0o755, uid: int = 0) -> Node:
    return Node(path, "directory", mode, uid, uid)


def rootfs(*nodes: Node) -> Rootfs:
    return Rootfs(with_parents({node.path: node for node in nodes}))


def glibc(newest: str = "GLIBC_2.36") -> tuple[Node, ...]:
    """glibc's loader and library, in the manner of Debian."""
    offers = frozenset({"GLIBC_2.2.5", "GLIBC_2.34", newest})
    loader = elf(soname="ld-linux-x86-64.so.2", offers=frozenset({"GLIBC_2.2.5"}))
    libc = elf("ld-linux-x86-64.so.2", soname="libc.so.6", offers=offers)
    return (
        binary("/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", loader),
        link(GLIBC_LOADER, "../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"),
        link("/lib", "usr/lib"),
        binary("/usr/lib/x86_64-linux-gnu/libc.so.6", libc),
    )


def musl() -> tuple[Node, ...]:
    return (binary(MUSL_LOADER, elf(soname="libc.musl-x86_64.so.1")),)


def subject(*nodes: Node, **config: object) -> Subject:
    return Subject(rootfs(*nodes), ImageConfig(**config))  # type: ignore[arg-type]
