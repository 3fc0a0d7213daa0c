"""Web sites that are ready as they are: an index.html, and nothing that builds it."""

from __future__ import annotations

from bpkit.languages.health import BUSYBOX_VERSION
from bpkit.languages.listing import (
    Detected,
    Fact,
    Listing,
    ProjectWishes,
    image_name,
    one_entry,
    plain,
)

NGINX_VERSION = "1.28"
NGINX_BASE = "nginxinc/nginx-unprivileged:${NGINX_VERSION}-alpine"
_FOLDERS = (".", "public", "site", "www", "html", "dist", "docs")


def sign(listing: Listing) -> str | None:
    return listing.first(*(_index(folder) for folder in _FOLDERS))


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The folder that holds the site."""
    found = [folder for folder in _FOLDERS if _index(folder) in listing]
    folder = one_entry(found[:1], wishes, "folder with an index.html", "")
    values = {
        "site": plain(folder, "folder"),
        "busybox_version": BUSYBOX_VERSION,
        "nginx_version": NGINX_VERSION,
    }
    facts = (Fact("web site", folder, _index(folder)), Fact("port", "8080"))
    name = wishes.name or image_name(listing.name)
    base = wishes.base or NGINX_BASE
    return Detected("static web site", "static", name, base, values, facts, "8080")


def _index(folder: str) -> str:
    return "index.html" if folder == "." else f"{folder}/index.html"
