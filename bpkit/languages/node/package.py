"""A package.json: its scripts and packages, and the files of the project around it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bpkit.languages.listing import Listing
from bpkit.languages.node.builds import lacking

#: Packages whose programs have a different name.
BINS = {
    "nest": "@nestjs/cli",
    "tsc": "typescript",
    "ng": "@angular/cli",
    "babel-node": "@babel/node",
    "vue-cli-service": "@vue/cli-service",
    "strapi": "@strapi/strapi",
    "babel": "@babel/cli",
    "remix-serve": "@remix-run/serve",
    "react-router-serve": "@react-router/serve",
    "fastify": "fastify-cli",
    "dotenv": "dotenv-cli",
    "run-s": "npm-run-all",
    "run-p": "npm-run-all",
    "sequelize": "sequelize-cli",
    "moleculer-runner": "moleculer",
    "eleventy": "@11ty/eleventy",
    "ts-node-dev": "ts-node-dev",
    "tsnd": "ts-node-dev",
    "swc": "@swc/cli",
    "medusa": "@medusajs/cli",
    "keystone": "@keystone-6/core",
    "hexo": "hexo",
    "pm2-runtime": "pm2",
    "ts-node-esm": "ts-node",
    "docusaurus": "@docusaurus/core",
    "svelte-kit": "@sveltejs/kit",
    "directus": "directus",
}
_BUILDS = (
    "build",
    "build:prod",
    "build:production",
    "compile",
    "tsc",
    "bundle",
    "build:server",
    "transpile",
)
_MADE = re.compile(
    r"^(?:\./)?(?:dist|build|out|lib|\.next|\.output|\.nuxt|bin|compiled|public/build|server-dist|es|cjs)/"
)


@dataclass(frozen=True)
class NodePackage:
    """A package.json: its scripts and packages, and the files of the project around it."""

    listing: Listing
    data: Mapping[str, Any]
    file: str = "package.json"

    @property
    def scripts(self) -> dict[str, str]:
        """The scripts that are strings."""
        found = self.data.get("scripts")
        return (
            {k: v for k, v in found.items() if isinstance(v, str)}
            if isinstance(found, dict)
            else {}
        )

    def _packages(self, key: str) -> dict[str, str]:
        found = self.data.get(key)
        return {k: str(v) for k, v in found.items()} if isinstance(found, dict) else {}

    @property
    def dependencies(self) -> dict[str, str]:
        """The runtime packages."""
        return {**self._packages("optionalDependencies"), **self._packages("dependencies")}

    @property
    def development(self) -> dict[str, str]:
        """The packages that only the build needs."""
        return self._packages("devDependencies")

    def has(self, *names: str) -> bool:
        """Whether one of these is among its packages."""
        return any(name in self.dependencies or name in self.development for name in names)

    @property
    def build_script(self) -> str:
        """The script that builds it; empty if there is none."""
        found = next((name for name in _BUILDS if name in self.scripts), "")
        script = self.scripts.get(found, "")
        return "" if re.match(r"^(?:echo|true|exit|:)\b", script) or self.lacks(script) else found

    @property
    def build_note(self) -> str:
        """The note that its build script is skipped, and why; empty if it isn't."""
        found = next((name for name in _BUILDS if name in self.scripts), "")
        missing = self.lacks(self.scripts.get(found, ""))
        if not missing or self.build_script:
            return ""
        return (
            f"the script {found} of {self.file} is skipped, as the project has no {missing}:"
            " the files that it would build are copied as they are"
        )

    def lacks(self, script: str) -> str:
        """The source that the script names and the project lacks, as in a published package."""
        return lacking(self.listing, self.scripts, script)


def compiled_file(package: NodePackage, file: str) -> str:
    """The file that node runs for a source: itself, or its build output; empty if unknown."""
    file = posixpath.normpath(file)
    if file.endswith((".js", ".mjs", ".cjs")):
        return file
    if not package.build_script:
        return ""
    text = package.listing.text("tsconfig.build.json", "tsconfig.json")
    out = re.search(r"\"outDir\"\s*:\s*\"(?:\./)?([^\"]+?)/?\"", text)
    root = re.search(r"\"rootDir\"\s*:\s*\"(?:\./)?([^\"]*?)/?\"", text)
    builds = package.scripts[package.build_script]
    if not out and "nest build" not in builds:
        flag = re.search(r"(?:--outdir|--outDir|--out-dir|-d|-o)[= ](?:\./)?([\w./-]+)", builds)
        if not flag:
            return ""
        folder = flag[1].rstrip("/")
    else:
        folder = out[1] if out else "dist"
    source = root[1] if root else ("src" if file.startswith("src/") else "")
    inside = file.removeprefix(f"{source}/") if source else file
    made = re.sub(r"\.[cm]?tsx?$", ".js", inside)
    return f"{folder}/{made}"


def development_of(package: NodePackage, program: str) -> tuple[str, ...]:
    """The package in devDependencies that has the program."""
    name = BINS.get(program, program)
    is_development = name in package.development and name not in package.dependencies
    return (name,) if is_development else ()


def is_of_scope(package: NodePackage, program: str) -> bool:
    """Whether a scoped package may have the program."""
    every = [*package.dependencies, *package.development]
    return any(
        one.endswith((f"/{program}", f"/{program}-cli")) or one == f"{program}-cli" for one in every
    )


def is_there(package: NodePackage, file: str) -> bool:
    """Whether node will find the file: it is in the project, or a build makes it."""
    file = posixpath.normpath(file)
    if file.startswith(("/", "..")):
        return False
    return is_in_project(package, file) or (
        bool(package.build_script)
        and (
            _MADE.match(f"{file}/") is not None
            or not package.listing.has_folder(posixpath.dirname(file))
        )
    )


def is_in_project(package: NodePackage, file: str) -> bool:
    """Whether node finds the file in the project without a build."""
    ends = ("", ".js", ".mjs", ".cjs", "/index.js", "/index.mjs", ".json", ".ts")
    return any(f"{file}{end}" in package.listing for end in ends)
