"""Rust: Cargo packages and workspaces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bpkit.languages import health
from bpkit.languages.compiled import (
    compiled_program,
    notes_of_programs,
    packages_of_programs,
    started_programs,
    stated_program,
)
from bpkit.languages.detected import Detected, Fact, ProjectWishes, choose
from bpkit.languages.dockerfile_words import plain, words
from bpkit.languages.listing import Listing
from bpkit.languages.naming import program_name
from bpkit.languages.ports import nearest_sources
from bpkit.languages.rust.binaries import CargoBinary, binaries_of, is_of
from bpkit.languages.rust.crates import debian_packages, depends_on
from bpkit.languages.source_suffixes import RUST
from bpkit.languages.start import environment_values
from bpkit.languages.stated import StatedCommand
from bpkit.languages.versions import pinned_version, short

DEFAULT = "1.90"
_STRIPPED = "-C strip=symbols"
# Also for glibc: see the Rust reference, "Static and dynamic C runtimes".
_STATIC = "-C target-feature=+crt-static"


def sign(listing: Listing) -> str | None:
    """Cargo.toml at the top."""
    return listing.first("Cargo.toml")


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The toolchain's version, the binary, what its C bindings need, and its port."""
    cargo = listing.toml("Cargo.toml")
    binaries = {one.candidate.entry: one for one in binaries_of(listing, cargo)}
    own, stated, notes = _chosen(listing, wishes, cargo, binaries)
    binary = plain(own.candidate.entry, "name of the binary", "Cargo.toml")
    sources = _sources(listing, own, binaries)
    base = wishes.base or "debian:bookworm-slim"
    program = compiled_program(listing, wishes, sources, base, stated)
    programs = started_programs(listing, sources)
    version = _version(listing, cargo)
    for_build, for_runtime = debian_packages(listing)
    name = wishes.name or program_name(
        binary, str((cargo.get("package") or {}).get("name") or listing.name)
    )
    facts = [version, Fact("binary", binary, own.manifest, is_guess=bool(notes))]
    if "Cargo.lock" in listing:
        facts.append(Fact("lock file", "Cargo.lock", "Cargo.lock"))
    if for_build:
        facts.append(Fact("system packages", for_build, "Cargo.lock"))
    shipped = (for_runtime, packages_of_programs(programs), _certificates(listing))
    values = {
        **program.values,
        "rust_version": version.value,
        "binary": binary,
        "package": f"--package {own.package}" if own.manifest != "Cargo.toml" else "",
        "features": f"--features {own.features}" if own.features else "",
        **_manifest_values(listing, cargo),
        "rustflags": f"{_STRIPPED} {_STATIC}" if base == "scratch" else _STRIPPED,
        "build_packages": for_build,
        "runtime_packages": "" if base == "scratch" else " ".join(filter(None, shipped)),
        "entrypoint": program.entrypoint(f"/usr/local/bin/{name}"),
    }
    port = program.port
    facts += program.facts
    notes = (*notes, *program.notes)
    if depends_on(listing, "rocket") and not port:
        values |= _of_rocket(values, wishes, base)
        port = wishes.port or "8000"
        facts.append(Fact("port", port))
    if version.value in {"nightly", "beta"}:
        channel = (
            f"{version.file} asks for {version.value}: the Dockerfile"
            f" uses the image {DEFAULT}, where rustup installs it"
        )
        notes = (*notes, channel)
        values["rust_version"] = DEFAULT
    notes = tuple(dict.fromkeys((*notes, *notes_of_programs(programs, base))))
    return Detected("Rust", "rust", name, base, values, tuple(facts), port, notes=notes)


def _chosen(
    listing: Listing,
    wishes: ProjectWishes,
    cargo: Mapping[str, Any],
    binaries: Mapping[str, CargoBinary],
) -> tuple[CargoBinary, tuple[StatedCommand, tuple[str, ...]] | None, tuple[str, ...]]:
    """The binary, the command by which a file starts it with its arguments, and notes.

    Raises InputError if there is none, or the user has to choose.
    """
    stated = stated_program(listing, wishes, binaries) if binaries else None
    arguments = (stated[0], stated[2]) if stated else None
    if stated and not wishes.entry:
        return binaries[stated[1]], arguments, ()
    default = (cargo.get("package") or {}).get("default-run")
    found = [
        one.candidate
        for one in binaries.values()
        if wishes.entry or default in {None, one.candidate.entry}
    ]
    missing = "bpkit makes images of programs: add a src/main.rs or a [[bin]]"
    chosen = choose(found, wishes, "binary", missing=missing)
    return binaries[chosen.candidate.entry], arguments, chosen.notes


def _sources(listing: Listing, own: CargoBinary, binaries: Mapping[str, CargoBinary]) -> list[str]:
    """The sources that may be a part of the binary, its own file first, the nearest next."""
    main = own.candidate.file
    rest = [f for f in listing.sources(*RUST) if is_of(f, own, binaries)]
    ordered = dict.fromkeys([main, *nearest_sources(rest, main.rpartition("/")[0])])
    return [file for file in ordered if file in listing and file.endswith(RUST)]


def _manifest_values(listing: Listing, cargo: Mapping[str, Any]) -> dict[str, str]:
    """Whether the versions are locked, and the manifests by which the crates are built first."""
    locked = "Cargo.lock" in listing
    values = {"locked": "--locked" if locked else "", "manifests": "", "stub": ""}
    if _is_alone(listing, cargo):
        values["manifests"] = words(("Cargo.toml", "Cargo.lock") if locked else ("Cargo.toml",))
        has_library = "src/lib.rs" in listing
        values["stub"] = "src/lib.rs src/main.rs" if has_library else "src/main.rs"
    return values


def _certificates(listing: Listing) -> str:
    """The package of root certificates, if a locked crate reads the system's."""
    uses_them = re.search(
        r'name = "(?:openssl-sys|rustls-native-certs|native-tls)"', listing.text("Cargo.lock")
    )
    return "ca-certificates" if uses_them else ""


def _of_rocket(values: Mapping[str, Any], wishes: ProjectWishes, base: str) -> dict[str, Any]:
    """Rocket listens on localhost:8000 unless its environment variables say otherwise."""
    port = wishes.port or "8000"
    return {
        **environment_values({"ROCKET_ADDRESS": "0.0.0.0", "ROCKET_PORT": port}),
        **health.compiled_program(port, base),
    }


def _is_alone(listing: Listing, cargo: Mapping[str, Any]) -> bool:
    """Whether Cargo needs only the one manifest to fetch the crates."""
    text = listing.text("Cargo.toml")
    others = "workspace" in cargo or re.search(
        r"^\[\[(?:bin|example|bench|test)\]\]|\bpath\s*=", text, re.M
    )
    return not others and "src/main.rs" in listing and not _is_vendored(listing)


def _is_vendored(listing: Listing) -> bool:
    settings = listing.text(".cargo/config.toml", ".cargo/config")
    return "vendored-sources" in settings or "replace-with" in settings


def _version(listing: Listing, cargo: Mapping[str, Any]) -> Fact:
    what = "Rust version"
    pinned = listing.first("rust-toolchain.toml", "rust-toolchain")
    if pinned:
        text = listing.read(pinned)
        if channel := re.search(r"(\d+\.\d+)", text):
            return Fact(what, channel[1], pinned)
        if channel := re.search(r"\b(nightly|beta)\b", text):
            return Fact(what, channel[1], pinned)
    if tool := pinned_version(listing, "rust"):
        return Fact(what, short(tool[0]), tool[1])
    package = cargo.get("package") or (cargo.get("workspace") or {}).get("package") or {}
    wanted = package.get("rust-version", "")
    wanted = wanted if isinstance(wanted, str) else ""
    minimum = tuple(int(part) for part in re.findall(r"\d+", wanted)[:2])
    if minimum > tuple(int(part) for part in DEFAULT.split(".")):
        return Fact(what, short(wanted), "Cargo.toml")
    return Fact(what, DEFAULT)
