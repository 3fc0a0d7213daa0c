"""Jekyll: with Bundler, or with the gems that the configuration names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpkit.languages.detected import Detected, Fact, ProjectWishes
from bpkit.languages.dockerfile_words import plain, words
from bpkit.languages.listing import Listing
from bpkit.languages.ruby.detect import ruby_version
from bpkit.languages.source_suffixes import OF_PROGRAMS, PHP, PYTHON
from bpkit.languages.static.nginx import built_site

#: Jekyll's own list: https://rubygems.org/gems/jekyll.
JEKYLL_VERSION = "4.4.1"
#: The last Ruby that still bundles the gems that older releases of Jekyll expect.
_RUBY = "3.3"
_CONFIG = ("_config.yml", "_config.yaml", "_config.toml")


def sign(listing: Listing) -> str | None:
    """Jekyll's configuration, beside a Gemfile that names Jekyll or a directory of Jekyll's."""
    file = listing.first(*_CONFIG)
    if not file or "hexo" in listing.text("package.json"):
        return None
    if re.search(r"['\"](?:jekyll|github-pages)\b", listing.text("Gemfile")):
        return file
    own = any(listing.has_folder(one) for one in ("_posts", "_layouts", "_includes", "_data"))
    if own or not re.search(r"(?m)^(?:remote_)?theme:", listing.text(file)):
        return file if own else None
    # GitHub shows the README of a program by such a file too.
    return None if listing.sources(*OF_PROGRAMS, *PYTHON, *PHP) else file


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """Ruby's version, and the gems."""
    file = sign(listing) or ""
    version = ruby_version(listing)
    if not version.file and not version.allowed_by:
        version = Fact(version.what, _RUBY)
    has_gemfile = "Gemfile" in listing
    config = listing.text(file)
    gems = tuple(dict.fromkeys(_gems(config)))
    install = "bundle install" if has_gemfile else f"gem install {' '.join(gems)}"
    manifests = [one for one in ("Gemfile", "Gemfile.lock") if one in listing]
    gemspecs = [one for one in listing.in_folder("") if one.endswith(".gemspec")]
    values = {
        "ruby_version": version.value,
        "build_packages": "build-essential git",
        "manifests": "." if gemspecs else words(manifests),
        "install": install,
        "build": f"{'bundle exec ' if has_gemfile else ''}jekyll build",
    }
    gem_fact = (
        Fact("lock file", manifests[-1], manifests[-1])
        if has_gemfile
        else Fact("gems", " ".join(gems), file, is_guess=True)
    )
    return built_site(
        "Jekyll",
        "jekyll",
        listing,
        wishes,
        values,
        (version, gem_fact) if not has_gemfile or len(manifests) > 1 else (version,),
        tuple(_notes(config, file, has_gemfile=has_gemfile)),
    )


def _gems(config: str) -> Iterator[str]:
    """The gems that the configuration names, if no Gemfile does."""
    yield f"jekyll:{JEKYLL_VERSION}"
    theme = re.search(r"(?m)^theme:\s*['\"]?([\w-]+)", config)
    if theme:
        yield plain(theme[1], "theme")
    if re.search(r"(?m)^remote_theme:", config):
        yield "jekyll-remote-theme"
    block = re.search(r"(?m)^(?:plugins|gems):\s*(\[[^\]]*\]|(?:\n\s*-[^\n]*)+)", config)
    yield from re.findall(r"[\w-]*[a-z][\w-]*", re.sub(r"#[^\n]*", "", block[1])) if block else ()


def _notes(config: str, file: str, *, has_gemfile: bool) -> Iterator[str]:
    if not has_gemfile:
        yield f"there is no Gemfile: each build installs the newest gems named in {file}"
    path = re.search(r"(?m)^baseurl:\s*['\"]?(/[\w./-]+)", config)
    if path:
        yield (
            f"baseurl is {path[1]}, so the links begin with it, but nginx serves them at /:"
            " build with --baseurl '' or put a proxy in front"
        )
