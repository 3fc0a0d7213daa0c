"""Rust: packages and workspaces of Cargo."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bpkit.languages import health
from bpkit.languages.listing import (
    Detected,
    Fact,
    Listing,
    ProjectWishes,
    image_name,
    one_entry,
    plain,
    stem,
    words,
)
from bpkit.languages.ports import port_of

DEFAULT = "1.90"
_STRIPPED = "-C strip=symbols"
# Also for glibc: see the Rust reference, "Static and dynamic C runtimes".
_STATIC = "-C target-feature=+crt-static"


def sign(listing: Listing) -> str | None:
    return listing.first("Cargo.toml")


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The toolchain's version, the binary and its port."""
    cargo = listing.toml("Cargo.toml")
    binary = one_entry(
        _binaries(listing, cargo),
        wishes,
        "binary",
        "Cargo.toml",
        "bpkit makes images of programs: add a src/main.rs or a [[bin]].",
    )
    plain(binary, "name of the binary", "Cargo.toml")
    version = _version(listing, cargo)
    port = port_of(listing, listing.glob("*.rs"))
    base = wishes.base or "debian:bookworm-slim"
    locked = "Cargo.lock" in listing
    # A workspace's members have manifests of their own, which would all have to be there.
    alone = "workspace" not in cargo and "[[bin]]" not in listing.text("Cargo.toml")
    manifests = ("Cargo.toml", "Cargo.lock") if locked else ("Cargo.toml",)
    stub = "src/lib.rs src/main.rs" if "src/lib.rs" in listing else "src/main.rs"
    facts = [
        version,
        Fact("binary", binary, "Cargo.toml"),
        *([Fact("lock file", "Cargo.lock", "Cargo.lock")] if locked else []),
        *([port] if port else []),
    ]
    values = {
        "rust_version": version.value,
        "binary": binary,
        "locked": "--locked" if locked else "",
        "manifests": words(manifests) if alone else "",
        "stub": stub if alone else "",
        "rustflags": f"{_STRIPPED} {_STATIC}" if base == "scratch" else _STRIPPED,
        **health.compiled_program(port.value if port else "", base),
    }
    name = wishes.name or image_name(binary)
    return Detected("Rust", "rust", name, base, values, tuple(facts), port.value if port else "")


def _binaries(listing: Listing, cargo: Mapping[str, Any]) -> Iterator[str]:
    """As Cargo finds them: [[bin]], src/main.rs, src/bin/; those of a workspace's members too."""
    yield from (one["name"] for one in cargo.get("bin", []) if "name" in one)
    named = {one.get("path") for one in cargo.get("bin", [])}
    if "src/main.rs" in listing and "src/main.rs" not in named and "package" in cargo:
        yield cargo["package"].get("name", listing.name)
    for file in listing.glob("src/bin/*.rs"):
        if file.count("/") == 2 and file not in named:
            yield stem(file)
    for member in listing.glob("*/Cargo.toml"):
        package = listing.toml(member).get("package", {})
        if f"{member.rpartition('/')[0]}/src/main.rs" in listing and "name" in package:
            yield package["name"]


def _version(listing: Listing, cargo: Mapping[str, Any]) -> Fact:
    pinned = listing.first("rust-toolchain.toml", "rust-toolchain")
    channel = re.search(r"(\d+\.\d+)", listing.read(pinned)) if pinned else None
    if pinned and channel:
        return Fact("Rust version", channel[1], pinned)
    wanted = str(cargo.get("package", {}).get("rust-version", ""))
    minimum = tuple(int(part) for part in re.findall(r"\d+", wanted)[:2])
    if minimum > tuple(int(part) for part in DEFAULT.split(".")):
        return Fact("Rust version", wanted, "Cargo.toml")
    return Fact("Rust version", DEFAULT)
