"""PHP with Composer: programs for the command line, and web sites behind Apache."""

from __future__ import annotations

from bpkit.languages.listing import (
    Detected,
    Fact,
    Listing,
    ProjectWishes,
    argv,
    image_name,
    one_entry,
    words,
)
from bpkit.languages.versions import newest

RELEASES = ("8.1", "8.2", "8.3", "8.4")
COMPOSER_VERSION = "2"
_DOCUMENT_ROOTS = ("public", "web", "htdocs", "www")


def sign(listing: Listing) -> str | None:
    return listing.first("composer.json")


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """PHP's version, the lock file, and the web site's folder or the program."""
    composer = listing.json("composer.json")
    wanted = str((composer.get("require") or {}).get("php", ""))
    found = newest(RELEASES, wanted) if wanted else None
    version = Fact("PHP version", found or RELEASES[-1], "composer.json" if found else "")
    locked = "composer.lock" in listing
    manifests = ("composer.json", "composer.lock") if locked else ("composer.json",)
    facts = [version, *([Fact("lock file", "composer.lock", "composer.lock")] if locked else [])]
    values = {
        "php_version": version.value,
        "composer_version": COMPOSER_VERSION,
        "manifests": words(manifests),
    }
    name = wishes.name or image_name(str(composer.get("name") or listing.name))
    root = next((one for one in _DOCUMENT_ROOTS if f"{one}/index.php" in listing), "")
    if not wishes.entry and (root or "index.php" in listing):
        values["document_root"] = root
        base = wishes.base or "php:${PHP_VERSION}-apache-bookworm"
        facts.append(Fact("document root", root or ".", f"{root}/index.php".lstrip("/")))
        return Detected("PHP", "php/apache", name, base, values, tuple(facts), "8080")
    programs = composer.get("bin") or [
        file for file in ("main.php", "app.php", "bin/console", "cli.php") if file in listing
    ]
    program = one_entry(programs, wishes, "program", "composer.json")
    facts.append(Fact("entry point", program, "composer.json" if composer.get("bin") else program))
    values["entrypoint"] = argv("php", program)
    base = wishes.base or "php:${PHP_VERSION}-cli-bookworm"
    return Detected("PHP", "php/cli", name, base, values, tuple(facts), "")
