"""Web pages that Node.js builds for another language's program, which serves them."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace

from bpkit.languages.detected import Detected, Fact
from bpkit.languages.dockerfile_words import words
from bpkit.languages.listing import Listing
from bpkit.languages.node.installation import node_version
from bpkit.languages.node.managers import PackageManager, manager_of
from bpkit.languages.node.package import NodePackage
from bpkit.languages.node.sites import built_server, built_site
from bpkit.languages.node.workspaces import manifests

_FOLDERS = (
    "frontend",
    "web",
    "client",
    "ui",
    "webapp",
    "web-ui",
    "assets",
    "front",
    "www",
    "website",
    "dashboard",
    "theme/static_src",
    "src/main/webapp",
    "src/main/frontend",
    "internal/web",
    "web/app",
    "web/frontend",
    "server/web",
)


def _package(listing: Listing) -> tuple[str, NodePackage] | None:
    """The directory of the pages' manifest, and the manifest."""
    for folder in ("", *_FOLDERS):
        file = f"{folder}/package.json".lstrip("/")
        if file in listing:
            own = listing.below(folder) if folder else listing
            return folder, NodePackage(own, own.json("package.json"))
    return None


def only_builds(listing: Listing) -> bool:
    """Whether package.json starts nothing: it has tools, or builds what another program serves."""
    found = _package(listing)
    if found is None or found[0]:
        return found is not None
    package = found[1]
    starts = package.scripts.get("start", "")
    serves = re.search(
        r"\b(?:node|next|nuxt|nest|ts-node|tsx|pm2|bun|strapi|remix-serve)\b", starts
    )
    return (
        not serves and not isinstance(package.data.get("main"), str) and not built_server(package)
    )


def builds_assets(listing: Listing) -> bool:
    """Whether a script builds something."""
    found = _package(listing)
    return found is not None and bool(found[1].build_script)


def with_assets(listing: Listing, detected: Detected) -> Detected:
    """The program, with a stage that builds its pages into the directory that it serves."""
    found = _package(listing)
    if found is None or not found[1].build_script:
        return detected
    folder, package = found
    manager = manager_of(package.listing, package.data)
    made = _made(listing, package, folder)
    file = f"{folder}/package.json".lstrip("/")
    if not made:
        return detected.with_notes(
            f"{file} builds something ({package.scripts[package.build_script]}), but its output"
            " was not found: no stage of the Dockerfile builds it"
        )
    version = node_version(package.listing, package.data).value
    values = {"assets": made, "assets_argument": f"ARG NODE_VERSION={version}"}
    values["assets_stage"] = _stage(package, manager, folder)
    fact = Fact("assets", f"{made}, built by Node.js {version}", file)
    return replace(detected, values={**detected.values, **values}, facts=(*detected.facts, fact))


def _stage(package: NodePackage, manager: PackageManager, folder: str) -> str:
    """The stage that builds the pages from the whole source, below /srv/assets."""
    start = f"{folder}/" if folder else ""
    top, copies = manifests(package, manager)
    lines = [
        "# The web pages that the program serves.",
        "FROM --platform=$BUILDPLATFORM node:${NODE_VERSION}-bookworm-slim AS assets",
        f"WORKDIR /srv/assets/{folder}".rstrip("/"),
    ]
    if manager.setup:
        lines.append(f"RUN {manager.setup.format(version=manager.version)}")
    lines.append(f"COPY {words(f'{start}{one}' for one in top)} ./")
    for copy in copies:
        *sources, target = copy.split()
        lines.append(f"COPY {' '.join(f'{start}{one}' for one in sources)} {target}")
    install = manager.install if manager.lock in package.listing else manager.without_lock
    lines += [
        f"RUN --mount=type=cache,target={manager.cache} \\\n    {install}",
        "COPY . /srv/assets/",
        f"RUN {manager.run.format(script=package.build_script)}",
    ]
    return "\n".join(lines)


def _made(listing: Listing, package: NodePackage, folder: str) -> str:
    """The build's output directory, relative to the project; empty if unknown."""
    text = package.listing.text(
        "vite.config.js", "vite.config.ts", "vite.config.mjs", "vite.config.mts"
    )
    if "laravel-vite-plugin" in text or "laravel-mix" in package.data.get("devDependencies", {}):
        return "public/build" if "laravel-vite-plugin" in text else "public"
    if "vite-plugin-ruby" in text:
        return "public/vite"
    if package.has("@symfony/webpack-encore"):
        return "public/build"
    if "esbuild" in package.scripts.get("build", "") and listing.has_folder("app/assets/builds"):
        return "app/assets/builds"
    flag = re.search(
        (
            r"(?:--outdir|--outfile|--outDir|--dist-dir|-o|--output|"
            r"--output-path|-d)[= ](?:\./)?([\w./-]+)"
        ),
        package.scripts[package.build_script],
    )
    if flag:
        path = posixpath.normpath(posixpath.join(folder, flag[1]))
        return posixpath.dirname(path) if re.search(r"\.\w+$", path) else path
    said = re.search(
        r"outDir\s*:\s*(?:path\.(?:resolve|join)\(__dirname,\s*)?['\"]([\w./-]+)['\"]", text
    )
    if said:
        return posixpath.normpath(posixpath.join(folder, said[1]))
    webpack = package.listing.text("webpack.config.js", "webpack.config.ts", "webpack.prod.js")
    said = re.search(
        r"path\s*:\s*path\.(?:resolve|join)\(__dirname,\s*['\"]([\w./-]+)['\"]((?:,\s*['\"][\w./-]+['\"])*)\)",
        webpack,
    )
    if said:
        more = re.findall(r"['\"]([\w./-]+)['\"]", said[2])
        return posixpath.normpath(posixpath.join(folder, said[1], *more))
    site = built_site(package)
    return posixpath.normpath(posixpath.join(folder, site.folder)) if site else ""
