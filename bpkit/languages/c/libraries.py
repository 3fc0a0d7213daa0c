"""Debian's -dev packages (bookworm) of libraries, by the names that build systems know them by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bpkit.languages.listing import Listing, is_aside

#: By the names of pkg-config, CMake's find_package and -l, all in lower case.
_PACKAGES: dict[str, str] = {
    "zlib": "zlib1g-dev",
    "z": "zlib1g-dev",
    "openssl": "libssl-dev",
    "ssl": "libssl-dev",
    "crypto": "libssl-dev",
    "libssl": "libssl-dev",
    "libcrypto": "libssl-dev",
    "curl": "libcurl4-openssl-dev",
    "libcurl": "libcurl4-openssl-dev",
    "sqlite3": "libsqlite3-dev",
    "ncurses": "libncurses-dev",
    "curses": "libncurses-dev",
    "ncursesw": "libncurses-dev",
    "tinfo": "libncurses-dev",
    "readline": "libreadline-dev",
    "boost": "libboost-all-dev",
    "libxml-2.0": "libxml2-dev",
    "libxml2": "libxml2-dev",
    "xml2": "libxml2-dev",
    "expat": "libexpat1-dev",
    "png": "libpng-dev",
    "libpng": "libpng-dev",
    "libpng16": "libpng-dev",
    "jpeg": "libjpeg-dev",
    "libjpeg": "libjpeg-dev",
    "libevent": "libevent-dev",
    "event": "libevent-dev",
    "libuv": "libuv1-dev",
    "uv": "libuv1-dev",
    "ev": "libev-dev",
    "libev": "libev-dev",
    "jansson": "libjansson-dev",
    "json-c": "libjson-c-dev",
    "cjson": "libcjson-dev",
    "libcjson": "libcjson-dev",
    "pcre": "libpcre3-dev",
    "libpcre": "libpcre3-dev",
    "pcre2": "libpcre2-dev",
    "libpcre2-8": "libpcre2-dev",
    "pcre2-8": "libpcre2-dev",
    "yaml": "libyaml-dev",
    "yaml-0.1": "libyaml-dev",
    "yaml-cpp": "libyaml-cpp-dev",
    "fmt": "libfmt-dev",
    "spdlog": "libspdlog-dev",
    "nlohmann_json": "nlohmann-json3-dev",
    "protobuf": "libprotobuf-dev protobuf-compiler",
    "grpc": "libgrpc++-dev protobuf-compiler-grpc",
    "gtest": "libgtest-dev",
    "catch2": "catch2",
    "glib-2.0": "libglib2.0-dev",
    "gio-2.0": "libglib2.0-dev",
    "gmp": "libgmp-dev",
    "mpfr": "libmpfr-dev",
    "libzmq": "libzmq3-dev",
    "zmq": "libzmq3-dev",
    "zeromq": "libzmq3-dev",
    "cppzmq": "cppzmq-dev",
    "microhttpd": "libmicrohttpd-dev",
    "libmicrohttpd": "libmicrohttpd-dev",
    "lua": "liblua5.4-dev",
    "lua5.4": "liblua5.4-dev",
    "lua5.3": "liblua5.3-dev",
    "lua5.1": "liblua5.1-0-dev",
    "luajit": "libluajit-5.1-dev",
    "pq": "libpq-dev",
    "libpq": "libpq-dev",
    "postgresql": "libpq-dev",
    "mysqlclient": "default-libmysqlclient-dev",
    "hiredis": "libhiredis-dev",
    "lz4": "liblz4-dev",
    "liblz4": "liblz4-dev",
    "zstd": "libzstd-dev",
    "libzstd": "libzstd-dev",
    "bz2": "libbz2-dev",
    "bzip2": "libbz2-dev",
    "lzma": "liblzma-dev",
    "liblzma": "liblzma-dev",
    "archive": "libarchive-dev",
    "libarchive": "libarchive-dev",
    "sodium": "libsodium-dev",
    "libsodium": "libsodium-dev",
    "gnutls": "libgnutls28-dev",
    "mbedtls": "libmbedtls-dev",
    "pcap": "libpcap-dev",
    "libpcap": "libpcap-dev",
    "cap": "libcap-dev",
    "libcap": "libcap-dev",
    "systemd": "libsystemd-dev",
    "libsystemd": "libsystemd-dev",
    "uuid": "uuid-dev",
    "ffi": "libffi-dev",
    "libffi": "libffi-dev",
    "eigen3": "libeigen3-dev",
    "opencv": "libopencv-dev",
    "opencv4": "libopencv-dev",
    "sdl2": "libsdl2-dev",
    "asio": "libasio-dev",
    "nghttp2": "libnghttp2-dev",
    "libnghttp2": "libnghttp2-dev",
    "rdkafka": "librdkafka-dev",
    "mosquitto": "libmosquitto-dev",
    "libmosquitto": "libmosquitto-dev",
    "edit": "libedit-dev",
    "libedit": "libedit-dev",
    "magic": "libmagic-dev",
    "idn2": "libidn2-dev",
    "libidn2": "libidn2-dev",
    "unistring": "libunistring-dev",
    "gflags": "libgflags-dev",
    "glog": "libgoogle-glog-dev",
    "absl": "libabsl-dev",
    "tbb": "libtbb-dev",
    "popt": "libpopt-dev",
    "cunit": "libcunit1-dev",
    "check": "check",
    "confuse": "libconfuse-dev",
    "libconfuse": "libconfuse-dev",
    "config": "libconfig-dev",
    "libconfig": "libconfig-dev",
    "acl": "libacl1-dev",
    "attr": "libattr1-dev",
    "seccomp": "libseccomp-dev",
    "libseccomp": "libseccomp-dev",
    "nl-3": "libnl-3-dev",
    "dbus-1": "libdbus-1-dev",
    "fuse": "libfuse-dev",
    "fuse3": "libfuse3-dev",
    "tiff": "libtiff-dev",
    "webp": "libwebp-dev",
    "freetype": "libfreetype-dev",
    "cairo": "libcairo2-dev",
    "gd": "libgd-dev",
    "icu": "libicu-dev",
    "icu-uc": "libicu-dev",
    "bison": "bison",
    "flex": "flex",
    "doctest": "doctest-dev",
    "cli11": "libcli11-dev",
    "range-v3": "librange-v3-dev",
    "cpprestsdk": "libcpprest-dev",
    "lzo2": "liblzo2-dev",
    "lzo": "liblzo2-dev",
    "cares": "libc-ares-dev",
    "libcares": "libc-ares-dev",
    "c-ares": "libc-ares-dev",
    "nettle": "nettle-dev",
    "hogweed": "nettle-dev",
    "gcrypt": "libgcrypt20-dev",
    "libgcrypt": "libgcrypt20-dev",
    "gpg-error": "libgpg-error-dev",
    "sasl2": "libsasl2-dev",
    "libsasl2": "libsasl2-dev",
    "luajit-5.1": "libluajit-5.1-dev",
    "lua5.2": "liblua5.2-dev",
    "lua-5.2": "liblua5.2-dev",
    "lua-5.1": "liblua5.1-0-dev",
    "lua51": "liblua5.1-0-dev",
    "ogg": "libogg-dev",
    "vorbis": "libvorbis-dev",
    "theora": "libtheora-dev",
    "speex": "libspeex-dev",
    "flac": "libflac-dev",
    "opus": "libopus-dev",
    "kate": "libkate-dev",
    "unwind": "libunwind-dev",
    "libunwind": "libunwind-dev",
    "wolfssl": "libwolfssl-dev",
    "wildmidi": "libwildmidi-dev",
    "nss3": "libnss3-dev",
    "nspr4": "libnspr4-dev",
    "cppunit": "libcppunit-dev",
    "maxminddb": "libmaxminddb-dev",
    "libmaxminddb": "libmaxminddb-dev",
    "geoip": "libgeoip-dev",
    "bsd": "libbsd-dev",
    "libbsd": "libbsd-dev",
    "jemalloc": "libjemalloc-dev",
    "mnl": "libmnl-dev",
    "libmnl": "libmnl-dev",
    "ssh2": "libssh2-1-dev",
    "libssh2": "libssh2-1-dev",
    # Of other systems, or of the C library itself.
    **dict.fromkeys(
        (
            *("wsock32", "ws2_32", "gdi32", "winmm", "crypt32", "shlwapi", "iphlpapi", "advapi32"),
            *("kernel32", "user32", "ole32", "psapi", "bcrypt", "secur32", "userenv", "ntdll"),
            *("socket", "nsl", "posix4", "sec", "be", "root", "bind", "network", "xnet", "resolv"),
            *("anl", "crypt", "cocoa", "corefoundation", "security", "ubus"),
        ),
        "",
    ),
    "crow": "",
    "threads": "",
    "m": "",
    "pthread": "",
    "dl": "",
    "rt": "",
    "stdc++": "",
    "stdc++fs": "",
    "c": "",
    "util": "",
    "git": "git",
    "perl": "perl",
    "python3": "python3",
    "pkgconfig": "",
    "doxygen": "",
    "python": "python3",
    "pythoninterp": "python3",
    "oniguruma": "libonig-dev",
    "onig": "libonig-dev",
    "brotlienc": "libbrotli-dev",
    "libbrotlienc": "libbrotli-dev",
    "brotlidec": "libbrotli-dev",
    "libbrotlidec": "libbrotli-dev",
    "libwebsockets": "libwebsockets-dev",
    "lua-5.4": "liblua5.4-dev",
    "lua-5.3": "liblua5.3-dev",
    "ldap": "libldap-dev",
    "lber": "libldap-dev",
    "pam": "libpam0g-dev",
    "wrap": "libwrap0-dev",
    "crypt": "",
    "openmp": "",
    "atomic": "",
    "resolv": "",
}
#: Where names stand, and whether the build needs what it names there.
_NAMED = (
    (re.compile(r"\bfind_package\s*\(\s*([\w.+-]+)(?=[^)]*\bREQUIRED\b)", re.IGNORECASE), True),
    (re.compile(r"\bfind_package\s*\(\s*([\w.+-]+)", re.IGNORECASE), False),
    (re.compile(r"\bpkg_(?:check|search)_module(?:s)?\s*\(\s*\w+\s+([^)]*)\)", re.I), True),
    (re.compile(r"\bPKG_CHECK_MODULES\(\s*\[?\w+\]?\s*,\s*\[?([^,\])]*)"), True),
    (re.compile(r"\bAC_CHECK_LIB\(\s*\[?([\w+.-]+)"), False),
    (re.compile(r"\bAC_SEARCH_LIBS\(\s*\[?[\w+.-]+\]?\s*,\s*\[?([\w+. -]+)"), False),
    (re.compile(r"\bdependency\s*\(\s*'([^']+)'"), True),
    (re.compile(r"\bfind_library\s*\(\s*'([^']+)'"), True),
    (re.compile(r"(?:^|\s)-l([\w.+-]+)"), True),
    (re.compile(r"pkg-config\s+(?:--\S+\s+)*([\w.+ -]+)"), False),
    (re.compile(r"\bAX?M?_PROG_(LEX|YACC|FLEX|BISON)\b|\bAC_PROG_(LEX|YACC)\b"), False),
)
_OPTIONAL = re.compile(r"required\s*:\s*(?:false|get_option)|,\s*\[?\w*=?(?:no|false)\b|\|\|")
#: Headers, or folders of headers, of libraries that build files often don't name.
_HEADERS = {
    "event.h": "libevent-dev",
    "event2/": "libevent-dev",
    "openssl/": "libssl-dev",
    "zlib.h": "zlib1g-dev",
    "curl/": "libcurl4-openssl-dev",
    "ncurses.h": "libncurses-dev",
    "curses.h": "libncurses-dev",
    "readline/": "libreadline-dev",
    "sqlite3.h": "libsqlite3-dev",
    "pcre.h": "libpcre3-dev",
    "pcre2.h": "libpcre2-dev",
    "uv.h": "libuv1-dev",
    "ev.h": "libev-dev",
    "jansson.h": "libjansson-dev",
    "json-c/": "libjson-c-dev",
    "cjson/": "libcjson-dev",
    "libxml/": "libxml2-dev",
    "expat.h": "libexpat1-dev",
    "png.h": "libpng-dev",
    "jpeglib.h": "libjpeg-dev",
    "libpq-fe.h": "libpq-dev",
    "hiredis/": "libhiredis-dev",
    "lz4.h": "liblz4-dev",
    "zstd.h": "libzstd-dev",
    "bzlib.h": "libbz2-dev",
    "lzma.h": "liblzma-dev",
    "archive.h": "libarchive-dev",
    "sodium.h": "libsodium-dev",
    "gnutls/": "libgnutls28-dev",
    "mbedtls/": "libmbedtls-dev",
    "pcap.h": "libpcap-dev",
    "pcap/": "libpcap-dev",
    "sys/capability.h": "libcap-dev",
    "uuid/": "uuid-dev",
    "magic.h": "libmagic-dev",
    "popt.h": "libpopt-dev",
    "microhttpd.h": "libmicrohttpd-dev",
    "glib.h": "libglib2.0-dev",
    "gmp.h": "libgmp-dev",
    "nghttp2/": "libnghttp2-dev",
    "oniguruma.h": "libonig-dev",
    "tcpd.h": "libwrap0-dev",
    "security/": "libpam0g-dev",
    "ldap.h": "libldap-dev",
    "boost/": "libboost-all-dev",
    "nlohmann/": "nlohmann-json3-dev",
    "fmt/": "libfmt-dev",
    "spdlog/": "libspdlog-dev",
    "asio.hpp": "libasio-dev",
    "yaml-cpp/": "libyaml-cpp-dev",
    "lzo/": "liblzo2-dev",
    "ares.h": "libc-ares-dev",
    "nettle/": "nettle-dev",
    "gcrypt.h": "libgcrypt20-dev",
    "sasl/": "libsasl2-dev",
    "luajit.h": "libluajit-5.1-dev",
    "ogg/": "libogg-dev",
    "vorbis/": "libvorbis-dev",
    "theora/": "libtheora-dev",
    "speex/": "libspeex-dev",
    "seccomp.h": "libseccomp-dev",
    "maxminddb.h": "libmaxminddb-dev",
    "bsd/": "libbsd-dev",
    "unistr.h": "libunistring-dev",
    "libssh2.h": "libssh2-1-dev",
}
_PROGRAMS = {"lex": "flex", "yacc": "bison", "flex": "flex", "bison": "bison"}


def library_packages(
    listing: Listing, files: tuple[str, ...], sources: Sequence[str] = ()
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The -dev packages that these files need, and the names that none is known of.

    Of ``files``, which are the build system's, names are looked up; ``sources`` include headers.
    A test of configure for a library is no name that is missed: it goes on without.
    """
    found: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for name, is_needed in _names(listing, files):
        package = _PACKAGES.get(name.lower())
        if package is None and is_needed:
            unknown[name] = None
        found |= dict.fromkeys((package or "").split())
    for package in _of_headers(listing, sources):
        found[package] = None
    if "libpcre2-dev" in found:
        found.pop("libpcre3-dev", None)
    for lua in [one for one in found if re.match(r"liblua5\.\d", one)][1:]:
        del found[lua]
    return tuple(found), tuple(unknown)


def _of_headers(listing: Listing, sources: Sequence[str]) -> Iterator[str]:
    """The packages of the headers that the sources include and the project hasn't itself."""
    own = {file.rpartition("/")[2] for file in listing.files if file.endswith((".h", ".hpp"))}
    for file in sources:
        for header in re.findall(r"^\s*#\s*include\s*<([\w./+-]+)>", listing.read(file), re.M):
            if header.rpartition("/")[2] not in own:
                folder = f"{header.partition('/')[0]}/" if "/" in header else ""
                package = _HEADERS.get(header) or _HEADERS.get(folder)
                if package:
                    yield package


def _names(listing: Listing, files: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    """The names of libraries, each with whether the build fails without it."""
    for file in files:
        if is_aside(file):
            continue
        text = re.sub(r"(?m)^\s*(?:#|dnl\b).*$", "", listing.read(file))
        for shape, is_needed in _NAMED:
            for match in shape.finditer(text):
                words = " ".join(group for group in match.groups() if group)
                for word in words.split():
                    name = re.split(r"[<>=]", word)[0]
                    name = _PROGRAMS.get(name.lower(), name)
                    if re.fullmatch(r"[A-Za-z][\w.+-]*", name) and name not in _OPTIONS:
                        line = text[match.start() : match.end() + 120].partition("\n")[0]
                        yield name, is_needed and _OPTIONAL.search(line) is None


_OPTIONS = frozenset(
    {"REQUIRED", "QUIET", "IMPORTED_TARGET", "GLOBAL", "COMPONENTS", "CONFIG", "sh"}
)
