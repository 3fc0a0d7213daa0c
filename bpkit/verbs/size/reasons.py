"""The main reasons for an image's size, and how to remove each.

Each byte has at most one reason, so the savings can be added up. A reason gives its evidence: a
layer that hides a file, a mark that apt or npm set, sections that nothing loads, a path. If the
path is the only evidence, it says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bpkit.verbs.size.kinds import Kind
from bpkit.verbs.size.packages.model import Excess, Package
from bpkit.verbs.size.result import (
    Duplicate,
    Loss,
    LostFile,
    Reason,
    SizedFile,
    SizedLayer,
)

MOST_REASONS = 10
#: Less than this isn't worth changing a line.
_LEAST = 10_000
_MOST_PATHS = 5
_MOST_KINDS = 3


def reasons(
    layers: Sequence[SizedLayer],
    files: Sequence[SizedFile],
    lost: Sequence[LostFile],
    duplicates: Sequence[Duplicate],
    base: int = 0,
) -> tuple[Reason, ...]:
    """The largest reasons, at most ten; the first ``base`` layers are the base image's."""
    taken: set[str] = set()
    found = _found(layers, files, lost, duplicates, taken, base)
    found += _of_base(layers, files, lost, taken, base)
    large = [one for one in found if one.saves >= _LEAST]
    return tuple(sorted(large, key=lambda one: (-one.saves, one.title)))[:MOST_REASONS]


def _found(
    layers: Sequence[SizedLayer],
    files: Sequence[SizedFile],
    lost: Sequence[LostFile],
    duplicates: Sequence[Duplicate],
    taken: set[str],
    base: int,
) -> list[Reason]:
    """The reasons in the layers from ``base`` on; the paths of their files are ``taken``."""
    own = [one for one in files if one.layer >= base]
    gone = [one for one in lost if one.layer >= base]
    below = {one.path for one in files if one.layer < base}
    found = [*_lost(layers, gone), *_visible(own, gone, taken)]
    # In this order, so that a copy of a duplicate that is removed anyway doesn't count twice.
    found += [*_duplicated(duplicates, taken, below), *_unloaded(own, taken)]
    return found


def _of_base(
    layers: Sequence[SizedLayer],
    files: Sequence[SizedFile],
    lost: Sequence[LostFile],
    taken: set[str],
    base: int,
) -> Iterator[Reason]:
    """The part of all this in the base image, which no line of the Dockerfile can remove."""
    held = [one for one in files if one.layer < base]
    gone = [one for one in lost if one.layer < base]
    found = [*_lost(layers, gone), *_visible(held, gone, taken), *_unloaded(held, taken)]
    found = sorted((one for one in found if one.saves), key=lambda one: -one.saves)
    kinds = [one.title for one in found[:_MOST_KINDS]]
    yield Reason(
        f"in the base image: {'; '.join(kinds)}{'; …' * (len(found) > _MOST_KINDS)}",
        sum(one.saves for one in found),
        "start from a smaller base image, or copy only what is needed into one ('bpkit shrink')",
        "as for the other reasons, in the layers below the first line of the Dockerfile",
        tuple(sorted({number for one in found for number in one.layers})),
        tuple(path for one in found for path in one.paths[:1])[:_MOST_PATHS],
    )


_LOSSES: dict[Loss, tuple[str, str, str]] = {
    "removed": (
        "removed by {by}, but still in the layers below",
        "remove them in the RUN that makes them, or build in a separate stage and copy "
        "what is needed",
        "the layer has whiteouts for them",
    ),
    "doubled": (
        "files copied again by {by} with the same content but a different mode, owner or time",
        "set mode and owner when the files are added: COPY --chmod=… --chown=…, or in the same RUN",
        "both layers have the same content at the same path",
    ),
    "overwritten": (
        "replaced by {by}, but still in the layers below",
        "write them once: start from a base image that has the newer files, or merge the two RUNs",
        "a later layer has different content at the same path",
    ),
}


def _lost(layers: Sequence[SizedLayer], lost: Sequence[LostFile]) -> Iterator[Reason]:
    groups: dict[tuple[Loss, int], list[LostFile]] = {}
    for one in lost:
        if not _is_rewritten_cache(one):
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


#: Files that each run of apt rewrites: they stay out of the layers if each RUN removes them.
_REWRITTEN = ("/var/cache/apt/", "/var/lib/apt/lists/")


def _is_rewritten_cache(one: LostFile) -> bool:
    return one.loss != "removed" and one.path.startswith(_REWRITTEN)


@dataclass(frozen=True)
class _Group:
    """Files with one reason: those of a kind, or those in packages in ``excess``.

    ``below`` limits it to a directory; files there that a later layer rewrites count too.
    """

    title: str
    fix: str
    evidence: str
    kind: Kind | None = None
    rule: str = ""
    below: str = ""
    excess: Excess = ""


_GROUPS = (
    _Group(
        "version control history",
        "exclude .git from the build context ('bpkit ignore' derives the .dockerignore)",
        "the paths",
        "version control",
        "BPK214",
    ),
    _Group(
        "package lists that apt downloaded",
        "end each RUN that uses apt with: rm -rf /var/lib/apt/lists/*",
        "the path",
        "cache",
        "BPK213",
        "/var/lib/apt/lists/",
    ),
    _Group(
        "apt's index, and packages that it kept, if any",
        "end each RUN that uses apt with: apt-get clean; rm -f /var/cache/apt/*.bin",
        "the path",
        "cache",
        "BPK213",
        "/var/cache/apt/",
    ),
    _Group(
        "pip's cache",
        "pip install --no-cache-dir, or RUN --mount=type=cache,target=/root/.cache/pip",
        "the path",
        "cache",
        "BPK213",
        "/root/.cache/pip/",
    ),
    _Group(
        "npm's cache",
        "end the RUN with: npm cache clean --force, or RUN --mount=type=cache,target=/root/.npm",
        "the path",
        "cache",
        "BPK213",
        "/root/.npm/",
    ),
    _Group(
        "apk's cache",
        "apk add --no-cache",
        "the path",
        "cache",
        "BPK213",
        "/var/cache/apk/",
    ),
    _Group(
        "other caches and temporary files",
        "remove them in the RUN that makes them, or use RUN --mount=type=cache",
        "the paths",
        "cache",
        "BPK213",
    ),
    _Group(
        "packages that only recommendations need, installed by apt",
        "apt-get install --no-install-recommends",
        "dpkg's status and apt's extended_states; whether a program uses them was not examined",
        excess="recommended",
    ),
    _Group(
        "packages that apt installed for others that have been removed",
        "install, use and remove them in one RUN: apt-get purge --auto-remove -y …",
        "dpkg's status and apt's extended_states; whether a program uses them was not examined",
        excess="orphan",
    ),
    _Group(
        "packages that npm marks as development dependencies",
        "npm ci --omit=dev",
        "node_modules/.package-lock.json",
        excess="development",
    ),
    _Group(
        "compilers, headers and other development tools",
        "build in a separate stage and copy the result ('bpkit shrink' writes such a Dockerfile)",
        "the paths and file names; whether the program needs them was not examined",
        "development",
        "BPK212",
    ),
    _Group(
        "documentation",
        "remove it in the RUN that adds it, or copy only what is needed ('bpkit shrink'); for"
        " Debian packages: path-exclude=/usr/share/doc/* in /etc/dpkg/dpkg.cfg.d before that RUN",
        "the paths",
        "documentation",
    ),
    _Group(
        "translations and locales",
        "remove them in the RUN that adds them, or copy only what is needed ('bpkit shrink')",
        "the paths; whether the program uses one of them was not examined",
        "locale",
    ),
    _Group(
        "tests of libraries",
        "remove them in the RUN that installs the libraries",
        "the paths; whether the program imports them was not examined",
        "test",
    ),
)


def _visible(
    files: Sequence[SizedFile], lost: Sequence[LostFile], taken: set[str]
) -> Iterator[Reason]:
    by_kind: dict[Kind, list[SizedFile]] = {}
    by_excess: dict[Excess, list[SizedFile]] = {}
    for one in files:
        by_kind.setdefault(one.kind, []).append(one)
        if one.package and one.package.excess:
            by_excess.setdefault(one.package.excess, []).append(one)
    rewritten = [one for one in lost if _is_rewritten_cache(one)]
    for group in _GROUPS:
        there = by_kind.get(group.kind, ()) if group.kind else by_excess.get(group.excess, ())
        held = [one for one in there if one.path.startswith(group.below) and one.path not in taken]
        taken.update(one.path for one in held)
        earlier = [one for one in rewritten if group.below and one.path.startswith(group.below)]
        packages = {one.package for one in held if one.package} if group.excess else set()
        yield Reason(
            group.title,
            sum(one.size for one in held) + sum(one.size for one in earlier),
            group.fix,
            group.evidence,
            tuple(sorted({one.layer for one in held} | {one.layer for one in earlier})),
            _names(packages, held) or _largest((one.path, one.size) for one in held),
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
    """Symbols and debug information in binaries that no other reason removes entirely."""
    held = [one for one in files if one.unloaded and one.path not in taken]
    yield Reason(
        "symbols and debug information that no program loads",
        sum(one.unloaded for one in held),
        "run 'strip --strip-unneeded' on the files in the RUN that adds them, or for Go build with"
        " -ldflags '-s -w'",
        "the files' section headers, as strip uses them; Go's linker removes slightly more",
        tuple(sorted({one.layer for one in held})),
        _largest((one.path, one.unloaded) for one in held),
    )


def _duplicated(
    duplicates: Sequence[Duplicate], taken: set[str], below: set[str]
) -> Iterator[Reason]:
    """Duplicate contents. One copy of each is kept: the base image's (``below``), if it has one."""
    left = []
    for one in duplicates:
        free = [path for path in one.paths if path not in taken]
        kept = [path for path in free if path in below] or free[:1]
        if again := tuple(path for path in free if path not in kept):
            left.append(Duplicate(one.size, (kept[0], *again)))
            taken.update(again)
    yield Reason(
        "the same contents at several paths",
        sum(one.wasted for one in left),
        "keep one of each, with symbolic links for the others",
        "the SHA-256 of the contents",
        paths=_largest((" = ".join(one.paths[:2]), one.wasted) for one in left),
    )


def _largest(sized: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    ordered = sorted(sized, key=lambda one: (-one[1], one[0]))
    return tuple(path for path, _ in ordered[:_MOST_PATHS])
