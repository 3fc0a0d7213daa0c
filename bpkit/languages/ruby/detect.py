"""Ruby with Bundler: Rails, Rack, or a plain program."""

from __future__ import annotations

import re
from dataclasses import replace

from bpkit.languages.detected import (
    Detected,
    Fact,
    ProjectWishes,
    Values,
)
from bpkit.languages.dockerfile_words import argv, copied, words
from bpkit.languages.listing import Listing
from bpkit.languages.naming import image_name
from bpkit.languages.ruby.gems import gem_packages, gems_of
from bpkit.languages.ruby.start import start_of
from bpkit.languages.runtime_files import writing_note, written_places
from bpkit.languages.source_suffixes import RUBY
from bpkit.languages.start import StartCommand, environment_values
from bpkit.languages.versions import pinned_version, release_fact, short, version_of_base
from bpkit.languages.writable import make_writable

RELEASES = ("2.6", "2.7", "3.0", "3.1", "3.2", "3.3", "3.4")
_CHECK = "require 'socket'; TCPSocket.new('127.0.0.1', {port}).close"
_USER = "65532:65532"
_MANIFESTS = ("Gemfile", "Gemfile.lock", ".ruby-version", ".tool-versions")
_RAILS_FOLDERS = ("tmp", "log", "storage", "db")
_RAILS_ENVIRONMENT = {
    "RAILS_ENV": "production",
    "RAILS_LOG_TO_STDOUT": "1",
    "RAILS_SERVE_STATIC_FILES": "1",
}
_RAILS_NOTE = (
    "Rails needs SECRET_KEY_BASE or RAILS_MASTER_KEY when it runs: pass it with 'docker run -e'"
)
_PRECOMPILE = (
    "SECRET_KEY_BASE_DUMMY=1 SECRET_KEY_BASE=none RAILS_ENV=production"
    " bundle exec rails assets:precompile"
)


def sign(listing: Listing) -> str | None:
    """A Gemfile, a config.ru, or a lone program."""
    alone = next((f for f in listing.in_folder("") if f.endswith(".rb")), None)
    return listing.first("Gemfile", "config.ru") or alone


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """Ruby's version, the lock file, the start command and its port."""
    version = ruby_version(listing)
    command = start_of(listing, wishes)
    at = wishes.port or command.port
    if wishes.port and command.port and command.port != wishes.port:
        command = command.on_port(wishes.port)
    is_rails = "bin/rails" in listing or "rails" in gems_of(listing)
    places = written_places(listing, listing.sources(*RUBY))
    folders = _RAILS_FOLDERS if is_rails else ()
    values: Values = {
        "ruby_version": version.value,
        **_installation(listing),
        "precompile": _PRECOMPILE if is_rails and _has_assets(listing) else "",
        "make_writable": make_writable(places, _USER, *folders) if places or folders else "",
        **environment_values(_environment(listing, command, is_rails)),
        "entrypoint": command.entrypoint,
        "healthcheck": argv("ruby", "-e", _CHECK.format(port=at)) if at else "",
    }
    facts = [version]
    if "Gemfile.lock" in listing:
        facts.append(Fact("lock file", "Gemfile.lock", "Gemfile.lock"))
    facts.append(command.fact)
    if at:
        said_by = wishes.source_of("port") if wishes.port else command.port_file
        facts.append(Fact("port", at, said_by))
    name = wishes.name or image_name(listing.name)
    base = wishes.base or "ruby:${RUBY_VERSION}-slim-bookworm"
    notes = [*command.notes, *writing_note(places), *([_RAILS_NOTE] if is_rails else [])]
    return Detected("Ruby", "ruby", name, base, values, tuple(facts), at, notes=tuple(notes))


def _installation(listing: Listing) -> Values:
    """How Bundler installs the gems, from which files, and Debian's packages for them."""
    if "Gemfile" not in listing:
        nothing = ("manifests", "frozen", "install", "build_packages", "runtime_packages")
        return {**dict.fromkeys(nothing, ""), "member_manifests": copied(())}
    gemfile = listing.text("Gemfile")
    is_gem = re.search(r"^\s*gemspec\b", gemfile, re.M) and any(
        f.endswith(".gemspec") for f in listing.in_folder("")
    )
    has_paths = re.search(r"^\s*gem\s[^#\n]*\bpath:\s*['\"](?:\./)?[\w./-]+['\"]", gemfile, re.M)
    files = [one for one in _MANIFESTS if one in listing]
    build, runtime = gem_packages(gems_of(listing))
    return {
        # A gemspec, or a gem of the project itself, may read any file.
        "manifests": "." if is_gem or has_paths else words(files),
        "member_manifests": copied(()),
        "frozen": "true" if "Gemfile.lock" in listing else "false",
        "install": "bundle install && rm -rf vendor/bundle/ruby/*/cache",
        "build_packages": " ".join(build),
        "runtime_packages": " ".join(runtime),
    }


def _has_assets(listing: Listing) -> bool:
    pipelines = {
        *("sprockets-rails", "propshaft", "sprockets", "sassc-rails", "importmap-rails", "rails")
    }
    return listing.has_folder("app/assets") and bool(gems_of(listing) & pipelines)


def _environment(listing: Listing, command: StartCommand, is_rails: bool) -> dict[str, str]:
    if is_rails:
        return {**_RAILS_ENVIRONMENT, **command.environment}
    if "config.ru" in listing:
        return {"RACK_ENV": "production", **command.environment}
    return dict(command.environment)


def ruby_version(listing: Listing) -> Fact:
    """The version in files of the project, or of version managers."""
    what = "Ruby version"
    if pinned := re.match(r"\s*(?:ruby-)?(\d+\.\d+)", listing.text(".ruby-version")):
        return Fact(what, pinned[1], ".ruby-version")
    if tool := pinned_version(listing, "ruby"):
        return Fact(what, short(tool[0]), tool[1])
    said = re.search(r"^\s*ruby[\s(]+(['\"][^#\n)]+)", listing.text("Gemfile"), re.MULTILINE)
    terms = re.findall(r"['\"]([^'\"]+)['\"]", said[1].partition("engine")[0]) if said else []
    found = release_fact(what, RELEASES, ", ".join(terms), "Gemfile") if terms else None
    if found:
        return replace(found, value=short(found.value))
    if locked := re.search(
        r"^RUBY VERSION\s+ruby (\d+\.\d+)", listing.text("Gemfile.lock"), re.MULTILINE
    ):
        return Fact(what, locked[1], "Gemfile.lock")
    if base := version_of_base(listing, "ruby"):
        return Fact(what, short(base[0]), base[1])
    return Fact(what, RELEASES[-1])
