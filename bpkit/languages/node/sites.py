"""Web sites that Node.js only builds, and servers that frameworks build."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from bpkit.languages.listing import Listing
from bpkit.languages.node.package import NodePackage

#: Tools that build a web site, and their output directory.
_SITES = {
    "vite": "dist",
    "react-scripts": "build",
    "@vue/cli-service": "dist",
    "astro": "dist",
    "@11ty/eleventy": "_site",
    "parcel": "dist",
    "parcel-bundler": "dist",
    "gatsby": "public",
    "@docusaurus/core": "build",
    "vitepress": ".vitepress/dist",
    "vuepress": ".vuepress/dist",
    "@angular/cli": "dist",
    "@craco/craco": "build",
    "react-app-rewired": "build",
    "hexo": "public",
    "ember-cli": "dist",
    "@rsbuild/core": "dist",
    "webpack": "dist",
    "snowpack": "build",
    "preact-cli": "build",
    "@quasar/app-vite": "dist/spa",
    "rollup": "public",
    "esbuild": "dist",
}
_ROUTERS = (
    "react-router-dom",
    "react-router",
    "vue-router",
    "@angular/router",
    "@tanstack/react-router",
    "wouter",
    "@reach/router",
    "svelte-routing",
    "preact-router",
    "@solidjs/router",
)


@dataclass(frozen=True)
class BuiltSite:
    """A build's output directory, and the tool. ``has_routes``: pages handle paths themselves."""

    folder: str
    tool: str
    has_routes: bool = False


@dataclass(frozen=True)
class BuiltServer:
    """A framework's build output: the command that starts it, and the directory to copy whole.

    ``standalone`` is the directory with everything that ships, if the framework collects it.
    """

    framework: str
    words: tuple[str, ...]
    port: str = "3000"
    standalone: str = ""
    environment: tuple[tuple[str, str], ...] = (("HOST", "0.0.0.0"),)


def built_site(package: NodePackage) -> BuiltSite | None:
    """The web site that the build makes; None if no tool for one is among the packages."""
    if not package.build_script:
        return None
    listing, build = package.listing, package.scripts[package.build_script]
    for tool, folder in _SITES.items():
        if not package.has(tool) or (
            tool in {"webpack", "rollup", "esbuild"} and not _has_page(listing)
        ):
            continue
        has_routes = package.has(*_ROUTERS)
        return BuiltSite(_folder(listing, tool, folder, build), tool, has_routes)
    if package.has("next") and _next_exports(listing):
        return BuiltSite("out", "next")
    if package.has("@sveltejs/kit") and package.has("@sveltejs/adapter-static"):
        return BuiltSite("build", "@sveltejs/kit")
    return None


def _has_page(listing: Listing) -> bool:
    return bool(listing.first("index.html", "public/index.html", "src/index.html"))


def _folder(listing: Listing, tool: str, folder: str, build: str) -> str:
    """The site's directory, from the tool's settings or its command."""
    flag = re.search(
        r"(?:--outDir|--dist-dir|--dest|--output-path|-d|--output)[= ](?:\./)?([\w./-]+)", build
    )
    if flag and tool != "gatsby":
        return flag[1].rstrip("/")
    if tool == "@angular/cli":
        return _of_angular(listing) or folder
    if tool in {"vitepress", "vuepress"}:
        docs = re.search(rf"{tool}\s+build\s+([\w./-]+)", build)
        return posixpath.join(docs[1], folder) if docs else folder
    names = {
        "vite": "vite",
        "astro": "astro",
        "@vue/cli-service": "vue",
        "@11ty/eleventy": "eleventy",
        "webpack": "webpack",
    }
    stem = names.get(tool, "")
    for file in listing.in_folder("") if stem else ():
        if re.fullmatch(rf"\.?{stem}\.config\.\w+|\.eleventy\.js", file):
            text = listing.read(file)
            said = re.search(
                r"(?:outDir|outputDir)\s*:\s*['\"](?:\./)?([\w./-]+)['\"]|output:\s*['\"]([\w./-]+)['\"]|path\.(?:resolve|join)\(__dirname,\s*['\"](?:\./)?([\w./-]+)['\"]\)",
                text,
            )
            root = re.search(r"^\s*root\s*:\s*['\"](?:\./)?([\w./-]+)['\"]", text, re.M)
            found = next((one for one in said.groups() if one), "") if said else ""
            if found in {"static", "hybrid", "server"}:
                found = ""
            found = found.rstrip("/") or folder
            return (
                posixpath.normpath(posixpath.join(root[1], found))
                if root and tool == "vite"
                else found
            )
    return folder


def _of_angular(listing: Listing) -> str:
    projects = listing.json("angular.json").get("projects") or {}
    default = listing.json("angular.json").get("defaultProject")
    for name, project in projects.items():
        build = ((project.get("architect") or project.get("targets") or {}).get("build")) or {}
        if (default and name != default) or project.get("projectType") == "library" or not build:
            continue
        path = (build.get("options") or {}).get("outputPath")
        path = path.get("base") if isinstance(path, dict) else path
        path = path or f"dist/{name}"
        # https://angular.dev/tools/cli/build: the application builder writes pages to browser/.
        is_new = str(build.get("builder", "")).endswith((":application", ":browser-esbuild"))
        return (
            f"{path}/browser"
            if is_new and str(build.get("builder", "")).endswith(":application")
            else str(path)
        )
    return ""


def _next_exports(listing: Listing) -> bool:
    return bool(re.search(r"output\s*:\s*['\"]export['\"]", _next_config(listing)))


def _next_config(listing: Listing) -> str:
    return listing.text("next.config.js", "next.config.mjs", "next.config.ts", "next.config.cjs")


def built_server(package: NodePackage) -> BuiltServer | None:
    """The server that a framework's build makes; None if the project uses no such framework."""
    listing = package.listing
    if not package.build_script:
        return None
    if package.has("next") and not _next_exports(listing):
        if re.search(r"output\s*:\s*['\"]standalone['\"]", _next_config(listing)):
            return BuiltServer(
                "Next.js",
                ("node", "server.js"),
                standalone=".next/standalone",
                environment=(("HOSTNAME", "0.0.0.0"), ("PORT", "3000")),
            )
        return BuiltServer("Next.js", ("node_modules/.bin/next", "start"), environment=())
    if package.has("nuxt", "nuxt3", "nuxt-nightly"):
        return BuiltServer("Nuxt", ("node", ".output/server/index.mjs"), standalone=".output")
    if package.has("@sveltejs/kit") and package.has("@sveltejs/adapter-node"):
        return BuiltServer("SvelteKit", ("node", "build"))
    if package.has("@astrojs/node") and re.search(
        r"@astrojs/node", listing.text("astro.config.mjs", "astro.config.ts", "astro.config.js")
    ):
        return BuiltServer(
            "Astro",
            ("node", "dist/server/entry.mjs"),
            "4321",
            environment=(("HOST", "0.0.0.0"), ("PORT", "4321")),
        )
    if package.has("@remix-run/serve"):
        return BuiltServer(
            "Remix",
            (
                "node_modules/.bin/remix-serve",
                "build/server/index.js" if package.has("vite") else "build",
            ),
            environment=(),
        )
    if package.has("@react-router/serve"):
        return BuiltServer(
            "React Router",
            ("node_modules/.bin/react-router-serve", "build/server/index.js"),
            environment=(),
        )
    return None
