"""The image of a program that a Node.js project's scripts or files start."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace

from bpkit.languages.command_arguments import as_started, portless_note
from bpkit.languages.detected import Detected, Fact, ProjectWishes
from bpkit.languages.listing import Listing
from bpkit.languages.node.installation import (
    BUN_VERSION,
    environment_files,
    installation_values,
)
from bpkit.languages.node.managers import PackageManager
from bpkit.languages.node.package import NodePackage
from bpkit.languages.node.scripts import NodeStart
from bpkit.languages.node.web import WEB_FRAMEWORKS, connect_check
from bpkit.languages.node.workspaces import (
    lost_hooks,
)
from bpkit.languages.ports import has_subcommands, listening, nearest_sources
from bpkit.languages.runtime_files import writing_note, written_places
from bpkit.languages.settings_ports import port_of_argument, settings_port
from bpkit.languages.source_suffixes import JAVASCRIPT
from bpkit.languages.start import StartCommand, environment_values


def program_image(
    package: NodePackage,
    wishes: ProjectWishes,
    manager: PackageManager,
    found: NodeStart,
    facts: list[Fact],
    name: str,
) -> Detected:
    listing = package.listing
    sources = listing.sources(*JAVASCRIPT)
    command = _with_port(package, found, sources, wishes)
    if wishes.port:
        command = replace(command, port=wishes.port, port_file=wishes.source_of("port"))
        if "PORT" in command.environment or _reads_port(listing, sources):
            command = replace(command, environment={**command.environment, "PORT": wishes.port})
    own = [found.entry] if found.entry in listing and found.entry not in sources else []
    places = written_places(listing, (*own, *sources))
    keeps = bool(found.needs_development)
    is_bun = manager.name == "bun"
    version = facts[0].value
    if is_bun:
        facts = [_bun_version(package), *facts[1:]]
        if command.words[0] == "node":
            command = replace(command, words=("bun", *command.words[1:]))
    facts += [command.fact, *command.port_facts]
    notes = [*command.notes, *_notes(package, command, found), *writing_note(places)]
    if package.build_note:
        notes.append(package.build_note)
    sent, env_notes = environment_files(package)
    if found.entry and not package.build_script and found.entry in listing:
        sent = (*sent, found.entry)
    sent = (*sent, *_built_before(package))
    values = installation_values(
        package,
        manager,
        version,
        bool(package.build_script or found.builds),
        keeps=keeps,
        places=places,
    )
    if found.builds and not package.build_script:
        values = {
            **values,
            "build": " && ".join(manager.run.format(script=one) for one in found.builds),
        }
    values = {
        **values,
        **environment_values({k: v for k, v in command.environment.items() if k != "NODE_ENV"}),
        "entrypoint": command.entrypoint,
        "healthcheck": connect_check("node", command.port) if command.tcp_port else "",
    }
    base = wishes.base or (
        "oven/bun:${BUN_VERSION}-slim" if is_bun else "node:${NODE_VERSION}-bookworm-slim"
    )
    if is_bun:
        values |= {
            "bun_version": facts[0].value,
            "healthcheck": connect_check("bun", command.port) if command.tcp_port else "",
        }
    template = "node/bun" if is_bun else "node/server"
    return Detected(
        "Node.js",
        template,
        name,
        base,
        values,
        tuple(facts),
        command.port,
        notes=tuple(dict.fromkeys((*notes, *env_notes))),
        sent=sent,
    )


def _bun_version(package: NodePackage) -> Fact:
    what = "Bun version"
    pinned = re.match(r"bun@(\d+\.\d+)", str(package.data.get("packageManager", "")))
    if pinned:
        return Fact(what, pinned[1], package.file)
    if file := re.match(r"\s*v?(\d+\.\d+)", package.listing.text(".bun-version")):
        return Fact(what, file[1], ".bun-version")
    return Fact(what, BUN_VERSION)


def _reads_port(listing: Listing, sources: tuple[str, ...]) -> bool:
    return any(
        re.search(r"process\.env\.PORT\b|Bun\.env\.PORT", listing.read(file))
        for file in sources[:200]
    )


def _built_before(package: NodePackage) -> tuple[str, ...]:
    """Directories of build output in a project without a build script: they are its source."""
    if package.build_script:
        return ()
    return tuple(folder for folder in ("dist", "build") if package.listing.has_folder(folder))


def _with_port(
    package: NodePackage, found: NodeStart, sources: tuple[str, ...], wishes: ProjectWishes
) -> StartCommand:
    """The command on the port that its source listens on, unless that takes an argument first."""
    command = found.command
    if command.port:
        return command
    if (
        not found.entry
        and command.words
        and posixpath.normpath(command.words[0]) in package.listing
    ):
        # A program that its #! starts.
        found = replace(found, entry=posixpath.normpath(command.words[0]))
    likely = _likely_files(package, found, sources)
    command = _with_found_port(package, found, sources, likely, bool(wishes.cmd))
    if wishes.port or not likely:
        return command
    if not command.port and command.notes == found.command.notes:
        return command.with_notes(portless_note(package.listing, likely[0]))
    return command if found.is_stated else as_started(package.listing, command, likely[0])


def _likely_files(
    package: NodePackage, found: NodeStart, sources: tuple[str, ...]
) -> tuple[str, ...]:
    """The sources that the command's file may be, or be built from."""
    entry = re.sub(r"^(?:dist|build|out|lib|\.output)/", "", found.entry)
    stem = re.sub(r"\.[cm]?[jt]sx?$", "", entry)
    likely = [
        f
        for f in sources
        if re.sub(r"\.[cm]?[jt]sx?$", "", f)
        in {stem, f"src/{stem}", re.sub(r"\.[cm]?[jt]sx?$", "", found.entry)}
    ]
    if found.entry in package.listing and not found.entry.endswith(JAVASCRIPT):
        # A script without a suffix, such as bin/www of Express.
        likely.insert(0, found.entry)
    if not likely and found.entry in package.listing:
        # Build output that a published package has instead of the sources.
        likely.append(found.entry)
    return tuple(likely)


def _with_found_port(
    package: NodePackage,
    found: NodeStart,
    sources: tuple[str, ...],
    likely: tuple[str, ...],
    is_users: bool,
) -> StartCommand:
    command = found.command
    folder = likely[0].rpartition("/")[0] if likely else ""
    listens = listening(
        package.listing, dict.fromkeys([*likely, *nearest_sources(sources, folder)])
    )
    if said := port_of_argument(package.listing, command.words):
        return command.with_port(*said)
    if listens:
        own = (found.entry, listens.file)
        is_own = command.words[0] == "node" and not has_subcommands(package.listing, own)
        return command.listening(listens, is_own and not is_users)
    if any(name in package.dependencies for name in WEB_FRAMEWORKS) and (
        said := settings_port(package.listing)
    ):
        return command.with_port(*said)
    if any(name in package.dependencies for name in WEB_FRAMEWORKS):
        return command.with_notes("the port that it listens on was not found: pass it with --port")
    return command


def _notes(package: NodePackage, command: StartCommand, found: NodeStart) -> Iterator[str]:
    for hook in lost_hooks(package):
        missing = package.lacks(package.scripts[hook])
        yield f"the script {hook} is skipped on install, as the project has no {missing}"
    if command.words[0] in {"npm", "yarn", "pnpm"}:
        yield f"the program is started by {command.words[0]}, which does not forward signals"
    if package.has("puppeteer", "playwright"):
        yield "the packages include a browser: the base image needs its libraries"
