"""Node.js: npm, pnpm and yarn; programs that node runs, and web sites that it only builds."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bpkit.languages.listing import (
    Detected,
    Fact,
    Listing,
    ProjectWishes,
    argv,
    image_name,
    one_entry,
    plain,
    words,
)
from bpkit.languages.ports import port_in
from bpkit.languages.static.detect import NGINX_BASE, NGINX_VERSION
from bpkit.languages.versions import newest

RELEASES = ("18", "20", "22")
_CHECK = (
    "require('net').connect({port}, '127.0.0.1')"
    ".on('connect', () => process.exit(0)).on('error', () => process.exit(1))"
)
# Tools that leave a web site behind, and the folder that they leave it in.
_SITES = {
    "vite": "dist",
    "react-scripts": "build",
    "@vue/cli-service": "dist",
    "astro": "dist",
    "@11ty/eleventy": "_site",
    "parcel": "dist",
    "gatsby": "public",
}


@dataclass(frozen=True)
class _Manager:
    """A package manager: its lock file, and the commands of a build."""

    name: str
    lock: str
    cache: str
    setup: str
    install: str
    without_lock: str
    only_production: str
    prune: str


_NPM = _Manager(
    "npm",
    "package-lock.json",
    "/root/.npm",
    "",
    "npm ci",
    "npm install",
    "--omit=dev",
    "npm prune --omit=dev",
)
_PNPM = _Manager(
    "pnpm",
    "pnpm-lock.yaml",
    "/root/.local/share/pnpm/store",
    "npm install --global pnpm@{version}",
    "pnpm install --frozen-lockfile",
    "pnpm install",
    "--prod",
    "pnpm prune --prod",
)
_YARN = _Manager(
    "yarn",
    "yarn.lock",
    "/usr/local/share/.cache/yarn",
    "command -v yarn || npm install --global yarn@{version}",
    "yarn install --frozen-lockfile",
    "yarn install",
    "--production",
    "yarn install --frozen-lockfile --production --ignore-scripts --prefer-offline",
)
_BERRY = _Manager(
    "yarn",
    "yarn.lock",
    "/root/.yarn/berry/cache",
    "npm install --global corepack && corepack enable",
    "yarn install --immutable",
    "yarn install",
    "",
    "yarn workspaces focus --production",
)
_DEFAULT_VERSIONS = {"pnpm": "9", "yarn": "1"}


def sign(listing: Listing) -> str | None:
    return listing.first("package.json")


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """Version, package manager, build step, and what is started or served."""
    package = listing.json("package.json")
    manager = _manager(listing, package)
    version = _version(listing, package)
    scripts = package.get("scripts") or {}
    site = _site(package, wishes)
    facts = [
        version,
        Fact("package manager", manager.name, manager.lock if manager.lock in listing else ""),
        *([Fact("lock file", manager.lock, manager.lock)] if manager.lock in listing else []),
        *([Fact("build step", scripts["build"], "package.json")] if "build" in scripts else []),
    ]
    name = wishes.name or image_name(str(package.get("name") or listing.name))
    values = {**_commands(listing, package, manager, bool(site)), "node_version": version.value}
    if site:
        facts.append(Fact("web site", site, "package.json"))
        values |= {"site": plain(site, "folder"), "nginx_version": NGINX_VERSION}
        base = wishes.base or NGINX_BASE
        return Detected("Node.js", "node/static", name, base, values, tuple(facts), "8080")
    command, source = _command(listing, package, wishes)
    port = _port(listing, package, command)
    facts += [Fact("entry point", " ".join(command), source), *([port] if port else [])]
    at = port.value if port else ""
    values |= {
        "entrypoint": argv(*command),
        "healthcheck": argv("node", "-e", _CHECK.format(port=at)) if at else "",
    }
    base = wishes.base or "node:${NODE_VERSION}-bookworm-slim"
    return Detected("Node.js", "node/server", name, base, values, tuple(facts), at)


def _manager(listing: Listing, package: Mapping[str, Any]) -> _Manager:
    wanted = str(package.get("packageManager", ""))
    if "pnpm-lock.yaml" in listing or wanted.startswith("pnpm@"):
        return _PNPM
    if "yarn.lock" in listing or wanted.startswith("yarn@"):
        berry = ".yarnrc.yml" in listing or "__metadata:" in listing.text("yarn.lock")
        return _BERRY if berry else _YARN
    return _NPM


def _commands(
    listing: Listing, package: Mapping[str, Any], manager: _Manager, site: bool
) -> dict[str, str]:
    """The places of the template that are commands of the package manager."""
    locked = manager.lock in listing
    builds = "build" in (package.get("scripts") or {})
    install = manager.install if locked else manager.without_lock
    all_packages = builds or site or not manager.only_production
    pinned = re.match(r"\w+@(\d+[\d.]*)", str(package.get("packageManager", "")))
    major = _DEFAULT_VERSIONS.get(manager.name, "")
    files = ["package.json", manager.lock, ".npmrc", ".yarnrc.yml", "pnpm-workspace.yaml"]
    return {
        "manifests": words(file for file in files if file in listing),
        "cache": manager.cache,
        "setup": manager.setup.format(version=pinned[1] if pinned else major),
        "install": install if all_packages else f"{install} {manager.only_production}",
        "build": f"{manager.name} run build" if builds else "",
        "prune": manager.prune if all_packages else "",
    }


def _version(listing: Listing, package: Mapping[str, Any]) -> Fact:
    for file in (".nvmrc", ".node-version"):
        if pinned := re.match(r"\s*v?(\d+)", listing.text(file)):
            return Fact("Node.js version", pinned[1], file)
    wanted = str((package.get("engines") or {}).get("node", ""))
    found = newest(RELEASES, wanted) if wanted else None
    return Fact("Node.js version", found or RELEASES[-1], "package.json" if found else "")


def _site(package: Mapping[str, Any], wishes: ProjectWishes) -> str:
    """The folder of the web site that the build leaves, if that is all that it leaves."""
    scripts = package.get("scripts") or {}
    packages = {**(package.get("dependencies") or {}), **(package.get("devDependencies") or {})}
    serves = re.match(r"(node|ts-node|tsx|next|nuxt|remix|nest)\b", scripts.get("start", ""))
    if wishes.entry or serves or "main" in package or "build" not in scripts:
        return ""
    return next((folder for tool, folder in _SITES.items() if tool in packages), "")


def _command(
    listing: Listing, package: Mapping[str, Any], wishes: ProjectWishes
) -> tuple[tuple[str, ...], str]:
    if wishes.entry:
        return ("node", wishes.entry), "--entry"
    start = str((package.get("scripts") or {}).get("start", ""))
    if start:
        simple = re.fullmatch(r"node\s+[\w@%+=:,./ -]+", start)
        return (tuple(shlex.split(start)) if simple else ("npm", "start")), "package.json"
    found = tuple(dict.fromkeys(_mains(listing, package)))
    return ("node", one_entry(found[:1] or found, wishes, "program", "package.json")), (
        "package.json"
    )


def _mains(listing: Listing, package: Mapping[str, Any]) -> Iterator[str]:
    if main := package.get("main"):
        yield str(main)
    programs = package.get("bin")
    if isinstance(programs, str):
        yield programs
    elif isinstance(programs, dict):
        yield from programs.values()
    if file := listing.first("server.js", "index.js", "app.js", "src/server.js", "src/index.js"):
        yield file


def _port(listing: Listing, package: Mapping[str, Any], command: tuple[str, ...]) -> Fact | None:
    scripts = json.dumps(package.get("scripts") or {})
    files = [word.removeprefix("./") for word in command if word.endswith((".js", ".mjs", ".cjs"))]
    likely = ("server.js", "index.js", "app.js", "server.ts", "index.ts", "main.ts", "app.ts")
    files += [file for file in listing.glob("*") if file.rpartition("/")[2] in likely]
    for file in files:
        if port := port_in(listing.text(file)):
            return Fact("port", port, file)
    start = str((package.get("scripts") or {}).get("start", ""))
    if port := port_in(scripts):
        return Fact("port", port, "package.json")
    return Fact("port", "3000", "package.json") if re.match(r"next start|nuxt", start) else None
