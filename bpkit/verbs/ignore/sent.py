"""The part of a build context that reaches a builder, and its size."""

from __future__ import annotations

from dataclasses import dataclass

from bpkit.formats.context import Tree, TreeEntry
from bpkit.formats.dockerignore import Ignore, IgnoreVerdict


@dataclass(frozen=True)
class Sent:
    """The entries that are not excluded, in the order of their paths."""

    entries: tuple[TreeEntry, ...] = ()

    @property
    def size(self) -> int:
        """The bytes of the files; headers and padding of the transport are not counted."""
        return sum(entry.size for entry in self.entries)

    @property
    def files(self) -> int:
        """How many files and links there are."""
        return sum(entry.kind != "directory" for entry in self.entries)


def sent(tree: Tree, ignore: Ignore) -> Sent:
    """The part of ``tree`` sent to the classic builder; BuildKit fetches only what COPY names."""
    if not ignore.patterns:
        return Sent(tuple(tree.entries[path] for path in tree.paths))
    verdicts: dict[str, IgnoreVerdict | None] = {"": None}
    found: list[TreeEntry] = []
    for path in tree.paths:
        above = path.rpartition("/")[0]
        if above not in verdicts:
            continue
        entry = tree.entries[path]
        if entry.kind != "directory":
            if not ignore.excludes_below(verdicts[above], path):
                found.append(entry)
            continue
        verdict = ignore.below(verdicts[above], path)
        if not verdict.excluded:
            found.append(entry)
        if verdict.entered:
            verdicts[path] = verdict
    return Sent(tuple(found))
