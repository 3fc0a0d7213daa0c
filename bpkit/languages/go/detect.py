"""Go: modules, workspaces and vendored modules, lone sources, and programs with C in them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from bpkit.errors import InputError, Place
from bpkit.languages.compiled import (
    compiled_program,
    notes_of_programs,
    packages_of_programs,
    started_programs,
    stated_program,
)
from bpkit.languages.detected import (
    Candidate,
    Detected,
    Fact,
    ProjectWishes,
    choose,
    no_such_program,
)
from bpkit.languages.dockerfile_words import copied, plain, words
from bpkit.languages.listing import Listing, is_aside
from bpkit.languages.naming import image_name, program_name
from bpkit.languages.ports import nearest_sources
from bpkit.languages.versions import pinned_version, short

DEFAULT = "1.25"
#: The first release that has images on Debian bookworm.
_OLDEST = (1, 20)
_MAIN = re.compile(r"^package main\b", re.MULTILINE)
_VERSION = re.compile(r"^(?:toolchain go|go )(\d+\.\d+)", re.MULTILINE)
_IGNORED = re.compile(r"^//\s*(?:go:build|\+build)\s+(?:ignore|tools?|mage)\b", re.MULTILINE)
_SERVICES = ("server", "api", "app", "web", "main", "service", "http", "daemon", "backend")
_TOOLS = re.compile(
    r"(?i)migrat|seed|gen|tool|ctl$|lint|doc|bench|example|client|test|mock|debug|cli$|script|fixture|dump|load"
)
#: Modules with C in them, and Debian's packages for the build and for what ships.
_WITH_C = {
    "github.com/mattn/go-sqlite3": ("", ""),
    "github.com/confluentinc/confluent-kafka-go": ("", ""),
    "github.com/h2non/bimg": ("libvips-dev", "libvips42"),
    "github.com/davidbyttow/govips": ("libvips-dev", "libvips42"),
    "gopkg.in/gographics/imagick": ("libmagickwand-dev", "libmagickwand-6.q16-6"),
    "github.com/libgit2/git2go": ("libgit2-dev", "libgit2-1.5"),
    "github.com/google/gopacket": ("libpcap-dev", "libpcap0.8"),
    "github.com/gen2brain/go-fitz": ("", ""),
    "github.com/pebbe/zmq4": ("libzmq3-dev", "libzmq5"),
    "github.com/tecbot/gorocksdb": ("librocksdb-dev", "librocksdb7.8"),
    "github.com/DataDog/zstd": ("", ""),
    "github.com/chai2010/webp": ("", ""),
    "github.com/otiai10/gosseract": ("libtesseract-dev libleptonica-dev", "libtesseract5"),
    "github.com/duckdb/duckdb-go": ("", ""),
    "github.com/marcboeker/go-duckdb": ("", ""),
}
_PKG_CONFIG = {
    "sqlite3": ("libsqlite3-dev", "libsqlite3-0"),
    "vips": ("libvips-dev", "libvips42"),
    "libpcap": ("libpcap-dev", "libpcap0.8"),
    "openssl": ("libssl-dev", "libssl3"),
    "zlib": ("zlib1g-dev", "zlib1g"),
    "libsodium": ("libsodium-dev", "libsodium23"),
    "alsa": ("libasound2-dev", "libasound2"),
    "libusb-1.0": ("libusb-1.0-0-dev", "libusb-1.0-0"),
    "portaudio-2.0": ("portaudio19-dev", "libportaudio2"),
    "libxml-2.0": ("libxml2-dev", "libxml2"),
    "opus": ("libopus-dev", "libopus0"),
    "rdkafka": ("librdkafka-dev", "librdkafka1"),
    "libsystemd": ("libsystemd-dev", "libsystemd0"),
    "zmq": ("libzmq3-dev", "libzmq5"),
}


def sign(listing: Listing) -> str | None:
    """go.mod, go.work, or a lone source file as in the labs."""
    return listing.first("go.mod", "go.work") or next(
        (f for f in listing.in_folder("") if f.endswith(".go")), None
    )


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The module's version, its main package, what it needs of C, and its port."""
    candidates = tuple(main_packages(listing))
    stated = stated_program(listing, wishes, _names(listing, candidates))
    if stated and not wishes.entry:
        named = [one for one in candidates if _binary(listing, one.entry) == stated[1]]
        package, source, notes = named[0].entry, named[0].file, tuple[str, ...]()
    else:
        package, source, notes = _chosen(listing, wishes, candidates)
    folder = package.removeprefix("./").removeprefix(".")
    mine = [f for f in _sources(listing) if _is_of(listing, f, folder, candidates)]
    sources = list(nearest_sources(mine, folder))
    needs_c = _needs_c(listing, sources)
    programs = started_programs(listing, sources)
    base = wishes.base or ("debian:bookworm-slim" if needs_c is not None or programs else "scratch")
    found = compiled_program(
        listing, wishes, sources, base, (stated[0], stated[2]) if stated else None
    )
    version = _version(listing)
    name = wishes.name or _image(listing, package)
    is_module = bool(listing.first("go.mod", "go.work"))
    is_vendored = "vendor/modules.txt" in listing
    manifests = tuple(_manifests(listing)) if is_module and not is_vendored else ()
    values = {
        **found.values,
        "go_version": version.value,
        "package": plain(package, "package") if is_module else words(_of_package(listing, folder)),
        "manifests": words(f for f in manifests if "/" not in f),
        "member_manifests": copied(manifests),
        "download": "go mod download" if manifests and _has_requirements(listing) else "",
        "tags": "-tags timetzdata" if _uses(listing, sources, r"\btime\.LoadLocation\(") else "",
        "build_packages": needs_c[0] if needs_c else "",
        "runtime_packages": _joined(
            needs_c[1] if needs_c else "",
            packages_of_programs(programs),
            "ca-certificates" if base != "scratch" else "",
        ),
        "entrypoint": found.entrypoint(f"/{name}"),
    }
    facts = (
        version,
        Fact("main package", package, source, is_guess=bool(notes)),
        *([Fact("lock file", "go.sum", "go.sum")] if "go.sum" in listing else []),
        *([Fact("vendored modules", "vendor", "vendor/modules.txt")] if is_vendored else []),
        *(
            [Fact("cgo", "on, for the C that it holds", _with_c(listing, sources))]
            if needs_c
            else []
        ),
        *found.facts,
    )
    all_notes = (
        *notes,
        *found.notes,
        *notes_of_programs(programs, base),
        *_embedded(listing, sources),
    )
    template = "go/cgo" if needs_c is not None else "go"
    sent = ("vendor",) if is_vendored else ()
    return Detected(
        "Go",
        template,
        name,
        base,
        values,
        facts,
        found.port,
        notes=tuple(dict.fromkeys(all_notes)),
        sent=(*sent, *_embedded_paths(listing, sources)),
    )


def _joined(*texts: str) -> str:
    return " ".join(dict.fromkeys(word for text in texts for word in text.split()))


def _chosen(
    listing: Listing, wishes: ProjectWishes, candidates: Sequence[Candidate]
) -> tuple[str, str, tuple[str, ...]]:
    if wishes.entry:
        wanted = posixpath.normpath(wishes.entry)
        for one in candidates:
            names = {
                posixpath.normpath(one.entry),
                posixpath.basename(one.entry),
                f"{posixpath.normpath(one.entry)}/main.go".removeprefix("./"),
            }
            if wanted in names:
                return one.entry, one.file, ()
        raise no_such_program(
            wishes.entry,
            [one.entry for one in candidates],
            wishes.source_of("entry"),
            "main package",
        )
    file = listing.first("go.mod", "go.work")
    if not candidates:
        raise InputError(
            "no package main was found: this is a library",
            place=Place(file) if file else None,
            hint="bpkit makes images of programs; name a package main with --entry ./FOLDER",
        )
    chosen = choose(candidates, wishes, "main package")
    return chosen.candidate.entry, chosen.candidate.file, chosen.notes


def main_packages(listing: Listing) -> Iterator[Candidate]:
    """The folders that have a package main, those of the program before tools and examples."""
    seen: set[str] = set()
    module = posixpath.basename(_module(listing) or listing.name).lower()
    apart = modules_apart(listing)
    files = [
        f
        for f in listing.glob("*.go")
        if not f.endswith("_test.go") and not f.startswith("vendor/") and not _is_in(f, apart)
    ]
    aside: list[Candidate] = []
    for file in files[:3000]:
        folder = file.rpartition("/")[0]
        if folder in seen or "/testdata/" in file:
            continue
        text = listing.read(file)
        if not _MAIN.search(text) or _IGNORED.search(text):
            continue
        seen.add(folder)
        entry = f"./{folder}" if folder else "."
        one = Candidate(entry, file, _likelihood(folder, module))
        if is_aside(file) and not folder.startswith(("cmd/", "internal/")):
            aside.append(one)
        else:
            yield one
    if not seen - {one.entry.removeprefix("./") for one in aside}:
        yield from aside


def held_modules(listing: Listing) -> tuple[str, ...]:
    """The folders of the modules that go.work uses, or go.mod has in place of others."""
    used = re.findall(
        r"^\s*(?:use\s+)?\"?\./([\w./-]+)\"?\s*\)?\s*$", listing.text("go.work"), re.MULTILINE
    )
    replaced = re.findall(r"=>\s*\./([\w./-]+)", listing.text("go.mod"))
    return tuple(dict.fromkeys(one.rstrip("/") for one in (*used, *replaced)))


def modules_apart(listing: Listing) -> tuple[str, ...]:
    """The folders of modules of their own, whose packages the one at the top doesn't build."""
    if not listing.first("go.mod", "go.work"):
        return ()
    held = held_modules(listing)
    folders = (posixpath.dirname(file) for file in listing.named("go.mod"))
    return tuple(one for one in folders if one and one not in held)


def _is_in(file: str, folders: Sequence[str]) -> bool:
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


def _module(listing: Listing) -> str:
    found = re.search(r"^module\s+\"?([^\s\"]+)", listing.text("go.mod"), re.MULTILINE)
    return re.sub(r"/v\d+$", "", found[1]) if found else ""


def _binary(listing: Listing, package: str) -> str:
    folder = package.removeprefix("./").removeprefix(".")
    return posixpath.basename(folder or _module(listing) or listing.name)


def _names(listing: Listing, candidates: Sequence[Candidate]) -> list[str]:
    return [_binary(listing, one.entry) for one in candidates]


def _image(listing: Listing, package: str) -> str:
    folder = package.removeprefix("./").removeprefix(".")
    project = posixpath.basename(_module(listing) or listing.name)
    return program_name(posixpath.basename(folder), project) if folder else image_name(project)


def _sources(listing: Listing) -> list[str]:
    apart = modules_apart(listing)
    return [
        f
        for f in listing.sources(".go")
        if not f.endswith("_test.go") and not f.startswith("vendor/") and not _is_in(f, apart)
    ]


def _is_of(listing: Listing, file: str, folder: str, candidates: Sequence[Candidate]) -> bool:
    """Whether the file may be a part of the program: no other program's own folder has it."""
    own = file.rpartition("/")[0]
    others = {one.entry.removeprefix("./").removeprefix(".") for one in candidates} - {folder}
    return own not in others and not any(own.startswith(f"{one}/") for one in others if one)


def _of_package(listing: Listing, folder: str) -> Iterator[str]:
    """The sources of a package outside of a module, which go build takes one by one."""
    for file in listing.in_folder(folder):
        if (
            not file.endswith(".go")
            or file.endswith("_test.go")
            or _IGNORED.search(listing.read(file))
        ):
            continue
        if foreign := re.search(
            r"^\s*(?:import\s+)?(?:\w+\s+)?\"([\w-]+\.[\w.-]+/[^\"]+)\"", listing.read(file), re.M
        ):
            raise InputError(
                f"it imports {foreign[1]}, and there is no go.mod",
                place=Place(file),
                hint=f"run 'go mod init {image_name(listing.name)} && go mod tidy'",
            )
        yield file


def _manifests(listing: Listing) -> Iterator[str]:
    yield from (f for f in ("go.mod", "go.sum", "go.work", "go.work.sum") if f in listing)
    for folder in held_modules(listing):
        yield from (f"{folder}/{f}" for f in ("go.mod", "go.sum") if f"{folder}/{f}" in listing)


def _has_requirements(listing: Listing) -> bool:
    texts = [
        listing.text("go.mod"),
        *(listing.text(f) for f in _manifests(listing) if f.endswith("go.mod")),
    ]
    return any(re.search(r"^\s*require\b", text, re.M) for text in texts) or "go.work" in listing


def _version(listing: Listing) -> Fact:
    for file in ("go.work", "go.mod"):
        found = _VERSION.findall(listing.text(file))
        if found:
            version = max(found, key=_number)
            if _number(version) < _OLDEST:
                # The line is the least that the module needs, and what is newer builds it as well:
                # https://go.dev/doc/go1compat.
                return Fact("Go version", DEFAULT, allowed_by=file)
            return Fact("Go version", version, file)
    if tool := pinned_version(listing, "golang", "go"):
        return Fact("Go version", short(tool[0]), tool[1])
    return Fact("Go version", DEFAULT)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _uses(listing: Listing, sources: Sequence[str], shape: str) -> bool:
    return any(re.search(shape, listing.read(file)) for file in sources)


def _with_c(listing: Listing, sources: Sequence[str]) -> str:
    own = next(
        (f for f in sources if re.search(r"^\s*(?:import\s+)?\"C\"", listing.read(f), re.M)), ""
    )
    return own or "go.mod"


def _needs_c(listing: Listing, sources: Sequence[str]) -> tuple[str, str] | None:
    """Debian's packages for the C in the program; None if it has none."""
    build, runtime = list[str](), list[str]()
    required = listing.text("go.mod")
    modules = [
        one
        for one in _WITH_C
        if re.search(rf"^\s*(?:require\s+)?{re.escape(one)}(?:/v?\d*)?[\s/]", required, re.M)
    ]
    own = [f for f in sources if re.search(r"^\s*(?:import\s+)?\"C\"", listing.read(f), re.M)]
    if not modules and not own:
        return None
    wanted = [_WITH_C[one] for one in modules]
    for file in own:
        text = listing.read(file)
        names = re.findall(r"#cgo[^\n]*pkg-config:\s*([^\n]+)", text)
        libraries = [
            f"{name}"
            for line in re.findall(r"#cgo[^\n]*LDFLAGS:\s*([^\n]+)", text)
            for name in re.findall(r"-l(\w+)", line)
        ]
        wanted += [
            _PKG_CONFIG[one]
            for line in (*names, " ".join(libraries))
            for one in line.split()
            if one in _PKG_CONFIG
        ]
    for for_build, for_runtime in wanted:
        build += for_build.split()
        runtime += for_runtime.split()
    if any("pkg-config:" in listing.read(f) for f in own):
        build.append("pkg-config")
    return " ".join(dict.fromkeys(build)), " ".join(dict.fromkeys(runtime))


def _embedded_paths(listing: Listing, sources: Sequence[str]) -> tuple[str, ...]:
    """Folders that go:embed takes in, which patterns for what builds make may keep out."""
    found: dict[str, None] = {}
    for file in sources:
        folder = file.rpartition("/")[0]
        for line in re.findall(r"^//go:embed\s+([^\n]+)", listing.read(file), re.M):
            for pattern in line.split():
                path = posixpath.normpath(
                    posixpath.join(
                        folder, pattern.strip('"`').removeprefix("all:").partition("*")[0]
                    )
                )
                if listing.has(path) and re.search(
                    r"(?:^|/)(?:dist|build|bin|out|target|vendor)(?:/|$)", path
                ):
                    found[path] = None
    return tuple(found)


def _embedded(listing: Listing, sources: Sequence[str]) -> Iterator[str]:
    """What go:embed takes in and the project hasn't: something has to make it first."""
    for file in sources:
        folder = file.rpartition("/")[0]
        for line in re.findall(r"^//go:embed\s+([^\n]+)", listing.read(file), re.M):
            for pattern in line.split():
                path = posixpath.normpath(
                    posixpath.join(
                        folder,
                        pattern.strip('"`').removeprefix("all:").partition("*")[0].rstrip("/"),
                    )
                )
                if (
                    path not in {"", "."}
                    and not listing.has(path)
                    and not listing.has_folder(path.rpartition("/")[0] or ".")
                ):
                    yield (
                        f"{file} embeds {path}, which the project doesn't"
                        f" have: it has to be built first"
                    )
