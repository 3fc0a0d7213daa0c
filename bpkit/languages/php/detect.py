"""PHP, with Composer or bare: programs for the command line, and web sites behind Apache."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bpkit.errors import InputError
from bpkit.languages.detected import (
    Candidate,
    Detected,
    Fact,
    ProjectWishes,
    choose,
    no_such_program,
)
from bpkit.languages.dockerfile_words import argv, plain, words
from bpkit.languages.listing import Listing
from bpkit.languages.naming import image_name
from bpkit.languages.php.extensions import (
    called_extensions,
    docker_extensions,
    required_extensions,
)
from bpkit.languages.runtime_files import writing_note, written_places
from bpkit.languages.source_suffixes import PHP
from bpkit.languages.stated import stated_commands
from bpkit.languages.versions import fits, pinned_version, release_fact, short, version_of_base
from bpkit.languages.writable import make_writable

RELEASES = ("7.4", "8.0", "8.1", "8.2", "8.3", "8.4")
COMPOSER_VERSION = "2"
_PORT = "8080"
_DOCUMENT_ROOTS = (
    "public",
    "web",
    "htdocs",
    "www",
    "public_html",
    "html",
    "webroot",
    "docroot",
    "pub",
)
_MAINS = ("main.php", "app.php", "bin/console", "cli.php", "run.php", "bot.php", "server.php")


def sign(listing: Listing) -> str | None:
    """composer.json, or a page at the top or in a directory of pages."""
    if "composer.json" in listing:
        return "composer.json"
    pages = listing.first("index.php", *(f"{one}/index.php" for one in _DOCUMENT_ROOTS))
    alone = next((f for f in listing.in_folder("") if f.endswith(".php")), None)
    return pages or alone


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """PHP's version, extensions and lock file, and the web site's directory or the program."""
    composer = listing.json("composer.json")
    version = _version(listing, composer)
    called = {} if "composer.json" in listing else called_extensions(listing)
    extensions = docker_extensions((*required_extensions(listing, composer), *called))
    facts = [version]
    if "composer.lock" in listing:
        facts.append(Fact("lock file", "composer.lock", "composer.lock"))
    if extensions.names:
        said_by = next(iter(called.values()), "composer.json")
        facts.append(Fact("extensions", " ".join(extensions.names), said_by))
    values = {
        "php_version": version.value,
        "composer_version": COMPOSER_VERSION,
        **_installation(listing),
        "extension_packages": extensions.packages,
        "extensions": " ".join(extensions.bundled),
        "pecl": " ".join(extensions.pecl),
    }
    root = next((one for one in _DOCUMENT_ROOTS if f"{one}/index.php" in listing), "")
    is_site = bool(root) or "index.php" in listing
    if is_site and not wishes.entry and not wishes.cmd:
        found = _site(listing, wishes, root, values, facts)
    else:
        found = _program(listing, wishes, composer, values, facts)
    places = written_places(listing, listing.sources(*PHP))
    folders = _framework_folders(listing)
    user = "33:33" if found.template == "php/apache" else "65532:65532"
    writable = make_writable(places, user, *folders) if places or folders else ""
    # Packagist's names are in lower case, whatever the manifest writes.
    name = wishes.name or image_name(str(composer.get("name", "")).lower() or listing.name)
    found = replace(found, name=name, values={**found.values, "make_writable": writable})
    return found.with_notes(*_notes(listing, composer, extensions.unknown), *writing_note(places))


def _installation(listing: Listing) -> dict[str, str]:
    """How Composer installs the packages, and from which files."""
    manifests = [file for file in ("composer.json", "composer.lock") if file in listing]
    install = "composer install --no-dev --no-scripts --no-autoloader --no-interaction"
    autoload = "composer dump-autoload --no-dev --optimize --no-scripts"
    return {
        "manifests": words(manifests),
        "install": f"{install} --ignore-platform-reqs" if manifests else "",
        "autoload": f"{autoload} --ignore-platform-reqs" if manifests else "",
    }


def _site(
    listing: Listing, wishes: ProjectWishes, root: str, values: dict[str, str], facts: list[Fact]
) -> Detected:
    """The pages below ``root``, which Apache serves."""
    port = wishes.port or _PORT
    document_root = f"/srv/app/{root}".rstrip("/")
    facts = [
        *facts,
        Fact("document root", root or ".", f"{root}/index.php".lstrip("/")),
        Fact("port", port, wishes.source_of("port") if wishes.port else ""),
    ]
    return Detected(
        "PHP",
        "php/apache",
        "",
        wishes.base or "php:${PHP_VERSION}-apache-bookworm",
        {
            **values,
            "document_root": document_root,
            "site_port": port,
            "modules": "rewrite headers",
        },
        tuple(facts),
        port,
        sent=_sent(listing),
    )


def _program(
    listing: Listing,
    wishes: ProjectWishes,
    composer: Mapping[str, Any],
    values: dict[str, str],
    facts: list[Fact],
) -> Detected:
    """The program for the command line."""
    command, source, notes = _command(listing, wishes, composer)
    facts = [*facts, Fact("entry point", " ".join(command), source)]
    port = wishes.port
    if port:
        facts.append(Fact("port", port, wishes.source_of("port")))
    connect = f"exit(fsockopen('127.0.0.1', {port}) ? 0 : 1);"
    return Detected(
        "PHP",
        "php/cli",
        "",
        wishes.base or "php:${PHP_VERSION}-cli-bookworm",
        {
            **values,
            "entrypoint": argv(*command),
            "healthcheck": argv("php", "-r", connect) if port else "",
        },
        tuple(facts),
        port,
        notes=notes,
        sent=_sent(listing),
    )


def _sent(listing: Listing) -> tuple[str, ...]:
    """The vendor directory if there is no manifest: then it is part of the source."""
    return ("vendor",) if listing.has_folder("vendor") and "composer.json" not in listing else ()


def _framework_folders(listing: Listing) -> tuple[str, ...]:
    """The directories that the framework writes to: Laravel's storage, Symfony's var."""
    if "artisan" in listing:
        return (
            *("storage/framework/cache", "storage/framework/sessions", "storage/framework/views"),
            *("storage/logs", "storage/app", "bootstrap/cache"),
        )
    if "symfony.lock" in listing or ("bin/console" in listing and listing.has_folder("config")):
        return ("var/cache", "var/log")
    return ()


def _notes(
    listing: Listing, composer: Mapping[str, Any], unknown: tuple[str, ...]
) -> Iterator[str]:
    if unknown:
        yield (
            f"the extensions {', '.join(unknown)} aren't"
            f" among those that bpkit knows how to install"
        )
    if "artisan" in listing:
        yield (
            "Laravel needs APP_KEY and its database's variables"
            " when it runs: pass them with 'docker run -e'"
        )
    if "composer.json" in listing and "composer.lock" not in listing and composer.get("require"):
        yield "there is no composer.lock: each build installs the newest matching packages"


def _command(
    listing: Listing, wishes: ProjectWishes, composer: Mapping[str, Any]
) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    for stated in stated_commands(listing, wishes):
        found = stated.words
        if found[:1] == ("php",):
            file = next((word for word in found[1:] if not word.startswith("-")), "")
            if not file or file in listing:
                return found, stated.file, ()
        if stated.is_of_user:
            raise InputError(
                f"{stated.file} {stated.text!r}: the program doesn't exist in the project",
                hint="pass php and a file in the project",
            )
    bins = composer.get("bin")
    stated_bins = (
        [bins] if isinstance(bins, str) else [one for one in bins or [] if isinstance(one, str)]
    )
    candidates = [Candidate(one, "composer.json", 60) for one in stated_bins if one in listing]
    candidates += [Candidate(one, one, 40 - at) for at, one in enumerate(_MAINS) if one in listing]
    if not candidates or wishes.entry:
        alone = [
            f
            for f in listing.in_folder("")
            if f.endswith(".php") and not re.match(r"(?i)config|functions|helpers|\.", f)
        ]
        candidates += [Candidate(one, one, 10) for one in alone]
    if wishes.entry and wishes.entry.removeprefix("./") in listing:
        return ("php", wishes.entry.removeprefix("./")), wishes.source_of("entry"), ()
    if wishes.entry:
        raise no_such_program(
            wishes.entry, [one.entry for one in candidates], wishes.source_of("entry")
        )
    chosen = choose(candidates, wishes, "program")
    return ("php", plain(chosen.candidate.entry, "file name")), chosen.candidate.file, chosen.notes


def _version(listing: Listing, composer: Mapping[str, Any]) -> Fact:
    what = "PHP version"
    if pinned := re.match(r"\s*(\d+\.\d+)", listing.text(".php-version")):
        return Fact(what, pinned[1], ".php-version")
    if tool := pinned_version(listing, "php"):
        return Fact(what, short(tool[0]), tool[1])
    platform = ((composer.get("config") or {}).get("platform") or {}).get("php", "")
    wanted = str((composer.get("require") or {}).get("php", ""))
    if exact := re.match(r"(\d+\.\d+)", str(platform)):
        if exact[1] in RELEASES:
            return Fact(what, exact[1], "composer.json")
        # No image has the release that the lock file was made for: use the closest one.
        closest = next((one for one in RELEASES[1:] if fits(one, wanted or ">=7")), RELEASES[0])
        return Fact(what, closest, "composer.json", is_guess=True)
    if (base := version_of_base(listing, "php")) and "." in base[0]:
        return Fact(what, short(base[0]), base[1])
    found = release_fact(what, RELEASES, wanted, "composer.json") if wanted else None
    return found or Fact(what, RELEASES[-1])
