"""Files that are kept because they belong to others and that no traced run opened.

Only the user knows whether another run will open them, and can drop them.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable

from bpkit.image import Rootfs, parents
from bpkit.languages import SHARED
from bpkit.verbs.shrink.application import LeftBehind

WHY = "no traced run opened it"
_LEAST = 1_000_000
#: A smaller part of the image isn't worth reporting.
_LEAST_PART = 50
_MOST = 8


def unopened(fat: Rootfs, small: Rootfs, opened: Iterable[str]) -> tuple[LeftBehind, ...]:
    """The largest files in the new image, and directories, of which none was opened."""
    used = {node.path for path in opened if (node := fat.resolve(path)) and node.kind == "file"}
    alive = {directory for path in used for directory in parents(path)}
    sizes: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    total = 0
    for path, node in small.nodes.items():
        total += node.size if node.kind == "file" else 0
        # The kernel opens the loader itself, which strace doesn't show.
        if node.kind != "file" or path in used or posixpath.basename(path).startswith("ld-"):
            continue
        place = _topmost(path, alive)
        sizes[place] += node.size
        counts[place] += 1
    least = max(_LEAST, total // _LEAST_PART)
    return tuple(
        LeftBehind(path, WHY, counts[path], size)
        for path, size in sizes.most_common(_MOST)
        if size >= least
    )


def _topmost(path: str, alive: set[str]) -> str:
    """The file, or the highest directory above it in which nothing was opened and that isn't a
    shared one."""
    return next((one for one in parents(path) if _is_dead(one, alive)), path)


def _is_dead(directory: str, alive: set[str]) -> bool:
    return directory.count("/") > 1 and directory not in alive and directory not in SHARED.split()
