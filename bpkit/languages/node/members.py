"""A member of a Node.js workspace: installed with the workspace, built and started by itself."""

from __future__ import annotations

from bpkit.errors import InputError
from bpkit.languages.detected import ProjectWishes, SeveralProgramsError
from bpkit.languages.listing import Listing
from bpkit.languages.node.managers import PackageManager
from bpkit.languages.node.package import NodePackage
from bpkit.languages.node.sites import built_server, built_site
from bpkit.languages.node.workspaces import members


def no_program(listing: Listing, folders: tuple[str, ...]) -> InputError:
    started = [
        f
        for f in folders
        if is_program(NodePackage(listing.below(f), listing.json(f"{f}/package.json")))
    ]
    candidates = started or list(folders)
    return SeveralProgramsError(
        f"package.json is a workspace and starts nothing; its members are {', '.join(folders)}",
        f"name one with --entry {candidates[0]}, or pass --all for a Dockerfile each",
        candidates,
    )


def is_program(package: NodePackage) -> bool:
    if any(one in package.scripts for one in ("start", "start:prod", "serve")):
        return True
    return bool(built_server(package) or built_site(package))


def member_of(listing: Listing, package: NodePackage, wishes: ProjectWishes) -> str:
    """The workspace member that is meant: named, or the only one that starts something."""
    folders = members(listing, package.data)
    if wishes.entry:
        wanted = wishes.entry.removeprefix("./").rstrip("/")
        names = {str(listing.json(f"{one}/package.json").get("name")): one for one in folders}
        return wanted if wanted in folders else names.get(wanted, "")
    if not folders or wishes.cmd or "start" in package.scripts or package.data.get("main"):
        return ""
    started = [
        f
        for f in folders
        if is_program(NodePackage(listing.below(f), listing.json(f"{f}/package.json")))
    ]
    return started[0] if len(started) == 1 and not wishes.every else ""


def builds_before(
    listing: Listing, own: NodePackage, folder: str, manager: PackageManager
) -> list[str]:
    """The commands that build the members which this one needs and which have a build."""
    by_name = {}
    for file in listing.named("package.json"):
        place = file.rpartition("/")[0]
        if place and place != folder:
            by_name[str(listing.json(file).get("name"))] = place
    commands: list[str] = []
    for name in {**own.dependencies, **own.development}:
        if name in by_name:
            other = NodePackage(
                listing.below(by_name[name]), listing.json(f"{by_name[name]}/package.json")
            )
            if other.build_script:
                commands.append(
                    manager.in_member.format(
                        script=other.build_script, folder=by_name[name], name=name
                    )
                )
    return commands
