"""Find the program of an exec form as the engine does: PATH, WORKDIR, modes.

Source: opencontainers/runc, libcontainer/standard_init_linux.go (exec.LookPath in the container,
in its WORKDIR), which is Go's os/exec LookPath: a name with a slash is used unchanged, any other is
looked up in PATH, where only executable files count.
"""

from __future__ import annotations

from dataclasses import dataclass

from bpkit.image.rootfs import Identity, Node, Rootfs, join, may, parents
from bpkit.image.subject import Subject


@dataclass(frozen=True)
class Lookup:
    """The result of looking up a name. ``node`` is the program, if it can be started.

    ``path`` is the path where it was looked for or found. ``blocked`` is what is there instead: a
    directory, a file that isn't executable, a broken link. ``barred`` is the directory that the
    user can't enter.
    """

    path: str
    node: Node | None = None
    blocked: Node | None = None
    barred: Node | None = None


def look_up(subject: Subject, name: str, who: Identity | None = None) -> Lookup:
    """The result of looking up ``name`` when a process in this image executes it."""
    user = subject.who if who is None else who
    workdir = subject.config.workdir
    if "/" in name:
        return _at(subject, name, join(workdir, name) if name[0] != "/" else name, user)
    first: Lookup | None = None
    for directory in subject.config.process_env["PATH"].split(":"):
        # Go refuses programs found through a relative directory in PATH.
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
    # The engine enters WORKDIR before it switches to the user, so directories above don't matter.
    inside = "" if name.startswith("/") else rootfs.real_path(subject.config.workdir)
    barred = _barring(rootfs, node.path, who, inside)
    if barred:
        return Lookup(path, blocked=node, barred=barred)
    if node.kind != "file" or not may(node, who, 1):
        return Lookup(path, blocked=node)
    return Lookup(path, node=node)


def _barring(rootfs: Rootfs, path: str, who: Identity, inside: str) -> Node | None:
    """The first directory on the way from ``inside`` to ``path`` that ``who`` can't enter."""
    for directory in parents(path):
        node = rootfs.nodes.get(directory)
        if node and not may(node, who, 1) and not inside.startswith(f"{directory.rstrip('/')}/"):
            return node
    return None
