"""Paths in a project's manifests that are outside its directory, hence in no build context."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from bpkit.errors import InputError, Place
from bpkit.languages.listing import Listing, is_aside
from bpkit.languages.source_text import is_bundle, literals, without_comments

#: By a manifest's name, or its ending: the shapes of such paths, and what would contain both.
_NAMED: Mapping[str, tuple[tuple[str, ...], str]] = {
    "go.mod": ((r"^\s*(?:replace\s+)?\S+(?:\s+v\S+)?\s*=>\s*\"?(\.{1,2}/[^\s\"]*)",), "go.work"),
    "go.work": ((r"^\s*(?:use\s+)?\"?(\.\./[^\s\")]*)",), "go.work"),
    "package.json": (
        (r":\s*\"(?:file|link|portal):([^\"]+)\"",),
        'package.json with "workspaces"',
    ),
    "pyproject.toml": (
        (r"\b(?:path|file)\s*=\s*[\"']([^\"'\n]+)[\"']", r"@\s*file:(?://)?(\.\.?/[^\"'\s]+)"),
        "pyproject.toml with [tool.uv.workspace]",
    ),
    "Pipfile": ((r"\bpath\s*=\s*[\"']([^\"'\n]+)[\"']",), "Pipfile"),
    "requirements.txt": (
        (r"^\s*(?:-e\s+|--editable[ =]|-r\s+|-c\s+)?(?:file:)?(\.\./[^\s\[#]*)",),
        "requirements.txt",
    ),
    "Cargo.toml": ((r"\bpath\s*=\s*\"([^\"\n]+)\"",), "Cargo.toml with [workspace]"),
    "settings.gradle": (
        (
            r"\bincludeBuild\s*\(?\s*[\"']([^\"']+)[\"']",
            r"\bprojectDir\s*=\s*(?:new\s+File\([^,()]*,\s*|file\()[\"']([^\"']+)[\"']",
        ),
        "settings.gradle",
    ),
    "pom.xml": (
        (r"<relativePath>\s*([^<\s]+)\s*</relativePath>", r"<module>\s*([^<\s]+)\s*</module>"),
        "pom.xml with its modules",
    ),
    "composer.json": ((r"\"url\"\s*:\s*\"(\.[^\"]*)\"",), "composer.json"),
    "Gemfile": ((r"\bpath:?\s*(?:=>)?\s*[\"']([^\"'\n]+)[\"']",), "Gemfile"),
    ".csproj": ((r"<ProjectReference\s[^>]*\bInclude=\"([^\"]+)\"",), "solution"),
    "CMakeLists.txt": ((r"(?i)\badd_subdirectory\s*\(\s*\"?(\.\./[^\s\")]+)",), "CMakeLists.txt"),
}
_ALIASES = {"settings.gradle.kts": "settings.gradle", "gems.rb": "Gemfile"}
#: The manifests of each language, by what ``--lang`` calls it.
_OF_LANGUAGES: Mapping[str, tuple[str, ...]] = {
    "go": ("go.mod", "go.work"),
    "node": ("package.json",),
    "python": ("pyproject.toml", "Pipfile", "requirements.txt"),
    "rust": ("Cargo.toml",),
    "java": ("settings.gradle", "settings.gradle.kts", "pom.xml"),
    "php": ("composer.json",),
    "ruby": ("Gemfile", "gems.rb"),
    "dotnet": (".csproj",),
    "c": ("CMakeLists.txt",),
    "cpp": ("CMakeLists.txt",),
}


def refuse_paths_outside(listing: Listing, language: str) -> None:
    """Raise InputError if a manifest in the language refers to a path outside the project."""
    for file, path, holder in _outside(listing, language):
        raise InputError(
            f"{path} is outside the project's directory, and only that is sent to the build",
            place=Place(file),
            hint=f"run 'bpkit init' in the directory that holds both, which needs a {holder}",
        )


def _outside(listing: Listing, language: str) -> Iterator[tuple[str, str, str]]:
    names = _OF_LANGUAGES.get(language, ())
    for file in listing.glob("*.csproj") if ".csproj" in names else listing.named(*names):
        if is_aside(file):
            continue
        name = posixpath.basename(file)
        shapes, holder = _NAMED[".csproj" if name.endswith(".csproj") else _ALIASES.get(name, name)]
        text = re.sub(r"(?m)^\s*(?:#|//).*$|<!--[\s\S]*?-->", "", listing.read(file))
        for shape in shapes:
            for said in re.findall(shape, text, re.MULTILINE):
                written = said.replace("\\", "/")
                path = posixpath.normpath(posixpath.join(posixpath.dirname(file), written))
                if path.split("/")[0] == "..":
                    yield file, path, holder


_OPENED = re.compile(r"\.\./(?:\.\./)*[\w-][\w./-]*")
_MOST_SOURCES = 200


def opened_outside(listing: Listing, suffixes: tuple[str, ...]) -> Iterator[str]:
    """Notes about files outside the project that sources open by a relative path."""
    for file in listing.sources(*suffixes)[:_MOST_SOURCES]:
        folder = posixpath.dirname(file)
        # A generator's line markers open nothing.
        text = re.sub(r"(?m)^#\s*(?:line\s+)?\d+\s+\"[^\n]*", "", listing.read(file))
        for literal in () if is_bundle(text) else literals(without_comments(text, file)):
            if not _OPENED.fullmatch(literal):
                continue
            path = posixpath.normpath(posixpath.join(folder, literal))
            if path.split("/")[0] == "..":
                yield (
                    f"{file} names {literal}, which is outside the project's directory:"
                    " it isn't in the image"
                )
