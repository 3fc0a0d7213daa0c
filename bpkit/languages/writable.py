"""The command that makes directories writable for the program's user."""

from __future__ import annotations

from bpkit.languages.dockerfile_words import plain
from bpkit.languages.runtime_files import WrittenPlaces


def make_writable(places: WrittenPlaces, user: str, *more: str) -> str:
    """The shell command, for the program's working directory; empty if nothing is written.

    ``more`` are directories besides those that were found.
    """
    folders = [folder for folder, _ in places.folders if folder != "."]
    folders = [plain(folder, "directory") for folder in dict.fromkeys((*more, *folders))]
    if not folders and not places:
        return ""
    made = (
        f"mkdir -p {' '.join(folders)} && chown -R {user} {' '.join(folders)} && "
        if folders
        else ""
    )
    return f"{made}chown {user} ."
