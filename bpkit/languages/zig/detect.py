"""Zig: what build.zig installs."""

from __future__ import annotations

import re

from bpkit.languages import health
from bpkit.languages.listing import (
    Detected,
    Fact,
    Listing,
    ProjectWishes,
    image_name,
    one_entry,
    plain,
    words,
)
from bpkit.languages.ports import port_of

# Zig changes its build files with every release: the one that a project names is the one it wants.
DEFAULT = "0.14.1"
PYTHON_VERSION = "3.13"
_EXECUTABLE = re.compile(r"addExecutable\s*\(\s*\.\{.*?\.name\s*=\s*\"([^\"]+)\"", re.DOTALL)
_TARGET = '-Dtarget="$cpu-linux-musl" -Dcpu=baseline'


def sign(listing: Listing) -> str | None:
    return listing.first("build.zig")


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """Zig's version, the program and its port."""
    build = listing.read("build.zig")
    package = listing.text("build.zig.zon")
    binary = one_entry(_EXECUTABLE.findall(build), wishes, "program", "build.zig")
    plain(binary, "program's name", "build.zig")
    said = re.search(r"minimum_zig_version\s*=\s*\"(\d+\.\d+\.\d+)", package)
    port = port_of(listing, listing.glob("*.zig"))
    at = port.value if port else ""
    base = wishes.base or "scratch"
    options = [_TARGET] if "standardTargetOptions" in build else []
    if "standardOptimizeOption" in build:
        options.append("-Doptimize=ReleaseSafe")
    facts = [
        Fact("Zig version", said[1] if said else DEFAULT, "build.zig.zon" if said else ""),
        Fact("program", binary, "build.zig"),
        *([port] if port else []),
    ]
    values = {
        "zig_version": said[1] if said else DEFAULT,
        "python_version": PYTHON_VERSION,
        "binary": binary,
        "options": " ".join(options),
        # Without packages there is nothing to fetch.
        "manifests": words(["build.zig", "build.zig.zon"]) if ".url" in package else "",
        "fetch": "--fetch" if ".url" in package else "",
        **health.compiled_program(at, base),
    }
    name = wishes.name or image_name(binary)
    return Detected("Zig", "zig", name, base, values, tuple(facts), at)
