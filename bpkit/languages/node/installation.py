"""How a Node.js project's packages are installed: template placeholders, versions, notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bpkit.languages.detected import Fact, Values
from bpkit.languages.dockerfile_words import words
from bpkit.languages.listing import Listing
from bpkit.languages.node.managers import PackageManager
from bpkit.languages.node.package import NodePackage
from bpkit.languages.node.workspaces import hooks, lost_hooks, manifests
from bpkit.languages.runtime_files import WrittenPlaces
from bpkit.languages.versions import fits, pinned_version, release_fact, version_of_base
from bpkit.languages.writable import make_writable

RELEASES = ("16", "18", "20", "22", "24")
DEFAULT = "22"
BUN_VERSION = "1"
#: https://github.com/nodejs/Release: the code names of the LTS releases.
_LINES = {
    "gallium": "16",
    "hydrogen": "18",
    "iron": "20",
    "jod": "22",
    "krypton": "24",
    "fermium": "14",
}
USER = "1000:1000"
#: Packages that are compiled on install, as they don't have a binary for every system.
_COMPILED = (
    "node-sass",
    "libxmljs",
    "node-rdkafka",
    "kerberos",
    "usb",
    "ffi-napi",
    "ref-napi",
    "robotjs",
    "iconv",
    "bufferutil",
    "utf-8-validate",
    "zeromq",
    "node-expat",
    "pg-native",
    "canvas",
    "gl",
    "sodium-native",
    "farmhash",
    "re2",
    "microtime",
    "libpq",
    "heapdump",
    "integer",
    "sharp-libvips",
)
#: Variables that tools put into the pages they build, where everyone can read them.
_PUBLIC = re.compile(
    r"(?:VITE|NEXT_PUBLIC|REACT_APP|PUBLIC|NUXT_PUBLIC|GATSBY|VUE_APP|EXPO_PUBLIC|NG_APP|SNOWPACK_PUBLIC|STORYBOOK)_\w+|NODE_ENV|BASE_URL|PORT"
)


def manager_facts(listing: Listing, manager: PackageManager) -> Iterator[Fact]:
    is_locked = manager.lock in listing
    yield Fact("package manager", manager.name, manager.lock if is_locked else "")
    if is_locked:
        yield Fact("lock file", manager.lock, manager.lock)


def environment_files(package: NodePackage) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The build's environment files that are sent, as they are public, and notes on all others."""
    sent, notes = [], []
    if not package.build_script:
        return (), ()
    for file in package.listing.in_folder(""):
        if not re.fullmatch(
            r"\.env(?:\.(?!example|sample|template|dist|local|test|development)[\w.-]+)?", file
        ) or file.endswith(".local"):
            continue
        names = re.findall(
            r"^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=", package.listing.read(file), re.M
        )
        if names and all(_PUBLIC.fullmatch(name) for name in names):
            sent.append(file)
            notes.append(f"{file} is sent to the build: all its values end up in the pages anyway")
        elif any(_PUBLIC.fullmatch(name) for name in names):
            notes.append(
                f"{file} is kept out of the build, as it may contain secrets;"
                f" the pages lack what it sets for them"
            )
    return tuple(sent), tuple(notes)


def install_command(listing: Listing, manager: PackageManager, all_packages: bool) -> str:
    install = manager.install if manager.lock in listing else manager.without_lock
    return install if all_packages else f"{install} {manager.only_production}".strip()


def installation_values(
    package: NodePackage,
    manager: PackageManager,
    version: str,
    builds: bool,
    *,
    keeps: bool,
    places: WrittenPlaces,
) -> Values:
    """The template placeholders that are commands of the package manager."""
    listing = package.listing
    top, copies = manifests(package, manager)
    all_packages = builds or keeps or bool(hooks(package)) or not manager.only_production
    lost = " ".join(f"scripts.{one}" for one in lost_hooks(package))
    without = f"npm pkg delete {lost} && " if lost else ""
    every = {**package.dependencies, **package.development}
    git = any(
        re.match(r"(?:git\+|git:|github:|gitlab:|bitbucket:|[\w.-]+/[\w.-]+(?:#.*)?$)", one)
        for one in every.values()
    )
    compiled = any(name in every for name in _COMPILED) or "binding.gyp" in listing
    build_packages = [
        *(("python3", "make", "g++") if compiled else ()),
        *(("git", "ca-certificates") if git else ()),
    ]
    lock_is_there = "package.json" in listing
    return {
        "node_version": version,
        "manifests": words(top) if lock_is_there else "",
        "member_manifests": copies,
        "cache": manager.cache,
        "setup": manager.setup.format(version=manager.version),
        "install": without + install_command(listing, manager, all_packages)
        if lock_is_there
        else "",
        "build": manager.run.format(script=package.build_script) if package.build_script else "",
        "prune": manager.prune
        if all_packages and not keeps and manager.lock in listing
        else (manager.prune if all_packages and not keeps and manager.name == "npm" else ""),
        "build_packages": " ".join(build_packages),
        "runtime_packages": "openssl" if package.has("prisma", "@prisma/client") else "",
        "workdir": "/srv/app",
        "make_writable": make_writable(places, USER),
        "standalone": "",
        "folder": "",
        "bun_version": BUN_VERSION,
    }


def node_version(listing: Listing, package: Mapping[str, Any]) -> Fact:
    """The Node.js release that the project asks for, else the one supported longest."""
    what = "Node.js version"
    for file in (".nvmrc", ".node-version"):
        text = listing.text(file)
        if pinned := re.match(r"\s*v?(\d+)", text):
            return Fact(what, pinned[1], file)
        if (line := re.match(r"\s*lts/(\w+)", text)) and line[1] in _LINES:
            return Fact(what, _LINES[line[1]], file)
    if tool := pinned_version(listing, "nodejs", "node"):
        return Fact(what, tool[0].partition(".")[0], tool[1])
    volta = package.get("volta")
    if isinstance(volta, dict) and (pinned := re.match(r"\d+", str(volta.get("node", "")))):
        return Fact(what, pinned[0], "package.json")
    if base := version_of_base(listing, "node"):
        return Fact(what, base[0].partition(".")[0], base[1])
    engines = package.get("engines")
    wanted = str(engines.get("node", "")) if isinstance(engines, dict) else ""
    releases = (DEFAULT,) if fits(DEFAULT, wanted) else RELEASES
    found = release_fact(what, releases, wanted, "package.json") if wanted else None
    return replace(found, value=found.value.partition(".")[0]) if found else Fact(what, DEFAULT)
