"""The image of build output: a framework's server, or a web site."""

from __future__ import annotations

from bpkit.languages.detected import Detected, Fact, ProjectWishes
from bpkit.languages.dockerfile_words import plain
from bpkit.languages.node.installation import (
    BUN_VERSION,
    environment_files,
    installation_values,
)
from bpkit.languages.node.managers import PackageManager
from bpkit.languages.node.package import NodePackage
from bpkit.languages.node.scripts import NodeStart
from bpkit.languages.node.sites import BuiltServer, BuiltSite
from bpkit.languages.node.web import connect_check
from bpkit.languages.runtime_files import WrittenPlaces, written_places
from bpkit.languages.source_suffixes import JAVASCRIPT
from bpkit.languages.start import StartCommand, environment_values
from bpkit.languages.static.detect import NGINX_BASE, NGINX_PORT, NGINX_VERSION, without_effect


def server_image(
    package: NodePackage,
    wishes: ProjectWishes,
    manager: PackageManager,
    server: BuiltServer,
    found: NodeStart | None,
    facts: list[Fact],
    name: str,
) -> Detected:
    """A framework's server: its build output, or the framework itself with the packages."""
    at = wishes.port or (found.command.port if found and found.command.port else server.port)
    said_by = "" if at == server.port else "package.json"
    if wishes.port:
        said_by = wishes.source_of("port")
    environment = {k: (at if k == "PORT" else v) for k, v in server.environment}
    environment.setdefault("PORT", at)
    command = StartCommand(
        server.words,
        "package.json",
        at,
        said_by,
        environment=environment,
    )
    facts += [
        Fact("framework", server.framework, "package.json"),
        command.fact,
        *command.port_facts,
    ]
    sent, notes = environment_files(package)
    places = written_places(package.listing, package.listing.sources(*JAVASCRIPT))
    values = {
        **installation_values(package, manager, facts[0].value, True, keeps=False, places=places),
        **environment_values(command.environment),
        "entrypoint": command.entrypoint,
        "healthcheck": connect_check("node", at),
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


def site_image(
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
        "site": plain(site.folder, "directory"),
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
