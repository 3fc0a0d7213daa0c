"""How the engine finds the program of an exec form: PATH, WORKDIR, modes.

Source: opencontainers/runc, libcontainer/standard_init_linux.go (exec.LookPath in the container,
in its WORKDIR), which is Go's os/exec LookPath: a name with a slash is taken as it is, another is
looked for in PATH, where only what may be executed counts.
"""

from __future__ import annotations

from dataclasses import dataclass

from bpkit.image.rootfs import Identity, Node, Rootfs, join, may, parents
from bpkit.image.subject import Subject


@dataclass(frozen=True)
class Lookup:
    """Where a name led. ``node`` is the program, if it can be started.

    ``path`` is where it was looked for, or found. ``blocked`` is what is there instead: a
    directory, a file that may not be executed, a link that leads nowhere. ``barred`` is the
    directory that the user may not enter.
    """

    path: str
    node: Node | None = None
    blocked: Node | None = None
    barred: Node | None = None


def look_up(subject: Subject, name: str, who: Identity | None = None) -> Lookup:
    """What ``name`` leads to when a process of this image executes it."""
    user = subject.who if who is None else who
    workdir = subject.config.workdir
    if "/" in name:
        return _at(subject, name, join(workdir, name) if name[0] != "/" else name, user)
    first: Lookup | None = None
    for directory in subject.config.process_env["PATH"].split(":"):
        # Go refuses what it finds through a relative directory of PATH.
        if not directory.startswith("/"):
            continue
        found = _at(subject, name, join(directory, name), user)
        if found.node:
            return found
        if found.blocked and found.blocked.kind == "file" and first is None:
            first = found
    return first or Lookup(name)


def _at(subject: Subject, name: str, path: str, who: Identity) -> Lookup:
    rootfs = subject.rootfs
    node = rootfs.resolve(path)
    if node is None:
        return Lookup(path, blocked=rootfs.nodes.get(path))
    # The engine enters WORKDIR before it becomes the user: what is above it bars nobody.
    inside = "" if name.startswith("/") else rootfs.real_path(subject.config.workdir)
    barred = _barring(rootfs, node.path, who, inside)
    if barred:
        return Lookup(path, blocked=node, barred=barred)
    if node.kind != "file" or not may(node, who, 1):
        return Lookup(path, blocked=node)
    return Lookup(path, node=node)


def _barring(rootfs: Rootfs, path: str, who: Identity, inside: str) -> Node | None:
    """The first directory on the way from ``inside`` to ``path`` that ``who`` may not enter."""
    for directory in parents(path):
        node = rootfs.nodes.get(directory)
        if node and not may(node, who, 1) and not inside.startswith(f"{directory.rstrip('/')}/"):
            return node
    return None
