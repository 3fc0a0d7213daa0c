"""Go: modules, workspaces, vendored modules, lone sources, and programs with C code."""

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
from bpkit.languages.go.cgo import file_with_c, packages_for_c, unknown_libraries
from bpkit.languages.go.embedded import embedded_notes, embedded_paths
from bpkit.languages.go.packages import (
    IGNORED,
    held_modules,
    is_in,
    main_packages,
    module_path,
    modules_apart,
)
from bpkit.languages.listing import Listing
from bpkit.languages.naming import image_name, program_name
from bpkit.languages.ports import nearest_sources
from bpkit.languages.versions import pinned_version, short

DEFAULT = "1.25"
#: The first release with images on Debian bookworm.
_OLDEST = (1, 20)
_VERSION = re.compile(r"^(?:toolchain go|go )(\d+\.\d+)", re.MULTILINE)


def sign(listing: Listing) -> str | None:
    """go.mod, go.work, or a lone source file as in the labs."""
    return listing.first("go.mod", "go.work") or next(
        (f for f in listing.in_folder("") if f.endswith(".go")), None
    )


def read(listing: Listing, wishes: ProjectWishes) -> Detected:
    """The module's version, its main package, what its C code needs, and its port."""
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
    needs_c = packages_for_c(listing, sources)
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
            [Fact("cgo", "on, for the C that it holds", file_with_c(listing, sources))]
            if needs_c
            else []
        ),
        *found.facts,
    )
    all_notes = (
        *notes,
        *found.notes,
        *notes_of_programs(programs, base),
        *embedded_notes(listing, sources),
        *(
            f"its C code names the library {one}, and bpkit doesn't know the Debian package:"
            " add it where the Dockerfile installs packages"
            for one in unknown_libraries(listing, sources)
        ),
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
        sent=(*sent, *embedded_paths(listing, sources)),
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
            hint="name a package main with --entry ./DIR; bpkit makes images of programs only",
        )
    chosen = choose(candidates, wishes, "main package")
    return chosen.candidate.entry, chosen.candidate.file, chosen.notes


def _binary(listing: Listing, package: str) -> str:
    folder = package.removeprefix("./").removeprefix(".")
    return posixpath.basename(folder or module_path(listing) or listing.name)


def _names(listing: Listing, candidates: Sequence[Candidate]) -> list[str]:
    return [_binary(listing, one.entry) for one in candidates]


def _image(listing: Listing, package: str) -> str:
    folder = package.removeprefix("./").removeprefix(".")
    project = posixpath.basename(module_path(listing) or listing.name)
    return program_name(posixpath.basename(folder), project) if folder else image_name(project)


def _sources(listing: Listing) -> list[str]:
    apart = modules_apart(listing)
    return [
        f
        for f in listing.sources(".go")
        if not f.endswith("_test.go") and not f.startswith("vendor/") and not is_in(f, apart)
    ]


def _is_of(listing: Listing, file: str, folder: str, candidates: Sequence[Candidate]) -> bool:
    """Whether the file may be part of the program: it isn't in another program's directory."""
    own = file.rpartition("/")[0]
    others = {one.entry.removeprefix("./").removeprefix(".") for one in candidates} - {folder}
    return own not in others and not any(own.startswith(f"{one}/") for one in others if one)


def _of_package(listing: Listing, folder: str) -> Iterator[str]:
    """The sources of a package outside any module, which are passed to go build one by one."""
    for file in listing.in_folder(folder):
        if (
            not file.endswith(".go")
            or file.endswith("_test.go")
            or IGNORED.search(listing.read(file))
        ):
            continue
        if foreign := re.search(
            r"^\s*(?:import\s+)?(?:\w+\s+)?\"([\w-]+\.[\w.-]+/[^\"]+)\"", listing.read(file), re.M
        ):
            raise InputError(
                f"it imports {foreign[1]}, and there is no go.mod",
                place=Place(file),
                hint=f"run 'go mod init {image_name(listing.name.lower())} && go mod tidy'",
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
                # The line is the minimum that the module needs; newer releases build it too:
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
