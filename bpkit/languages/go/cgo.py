"""The C in programs in Go: its own, and that of modules."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bpkit.languages.listing import Listing

#: Modules with C in them, and Debian's packages for the build and for what ships.
_WITH_C = {
    "github.com/mattn/go-sqlite3": ("", ""),
    "github.com/confluentinc/confluent-kafka-go": ("", ""),
    "github.com/h2non/bimg": ("libvips-dev", "libvips42"),
    "github.com/davidbyttow/govips": ("libvips-dev", "libvips42"),
    "gopkg.in/gographics/imagick": ("libmagickwand-dev", "libmagickwand-6.q16-6"),
    "github.com/libgit2/git2go": ("libgit2-dev", "libgit2-1.5"),
    "github.com/google/gopacket": ("libpcap-dev", "libpcap0.8"),
    "github.com/gen2brain/go-fitz": ("", ""),
    "github.com/pebbe/zmq4": ("libzmq3-dev", "libzmq5"),
    "github.com/tecbot/gorocksdb": ("librocksdb-dev", "librocksdb7.8"),
    "github.com/DataDog/zstd": ("", ""),
    "github.com/chai2010/webp": ("", ""),
    "github.com/otiai10/gosseract": ("libtesseract-dev libleptonica-dev", "libtesseract5"),
    "github.com/duckdb/duckdb-go": ("", ""),
    "github.com/marcboeker/go-duckdb": ("", ""),
}
_PKG_CONFIG = {
    "sqlite3": ("libsqlite3-dev", "libsqlite3-0"),
    "vips": ("libvips-dev", "libvips42"),
    "libpcap": ("libpcap-dev", "libpcap0.8"),
    "openssl": ("libssl-dev", "libssl3"),
    "zlib": ("zlib1g-dev", "zlib1g"),
    "libsodium": ("libsodium-dev", "libsodium23"),
    "alsa": ("libasound2-dev", "libasound2"),
    "libusb-1.0": ("libusb-1.0-0-dev", "libusb-1.0-0"),
    "portaudio-2.0": ("portaudio19-dev", "libportaudio2"),
    "libxml-2.0": ("libxml2-dev", "libxml2"),
    "opus": ("libopus-dev", "libopus0"),
    "rdkafka": ("librdkafka-dev", "librdkafka1"),
    "libsystemd": ("libsystemd-dev", "libsystemd0"),
    "zmq": ("libzmq3-dev", "libzmq5"),
}


def file_with_c(listing: Listing, sources: Sequence[str]) -> str:
    own = next(
        (f for f in sources if re.search(r"^\s*(?:import\s+)?\"C\"", listing.read(f), re.M)), ""
    )
    return own or "go.mod"


def packages_for_c(listing: Listing, sources: Sequence[str]) -> tuple[str, str] | None:
    """Debian's packages for the C in the program; None if it has none."""
    build, runtime = list[str](), list[str]()
    required = listing.text("go.mod")
    modules = [
        one
        for one in _WITH_C
        if re.search(rf"^\s*(?:require\s+)?{re.escape(one)}(?:/v?\d*)?[\s/]", required, re.M)
    ]
    own = [f for f in sources if re.search(r"^\s*(?:import\s+)?\"C\"", listing.read(f), re.M)]
    if not modules and not own:
        return None
    wanted = [_WITH_C[one] for one in modules]
    for file in own:
        text = listing.read(file)
        names = re.findall(r"#cgo[^\n]*pkg-config:\s*([^\n]+)", text)
        libraries = [
            f"{name}"
            for line in re.findall(r"#cgo[^\n]*LDFLAGS:\s*([^\n]+)", text)
            for name in re.findall(r"-l(\w+)", line)
        ]
        wanted += [
            _PKG_CONFIG[one]
            for line in (*names, " ".join(libraries))
            for one in line.split()
            if one in _PKG_CONFIG
        ]
    for for_build, for_runtime in wanted:
        build += for_build.split()
        runtime += for_runtime.split()
    if any("pkg-config:" in listing.read(f) for f in own):
        build.append("pkg-config")
    return " ".join(dict.fromkeys(build)), " ".join(dict.fromkeys(runtime))
