"""``bpkit diff``: its switches."""

from __future__ import annotations

from typing import ClassVar

from bpkit.cli.verb import FOUND, EngineVerb


class Diff(EngineVerb):
    """Show how two builds of an image differ, and the usual causes.

    A and B are images of the engine, files of 'docker save' or OCI image layouts.
    """

    USAGE = "bpkit diff [SWITCH...] A B\n"
    EXAMPLES = (
        ("bpkit diff app:monday app:tuesday", "compare two builds of the same source"),
        ("bpkit diff a.tar b.tar --json", "compare two saved images, every path as JSON"),
    )
    STATUSES: ClassVar[tuple[tuple[int, str], ...]] = (
        *EngineVerb.STATUSES,
        (1, "the images differ"),
    )

    def main(self, before: str, after: str) -> int:
        from bpkit.verbs.diff import difference_json, difference_text, differing
        from bpkit.verbs.size import read_target, target_of

        console = self.console()
        sides = []
        for number, word in enumerate((before, after), 1):
            console.begin(number, 2, f"read {word}")
            read = read_target(target_of(word), self.engine)
            sides.append((word, read.blobs, read.layers))
        found = differing(*sides)
        console.result(difference_text(found), difference_json(found))
        return 0 if found.is_same else FOUND
