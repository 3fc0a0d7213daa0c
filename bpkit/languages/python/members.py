"""The members of a uv workspace, and which of them is the program."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from bpkit.errors import InputError
from bpkit.languages.detected import NoProgramError, ProjectWishes, SeveralProgramsError
from bpkit.languages.listing import Listing
from bpkit.languages.python.packages import packages, scripts
from bpkit.languages.python.start import start


def _uv(listing: Listing) -> dict[str, Any]:
    table: dict[str, Any] = (listing.toml("pyproject.toml").get("tool") or {}).get("uv") or {}
    return table


def members(listing: Listing) -> tuple[str, ...]:
    """The directories of the workspace's members; empty if it isn't a workspace."""
    workspace = _uv(listing).get("workspace") or {}
    wanted = [str(one).rstrip("/") for one in workspace.get("members") or ()]
    unwanted = [str(one).rstrip("/") for one in workspace.get("exclude") or ()]
    folders = [file.rpartition("/")[0] for file in listing.named("pyproject.toml") if "/" in file]
    return tuple(
        folder
        for folder in sorted(folders)
        if any(_matches(folder, one) for one in wanted)
        and not any(_matches(folder, one) for one in unwanted)
    )


def _matches(folder: str, pattern: str) -> bool:
    pattern = pattern.removeprefix("./")
    return fnmatchcase(folder, pattern) and folder.count("/") == pattern.count("/")


def held_folders(listing: Listing) -> tuple[str, ...]:
    """The members, and the directories that packages are installed from by path."""
    sources = (_uv(listing).get("sources") or {}).values()
    paths = [str(one["path"]) for one in sources if isinstance(one, dict) and "path" in one]
    return (*members(listing), *(one.removeprefix("./").rstrip("/") for one in paths))


def name_of_member(listing: Listing, folder: str) -> str:
    """The name of its package."""
    project = listing.toml(f"{folder}/pyproject.toml").get("project") or {}
    return str(project.get("name", ""))


def programs_of_members(listing: Listing, wishes: ProjectWishes) -> list[str]:
    """The members that start something."""
    found = []
    for folder in members(listing):
        own = listing.below(folder)
        try:
            start(own, ProjectWishes(), packages(own))
        except SeveralProgramsError:
            pass
        except InputError:
            continue
        found.append(folder)
    return found


def _starts_itself(listing: Listing, folders: tuple[str, ...]) -> bool:
    """Whether there is a program outside the members' directories."""
    starts = tuple(f"{folder}/" for folder in folders)
    top = tuple(file for file in listing.files if not file.startswith(starts))
    own = Listing(listing.name, top, listing.read)
    try:
        start(own, ProjectWishes(), packages(own))
    except SeveralProgramsError:
        return True
    except InputError:
        return False
    return True


def member_of(listing: Listing, wishes: ProjectWishes) -> str:
    """The member that is meant: named, or the only one that starts something.

    Empty if the program is the one at the top. Raises InputError if the choice is the
    user's, or none starts anything.
    """
    folders = members(listing)
    if not folders or wishes.cmd:
        return ""
    if wishes.entry:
        wanted = wishes.entry.removeprefix("./").rstrip("/")
        names = {name_of_member(listing, one): one for one in folders}
        return wanted if wanted in folders else names.get(wanted, "")
    if "project" in listing.toml("pyproject.toml") and _starts_itself(listing, folders):
        own = next(iter(scripts(listing)), "")
        if wishes.every and own and (others := programs_of_members(listing, wishes)):
            raise SeveralProgramsError(
                f"pyproject.toml starts {own}, and so do its members {', '.join(others)}",
                f"name one with --entry {own}, or pass --all for a Dockerfile each",
                (own, *others),
            )
        return ""
    found = programs_of_members(listing, wishes)
    if not found:
        raise NoProgramError(
            f"no member of the workspace starts anything: {', '.join(folders)}",
            hint="add [project.scripts] to one, or name one with --entry DIR",
        )
    if len(found) > 1 or wishes.every:
        raise SeveralProgramsError(
            f"pyproject.toml is a workspace and starts nothing; its members are"
            f" {', '.join(folders)}",
            f"name one with --entry {found[0]}, or pass --all for a Dockerfile each",
            found,
        )
    return found[0]
