"""Web sites that need no build: an index.html, and nothing that builds it."""

from __future__ import annotations

from dataclasses import replace

from bpkit.languages.detected import Candidate, Detected, Fact, ProjectWishes, choose
from bpkit.languages.dockerfile_words import plain
from bpkit.languages.health import BUSYBOX_VERSION
from bpkit.languages.listing import Listing
from bpkit.languages.naming import image_name
from bpkit.languages.source_suffixes import OF_PROGRAMS

NGINX_VERSION = "1.28"
NGINX_PORT = "8080"
NGINX_BASE = "nginxinc/nginx-unprivileged:${NGINX_VERSION}-alpine"
#: A finished site has none of the sources of programs, or only a few.
_MOST_SOURCES = 5
_FOLDERS = (".", "public", "site", "www", "html", "dist", "docs", "_site", "build", "src")


def sign(listing: Listing) -> str | None:
    """The site's first page, unless it is only the manual for a program's sources."""
    page = listing.first(*(_index(folder) for folder in _FOLDERS))
    if page == "index.html":
        return page
    return page if len(listing.sources(*OF_PROGRAMS)) < _MOST_SOURCES else None


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The directory with the site."""
    found = [
        Candidate(one, _index(one), -at)
        for at, one in enumerate(_FOLDERS)
        if _index(one) in listing
    ]
    chosen = choose(found if wishes.entry else found[:1], wishes, "directory with an index.html")
    folder = chosen.candidate.entry
    values = {
        "site": plain(folder, "directory"),
        "busybox_version": BUSYBOX_VERSION,
        "nginx_version": NGINX_VERSION,
    }
    facts = (Fact("web site", folder, _index(folder)), Fact("port", NGINX_PORT))
    name = wishes.name or image_name(listing.name)
    base = wishes.base or NGINX_BASE
    notes = without_effect(replace(wishes, entry=""))
    sent = (folder,) if folder in {"dist", "build"} else ()
    return Detected(
        "static web site",
        "static",
        name,
        base,
        values,
        facts,
        NGINX_PORT,
        notes=notes,
        sent=sent,
    )


def without_effect(wishes: ProjectWishes) -> tuple[str, ...]:
    """A note that names the switches that nginx can't honour, if any were passed."""
    wished = {"cmd": wishes.cmd, "entry": wishes.entry, "port": wishes.port}
    named = [f"--{switch}" for switch, value in wished.items() if value not in {"", NGINX_PORT}]
    if not named:
        return ()
    verb = "has" if len(named) == 1 else "have"
    return (f"nginx serves the site on port {NGINX_PORT}: {' and '.join(named)} {verb} no effect",)


def _index(folder: str) -> str:
    return "index.html" if folder == "." else f"{folder}/index.html"
