"""Rust: packages and workspaces of Cargo."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from bpkit.languages import health
from bpkit.languages.compiled import (
    compiled_program,
    notes_of_programs,
    packages_of_programs,
    started_programs,
    stated_program,
)
from bpkit.languages.detected import Candidate, Detected, Fact, ProjectWishes, choose
from bpkit.languages.dockerfile_words import plain, stem, words
from bpkit.languages.listing import Listing, is_aside
from bpkit.languages.naming import program_name
from bpkit.languages.ports import nearest_sources
from bpkit.languages.start import environment_values
from bpkit.languages.versions import pinned_version, short

DEFAULT = "1.90"
_STRIPPED = "-C strip=symbols"
# Also for glibc: see the Rust reference, "Static and dynamic C runtimes".
_STATIC = "-C target-feature=+crt-static"
_SERVICES = re.compile(r"(?i)server|api|web|app|daemon|service|backend")
_TOOLS = re.compile(r"(?i)xtask|migrat|example|bench|test|tool|gen|fuzz|demo|script|dump")
#: Crates that bind to C, and Debian's packages for the build and for what ships.
_WITH_C = {
    "openssl-sys": ("pkg-config libssl-dev", "libssl3"),
    "pq-sys": ("libpq-dev", "libpq5"),
    "mysqlclient-sys": ("default-libmysqlclient-dev pkg-config", "libmariadb3"),
    "libsqlite3-sys": ("pkg-config libsqlite3-dev", "libsqlite3-0"),
    "alsa-sys": ("pkg-config libasound2-dev", "libasound2"),
    "libudev-sys": ("pkg-config libudev-dev", "libudev1"),
    "libdbus-sys": ("pkg-config libdbus-1-dev", "libdbus-1-3"),
    "rdkafka-sys": ("cmake make g++ pkg-config", "libstdc++6"),
    "librocksdb-sys": ("clang libclang-dev g++ make", "libstdc++6"),
    "clang-sys": ("libclang-dev", ""),
    "bindgen": ("libclang-dev", ""),
    "prost-build": ("protobuf-compiler", ""),
    "protoc-prebuilt": ("", ""),
    "aws-lc-sys": ("cmake make", ""),
    "cmake": ("cmake make g++", ""),
    "libgit2-sys": ("pkg-config", ""),
    "libz-ng-sys": ("cmake make", ""),
    "tikv-jemalloc-sys": ("make", ""),
    "jemalloc-sys": ("make", ""),
    "onig_sys": ("", ""),
    "libsodium-sys": ("pkg-config libsodium-dev", "libsodium23"),
    "zmq-sys": ("pkg-config libzmq3-dev", "libzmq5"),
    "v4l-sys": ("libclang-dev", ""),
    "curl-sys": ("pkg-config libcurl4-openssl-dev", "libcurl4"),
    "libpcap-sys": ("libpcap-dev", "libpcap0.8"),
    "pcap": ("libpcap-dev", "libpcap0.8"),
    "link-cplusplus": ("g++", "libstdc++6"),
    "cxx-build": ("g++", "libstdc++6"),
}


def sign(listing: Listing) -> str | None:
    """Cargo.toml at the top."""
    return listing.first("Cargo.toml")


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The toolchain's version, the binary, what it needs of C, and its port."""
    cargo = listing.toml("Cargo.toml")
    binaries = {one.candidate.entry: one for one in _binaries(listing, cargo)}
    stated = stated_program(listing, wishes, binaries) if binaries else None
    if stated and not wishes.entry:
        binary, notes = stated[1], tuple[str, ...]()
    else:
        missing = "bpkit makes images of programs: add a src/main.rs or a [[bin]]"
        default = (cargo.get("package") or {}).get("default-run")
        found = [
            one.candidate for one in binaries.values() if default in {None, one.candidate.entry}
        ]
        chosen = choose(
            found if not wishes.entry else [one.candidate for one in binaries.values()],
            wishes,
            "binary",
            missing=missing,
        )
        binary, notes = chosen.candidate.entry, chosen.notes
    plain(binary, "name of the binary", "Cargo.toml")
    own = binaries[binary]
    version = _version(listing, cargo)
    rest = [f for f in listing.sources(".rs") if _is_of(f, own, binaries)]
    sources = [
        *dict.fromkeys(
            [own.candidate.file, *nearest_sources(rest, own.candidate.file.rpartition("/")[0])]
        )
    ]
    sources = [file for file in sources if file in listing and file.endswith(".rs")]
    base = wishes.base or "debian:bookworm-slim"
    program = compiled_program(
        listing, wishes, sources, base, (stated[0], stated[2]) if stated else None
    )
    program_values = dict(program.values)
    for_build, for_runtime = _needs_c(listing)
    programs = started_programs(listing, sources)
    uses_https = re.search(
        r'name = "(?:openssl-sys|rustls-native-certs|native-tls)"', listing.text("Cargo.lock")
    )
    runtime = " ".join(
        one
        for one in (
            for_runtime,
            packages_of_programs(programs),
            "ca-certificates" if uses_https else "",
        )
        if one
    )
    if base == "scratch":
        runtime = ""
    locked = "Cargo.lock" in listing
    is_alone = _is_alone(listing, cargo)
    manifests = ("Cargo.toml", "Cargo.lock") if locked else ("Cargo.toml",)
    stub = "src/lib.rs src/main.rs" if "src/lib.rs" in listing else "src/main.rs"
    name = wishes.name or program_name(
        binary, str((cargo.get("package") or {}).get("name") or listing.name)
    )
    facts = (
        version,
        Fact("binary", binary, own.manifest, is_guess=bool(notes)),
        *([Fact("lock file", "Cargo.lock", "Cargo.lock")] if locked else []),
        *([Fact("system packages", for_build, "Cargo.lock")] if for_build else []),
        *program.facts,
    )
    values = {
        **program_values,
        "rust_version": version.value,
        "binary": binary,
        "package": f"--package {own.package}" if own.manifest != "Cargo.toml" else "",
        "features": f"--features {own.features}" if own.features else "",
        "locked": "--locked" if locked else "",
        "manifests": words(manifests) if is_alone else "",
        "stub": stub if is_alone else "",
        "rustflags": f"{_STRIPPED} {_STATIC}" if base == "scratch" else _STRIPPED,
        "build_packages": for_build,
        "runtime_packages": runtime,
        "entrypoint": program.entrypoint(f"/usr/local/bin/{name}"),
    }
    port = program.port
    extra: list[str] = []
    if _depends(listing, "rocket") and not port:
        values |= _of_rocket(values, wishes, base)
        port = wishes.port or "8000"
        facts = (*facts, Fact("port", port))
    if version.value in {"nightly", "beta"}:
        extra.append(
            f"{version.file} asks for {version.value}: the Dockerfile"
            f" has the image {DEFAULT}, to which rustup adds it"
        )
        values["rust_version"] = DEFAULT
    all_notes = (*notes, *program.notes, *extra, *notes_of_programs(programs, base))
    return Detected(
        "Rust", "rust", name, base, values, facts, port, notes=tuple(dict.fromkeys(all_notes))
    )


def _of_rocket(values: Mapping[str, Any], wishes: ProjectWishes, base: str) -> dict[str, Any]:
    """Rocket listens on 8000 of localhost unless its variables say otherwise."""
    port = wishes.port or "8000"
    return {
        **environment_values({"ROCKET_ADDRESS": "0.0.0.0", "ROCKET_PORT": port}),
        **health.compiled_program(port, base),
    }


@dataclass(frozen=True)
class _Binary:
    """A program of a package: what Cargo calls both, the package's manifest, its features."""

    candidate: Candidate
    package: str
    manifest: str
    features: str = ""


def _binaries(listing: Listing, cargo: Mapping[str, Any]) -> Iterator[_Binary]:
    """As Cargo finds them: [[bin]], src/main.rs, src/bin/; those of a workspace's members too."""
    yield from _of_package(listing, cargo, "Cargo.toml", 20)
    defaults = [str(one) for one in (cargo.get("workspace") or {}).get("default-members", [])]
    for manifest in members(listing, cargo):
        folder = manifest.rpartition("/")[0]
        more = 15 if folder in defaults else 0
        yield from _of_package(listing, listing.toml(manifest), manifest, more)


def members(listing: Listing, cargo: Mapping[str, Any]) -> Iterator[str]:
    """The manifests of a workspace's members, and of packages that are named by a path."""
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
) -> Iterator[_Binary]:
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
            yield _Binary(
                Candidate(
                    one["name"], file, more + _likelihood(listing, one["name"], package, file)
                ),
                package,
                manifest,
                features.replace(" ", ","),
            )
            named.add(file.removeprefix(start))
    if f"{start}src/main.rs" in listing and "src/main.rs" not in named:
        yield _Binary(
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
            yield _Binary(
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


def _is_of(file: str, own: _Binary, binaries: Mapping[str, _Binary]) -> bool:
    """Whether the source may be a part of the binary: it doesn't belong to another binary."""
    return not any(file == one.candidate.file for one in binaries.values() if one is not own)


def _is_alone(listing: Listing, cargo: Mapping[str, Any]) -> bool:
    """Whether the one manifest is all that Cargo has to see before it fetches the crates."""
    text = listing.text("Cargo.toml")
    others = "workspace" in cargo or re.search(
        r"^\[\[(?:bin|example|bench|test)\]\]|\bpath\s*=", text, re.M
    )
    return not others and "src/main.rs" in listing and not _is_vendored(listing)


def _is_vendored(listing: Listing) -> bool:
    settings = listing.text(".cargo/config.toml", ".cargo/config")
    return "vendored-sources" in settings or "replace-with" in settings


def _depends(listing: Listing, name: str) -> bool:
    return any(
        re.search(rf"^{name}\s*(?:=|\.)|^\[dependencies\.{name}\]", listing.read(f), re.M)
        for f in listing.named("Cargo.toml")[:40]
    )


def _needs_c(listing: Listing) -> tuple[str, str]:
    """Debian's packages for the crates that bind to C, for the build and for what ships."""
    lock = listing.text("Cargo.lock")
    build, runtime = list[str](), list[str]()
    names = set(re.findall(r'^name = "([^"]+)"', lock, re.MULTILINE))
    if not lock:
        manifests = "\n".join(listing.read(f) for f in listing.named("Cargo.toml")[:40])
        if re.search(r"^(?:reqwest|native-tls|openssl)\b(?!.*rustls)", manifests, re.M):
            names.add("openssl-sys")
        if re.search(r"^diesel\b.*postgres", manifests, re.M):
            names.add("pq-sys")
    manifests = "\n".join(listing.read(f) for f in listing.named("Cargo.toml")[:40])
    for name, (for_build, for_runtime) in _WITH_C.items():
        if name not in names or (
            name == "libsqlite3-sys" and re.search(r"bundled|sqlx", manifests)
        ):
            continue
        is_vendored = name == "openssl-sys" and "vendored" in manifests
        build += ["perl", "make"] if is_vendored else for_build.split()
        runtime += [] if is_vendored else for_runtime.split()
    return " ".join(dict.fromkeys(build)), " ".join(dict.fromkeys(runtime))


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
