""".NET: one project file with a program in it."""

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
    plain,
    stem,
)
from bpkit.languages.ports import port_in

DEFAULT = "8.0"
# https://learn.microsoft.com/dotnet/core/compatibility/containers/8.0/aspnet-port
_ASPNET_PORT = "8080"
_PATTERNS = ("*.csproj", "*.fsproj", "*.vbproj")


def sign(listing: Listing) -> str | None:
    return next((file for pattern in _PATTERNS for file in listing.glob(pattern)), None)


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The framework's version, the project file that makes a program, and its port."""
    projects = [file for pattern in _PATTERNS for file in listing.glob(pattern)]
    programs = [file for file in projects if _makes_a_program(listing.read(file))]
    file = one_entry(programs, wishes, "project with a program", "")
    plain(file, "project file")
    text = listing.text(file)
    target = re.search(r"<TargetFramework>net(\d+\.\d+)", text)
    version = target[1] if target else DEFAULT
    web = "Microsoft.NET.Sdk.Web" in text
    assembly = re.search(r"<AssemblyName>([^<]+)", text)
    dll = (assembly[1] if assembly else stem(file)) + ".dll"
    folder = file.rpartition("/")[0]
    lock = f"{folder}/packages.lock.json".lstrip("/")
    port = _port(listing, web, file)
    at = port.value if port else ""
    kind = "aspnet" if web else "runtime"
    base = wishes.base or f"mcr.microsoft.com/dotnet/{kind}:${{DOTNET_VERSION}}"
    facts = [
        Fact(".NET version", version, file if target else ""),
        Fact("project", file, file),
        *([Fact("lock file", lock, lock)] if lock in listing else []),
        *([port] if port else []),
    ]
    values = {
        "dotnet_version": version,
        "manifests": f"{file} {lock}" if lock in listing else file,
        "folder": f"{folder}/" if folder else "./",
        "project_file": file,
        "locked": "--locked-mode" if lock in listing else "",
        "entrypoint": argv("dotnet", dll),
        # The bases are Debian's, with bash.
        "healthcheck": argv("bash", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{at}") if at else "",
    }
    name = wishes.name or image_name(stem(file))
    return Detected(".NET", "dotnet", name, base, values, tuple(facts), at)


def _makes_a_program(text: str) -> bool:
    return "Microsoft.NET.Sdk.Web" in text or "<OutputType>Exe" in text


def _port(listing: Listing, web: bool, file: str) -> Fact | None:
    if not web:
        return None
    settings = f"{file.rpartition('/')[0]}/appsettings.json".lstrip("/")
    if port := port_in(listing.text(settings)):
        return Fact("port", port, settings)
    return Fact("port", _ASPNET_PORT, file)
