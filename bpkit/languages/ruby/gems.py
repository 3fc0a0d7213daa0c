"""A project's gems, and the Debian packages that gems with C code need."""

from __future__ import annotations

import re

from bpkit.languages.listing import Listing

#: Gems that compile against libraries: Debian packages for the build, and for what ships.
_GEMS = {
    "pg": ("libpq-dev", "libpq5"),
    "mysql2": ("default-libmysqlclient-dev", "libmariadb3"),
    "sqlite3": ("libsqlite3-dev", "libsqlite3-0"),
    "rmagick": ("libmagickwand-dev", "libmagickwand-6.q16-6"),
    "mini_magick": ("", "imagemagick"),
    "ruby-vips": ("", "libvips42"),
    "image_processing": ("", "libvips42"),
    "charlock_holmes": ("libicu-dev", "libicu72"),
    "rugged": ("cmake libssl-dev", "libssl3"),
    "curb": ("libcurl4-openssl-dev", "libcurl4"),
    "idn-ruby": ("libidn-dev", "libidn12"),
    "tiny_tds": ("freetds-dev", "libsybdb5"),
    "execjs": ("", "nodejs"),
    "therubyracer": ("", "nodejs"),
}


def gems_of(listing: Listing) -> frozenset[str]:
    """The gems that the Gemfile and its lock name."""
    text = listing.text("Gemfile")
    named = re.findall(r"^\s*gem[\s(]+['\"]([\w-]+)", text, re.MULTILINE)
    locked = re.findall(r"^    ([\w-]+) \(", listing.text("Gemfile.lock"), re.MULTILINE)
    return frozenset((*named, *locked))


def gem_packages(gems: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The Debian packages that the gems are compiled with, and those that ship."""
    if not gems:
        return (), ()
    build, runtime = ["build-essential", "git", "libyaml-dev", "pkg-config"], list[str]()
    for gem, (for_build, for_runtime) in _GEMS.items():
        if gem in gems:
            build += for_build.split()
            runtime += for_runtime.split()
    return tuple(dict.fromkeys(build)), tuple(dict.fromkeys(runtime))
