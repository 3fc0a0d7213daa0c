"""Ruby with Bundler: Rails, Rack, or a plain program."""

from __future__ import annotations

import re

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
from bpkit.languages.ports import port_in
from bpkit.languages.versions import newest

RELEASES = ("3.1", "3.2", "3.3", "3.4")
_STARTS = ("main.rb", "app.rb", "server.rb")
_CHECK = "require 'socket'; TCPSocket.new('127.0.0.1', {port}).close"


def sign(listing: Listing) -> str | None:
    return listing.first("Gemfile")


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """Ruby's version, the lock file, what starts and its port."""
    version = _version(listing)
    locked = "Gemfile.lock" in listing
    command, source = _command(listing, wishes)
    at = port_in(" ".join(command)) or (port_in(listing.text(source)) if source in listing else "")
    facts = [
        version,
        *([Fact("lock file", "Gemfile.lock", "Gemfile.lock")] if locked else []),
        Fact("entry point", " ".join(command), source),
        *([Fact("port", at, source)] if at else []),
    ]
    has_gems = re.search(r"^\s*gem[\s(]", listing.text("Gemfile"), re.MULTILINE)
    values = {
        "ruby_version": version.value,
        "manifests": words(f for f in ("Gemfile", "Gemfile.lock", ".ruby-version") if f in listing),
        "frozen": "true" if locked else "false",
        "build_packages": "build-essential git libyaml-dev pkg-config" if has_gems else "",
        "entrypoint": argv(*command),
        "healthcheck": argv("ruby", "-e", _CHECK.format(port=at)) if at else "",
    }
    name = wishes.name or image_name(listing.name)
    base = wishes.base or "ruby:${RUBY_VERSION}-slim-bookworm"
    return Detected("Ruby", "ruby", name, base, values, tuple(facts), at)


def _version(listing: Listing) -> Fact:
    if pinned := re.match(r"\s*(?:ruby-)?(\d+\.\d+)", listing.text(".ruby-version")):
        return Fact("Ruby version", pinned[1], ".ruby-version")
    said = re.search(r"^\s*ruby[\s(]+['\"]([^'\"]+)", listing.text("Gemfile"), re.MULTILINE)
    found = newest(RELEASES, said[1]) if said else None
    return Fact(
        "Ruby version",
        ".".join((found or RELEASES[-1]).split(".")[:2]),
        "Gemfile" if found else "",
    )


def _command(listing: Listing, wishes: ProjectWishes) -> tuple[tuple[str, ...], str]:
    if wishes.entry:
        return ("bundle", "exec", "ruby", wishes.entry), wishes.entry
    if "bin/rails" in listing:
        return ("bin/rails", "server", "-b", "0.0.0.0", "-p", "3000"), "bin/rails"
    if "config.ru" in listing:
        puma = "puma" in listing.text("Gemfile")
        server = ("puma", "-b", "tcp://0.0.0.0:9292") if puma else ("rackup", "-o", "0.0.0.0")
        return ("bundle", "exec", *server), "config.ru"
    found = [file for file in _STARTS if file in listing]
    alone = [file for file in listing.glob("*.rb") if "/" not in file]
    chosen = one_entry(found[:1] or alone, wishes, "program", "")
    return ("bundle", "exec", "ruby", chosen), chosen
