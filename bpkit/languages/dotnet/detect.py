""".NET: a project with a program, of a solution with several projects."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from bpkit.errors import InputError
from bpkit.languages.detected import Candidate, Detected, Fact, ProjectWishes, Values, choose
from bpkit.languages.dockerfile_words import argv, copied, plain, stem, words
from bpkit.languages.listing import Listing, is_aside
from bpkit.languages.naming import image_name, program_name
from bpkit.languages.ports import listening
from bpkit.languages.runtime_files import writing_note, written_places
from bpkit.languages.start import environment_values
from bpkit.languages.stated import stated_commands
from bpkit.languages.versions import pinned_version, short, version_of_base
from bpkit.languages.writable import make_writable

# The supported LTS release: 8.0 ended on 2026-11-10, 10.0 ends on 2028-11-14
# (https://dotnet.microsoft.com/platform/support/policy).
DEFAULT = "10.0"
# https://learn.microsoft.com/dotnet/core/compatibility/containers/8.0/aspnet-port
_ASPNET_PORT = "8080"
_PATTERNS = ("*.csproj", "*.fsproj", "*.vbproj")
_USER = "1654:1654"
_WEB = re.compile(r"Microsoft\.NET\.Sdk\.Web\b")
_SHARED = (
    "Directory.Build.props",
    "Directory.Build.targets",
    "Directory.Packages.props",
    "nuget.config",
    "NuGet.Config",
    "NuGet.config",
    "global.json",
)


def sign(listing: Listing) -> str | None:
    """A solution, or the first project."""
    solution = next((f for f in listing.in_folder("") if f.endswith((".sln", ".slnx"))), None)
    projects = _projects(listing)
    if not projects:
        return None
    top = [file for file in projects if "/" not in file]
    return top[0] if top else (solution or projects[0])


def _projects(listing: Listing) -> list[str]:
    found = [file for pattern in _PATTERNS for file in listing.glob(pattern)]
    # An example or a test says nothing of the project around it.
    return [file for file in found if not is_aside(file)]


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The framework's version, the project file with the program, and its port."""
    file, notes, is_guess = _program(listing, wishes)
    plain(file, "project file")
    text = listing.text(file)
    folder = file.rpartition("/")[0]
    framework = _framework(listing, file)
    sdk = _sdk(listing, framework)
    is_web = bool(_WEB.search(text))
    assembly = re.search(r"<AssemblyName>([^<$]+)", text)
    dll = (assembly[1] if assembly else stem(file)) + ".dll"
    needed = [file, *_references(listing, file)]
    locks = [
        lock
        for one in needed
        if (lock := posixpath.join(posixpath.dirname(one), "packages.lock.json")) in listing
    ]
    port = _port(listing, wishes, is_web, file)
    at = port.value if port else ""
    kind = "aspnet" if is_web or "Microsoft.AspNetCore.App" in text else "runtime"
    base = wishes.base or f"mcr.microsoft.com/dotnet/{kind}:${{DOTNET_VERSION}}"
    shared = [one for one in _SHARED if one in listing]
    shared += [
        f for f in listing.named("Directory.Build.props", "Directory.Packages.props") if "/" in f
    ]
    sources = listing.sources_below(folder, ".cs", ".fs")
    places = written_places(listing, sources)
    facts = (
        framework,
        *([sdk] if sdk.value != framework.value else []),
        Fact("project", file, file, is_guess),
        *(Fact("lock file", lock, lock) for lock in locks[:1]),
        *([port] if port else []),
    )
    environment = {}
    if is_web and at != _ASPNET_PORT:
        environment["ASPNETCORE_HTTP_PORTS"] = at
    values: Values = {
        "dotnet_version": framework.value,
        "sdk_version": sdk.value,
        "manifests": words([*(f for f in (*needed, *locks, *shared) if "/" not in f)]),
        "member_manifests": copied((*needed, *locks, *shared)),
        "project_file": file,
        "locked": "--locked-mode" if locks else "",
        "entrypoint": argv("dotnet", dll, *_arguments(listing, wishes, dll)),
        **environment_values(environment),
        "make_writable": make_writable(places, _USER),
        # The base images are Debian's (Ubuntu's from 10.0), with bash.
        "healthcheck": argv("bash", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{at}") if at else "",
    }
    name = wishes.name or (
        program_name(_dashed(stem(file)), listing.name)
        if folder
        else image_name(stem(file).lower())
    )
    all_notes = (*notes, *writing_note(places))
    return Detected(".NET", "dotnet", name, base, values, facts, at, notes=all_notes)


def _dashed(name: str) -> str:
    return name.replace(".", "-")


def _program(listing: Listing, wishes: ProjectWishes) -> tuple[str, tuple[str, ...], bool]:
    """The project file with the program, and notes about the others."""
    found = [
        Candidate(f, f, _likelihood(listing, f))
        for f in _projects(listing)
        if _makes_a_program(listing.read(f))
    ]
    usual = [one for one in found if one.likelihood > 0] or found
    if wishes.entry:
        wanted = posixpath.normpath(wishes.entry)
        for one in found:
            if wanted in {one.entry, posixpath.dirname(one.entry), stem(one.entry)}:
                return one.entry, (), False
    chosen = choose(usual, wishes, "project with a program")
    return chosen.candidate.entry, chosen.notes, chosen.is_guess


def _likelihood(listing: Listing, file: str) -> int:
    text, name = listing.read(file), stem(file)
    found = (
        20 + (10 if _WEB.search(text) else 0) + (8 if name.lower() == listing.name.lower() else 0)
    )
    found += 4 if re.search(r"(?i)(?:^|\.)(?:api|web|server|host|app|webapi)$", name) else 0
    if re.search(
        r"(?i)test|bench|sample|example|tool|migrat|seed|AppHost|ServiceDefaults", name
    ) or is_aside(file):
        found -= 40
    return found - file.count("/")


def _makes_a_program(text: str) -> bool:
    if re.search(r"Microsoft\.NET\.Test\.Sdk|<IsTestProject>\s*true|BlazorWebAssembly", text):
        return False
    is_program = _WEB.search(text) or re.search(
        r"Microsoft\.NET\.Sdk\.Worker|<OutputType>\s*(?:Win)?Exe", text
    )
    return bool(is_program) and not re.search(r"<OutputType>\s*Library", text)


def _references(listing: Listing, file: str) -> list[str]:
    """The projects that this one references, directly or not."""
    found: dict[str, None] = {}
    waiting = [file]
    while waiting:
        one = waiting.pop()
        for other in re.findall(r"<ProjectReference\s+Include=\"([^\"]+)\"", listing.text(one)):
            path = posixpath.normpath(
                posixpath.join(posixpath.dirname(one), other.replace("\\", "/"))
            )
            if path in listing and path not in found and path != file:
                found[path] = None
                waiting.append(path)
    return list(found)


def _framework(listing: Listing, file: str) -> Fact:
    """The release that the program runs on, from its project file or a file above it."""
    what = ".NET version"
    folder = posixpath.dirname(file)
    above = [file]
    while True:
        above.append(posixpath.join(folder, "Directory.Build.props"))
        if not folder:
            break
        folder = posixpath.dirname(folder)
    for one in above:
        found = re.findall(r"<TargetFrameworks?>([^<]+)", listing.text(one))
        versions = re.findall(r"net(\d+\.\d+)", " ".join(found))
        if versions:
            return Fact(
                what, max(versions, key=lambda v: [int(part) for part in v.split(".")]), one
            )
        old = re.findall(r"netcoreapp(\d+\.\d+)", " ".join(found))
        if old:
            return Fact(what, old[0], one)
    for image in ("aspnet", "runtime", "sdk"):
        if base := version_of_base(listing, image):
            return Fact(what, short(base[0]), base[1])
    return Fact(what, DEFAULT)


def _sdk(listing: Listing, framework: Fact) -> Fact:
    what = ".NET SDK"
    said = (listing.json("global.json").get("sdk") or {}).get("version", "")
    if pinned := re.match(r"(\d+\.\d+)", str(said)):
        return Fact(what, pinned[1], "global.json")
    if tool := pinned_version(listing, "dotnet", "dotnet-core"):
        return Fact(what, short(tool[0]), tool[1])
    return Fact(what, framework.value, framework.file)


def _arguments(listing: Listing, wishes: ProjectWishes, dll: str) -> Iterator[str]:
    """The arguments of a stated command. Raises InputError if the user's starts another program."""
    for stated in stated_commands(listing, wishes):
        words_found = stated.words
        if words_found[:1] == ("dotnet",) and words_found[1:2] == (dll,):
            yield from words_found[2:]
            return
        if stated.is_of_user:
            raise InputError(
                f"{stated.file} {stated.text!r}: the program is 'dotnet {dll}'",
                hint=f"pass dotnet {dll} and its arguments",
            )


def _port(listing: Listing, wishes: ProjectWishes, is_web: bool, file: str) -> Fact | None:
    if wishes.port:
        return Fact("port", wishes.port, wishes.source_of("port"))
    folder = posixpath.dirname(file)
    if is_web:
        settings = posixpath.join(folder, "appsettings.json")
        found = re.search(
            r"\"Url\"\s*:\s*\"https?://[^:\"]+:(\d+)|\"(?:Urls|urls)\"\s*:\s*\"[^\"]*?http://[^:\"]+:(\d+)",
            listing.text(settings),
        )
        if found:
            return Fact("port", found[1] or found[2], settings)
    sources = listing.sources_below(folder, ".cs", ".fs")
    listens = listening(listing, sources)
    if listens and listens.port:
        return Fact("port", listens.port, listens.file, listens.is_guess)
    return Fact("port", _ASPNET_PORT, file) if is_web else None
