"""``bpkit clean``: its switches, and the question before anything is removed."""

from __future__ import annotations

from typing import Any

from bpkit.cli.build import ProjectVerb
from bpkit.cli.verb import FOUND, agreed, cli


class Clean(ProjectVerb):
    """Remove what bpkit made for the project in DIR: containers, images, generated files.

    Lists first and asks; nothing that bpkit did not make is touched.
    """

    USAGE = "bpkit clean [SWITCH...] [DIR]\n"
    EXAMPLES = (
        ("bpkit clean --dry-run", "list what would be removed"),
        ("bpkit clean --yes", "remove it without asking"),
    )
    STATUSES = (*ProjectVerb.STATUSES, (1, "nothing was removed, or not all of it"))
    yes: Any = cli.Flag(["-y", "--yes"], help="do not ask")
    dry_run: Any = cli.Flag(["--dry-run"], help="list, and remove nothing")
    all: Any = cli.Flag(["--all"], help="also images of other names that carry the project's label")

    def main(self, directory: str = ".") -> int:
        from bpkit.verbs.clean import find, leftovers_json, leftovers_text, remove, removed_text

        engine, console = self.engine(), self.console()
        found = find(self.choices(directory), engine, everything=bool(self.all))
        listing = leftovers_text(found)
        if self.dry_run or found.is_empty:
            console.result(listing, leftovers_json(found))
            return 0
        if not self.quiet or not self.yes:
            console.note(listing.rstrip("\n"))
        if not self.yes and not agreed("remove all of this?"):
            console.note("nothing is removed")
            return FOUND
        done = remove(found, engine)
        console.result(removed_text(done), leftovers_json(found, done))
        return FOUND if done.kept else 0
