"""What the user should know about a choice: the files left out, the files that may be needed, and
why the new image keeps running as root.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from bpkit.image import Node, Rootfs, named_files
from bpkit.languages import SHARED, language_of
from bpkit.verbs.shrink.application import LeftBehind, is_of_tools, state_of_package
from bpkit.verbs.shrink.draft import Draft
from bpkit.verbs.shrink.rounding import Rounding
from bpkit.verbs.shrink.surroundings import Surroundings

STARTS_OTHERS = (
    "the program can start other programs (os/exec), and no source shows which: pass --keep "
    "for those in the base image, and use a probe that needs them"
)
RUNS_ARGUMENTS = (
    "the entry script starts any command passed to 'docker run', but the image has only those "
    "that the script was seen to start itself: pass --keep for others, as in --keep /bin/ls"
)
_MOST_HINTS = 12
_MOST_PROGRAMS = 6


def unused_state(rootfs: Rootfs, around: Surroundings, small: Rootfs) -> Iterator[LeftBehind]:
    """Data that packages' scripts created at installation and that isn't kept."""
    found: dict[str, list[Node]] = {}
    under = around.base.nodes if around.base else {}
    for path, node in rootfs.nodes.items():
        if node.kind == "file" and path not in around.packages.owners and path not in under:
            directory = state_of_package(path, around.packages)
            if directory and path not in small.nodes and not is_of_tools(path):
                found.setdefault(directory, []).append(node)
    for directory, nodes in sorted(found.items()):
        why = "data created when a package was installed; no use of it was seen"
        yield LeftBehind(directory, why, len(nodes), sum(node.size for node in nodes))


def unused_packages(rounding: Rounding, small: Rootfs) -> Iterator[LeftBehind]:
    used = [path for path, node in small.nodes.items() if node.kind == "file"]
    for package, size in rounding.unused(used):
        count = sum(rounding.fat.nodes[path].kind == "file" for path in package.paths)
        why = "the package is installed by name, but no call of its programs was seen"
        yield LeftBehind(package.name, why, count, size)


def unused_programs(rounding: Rounding, small: Rootfs) -> Iterator[LeftBehind]:
    """Unused programs of packages that are used or were installed by name.

    Users start such programs in a running container.
    """
    used = [path for path, node in small.nodes.items() if node.kind != "directory"]
    for package, programs in rounding.unused_programs(used):
        names = [posixpath.basename(path) for path in programs]
        more = f" and {len(names) - _MOST_PROGRAMS} more" if len(names) > _MOST_PROGRAMS else ""
        shown = ", ".join(names[:_MOST_PROGRAMS])
        size = sum(rounding.fat.nodes[path].size for path in programs)
        why = f"no call of these programs was seen: {shown}{more}"
        yield LeftBehind(package.name, why, len(programs), size)


def named_and_absent(draft: Draft, small: Rootfs) -> tuple[list[str], tuple[str, ...]]:
    """Files in the old image that the programs' texts name and that aren't kept."""
    if draft.is_interpreted:
        return [], ()
    named = named_files(draft.fat.rootfs, draft.texts, draft.fat.config.workdir)
    absent = [p for p in named if p not in SHARED.split() and small.resolve(p) is None]
    hints = [
        f"the program names {path}, which is not kept: pass --keep {path} if it needs it"
        for path in absent
    ]
    more = len(hints) - _MOST_HINTS
    shown = hints if more <= 0 else [*hints[:_MOST_HINTS], f"and {more} more paths"]
    return shown, tuple(absent)


def unread_programs(draft: Draft) -> list[str]:
    """Started programs whose libraries can't be determined."""
    nodes = dict.fromkeys(link.node for link in draft.started.links if link.node)
    return [
        f"{node.path} can't be read ({node.broken}): kept only those of its libraries that a run "
        "of the image opened"
        for node in nodes
        if node.broken
    ]


def starts_what_nobody_knows(draft: Draft) -> bool:
    """Whether a Go program can start others without a source that shows which."""
    can = any(text.startswith("os/exec.") for text in draft.texts)
    return can and not any("os/exec" in known.script for known in draft.evidence.values())


def reasons_for_root(draft: Draft, around: Surroundings, files: frozenset[str]) -> tuple[str, ...]:
    """The reasons why the new image must keep running as root, if the old one does."""
    learned = around.learned
    reasons = []
    if learned.of_root:
        reasons.append(f"it calls {', '.join(sorted(learned.of_root)[:3])}")
    written = sorted(p for p in learned.written if not _anybody_may_write(draft, p))
    if written:
        reasons.append(f"it writes to {', '.join(written[:3])}")
    becoming = {"su", "gosu", "su-exec", "setpriv", "runuser", "chown", "chroot", "sudo"}
    called = sorted(becoming & {posixpath.basename(link.name) for link in draft.started.links})
    if called:
        reasons.append(f"its scripts call {', '.join(called)}")
    first = next((link for link in draft.started.links if link.node and link.node.elf), None)
    if first and first.node and first.node.path not in files and language_of(first) is None:
        package = around.packages.owner(first.node.path)
        if package and not package.system:
            reasons.append(f"{posixpath.basename(first.name)} belongs to the distribution")
    return tuple(reasons)


def _anybody_may_write(draft: Draft, path: str) -> bool:
    free = ("/tmp", "/var/tmp", "/dev", "/proc", "/sys", *draft.wishes.volumes)
    if any(path == one or path.startswith(f"{one}/") for one in free) or "/__pycache__" in path:
        return True
    node = draft.fat.rootfs.resolve(posixpath.dirname(path))
    return node is not None and node.kind == "directory" and bool(node.mode & 0o002)
