"""Go: modules with a go.mod."""

from __future__ import annotations

import re
from collections.abc import Iterator

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

DEFAULT = "1.25"
_MAIN = re.compile(r"^package main\b", re.MULTILINE)
_VERSION = re.compile(r"^(?:toolchain go|go )(\d+\.\d+)", re.MULTILINE)


def sign(listing: Listing) -> str | None:
    """go.mod, or a lone source file as in the labs."""
    return listing.first("go.mod") or next((f for f in listing.glob("*.go") if "/" not in f), None)


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The module's version, its main package and its port."""
    package = one_entry(_main_packages(listing), wishes, "main package", "go.mod")
    module = re.search(r"^module\s+(\S+)", listing.text("go.mod"), re.MULTILINE)
    by_folder = package.removeprefix("./") if package not in {".", "./"} else ""
    name = wishes.name or image_name(by_folder or (module[1] if module else listing.name))
    version = max(_VERSION.findall(listing.text("go.mod")), key=_number, default=DEFAULT)
    sources = [file for file in listing.glob("*.go") if not file.endswith("_test.go")]
    port = port_of(listing, _near(package, sources))
    base = wishes.base or "scratch"
    manifests = [file for file in ("go.mod", "go.sum") if file in listing]
    facts = [
        Fact("Go version", version, "go.mod" if _VERSION.search(listing.text("go.mod")) else ""),
        Fact("main package", package, _near(package, sources)[0] if sources else ""),
        *([Fact("lock file", "go.sum", "go.sum")] if "go.sum" in listing else []),
        *([port] if port else []),
    ]
    values = {
        "go_version": version,
        "package": plain(package, "package"),
        "manifests": words(manifests),
        **health.compiled_program(port.value if port else "", base),
    }
    return Detected("Go", "go", name, base, values, tuple(facts), port.value if port else "")


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _main_packages(listing: Listing) -> Iterator[str]:
    for file in listing.glob("*.go"):
        if not file.endswith("_test.go") and _MAIN.search(listing.read(file)):
            folder = file.rpartition("/")[0]
            yield f"./{folder}" if folder else "."


def _near(package: str, sources: list[str]) -> list[str]:
    """The sources with those of the package itself in front."""
    folder = package.removeprefix("./").removeprefix(".")
    return sorted(sources, key=lambda file: file.rpartition("/")[0] != folder)
