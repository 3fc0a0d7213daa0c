"""BPK145: glibc's resolver without its modules."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.image import Closure, Rootfs
from bpkit.verbs.check.subject import CheckSubject
from bpkit.verbs.check.wanted import clues_of, last_program

RULE = Rule(
    id="BPK145",
    severity="warning",
    title="Host names: glibc's resolver modules are not in the image",
    why="Before version 2.34, glibc opens `libnss_dns.so.2` and `libnss_files.so.2` when a name is "
    "looked up; no binary is linked with them, so they are easily left behind. Evidence: the "
    "program imports `getaddrinfo` or a similar function.",
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The last program that is started."""
    node = last_program(subject)
    if node is None or not clues_of(node).resolver:
        return
    found = subject.closure(node)
    if found.kind != "glibc" or _has_builtin_resolver(subject.rootfs, found):
        return
    if any(path.endswith("/libnss_dns.so.2") for path in subject.rootfs.nodes):
        return
    stage = subject.image.places.stage_of(node.path)
    where = f"the stage {stage}" if stage else "the stage that has glibc"
    yield Finding(
        RULE,
        f"{node.path} looks up host names, and the image has no libnss_dns.so.2",
        subject.image.places.of_path(node.path),
        "libnss_dns.so.2",
        "Docker says nothing; each look-up fails with “Name or service not known”.",
        (f"# copy libnss_dns.so.2 and libnss_files.so.2 from {where}, beside libc.so.6",),
    )


def _has_builtin_resolver(rootfs: Rootfs, found: Closure) -> bool:
    """From glibc 2.34 on, libc has nss_files and nss_dns in itself."""
    libc = next((x for x in found.libraries if x.name == "libc.so.6"), None)
    node = rootfs.file(libc.real) if libc else None
    return bool(node and node.elf and "GLIBC_2.34" in node.elf.version_definitions)
