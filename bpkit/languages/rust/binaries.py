"""The binaries of a package or a workspace, as Cargo finds them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from bpkit.languages.detected import Candidate
from bpkit.languages.dockerfile_words import stem
from bpkit.languages.listing import Listing, is_aside

_SERVICES = re.compile(r"(?i)server|api|web|app|daemon|service|backend")
_TOOLS = re.compile(r"(?i)xtask|migrat|example|bench|test|tool|gen|fuzz|demo|script|dump")


@dataclass(frozen=True)
class CargoBinary:
    """A program in a package: Cargo's names for both, the package's manifest, its features."""

    candidate: Candidate
    package: str
    manifest: str
    features: str = ""


def binaries_of(listing: Listing, cargo: Mapping[str, Any]) -> Iterator[CargoBinary]:
    """The binaries that Cargo finds: [[bin]], src/main.rs, src/bin/; in workspace members too."""
    yield from _of_package(listing, cargo, "Cargo.toml", 20)
    defaults = [str(one) for one in (cargo.get("workspace") or {}).get("default-members", [])]
    for manifest in members(listing, cargo):
        folder = manifest.rpartition("/")[0]
        more = 15 if folder in defaults else 0
        yield from _of_package(listing, listing.toml(manifest), manifest, more)


def members(listing: Listing, cargo: Mapping[str, Any]) -> Iterator[str]:
    """The manifests of a workspace's members, and of packages that are named by path."""
    patterns = [
        str(one).removeprefix("./").rstrip("/")
        for one in (cargo.get("workspace") or {}).get("members", [])
    ]
    for manifest in listing.named("Cargo.toml"):
        folder = manifest.rpartition("/")[0]
        if folder and any(fnmatchcase(folder, one) for one in patterns):
            yield manifest


def _of_package(
    listing: Listing, cargo: Mapping[str, Any], manifest: str, more: int
) -> Iterator[CargoBinary]:
    folder = manifest.rpartition("/")[0]
    start = f"{folder}/" if folder else ""
    package = str((cargo.get("package") or {}).get("name", ""))
    if not package:
        return
    named = set()
    for one in cargo.get("bin", []):
        path = str(one.get("path", ""))
        named.add(path)
        if "name" in one:
            file = start + (
                path
                or (
                    f"src/bin/{one['name']}.rs"
                    if f"{start}src/bin/{one['name']}.rs" in listing
                    else "src/main.rs"
                )
            )
            features = " ".join(one.get("required-features", []))
            yield CargoBinary(
                Candidate(
                    one["name"], file, more + _likelihood(listing, one["name"], package, file)
                ),
                package,
                manifest,
                features.replace(" ", ","),
            )
            named.add(file.removeprefix(start))
    if f"{start}src/main.rs" in listing and "src/main.rs" not in named:
        yield CargoBinary(
            Candidate(
                package,
                f"{start}src/main.rs",
                more + 5 + _likelihood(listing, package, package, f"{start}src/main.rs"),
            ),
            package,
            manifest,
        )
    for file in listing.glob(f"{start}src/bin/*.rs"):
        inside = file.removeprefix(start)
        name = stem(file) if inside.count("/") == 2 else inside.split("/")[2]
        if inside not in named and (inside.count("/") == 2 or inside.endswith("/main.rs")):
            yield CargoBinary(
                Candidate(name, file, more + _likelihood(listing, name, package, file)),
                package,
                manifest,
            )


def _likelihood(listing: Listing, name: str, package: str, file: str) -> int:
    found = (
        20
        + (15 if name in {package, listing.name.lower()} else 0)
        + (8 if name == listing.name.lower() else 0)
    )
    found += 6 if _SERVICES.search(name) else 0
    found -= 25 if _TOOLS.search(name) else 0
    return found - (40 if is_aside(file.removeprefix("src/bin/").replace("/src/bin/", "/")) else 0)


def is_of(file: str, own: CargoBinary, binaries: Mapping[str, CargoBinary]) -> bool:
    """Whether the source may be part of the binary: it doesn't belong to another binary."""
    return not any(file == one.candidate.file for one in binaries.values() if one is not own)
