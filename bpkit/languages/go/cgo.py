"""The C code in Go programs: their own, and that of modules."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bpkit.languages.c.libraries import package_of
from bpkit.languages.listing import Listing

#: Modules with C code, and the Debian packages for the build and for the image that ships.
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


#: Libraries whose pkg-config name differs from the linker's.
_LINKED = {
    "z": "zlib",
    "pcap": "libpcap",
    "ssl": "openssl",
    "crypto": "openssl",
    "sodium": "libsodium",
    "asound": "alsa",
    "usb-1.0": "libusb-1.0",
    "portaudio": "portaudio-2.0",
    "xml2": "libxml-2.0",
    "systemd": "libsystemd",
}


def unknown_libraries(listing: Listing, sources: Sequence[str]) -> tuple[str, ...]:
    """The libraries that the program's C code names and whose Debian package is unknown.

    A library in the project itself needs no package.
    """
    own = {file.rpartition("/")[2] for file in listing.files}
    return tuple(
        name
        for name in _libraries(listing, _with_c(listing, sources))
        if _packages(name) is None and not {f"lib{name}.a", f"lib{name}.so"} & own
    )


def _packages(name: str) -> tuple[str, str] | None:
    """For the build and for the image that ships; None if unknown.

    If no runtime package is known, the build package brings the library.
    """
    known = _PKG_CONFIG.get(_LINKED.get(name, name))
    package = package_of(name)
    return known or (None if package is None else (package, package))


def _libraries(listing: Listing, own: Sequence[str]) -> tuple[str, ...]:
    """The libraries that ``#cgo`` lines name, for pkg-config or for the linker."""
    found: dict[str, None] = {}
    for file in own:
        text = listing.read(file)
        for line in re.findall(r"#cgo[^\n]*pkg-config:\s*([^\n]+)", text):
            found |= dict.fromkeys(one for one in line.split() if not one.startswith("-"))
        for line in re.findall(r"#cgo[^\n]*LDFLAGS:\s*([^\n]+)", text):
            found |= dict.fromkeys(re.findall(r"(?<!\S)-l([\w.+-]+)", line))
    return tuple(found)


def _with_c(listing: Listing, sources: Sequence[str]) -> list[str]:
    return [f for f in sources if re.search(r"^\s*(?:import\s+)?\"C\"", listing.read(f), re.M)]


def file_with_c(listing: Listing, sources: Sequence[str]) -> str:
    own = next(iter(_with_c(listing, sources)), "")
    return own or "go.mod"


def packages_for_c(listing: Listing, sources: Sequence[str]) -> tuple[str, str] | None:
    """The Debian packages for the program's C code; None if it has none."""
    build, runtime = list[str](), list[str]()
    required = listing.text("go.mod")
    modules = [
        one
        for one in _WITH_C
        if re.search(rf"^\s*(?:require\s+)?{re.escape(one)}(?:/v?\d*)?[\s/]", required, re.M)
    ]
    own = _with_c(listing, sources)
    if not modules and not own:
        return None
    wanted = [_WITH_C[one] for one in modules]
    wanted += [one for name in _libraries(listing, own) if (one := _packages(name))]
    for for_build, for_runtime in wanted:
        build += for_build.split()
        runtime += for_runtime.split()
    if any("pkg-config:" in listing.read(f) for f in own):
        build.append("pkg-config")
    return " ".join(dict.fromkeys(build)), " ".join(dict.fromkeys(runtime))
