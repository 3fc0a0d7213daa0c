"""Elixir: the release of a Mix project, with Phoenix if it uses it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpkit.errors import InputError, Place
from bpkit.languages.detected import Detected, Fact, ProjectWishes, no_such_program
from bpkit.languages.dockerfile_words import argv, copied, plain, words
from bpkit.languages.health import shell_check
from bpkit.languages.listing import Listing
from bpkit.languages.naming import image_name
from bpkit.languages.ports import listening
from bpkit.languages.start import environment_values
from bpkit.languages.stated import stated_commands
from bpkit.languages.versions import pinned_version, release_fact, short, version_of_base

#: Versions whose images are based on bookworm, like the base that ships.
RELEASES = ("1.15", "1.16", "1.17", "1.18")
_PHOENIX_PORT = "4000"


def sign(listing: Listing) -> str | None:
    """mix.exs."""
    return listing.first("mix.exs")


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The version, the release, its port, and Phoenix's assets."""
    mix = re.sub(r"(?m)^\s*#[^\n]*", "", listing.read("mix.exs"))
    release = _release(listing, mix)
    version = _version(listing, mix)
    has_packages = bool(re.search(r"\{\s*:\w+\s*,", mix.partition("deps do")[2]))
    is_phoenix = ":phoenix," in mix or ":phoenix," in "".join(
        listing.text(f) for f in listing.named("mix.exs")
    )
    port = _port(listing, wishes, is_phoenix=is_phoenix)
    environment = {"PHX_SERVER": "true", "PORT": port.value} if is_phoenix and port else {}
    has_npm = "assets/package.json" in listing
    deploys = re.search(r"[\"']assets\.deploy[\"']", mix)
    configuration = [f for f in ("config/config.exs", "config/prod.exs") if f in listing]
    base = wishes.base or "debian:bookworm-slim"
    values = {
        "elixir_version": version.value,
        "build_packages": " ".join(
            [*(["build-essential", "git", "ca-certificates"] if has_packages else [])]
            + (["nodejs", "npm"] if has_npm else [])
        ),
        "tools": "mix local.hex --force && mix local.rebar --force" if has_packages else "",
        "manifests": words(f for f in ("mix.exs", "mix.lock") if f in listing)
        if has_packages and "apps_path" not in mix
        else ("." if has_packages else ""),
        "member_manifests": copied(configuration) if has_packages else (),
        "install": "mix deps.get --only prod && mix deps.compile" if has_packages else "",
        "assets_build": " && ".join(
            [*(["npm ci --prefix assets"] if has_npm else []), "mix assets.deploy"]
        )
        if deploys
        else "",
        "release": release if re.search(r"\breleases\s*:", mix) else "",
        "runtime_packages": "libstdc++6 openssl libncurses6 ca-certificates",
        **environment_values(environment),
        "healthcheck": shell_check(port.value if port else "", base),
        "entrypoint": argv(f"/srv/app/bin/{release}", "start"),
    }
    facts = (
        version,
        Fact("release", release, "mix.exs"),
        *([Fact("lock file", "mix.lock", "mix.lock")] if "mix.lock" in listing else []),
        *([port] if port else []),
    )
    notes = list(_notes(listing, is_phoenix=is_phoenix))
    if wishes.entry not in {"", release}:
        raise no_such_program(wishes.entry, [release], wishes.source_of("entry"), "release")
    for stated in stated_commands(listing, wishes):
        if stated.is_of_user:
            raise InputError(
                f"{stated.file} {stated.text!r}: a release is started by its own script",
                hint="omit it, or write the Dockerfile by hand",
            )
    return Detected(
        "Elixir",
        "elixir",
        wishes.name or image_name(release),
        base,
        values,
        facts,
        port.value if port else "",
        notes=tuple(notes),
    )


def _release(listing: Listing, mix: str) -> str:
    """The release's name. Raises InputError for a library, or an umbrella that names none."""
    place = Place("mix.exs")
    named = re.search(r"\breleases\s*:\s*\[\s*(?:\{:)?(\w+)", mix)
    if not named and (own := re.search(r"defp?\s+releases\b[^\n]*\n\s*\[\s*(\w+)\s*:", mix)):
        named = own
    app = re.search(r"\bapp:\s*:(\w+)", mix)
    if named:
        return plain(named[1], "release's name", "mix.exs")
    if "apps_path" in mix or not app:
        raise InputError(
            "the umbrella project doesn't name a release",
            place=place,
            hint="add releases: [NAME: [applications: [...]]] to its project",
        )
    if not re.search(r"\bmod:\s*\{", mix):
        raise InputError(
            f"{app[1]} starts no application (no mod: in mix.exs)",
            place=place,
            hint="add mod: {MODULE, []} to its application; bpkit makes images of programs only",
        )
    return plain(app[1], "application's name", "mix.exs")


def _version(listing: Listing, mix: str) -> Fact:
    what = "Elixir version"
    tool = pinned_version(listing, "elixir")
    if tool:
        return Fact(what, short(tool[0]), tool[1])
    if base := version_of_base(listing, "elixir"):
        return Fact(what, short(base[0]), base[1])
    wanted = re.search(r"\belixir:\s*\"([^\"]+)\"", mix)
    found = release_fact(what, RELEASES, wanted[1], "mix.exs") if wanted else None
    return found or Fact(what, RELEASES[-1])


def _port(listing: Listing, wishes: ProjectWishes, *, is_phoenix: bool) -> Fact | None:
    if wishes.port:
        return Fact("port", wishes.port, wishes.source_of("port"))
    for file in ("config/runtime.exs", "config/prod.exs", "config/config.exs"):
        found = re.search(r"PORT\"\s*(?:\)\s*\|\||,)\s*\"(\d{2,5})\"", listing.text(file))
        if found:
            return Fact("port", found[1], file)
    if is_phoenix:
        return Fact("port", _PHOENIX_PORT)
    listens = listening(listing, listing.sources(".ex"))
    return Fact("port", listens.port, listens.file) if listens and listens.port else None


def _notes(listing: Listing, *, is_phoenix: bool) -> Iterator[str]:
    if not is_phoenix:
        return
    names = re.findall(
        r"System\.(?:fetch_env!\(|get_env\()\"(\w+)\"\)\s*(?:\|\|\s*raise)?",
        listing.text("config/runtime.exs"),
    )
    needed = [one for one in dict.fromkeys(names) if one not in {"PHX_SERVER", "PORT"}]
    if needed:
        yield (f"config/runtime.exs reads {', '.join(needed[:6])}: pass them with 'docker run -e'")
