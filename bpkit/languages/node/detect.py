"""Node.js: npm, pnpm, yarn and Bun; programs that run there, and web sites that are only built."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bpkit.languages.detected import Detected, Fact, ProjectWishes
from bpkit.languages.dockerfile_words import argv, plain, words
from bpkit.languages.listing import Listing
from bpkit.languages.naming import image_name
from bpkit.languages.node.installation import (
    BUN_VERSION,
    environment_files,
    install_command,
    installation_values,
    manager_facts,
    node_version,
)
from bpkit.languages.node.managers import PackageManager, manager_of
from bpkit.languages.node.members import builds_before, member_of, no_program
from bpkit.languages.node.package import SOURCE_SUFFIXES, NodePackage
from bpkit.languages.node.programs import programs
from bpkit.languages.node.sites import BuiltServer, BuiltSite, built_server, built_site
from bpkit.languages.node.start import NodeStart, main_program, start
from bpkit.languages.node.workspaces import (
    lost_hooks,
    manifests,
    members,
    refuse_names_of_members,
)
from bpkit.languages.ports import listening, nearest_sources
from bpkit.languages.runtime_files import WrittenPlaces, writing_note, written_places
from bpkit.languages.settings_ports import settings_port
from bpkit.languages.start import StartCommand, environment_values
from bpkit.languages.static.detect import NGINX_BASE, NGINX_PORT, NGINX_VERSION, without_effect

_CHECK = (
    "require('net').connect({port}, '127.0.0.1')"
    ".on('connect', () => process.exit(0)).on('error', () => process.exit(1))"
)
_WEB = (
    "express",
    "fastify",
    "koa",
    "@hapi/hapi",
    "hapi",
    "@nestjs/core",
    "hono",
    "restify",
    "polka",
    "next",
    "nuxt",
    "socket.io",
    "apollo-server",
    "@apollo/server",
    "ws",
    "@adonisjs/core",
    "@strapi/strapi",
    "moleculer-web",
    "sails",
    "@feathersjs/feathers",
    "elysia",
    "h3",
    "micro",
    "graphql-yoga",
    "probot",
    "json-server",
)


def sign(listing: Listing) -> str | None:
    """package.json, or a lone program, which needs none."""
    if "package.json" in listing:
        return "package.json"
    return lone_program(listing)


def lone_program(listing: Listing) -> str | None:
    """A source at the top of a project without package.json, which isn't a page's script."""
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
    """Version, package manager, build step, and what is started or served."""
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
        return _of_server(package, wishes, manager, server, found, facts, name)
    if site and not is_named and (site.tool == "next" or _is_only_site(package, found)):
        return _of_site(package, wishes, manager, site, facts, name)
    others = members(listing, package.data)
    if found is None:
        if others and not is_named and not any(True for _ in programs(package)):
            raise no_program(listing, others)
        found = main_program(package, wishes)
    return _of_program(package, wishes, manager, found, facts, name)


def _is_only_site(package: NodePackage, found: NodeStart | None) -> bool:
    """Whether the build's web site is all that there is to the project."""
    if found is None:
        return not _has_server(package)
    return found.is_site


def _has_server(package: NodePackage) -> bool:
    main = package.data.get("main")
    if isinstance(main, str) and main in package.listing:
        return True
    has_web = any(name in package.dependencies for name in _WEB)
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
    """A member of a workspace: installed with the whole, built and started in its own folder."""
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
        f"of the workspace, {folder} is taken; its other members are {', '.join(others[:8])}"
        if others
        else ""
    )
    return replace(
        found, values=values, facts=facts, sent=tuple(f"{folder}/{one}" for one in found.sent)
    ).with_notes(*([note] if note else []))


def _of_program(
    package: NodePackage,
    wishes: ProjectWishes,
    manager: PackageManager,
    found: NodeStart,
    facts: list[Fact],
    name: str,
) -> Detected:
    listing = package.listing
    sources = listing.sources(*SOURCE_SUFFIXES)
    command = _with_port(package, found, sources)
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
        "healthcheck": argv("node", "-e", _CHECK.format(port=command.port))
        if command.tcp_port
        else "",
    }
    base = wishes.base or (
        "oven/bun:${BUN_VERSION}-slim" if is_bun else "node:${NODE_VERSION}-bookworm-slim"
    )
    if is_bun:
        values |= {
            "bun_version": facts[0].value,
            "healthcheck": argv("bun", "-e", _CHECK.format(port=command.port))
            if command.tcp_port
            else "",
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
    """Folders of what builds make, in a project that nothing builds: they are its source."""
    if package.build_script:
        return ()
    return tuple(folder for folder in ("dist", "build") if package.listing.has_folder(folder))


def _with_port(package: NodePackage, found: NodeStart, sources: tuple[str, ...]) -> StartCommand:
    command = found.command
    if command.port:
        return command
    entry = re.sub(r"^(?:dist|build|out|lib|\.output)/", "", found.entry)
    stem = re.sub(r"\.[cm]?[jt]sx?$", "", entry)
    likely = [
        f
        for f in sources
        if re.sub(r"\.[cm]?[jt]sx?$", "", f)
        in {stem, f"src/{stem}", re.sub(r"\.[cm]?[jt]sx?$", "", found.entry)}
    ]
    if found.entry in package.listing and not found.entry.endswith(SOURCE_SUFFIXES):
        # A script without a suffix, as bin/www of Express.
        likely.insert(0, found.entry)
    folder = likely[0].rpartition("/")[0] if likely else ""
    listens = listening(
        package.listing, dict.fromkeys([*likely, *nearest_sources(sources, folder)])
    )
    if listens:
        return command.listening(listens)
    if any(name in package.dependencies for name in _WEB) and (
        said := settings_port(package.listing)
    ):
        return command.with_port(*said)
    if any(name in package.dependencies for name in _WEB):
        return command.with_notes("the port that it listens on was not found: name it with --port")
    return command


def _of_server(
    package: NodePackage,
    wishes: ProjectWishes,
    manager: PackageManager,
    server: BuiltServer,
    found: NodeStart | None,
    facts: list[Fact],
    name: str,
) -> Detected:
    """A framework's server: what its build leaves, or the framework itself with the packages."""
    at = wishes.port or (found.command.port if found and found.command.port else server.port)
    environment = {k: (at if k == "PORT" else v) for k, v in server.environment}
    environment.setdefault("PORT", at)
    command = StartCommand(
        server.words,
        "package.json",
        at,
        "" if at == server.port else "package.json",
        environment=environment,
    )
    facts += [
        Fact("framework", server.framework, "package.json"),
        command.fact,
        *command.port_facts,
    ]
    sent, notes = environment_files(package)
    places = written_places(package.listing, package.listing.sources(*SOURCE_SUFFIXES))
    values = {
        **installation_values(package, manager, facts[0].value, True, keeps=False, places=places),
        **environment_values(command.environment),
        "entrypoint": command.entrypoint,
        "healthcheck": argv("node", "-e", _CHECK.format(port=at)),
        "standalone": server.standalone,
        "folder": "./",
        "static_pages": "" if server.framework != "Next.js" else ".next/static",
    }
    template = "node/server"
    if server.standalone:
        template = "node/next" if server.framework == "Next.js" else "node/output"
    base = wishes.base or "node:${NODE_VERSION}-bookworm-slim"
    if manager.name == "bun":
        values = {**values, "setup": "npm install --global bun@" + BUN_VERSION}
    return Detected(
        "Node.js", template, name, base, values, tuple(facts), at, notes=notes, sent=sent
    )


def _of_site(
    package: NodePackage,
    wishes: ProjectWishes,
    manager: PackageManager,
    site: BuiltSite,
    facts: list[Fact],
    name: str,
) -> Detected:
    facts += [Fact("web site", site.folder, "package.json"), Fact("port", NGINX_PORT)]
    sent, notes = environment_files(package)
    notes = (*notes, *without_effect(wishes))
    values = {
        **installation_values(
            package, manager, facts[0].value, True, keeps=True, places=WrittenPlaces()
        ),
        "site": plain(site.folder, "folder"),
        "nginx_version": NGINX_VERSION,
        "routes_file": "site.conf" if site.has_routes else "",
    }
    if manager.name == "bun":
        values = {**values, "setup": "npm install --global bun@" + BUN_VERSION}
    base = wishes.base or NGINX_BASE
    return Detected(
        "Node.js",
        "node/static",
        name,
        base,
        values,
        tuple(facts),
        NGINX_PORT,
        notes=notes,
        sent=sent,
    )


def _notes(package: NodePackage, command: StartCommand, found: NodeStart) -> Iterator[str]:
    for hook in lost_hooks(package):
        missing = package.lacks(package.scripts[hook])
        yield f"the script {hook} is left out of the installation, as the project has no {missing}"
    if command.words[0] in {"npm", "yarn", "pnpm"}:
        yield f"the program is started by {command.words[0]}, which does not hand signals on"
    if package.has("puppeteer", "playwright"):
        yield "a browser is among the packages: the base needs its libraries"
