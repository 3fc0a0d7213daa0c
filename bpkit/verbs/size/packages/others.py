"""apk, pip, conda, npm, gem, Go programs and jars: the owners of files."""

from __future__ import annotations

import csv
import io
import json
import posixpath
import re
from collections.abc import Mapping
from typing import Any

from bpkit.verbs.size.inventory import Inventory, go_paths
from bpkit.verbs.size.packages.model import Excess, Files, Package

_APK = ("/lib/apk/db/installed", "/usr/lib/apk/db/installed")
_DIST_INFO = re.compile(r"(.*)/([^/]+?)-([^/-]+)\.dist-info/RECORD")
_EGG_INFO = re.compile(r"(.*)/([^/]+?)-([^/-]+?)(?:-py[\d.]+)?\.egg-info/top_level\.txt")
_GEM = re.compile(r"(.*/specifications)/(?:default/)?([^/]+?)-(\d[^/]*)\.gemspec")
_NODE = re.compile(r"(.*?/?)node_modules/((?:@[^/]+/)?[^/@.][^/]*)/package\.json")
_MOST_PLATFORMS = 20
_JAR = re.compile(r".*/([^/]+?)(?:-(\d[^/]*?))?\.(?:jar|war|ear)")


def read_apk(files: Files) -> None:
    """Alpine: the installed database, apk-installed(5)."""
    text = next((text for path in _APK if (text := files.text(path)) is not None), "")
    name = version = directory = ""
    for line in text.split("\n"):
        key, _, value = line.partition(":")
        match key:
            case "":
                name = version = ""
            case "P":
                name = value
            case "V":
                version = value
            case "F":
                directory = f"/{value}" if value else ""
            case "R":
                files.own(f"{directory}/{value}", Package("apk", name, version))


def read_pip(files: Files) -> None:
    """Python: RECORD of each .dist-info, PyPA "Recording installed projects"."""
    for record in tuple(files.matching(".dist-info/RECORD")):
        match = _DIST_INFO.fullmatch(record)
        text = files.text(record)
        if match is None or text is None:
            continue
        package = Package("pip", match[2], match[3])
        try:
            for row in csv.reader(io.StringIO(text)):
                if row and row[0]:
                    files.own(posixpath.normpath(posixpath.join(match[1], row[0])), package)
        except csv.Error as error:
            files.unread.append(f"{record}: {error}")
    for listing in tuple(files.matching(".egg-info/top_level.txt")):
        match = _EGG_INFO.fullmatch(listing)
        if match is None:
            continue
        package = Package("pip", match[2], match[3])
        files.own_below(posixpath.dirname(listing), package, lambda _path: False)
        for name in dict.fromkeys((files.text(listing) or "").split()):
            if re.fullmatch(r"[\w.-]+", name) and name not in {".", ".."}:
                files.own_below(f"{match[1]}/{name}", package, lambda _path: False)
                files.own(f"{match[1]}/{name}.py", package)


def read_conda(files: Files) -> None:
    """Conda: a JSON file per package, with its files relative to the environment."""
    for path in tuple(files.matching(".json")):
        prefix, found, _ = path.rpartition("/conda-meta/")
        document = _table(files.text(path)) if found else {}
        listed = document.get("files")
        if isinstance(listed, list):
            package = Package("conda", str(document.get("name")), str(document.get("version", "")))
            for name in listed:
                files.own(posixpath.normpath(f"{prefix}/{name}"), package)


def read_npm(files: Files, inventory: Inventory) -> None:
    """Node.js: everything below ``node_modules/NAME``, except a nested node_modules.

    In ``node_modules/.package-lock.json``, npm marks packages that only development needs.
    """
    development: dict[str, frozenset[str]] = {}
    for lock in files.matching("node_modules/.package-lock.json"):
        packages = _table(files.text(lock)).get("packages")
        if isinstance(packages, dict):
            root = lock.removesuffix("node_modules/.package-lock.json")
            development[root] = frozenset(
                f"{root}{path}"
                for path, one in packages.items()
                if isinstance(one, dict) and one.get("dev") is True
            )
    only = frozenset().union(*development.values()) if development else frozenset()
    for manifest in tuple(files.matching("/package.json")):
        match = _NODE.fullmatch(manifest)
        if match is None or match[2].count("/") > (match[2][0] == "@"):
            continue
        directory = posixpath.dirname(manifest)
        version = inventory.versions.get(files.rootfs.nodes[manifest].digest, "")
        excess: Excess = "development" if directory in only else ""
        package = Package("npm", match[2], version, excess)
        files.own_below(directory, package, lambda path: path.endswith("/node_modules"))


def read_gems(files: Files) -> None:
    """Ruby: ``gems/NAME-VERSION`` and ``extensions/…/NAME-VERSION`` beside ``specifications``."""
    extensions: dict[str, list[str]] = {}
    for specification in tuple(files.matching(".gemspec")):
        match = _GEM.fullmatch(specification)
        if match is None:
            continue
        package = Package("gem", match[2], match[3])
        root = posixpath.dirname(match[1])
        files.own(specification, package)
        for name in (f"gems/{match[2]}-{match[3]}", f"doc/{match[2]}-{match[3]}"):
            files.own_below(f"{root}/{name}", package, lambda _path: False)
        if root not in extensions:
            platforms = list(files.rootfs.below(f"{root}/extensions"))[:_MOST_PLATFORMS]
            extensions[root] = [
                api.path for one in platforms for api in files.rootfs.below(one.path)
            ][:_MOST_PLATFORMS]
        for api_path in extensions[root]:
            files.own_below(f"{api_path}/{match[2]}-{match[3]}", package, lambda _path: False)


def read_programs(files: Files, inventory: Inventory) -> None:
    """Go programs by the module that they were built from, and Java archives by their names."""
    for path, node in files.rootfs.nodes.items():
        is_archive = path.endswith(("jar", ".war", ".ear"))
        if node.kind != "file" or not (is_archive or node.digest in inventory.modules):
            continue
        if modules := inventory.modules.get(node.digest):
            lines = {kind: (name, version) for kind, name, version in go_paths(modules)}
            name, version = lines.get("mod") or lines.get("path") or (posixpath.basename(path), "")
            files.owners.setdefault(path, Package("go", name, version.strip("()")))
        elif match := _JAR.fullmatch(path):
            files.owners.setdefault(path, Package("jar", match[1], match[2] or ""))


def _table(text: str | None) -> Mapping[str, Any]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
