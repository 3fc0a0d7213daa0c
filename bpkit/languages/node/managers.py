"""Node.js package managers: their lock files, and the commands of a build."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bpkit.languages.listing import Listing


@dataclass(frozen=True)
class PackageManager:
    """A package manager. ``prune`` removes what only the build needed; empty if it can't.

    ``in_member`` runs a script of a workspace member, given its directory and name.
    """

    name: str
    lock: str
    cache: str
    setup: str
    install: str
    without_lock: str
    only_production: str
    prune: str
    run: str
    in_member: str
    version: str = ""


_NPM = PackageManager(
    "npm",
    "package-lock.json",
    "/root/.npm",
    "",
    "npm ci",
    "npm install",
    "--omit=dev",
    "npm prune --omit=dev --ignore-scripts",
    "npm run {script}",
    "npm run {script} --workspace {folder}",
)
_PNPM = PackageManager(
    "pnpm",
    "pnpm-lock.yaml",
    "/root/.local/share/pnpm/store",
    "npm install --global pnpm@{version}",
    "pnpm install --frozen-lockfile",
    "pnpm install",
    "--prod",
    "pnpm prune --prod --ignore-scripts",
    "pnpm run {script}",
    "pnpm --filter ./{folder} run {script}",
    "9",
)
_YARN = PackageManager(
    "yarn",
    "yarn.lock",
    "/usr/local/share/.cache/yarn",
    "command -v yarn || npm install --global yarn@{version}",
    "yarn install --frozen-lockfile",
    "yarn install",
    "--production",
    "yarn install --frozen-lockfile --production --ignore-scripts --prefer-offline",
    "yarn run {script}",
    "yarn workspace {name} run {script}",
    "1",
)
_BERRY = PackageManager(
    "yarn",
    "yarn.lock",
    "/root/.yarn/berry/cache",
    "npm install --global corepack && corepack enable",
    "yarn install --immutable",
    "yarn install",
    "",
    "",
    "yarn run {script}",
    "yarn workspace {name} run {script}",
    "4",
)
_BUN = PackageManager(
    "bun",
    "bun.lock",
    "/root/.bun/install/cache",
    "",
    "bun install --frozen-lockfile",
    "bun install",
    "--production",
    "rm -rf node_modules && bun install --frozen-lockfile --production --ignore-scripts",
    "bun run {script}",
    "bun run --filter ./{folder} {script}",
)
#: https://pnpm.io: the release that writes each version of the lock file.
_PNPM_OF_LOCK = {"5": "7", "6": "8", "9": "9"}


def manager_of(listing: Listing, package: Mapping[str, Any]) -> PackageManager:
    """The package manager that the lock file or ``packageManager`` names."""
    wanted = str(package.get("packageManager", ""))
    pinned = re.match(r"\w+@(\d+[\d.]*)", wanted)
    if "bun.lockb" in listing or "bun.lock" in listing or wanted.startswith("bun@"):
        lock = "bun.lock" if "bun.lock" in listing else "bun.lockb"
        return replace(_BUN, lock=lock)
    if (
        "pnpm-lock.yaml" in listing
        or wanted.startswith("pnpm@")
        or "pnpm-workspace.yaml" in listing
    ):
        said = re.match(r"lockfileVersion:\s*['\"]?(\d+)", listing.text("pnpm-lock.yaml"))
        version = pinned[1] if pinned else _PNPM_OF_LOCK.get(said[1] if said else "", _PNPM.version)
        return replace(_PNPM, version=version)
    if "yarn.lock" in listing or wanted.startswith("yarn@"):
        is_berry = ".yarnrc.yml" in listing or "__metadata:" in listing.text("yarn.lock")
        if is_berry:
            prune = (
                "yarn workspaces focus --all --production" if wanted.startswith("yarn@4") else ""
            )
            return replace(_BERRY, prune=prune)
        version = pinned[1] if pinned else _YARN.version
        return replace(_YARN, version=version)
    if "package-lock.json" not in listing and _says_bun(package):
        return _BUN
    lock = "npm-shrinkwrap.json" if "npm-shrinkwrap.json" in listing else _NPM.lock
    return replace(_NPM, lock=lock)


def _says_bun(package: Mapping[str, Any]) -> bool:
    """Whether scripts or packages are Bun's, if no lock file decides it."""
    scripts = package.get("scripts")
    development = package.get("devDependencies")
    types = {"@types/bun", "bun-types"} & set(development if isinstance(development, dict) else ())
    values = scripts.values() if isinstance(scripts, dict) else ()
    return bool(types) or any(re.match(r"bun(?:x| run)? (?!install)", str(one)) for one in values)
