"""Node.js: npm, pnpm, yarn and Bun; programs that run on it, and web sites built with it."""

from __future__ import annotations

import re
from dataclasses import replace

from bpkit.languages.detected import Detected, Fact, ProjectWishes
from bpkit.languages.dockerfile_words import words
from bpkit.languages.listing import Listing
from bpkit.languages.naming import image_name
from bpkit.languages.node.built_image import server_image, site_image
from bpkit.languages.node.installation import (
    install_command,
    manager_facts,
    node_version,
)
from bpkit.languages.node.managers import PackageManager, manager_of
from bpkit.languages.node.members import builds_before, member_of, no_program
from bpkit.languages.node.package import NodePackage
from bpkit.languages.node.program_image import program_image
from bpkit.languages.node.programs import programs
from bpkit.languages.node.scripts import NodeStart
from bpkit.languages.node.sites import built_server, built_site
from bpkit.languages.node.start import main_program, start
from bpkit.languages.node.web import WEB_FRAMEWORKS
from bpkit.languages.node.workspaces import (
    manifests,
    members,
    refuse_names_of_members,
)


def sign(listing: Listing) -> str | None:
    """package.json, or a lone program, which doesn't need one."""
    if "package.json" in listing:
        return "package.json"
    return lone_program(listing)


def lone_program(listing: Listing) -> str | None:
    """A source at the top of a project without package.json, unless a page loads it."""
    if listing.first("index.html"):
        return None
    return next(
        (
            f
            for f in listing.in_folder("")
            if f.endswith((".js", ".mjs"))
            and not re.match(r".*\.config\.|gulpfile|gruntfile", f.lower())
        ),
        None,
    )


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The version, package manager, build step, and what is started or served."""
    package = NodePackage(listing, listing.json("package.json"))
    manager = manager_of(listing, package.data)
    refuse_names_of_members(listing, package, manager)
    member = member_of(listing, package, wishes)
    if member:
        return _of_member(listing, package, member, replace(wishes, entry=""), manager)
    return _read(package, wishes, manager)


def _read(package: NodePackage, wishes: ProjectWishes, manager: PackageManager) -> Detected:
    listing = package.listing
    version = node_version(listing, package.data)
    facts = [version, *manager_facts(listing, manager)]
    if package.build_script:
        facts.append(Fact("build step", package.scripts[package.build_script], "package.json"))
    name = wishes.name or image_name(str(package.data.get("name") or listing.name))
    found = start(package, wishes)
    server = built_server(package)
    site = built_site(package)
    is_named = bool(wishes.cmd or wishes.entry)
    if server and not is_named and (found is None or not found.entry or found.needs_development):
        return server_image(package, wishes, manager, server, found, facts, name)
    if site and not is_named and (site.tool == "next" or _is_only_site(package, found)):
        return site_image(package, wishes, manager, site, facts, name)
    others = members(listing, package.data)
    if found is None:
        if others and not is_named and not any(True for _ in programs(package)):
            raise no_program(listing, others)
        found = main_program(package, wishes)
    return program_image(package, wishes, manager, found, facts, name)


def _is_only_site(package: NodePackage, found: NodeStart | None) -> bool:
    """Whether the project is nothing but the web site that it builds."""
    if found is None:
        return not _has_server(package)
    return found.is_site


def _has_server(package: NodePackage) -> bool:
    main = package.data.get("main")
    if isinstance(main, str) and main in package.listing:
        return True
    has_web = any(name in package.dependencies for name in WEB_FRAMEWORKS)
    return has_web and bool(
        package.listing.first(
            "server.js",
            "server/index.js",
            "src/server.js",
            "server.mjs",
            "src/server.ts",
            "server/index.ts",
            "server.ts",
        )
    )


def _of_member(
    listing: Listing,
    package: NodePackage,
    folder: str,
    wishes: ProjectWishes,
    manager: PackageManager,
) -> Detected:
    """A workspace member: installed with the workspace, built and started in its own directory."""
    own = NodePackage(
        listing.below(folder), listing.json(f"{folder}/package.json"), f"{folder}/package.json"
    )
    found = _read(own, wishes, manager)
    name = str(own.data.get("name") or folder)
    build = own.build_script and manager.in_member.format(
        script=own.build_script, folder=folder, name=name
    )
    before = builds_before(listing, own, folder, manager)
    top, copies = manifests(package, manager)
    version = node_version(listing, package.data)
    if not version.file and not version.allowed_by:
        first = found.facts[0]
        version = first if first.file or first.allowed_by else version
    values = {
        **found.values,
        "node_version": version.value,
        "manifests": words(top),
        "member_manifests": copies,
        "install": install_command(listing, manager, True),
        "build": " && ".join((*before, build)) if build else " && ".join(before),
        "prune": "",
        "workdir": f"/srv/app/{folder}",
    }
    if "site" in found.values:
        values["site"] = f"{folder}/{found.values['site']}"
    if found.values.get("standalone"):
        values["standalone"] = f"{folder}/{found.values['standalone']}"
        values["folder"] = f"{folder}/"
    facts = (
        Fact("workspace member", folder, "package.json"),
        version,
        *(f for f in found.facts[1:] if f.what not in {"lock file", "package manager"}),
        *manager_facts(listing, manager),
    )
    others = [one for one in members(listing, package.data) if one != folder]
    note = (
        f"the image starts the member {folder}; the others are {', '.join(others[:8])}"
        if others
        else ""
    )
    return replace(
        found, values=values, facts=facts, sent=tuple(f"{folder}/{one}" for one in found.sent)
    ).with_notes(*([note] if note else []))
