"""Zig: the program that build.zig installs."""

from __future__ import annotations

import re

from bpkit.languages.compiled import compiled_program, stated_program
from bpkit.languages.detected import Candidate, Detected, Fact, ProjectWishes, choose
from bpkit.languages.dockerfile_words import plain, words
from bpkit.languages.listing import Listing
from bpkit.languages.naming import program_name
from bpkit.languages.versions import pinned_version

# Zig changes its build files with every release, so the version that a project names matters.
DEFAULT = "0.14.1"
PYTHON_VERSION = "3.13"
_EXECUTABLE = re.compile(r"addExecutable\s*\(\s*\.\{.*?\.name\s*=\s*\"([^\"]+)\"", re.DOTALL)
_TARGET = '-Dtarget="$cpu-linux-musl" -Dcpu=baseline'


def sign(listing: Listing) -> str | None:
    """build.zig at the top."""
    return listing.first("build.zig")


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """Zig's version, the program and its port."""
    build = listing.read("build.zig")
    package = listing.text("build.zig.zon")
    names = _EXECUTABLE.findall(build)
    stated = stated_program(listing, wishes, names) if names else None
    if stated and not wishes.entry:
        binary, notes = stated[1], tuple[str, ...]()
    else:
        likely = [Candidate(one, "build.zig", 10 if one == listing.name else 0) for one in names]
        chosen = choose(likely, wishes, "program")
        binary, notes = chosen.candidate.entry, chosen.notes
    plain(binary, "program's name", "build.zig")
    said = re.search(r"minimum_zig_version\s*=\s*\"(\d+\.\d+\.\d+)", package)
    tool = pinned_version(listing, "zig")
    version = (
        Fact("Zig version", said[1], "build.zig.zon")
        if said
        else Fact("Zig version", *(tool or (DEFAULT, "")))
    )
    base = wishes.base or "scratch"
    sources = listing.sources(".zig")
    program = compiled_program(
        listing, wishes, sources, base, (stated[0], stated[2]) if stated else None
    )
    options = [_TARGET] if "standardTargetOptions" in build else []
    if "standardOptimizeOption" in build:
        options.append("-Doptimize=ReleaseSafe")
    values = {
        **program.values,
        "zig_version": version.value,
        "python_version": PYTHON_VERSION,
        "binary": binary,
        "options": " ".join(options),
        # Without packages there is nothing to fetch.
        "manifests": words(["build.zig", "build.zig.zon"]) if ".url" in package else "",
        "fetch": "--fetch" if ".url" in package else "",
        "entrypoint": program.entrypoint(f"/usr/local/bin/{binary}"),
    }
    facts = (version, Fact("program", binary, "build.zig", is_guess=bool(notes)), *program.facts)
    name = wishes.name or program_name(binary, listing.name)
    return Detected(
        "Zig", "zig", name, base, values, facts, program.port, notes=(*notes, *program.notes)
    )
