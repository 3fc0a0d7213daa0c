"""``bpkit clean``: its switches, and the question before anything is removed."""

from __future__ import annotations

from typing import Any

from bpkit.cli.project_verb import ProjectVerb
from bpkit.cli.verb import FOUND, agreed, cli, in_directory


class Clean(ProjectVerb):
    """Remove what bpkit made for the project in DIR: containers, images, generated files.

    Lists them and asks first; nothing that bpkit did not make is touched. In a directory that
    declares a workspace, and has no Dockerfile, it is what was made for all its projects.
    """

    USAGE = "bpkit clean [SWITCH...] [DIR]\n"
    EXAMPLES = (
        ("bpkit clean --dry-run", "list what would be removed"),
        ("bpkit clean --yes", "remove all of it without asking"),
    )
    STATUSES = (*ProjectVerb.STATUSES, (1, "the answer was no, or not everything could be removed"))
    yes: Any = cli.Flag(["-y", "--yes"], help="do not ask for confirmation")
    dry_run: Any = cli.Flag(["--dry-run"], help="only list what would be removed")
    all: Any = cli.Flag(
        ["--all"], help="also remove images with other names that carry the project's label"
    )

    @in_directory
    def main(self, directory: str = ".") -> int:
        from bpkit.verbs.clean import find, leftovers_json, leftovers_text, remove, removed_text
        from bpkit.verbs.images import Removed
        from bpkit.verbs.ls import projects_in

        engine, console = self.engine(), self.console()
        projects = projects_in(self.choices(directory), engine)
        for line in projects.unread:
            console.note(line)
        found = find(projects.choices, engine, everything=bool(self.all))
        listing = leftovers_text(found)
        if self.dry_run or found.is_empty:
            console.result(listing, leftovers_json(found))
            return 0
        if not self.quiet or not self.yes:
            console.note(listing.rstrip("\n"))
        if not self.yes and not agreed("remove all of this?"):
            console.result("nothing was removed\n", leftovers_json(found, Removed((), ())))
            return FOUND
        done = remove(found, engine)
        console.result(removed_text(done), leftovers_json(found, done))
        return FOUND if done.kept else 0
