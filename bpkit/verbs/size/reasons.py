"""The largest reasons why an image has the bytes that it has, and what takes each away.

Each byte is of one reason at most, so what the reasons save may be added up. A reason says what was
seen: a layer that hides a file, a mark that apt or npm set, sections that nothing loads, a path.
Where only a path speaks, it says that too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bpkit.verbs.size.packages.model import Package
from bpkit.verbs.size.result import (
    Duplicate,
    Loss,
    LostFile,
    Reason,
    SizedFile,
    SizedLayer,
)

MOST_REASONS = 10
#: Less than this is no reason for anybody to change a line.
_LEAST = 10_000
_MOST_PATHS = 5


def reasons(
    layers: Sequence[SizedLayer],
    files: Sequence[SizedFile],
    lost: Sequence[LostFile],
    duplicates: Sequence[Duplicate],
) -> tuple[Reason, ...]:
    """The largest reasons, at most ten."""
    taken: set[str] = set()
    found = [*_lost(layers, lost), *_visible(files, taken)]
    # In this order: of a file that is there twice one goes as a whole.
    found += [*_duplicated(duplicates, taken), *_unloaded(files, taken)]
    large = [one for one in found if one.saves >= _LEAST]
    return tuple(sorted(large, key=lambda one: (-one.saves, one.title)))[:MOST_REASONS]


_LOSSES: dict[Loss, tuple[str, str, str]] = {
    "removed": (
        "removed by {by}, and still in the layers below",
        "remove them in the RUN that makes them, or build in a separate stage and copy "
        "what is needed",
        "the layer has whiteouts for them",
    ),
    "doubled": (
        "files copied again by {by} with the same content but another mode, owner or time",
        "set mode and owner when the files are added: COPY --chmod=… --chown=…, or in the same RUN",
        "both layers have the same content at the same path",
    ),
    "overwritten": (
        "replaced by {by}, and still in the layers below",
        "write them once: start from a base image that has the newer files, or merge the two RUNs",
        "a later layer has different content at the same path",
    ),
}


def _lost(layers: Sequence[SizedLayer], lost: Sequence[LostFile]) -> Iterator[Reason]:
    groups: dict[tuple[Loss, int], list[LostFile]] = {}
    for one in lost:
        groups.setdefault((one.loss, one.by), []).append(one)
    for (loss, by), group in groups.items():
        title, fix, evidence = _LOSSES[loss]
        yield Reason(
            title.format(by=layers[by].label),
            sum(one.size for one in group),
            fix,
            evidence,
            tuple(sorted({by, *(one.layer for one in group)})),
            _largest((one.path, one.size) for one in group),
        )


@dataclass(frozen=True)
class _Group:
    """Files that are there for one reason."""

    title: str
    fix: str
    evidence: str
    holds: Callable[[SizedFile], bool]
    rule: str = ""


def _below(*directories: str) -> Callable[[SizedFile], bool]:
    return lambda one: one.path.startswith(directories)


def _is_excess(excess: str) -> Callable[[SizedFile], bool]:
    return lambda one: one.package is not None and one.package.excess == excess


_GROUPS = (
    _Group(
        "version control history",
        "keep .git out of the build context ('bpkit ignore' derives the .dockerignore)",
        "the paths",
        lambda one: one.kind == "version control",
        "BPK214",
    ),
    _Group(
        "package lists that apt downloaded",
        "end the RUN with: rm -rf /var/lib/apt/lists/*",
        "the path",
        _below("/var/lib/apt/lists/"),
        "BPK213",
    ),
    _Group(
        "packages that apt downloaded, and its index",
        "end the RUN with: apt-get clean; rm -f /var/cache/apt/*.bin",
        "the path",
        _below("/var/cache/apt/"),
        "BPK213",
    ),
    _Group(
        "pip's cache",
        "pip install --no-cache-dir, or RUN --mount=type=cache,target=/root/.cache/pip",
        "the path",
        _below("/root/.cache/pip/"),
        "BPK213",
    ),
    _Group(
        "npm's cache",
        "end the RUN with: npm cache clean --force, or RUN --mount=type=cache,target=/root/.npm",
        "the path",
        _below("/root/.npm/"),
        "BPK213",
    ),
    _Group(
        "apk's cache",
        "apk add --no-cache",
        "the path",
        _below("/var/cache/apk/"),
        "BPK213",
    ),
    _Group(
        "other caches and temporary files",
        "remove them in the RUN that makes them, or use RUN --mount=type=cache",
        "the paths",
        lambda one: one.kind == "cache",
        "BPK213",
    ),
    _Group(
        "packages that no other depends on, installed by apt as recommendations",
        "apt-get install --no-install-recommends",
        "dpkg's status and apt's extended_states; whether a program uses them was not examined",
        _is_excess("recommended"),
    ),
    _Group(
        "packages that apt installed for others that have been removed",
        "install, use and remove them in one RUN: apt-get purge --auto-remove -y …",
        "dpkg's status and apt's extended_states; whether a program uses them was not examined",
        _is_excess("orphan"),
    ),
    _Group(
        "packages that npm marks as development dependencies",
        "npm ci --omit=dev",
        "node_modules/.package-lock.json",
        _is_excess("development"),
    ),
    _Group(
        "compilers, headers and other development tools",
        "build in a separate stage and copy the result ('bpkit shrink' writes such a Dockerfile)",
        "the paths and file names; whether the program needs them was not examined",
        lambda one: one.kind == "development",
        "BPK212",
    ),
    _Group(
        "documentation",
        "exclude it when dpkg unpacks: path-exclude=/usr/share/doc/* and /usr/share/man/* in"
        " /etc/dpkg/dpkg.cfg.d, or copy only what is needed ('bpkit shrink')",
        "the paths; what the base image has can only be removed by changing the base image",
        lambda one: one.kind == "documentation",
    ),
    _Group(
        "translations and locales",
        "path-exclude=/usr/share/locale/* in /etc/dpkg/dpkg.cfg.d, or copy only what"
        " is needed ('bpkit shrink')",
        "the paths; what the base image has can only be removed by changing the base image",
        lambda one: one.kind == "locale",
    ),
    _Group(
        "tests of libraries",
        "remove them in the RUN that installs the libraries",
        "the paths; whether the program imports them was not examined",
        lambda one: one.kind == "test",
    ),
)


def _visible(files: Sequence[SizedFile], taken: set[str]) -> Iterator[Reason]:
    for group in _GROUPS:
        held = [one for one in files if one.path not in taken and group.holds(one)]
        taken.update(one.path for one in held)
        size = sum(one.size for one in held)
        packages = {one.package for one in held if one.package and one.package.excess}
        shown = _names(packages, held) if packages else ()
        yield Reason(
            group.title,
            size,
            group.fix,
            group.evidence,
            tuple(sorted({one.layer for one in held})),
            shown or _largest((one.path, one.size) for one in held),
            group.rule,
        )


def _names(packages: set[Package], files: Sequence[SizedFile]) -> tuple[str, ...]:
    """The largest packages by name."""
    sizes: dict[str, int] = {}
    for one in files:
        if one.package in packages:
            sizes[one.package.name] = sizes.get(one.package.name, 0) + one.size
    return _largest(sizes.items())


def _unloaded(files: Sequence[SizedFile], taken: set[str]) -> Iterator[Reason]:
    """Symbols and debug information of binaries that no other reason takes away whole."""
    held = [one for one in files if one.unloaded and one.path not in taken]
    yield Reason(
        "symbols and debug information that no program loads",
        sum(one.unloaded for one in held),
        "strip --strip-unneeded the files, or for Go build with -ldflags '-s -w'",
        "the section headers of the files; what strip saves may differ by padding",
        tuple(sorted({one.layer for one in held})),
        _largest((one.path, one.unloaded) for one in held),
    )


def _duplicated(duplicates: Sequence[Duplicate], taken: set[str]) -> Iterator[Reason]:
    left = []
    for one in duplicates:
        paths = tuple(path for path in one.paths if path not in taken)
        if len(paths) > 1:
            left.append(Duplicate(one.size, paths))
            taken.update(paths[1:])
    yield Reason(
        "the same contents at several paths",
        sum(one.wasted for one in left),
        "keep one of each, with hard links or symbolic links for the others",
        "the SHA-256 of the contents",
        paths=_largest((" = ".join(one.paths[:2]), one.wasted) for one in left),
    )


def _largest(sized: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    ordered = sorted(sized, key=lambda one: (-one[1], one[0]))
    return tuple(path for path, _ in ordered[:_MOST_PATHS])
