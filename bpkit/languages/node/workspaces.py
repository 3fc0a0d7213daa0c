"""What has to exist before packages are installed: members, local packages, files for hooks."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from bpkit.formats.yaml import yaml_at
from bpkit.languages.listing import Listing, is_aside
from bpkit.languages.local_names import refuse_names_of_own
from bpkit.languages.node.managers import PackageManager
from bpkit.languages.node.package import NodePackage

_LOCAL = re.compile(r"(?:file|link|portal|workspace|git\+\w+|https?|github):")
_FILES = (
    ".npmrc",
    ".yarnrc.yml",
    ".yarnrc",
    "pnpm-workspace.yaml",
    ".pnpmfile.cjs",
    "bunfig.toml",
    "lerna.json",
)
#: Hooks that need none of the project's files except those that are copied for them.
_HARMLESS = re.compile(
    r"^(?:patch-package|prisma generate|husky(?: install)?(?: \|\| true)?|"
    r"is-ci \|\| husky(?: install)?|lefthook install|simple-git-hooks"
    r"|ngcc|electron-builder install-app-deps|playwright install.*|opencollective.*|"
    r"echo .*|nuxt prepare|svelte-kit sync.*|exit 0|true|only-allow \w+|npx only-allow \w+|"
    r"npx husky.*)$"
)


def members(listing: Listing, package: Mapping[str, Any]) -> tuple[str, ...]:
    """The directories of the workspace's members; empty if it isn't a workspace."""
    said = package.get("workspaces")
    patterns = said.get("packages") if isinstance(said, dict) else said
    if not patterns:
        patterns = yaml_at(listing.yaml("pnpm-workspace.yaml"), "packages")
    if not isinstance(patterns, list):
        return ()
    wanted = [
        str(one).removeprefix("./").rstrip("/") for one in patterns if not str(one).startswith("!")
    ]
    unwanted = [
        str(one)[1:].removeprefix("./").rstrip("/") for one in patterns if str(one).startswith("!")
    ]
    folders = [file.rpartition("/")[0] for file in listing.named("package.json") if "/" in file]
    return tuple(
        sorted(
            folder
            for folder in folders
            if any(_matches(folder, one) for one in wanted)
            and not any(_matches(folder, one) for one in unwanted)
        )
    )


def _matches(folder: str, pattern: str) -> bool:
    if "**" in pattern:
        return fnmatchcase(folder, pattern.replace("/**", "/*").replace("**/", "*"))
    return fnmatchcase(folder, pattern) and folder.count("/") == pattern.count("/")


def local_packages(listing: Listing, package: Mapping[str, Any]) -> tuple[str, ...]:
    """Directories and archives in the project that the manifest names as packages."""
    found = []
    for key in ("dependencies", "devDependencies", "optionalDependencies"):
        table = package.get(key)
        for value in table.values() if isinstance(table, dict) else ():
            match = re.match(r"(?:file|link|portal):(?:\./)?([^.\s][^\s]*)", str(value))
            if match and listing.has(match[1].rstrip("/")):
                found.append(match[1].rstrip("/"))
    return tuple(dict.fromkeys(found))


def manifests(
    package: NodePackage, manager: PackageManager
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The top-level files that the install step reads, and arguments of COPY for the others.

    The first is ``.`` if a hook may need any file.
    """
    listing = package.listing
    top = [file for file in ("package.json", manager.lock, *_FILES) if file in listing]
    folders = [*local_packages(listing, package.data)]
    for folder in ("patches", ".yarn", "prisma"):
        if listing.has_folder(folder) and (
            folder != "prisma" or package.has("prisma", "@prisma/client")
        ):
            folders.append(folder)
    members_found = members(listing, package.data)
    for hook in _hooks(package):
        if not _HARMLESS.match(hook):
            return (".",), ()
    for folder in members_found:
        member = NodePackage(listing, listing.json(f"{folder}/package.json"))
        if any(not _HARMLESS.match(hook) for hook in _hooks(member)):
            return (".",), ()
    copies = [
        f"{folder} {folder}/"
        if listing.has_folder(folder)
        else f"{folder} {posixpath.dirname(folder) or '.'}/"
        for folder in folders
    ]
    copies += [
        f"{folder}/package.json {folder}/" for folder in members_found if folder not in folders
    ]
    return tuple(top), tuple(dict.fromkeys(copies))


def _hooks(package: NodePackage) -> Iterator[str]:
    for name in hooks(package):
        yield package.scripts[name].strip()


def hooks(package: NodePackage) -> tuple[str, ...]:
    """The scripts that run on install and have the files that they read."""
    found = (name for name in _OF_INSTALLATION if name in package.scripts)
    return tuple(name for name in found if not package.lacks(package.scripts[name]))


def lost_hooks(package: NodePackage) -> tuple[str, ...]:
    """The scripts that would run on install and fail for lack of source."""
    found = (name for name in _OF_INSTALLATION if name in package.scripts)
    return tuple(name for name in found if package.lacks(package.scripts[name]))


#: https://docs.npmjs.com/cli/using-npm/scripts: scripts of the package that ``npm install`` runs.
_OF_INSTALLATION = (
    *("preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"),
)


def refuse_names_of_members(
    listing: Listing, package: NodePackage, manager: PackageManager
) -> None:
    """Raise InputError if a package of the project would be looked up in the registry."""
    if manager.lock in listing:
        return
    folders = {*members(listing, package.data), *local_packages(listing, package.data)}
    own = {}
    for file in listing.named("package.json"):
        folder = posixpath.dirname(file)
        name = listing.json(file).get("name") if folder and not is_aside(file) else None
        if isinstance(name, str) and folder not in folders:
            own[name] = folder
    every = {**package.dependencies, **package.development}
    for folder in folders & set(members(listing, package.data)):
        member = NodePackage(listing, listing.json(f"{folder}/package.json"))
        every |= {**member.dependencies, **member.development}
    refuse_names_of_own(
        (name for name, version in every.items() if not _LOCAL.match(version)),
        own,
        file=package.file,
        index="the registry",
        instead='name the directory, as in "{name}": "file:{folder}", or make it a workspace',
    )
