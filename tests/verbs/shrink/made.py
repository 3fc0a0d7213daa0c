"""A minimal Debian as values, with a program, for tests of the choice of files."""

from __future__ import annotations

from collections.abc import Mapping

from bpkit.image.config import ImageConfig
from bpkit.image.evidence import Evidence
from bpkit.image.rootfs import Node, Rootfs, with_parents
from bpkit.image.subject import Subject
from bpkit.verbs.shrink.choose import Choice, choose
from bpkit.verbs.shrink.draft import ShrinkWishes
from tests.verbs.check.made import glibc, library, link, static, text

LIBRARIES = "/usr/lib/x86_64-linux-gnu"
SYSTEM = (
    *glibc(),
    link("/lib64", "usr/lib64"),
    link("/usr/lib64/ld-linux-x86-64.so.2", "/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"),
    link("/bin", "usr/bin"),
    static("/usr/bin/sh"),
    static("/usr/bin/cp"),
    static("/usr/bin/mkdir"),
    static("/usr/bin/gcc"),
    text("/etc/passwd", b"root:x:0:0::/root:/bin/sh\napp:x:1000:1001::/:/bin/sh\n", 0o644),
    text("/etc/group", b"root:x:0:\napp:x:1001:\n", 0o644),
    text("/etc/services", b"https 443/tcp\n", 0o644),
    text("/etc/ssl/certs/ca-certificates.crt", b"roots", 0o644),
    text("/etc/hosts", b"127.0.0.1 localhost\n", 0o644),
    library(f"{LIBRARIES}/libz.so.1.2.13", "libc.so.6", soname="libz.so.1"),
    link(f"{LIBRARIES}/libz.so.1", "libz.so.1.2.13"),
    library(f"{LIBRARIES}/libssl.so.3", "libc.so.6"),
)

#: The paths of glibc's loader and library, links among them.
LOADER = {
    "/lib64",
    "/lib",
    "/usr/lib64/ld-linux-x86-64.so.2",
    f"{LIBRARIES}/ld-linux-x86-64.so.2",
}
#: The names of users and groups, which an interpreter may be asked for.
ACCOUNTS = {"/etc/passwd", "/etc/group"}
LIBC = LOADER | {f"{LIBRARIES}/libc.so.6"}


def fat(*nodes: Node, evidence: Mapping[str, Evidence] | None = None, **config: object) -> Subject:
    """An image of the system and ``nodes``, with the clues of ``evidence``."""
    found = {node.path: node for node in (*SYSTEM, *nodes)}
    # The loader's usual link would be in the way of /lib64 being a link itself.
    found.pop("/lib64/ld-linux-x86-64.so.2", None)
    for path, known in (evidence or {}).items():
        found[path] = found[path]._replace(clues=known.clues)
    return Subject(Rootfs(with_parents(found)), ImageConfig(**config))  # type: ignore[arg-type]


def chosen(
    *nodes: Node,
    evidence: Mapping[str, Evidence] | None = None,
    wishes: ShrinkWishes | None = None,
    **config: object,
) -> Choice:
    """What is chosen of such an image."""
    subject = fat(*nodes, evidence=evidence, **config)
    return choose(subject, evidence or {}, wishes or ShrinkWishes())


def files(choice: Choice) -> set[str]:
    """The files and links of the new image."""
    return {path for path, node in choice.rootfs.nodes.items() if node.kind != "directory"}
