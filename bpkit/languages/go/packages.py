"""The main packages of a Go project, and the modules in it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from bpkit.languages.detected import Candidate
from bpkit.languages.listing import Listing, is_aside

_MAIN = re.compile(r"^package main\b", re.MULTILINE)
_FUNCTION = re.compile(r"^func main\(\)", re.MULTILINE)
IGNORED = re.compile(r"^//\s*(?:go:build|\+build)\s+(?:ignore|tools?|mage)\b", re.MULTILINE)
_SERVICES = ("server", "api", "app", "web", "main", "service", "http", "daemon", "backend")
_TOOLS = re.compile(
    r"(?i)migrat|seed|gen|tool|ctl$|lint|doc|bench|example|client|test|mock|debug|cli$|script|fixture|dump|load"
)


def main_packages(listing: Listing) -> Iterator[Candidate]:
    """The directories with a package main, the program's before tools and examples."""
    seen: set[str] = set()
    module = posixpath.basename(module_path(listing) or listing.name).lower()
    apart = modules_apart(listing)
    files = [
        f
        for f in listing.glob("*.go")
        if not f.endswith("_test.go") and not f.startswith("vendor/") and not is_in(f, apart)
    ]
    aside: list[Candidate] = []
    for file in files[:3000]:
        folder = file.rpartition("/")[0]
        if folder in seen or "/testdata/" in file:
            continue
        text = listing.read(file)
        if not _MAIN.search(text) or IGNORED.search(text):
            continue
        seen.add(folder)
        entry = f"./{folder}" if folder else "."
        beside = (f for f in listing.in_folder(folder) if f.endswith(".go"))
        has_main = (f for f in beside if _FUNCTION.search(listing.read(f)))
        one = Candidate(entry, next(has_main, file), _likelihood(folder, module))
        if is_aside(file) and not folder.startswith(("cmd/", "internal/")):
            aside.append(one)
        else:
            yield one
    if not seen - {one.entry.removeprefix("./") for one in aside}:
        yield from aside


def held_modules(listing: Listing) -> tuple[str, ...]:
    """The directories of modules that go.work uses, or that go.mod replaces others with."""
    used = re.findall(
        r"^\s*(?:use\s+)?\"?\./([\w./-]+)\"?\s*\)?\s*$", listing.text("go.work"), re.MULTILINE
    )
    replaced = re.findall(r"=>\s*\./([\w./-]+)", listing.text("go.mod"))
    return tuple(dict.fromkeys(one.rstrip("/") for one in (*used, *replaced)))


def modules_apart(listing: Listing) -> tuple[str, ...]:
    """The directories of separate modules, whose packages the top module doesn't build."""
    if not listing.first("go.mod", "go.work"):
        return ()
    held = held_modules(listing)
    folders = (posixpath.dirname(file) for file in listing.named("go.mod"))
    return tuple(one for one in folders if one and one not in held)


def is_in(file: str, folders: Sequence[str]) -> bool:
    return any(file.startswith(f"{one}/") for one in folders)


def _likelihood(folder: str, module: str) -> int:
    name = posixpath.basename(folder).lower()
    if not folder:
        return 55
    found = 40 if folder.startswith(("cmd/", "app/cmd/")) or "/cmd/" in folder else 25
    if name == module or name in {f"{module}d", f"{module}-server"}:
        return found + 25
    if name in _SERVICES:
        found += 8 - min(_SERVICES.index(name), 2) * 2
    if _TOOLS.search(name):
        found -= 20
    return found - folder.count("/")


def module_path(listing: Listing) -> str:
    found = re.search(r"^module\s+\"?([^\s\"]+)", listing.text("go.mod"), re.MULTILINE)
    return re.sub(r"/v\d+$", "", found[1]) if found else ""
