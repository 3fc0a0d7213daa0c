"""Crates that a project depends on, and the Debian packages that crates with C code need."""

from __future__ import annotations

import re

from bpkit.languages.listing import Listing

#: Crates that bind to C, and the Debian packages for the build and for the image that ships.
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


def depends_on(listing: Listing, name: str) -> bool:
    return any(
        re.search(rf"^{name}\s*(?:=|\.)|^\[dependencies\.{name}\]", listing.read(f), re.M)
        for f in listing.named("Cargo.toml")[:40]
    )


def debian_packages(listing: Listing) -> tuple[str, str]:
    """The Debian packages for crates that bind to C, for the build and for what ships."""
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
