"""The distributions' packages of the libraries that are most often missing."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.image import Rootfs

#: Library → package in Debian bookworm, package in Alpine; empty if there is none of that name.
_PACKAGES = {
    "libstdc++.so.6": ("libstdc++6", "libstdc++"),
    "libgcc_s.so.1": ("libgcc-s1", "libgcc"),
    "libgomp.so.1": ("libgomp1", "libgomp"),
    "libatomic.so.1": ("libatomic1", "libatomic"),
    "libssl.so.3": ("libssl3", "libssl3"),
    "libcrypto.so.3": ("libssl3", "libcrypto3"),
    "libcurl.so.4": ("libcurl4", "libcurl"),
    "libz.so.1": ("zlib1g", "zlib"),
    "libzstd.so.1": ("libzstd1", "zstd-libs"),
    "liblzma.so.5": ("liblzma5", "xz-libs"),
    "libbz2.so.1.0": ("libbz2-1.0", ""),
    "libpq.so.5": ("libpq5", "libpq"),
    "libmariadb.so.3": ("libmariadb3", "mariadb-connector-c"),
    "libsqlite3.so.0": ("libsqlite3-0", "sqlite-libs"),
    "libxml2.so.2": ("libxml2", "libxml2"),
    "libffi.so.8": ("libffi8", "libffi"),
    "libexpat.so.1": ("libexpat1", "libexpat"),
    "libpcre2-8.so.0": ("libpcre2-8-0", "pcre2"),
    "libreadline.so.8": ("libreadline8", "readline"),
    "libncursesw.so.6": ("libncursesw6", "libncursesw"),
    "libtinfo.so.6": ("libtinfo6", ""),
    "libuv.so.1": ("libuv1", "libuv"),
    "libjemalloc.so.2": ("libjemalloc2", "jemalloc"),
    "libjpeg.so.62": ("libjpeg62-turbo", ""),
    "libpng16.so.16": ("libpng16-16", "libpng"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib"),
    "libGL.so.1": ("libgl1", "mesa-gl"),
    "libpython3.11.so.1.0": ("libpython3.11", ""),
}


def packages_line(rootfs: Rootfs, library: str) -> Iterator[str]:
    """The RUN that installs the library in an image of Debian or Alpine, if known."""
    debian, alpine = _PACKAGES.get(library.rpartition("/")[2], ("", ""))
    if debian and rootfs.file("/usr/bin/apt-get"):
        yield (
            f"RUN apt-get update && apt-get install -y --no-install-recommends {debian}"
            " && rm -rf /var/lib/apt/lists/*"
        )
    elif alpine and rootfs.file("/sbin/apk"):
        yield f"RUN apk add --no-cache {alpine}"
