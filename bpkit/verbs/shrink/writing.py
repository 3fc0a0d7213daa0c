"""Write the Dockerfile's new last stages: one that gathers the files, one that has nothing else.

A ``RUN`` copies the files, with their owners, modes, links and hard links, into a directory in a
stage of its own, and one COPY copies that. ``COPY --from`` with the files as its sources would need
no shell, but it follows links passed by name, and makes each a second file.
Measured on the classic builder of 20.10 and on BuildKit of 20.10 and 26.1.
"""

from __future__ import annotations

import posixpath
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bpkit.core import quote
from bpkit.formats.dockerfile import Dockerfile, Stage, stages
from bpkit.image import LeftOut, Node, Rootfs, Selection, spared
from bpkit.verbs.shrink.java_runtime import LinkedRuntime, linking
from bpkit.verbs.shrink.stage_names import GATHER, free_name
from bpkit.verbs.shrink.symbols import stripping

_HEADING = "Only what the program needs; chosen by bpkit shrink."
#: The directory for an image without a shell in a stage that has one.
_WHOLE = "/image"
_WIDTH = 88


@dataclass(frozen=True)
class LastStages:
    """The gathering stage: its name, the directory with the old image's files, and the directory
    that it gathers them in."""

    name: str
    origin: str
    directory: str


@dataclass(frozen=True)
class Carried:
    """The last stage apart from its files: its base, and the instructions after the COPY.

    ``user`` is the old stage's final user, ``shell`` whether it sets another shell, ``owner`` the
    new owner of the directories that the selection gives away. ``tools`` is another stage to gather
    in if the old one has no shell. ``symbols`` are programs to be stripped, ``runtime`` is Java's,
    if it is relinked.
    """

    base: str
    instructions: tuple[str, ...]
    user: str = ""
    shell: bool = False
    owner: str = ""
    tools: str = ""
    symbols: tuple[Node, ...] = ()
    runtime: LinkedRuntime | None = None


def appended(dockerfile: Dockerfile, rootfs: Rootfs, selection: Selection, carried: Carried) -> str:
    """The text of ``dockerfile``, whose last stage has a name, followed by the new stages."""
    last = stages(dockerfile).last
    assert last.name is not None
    origin = _WHOLE if carried.tools else "/"
    where = LastStages(free_name(GATHER, dockerfile), origin, _free_directory(rootfs))
    lines = [
        "",
        f"# {_HEADING}",
        f"FROM {carried.tools or last.name} AS {where.name}",
        *(_whole(last) if carried.tools else _as_root(carried)),
        *_gathering(rootfs, selection, where, carried, dockerfile.escape),
        "",
        f"FROM {carried.base}",
        f"COPY --from={where.name} {where.directory}/ /",
        *carried.instructions,
    ]
    end = "\r\n" if "\r\n" in dockerfile.text else "\n"
    text = dockerfile.text if dockerfile.text.endswith("\n") else dockerfile.text + end
    return text + "".join(f"{line}\n" for line in lines).replace("\n", end)


def _whole(last: Stage) -> Iterator[str]:
    """The lines that copy the old image, which has no shell, into a stage that has one."""
    yield "USER 0"
    yield f"COPY --from={last.name} / {_WHOLE}/"


def _as_root(carried: Carried) -> Iterator[str]:
    if carried.user not in {"", "0", "root", "0:0", "root:root"}:
        yield "USER 0"
    if carried.shell:
        yield 'SHELL ["/bin/sh", "-c"]'


def _gathering(
    rootfs: Rootfs, selection: Selection, where: LastStages, carried: Carried, escape: str
) -> Iterator[str]:
    directory = where.directory
    lines = [f"RUN mkdir {directory} && cd {where.origin} && cp -a --parents"]
    for group in selection.groups:
        lines.append(f"    # {group.why}")
        lines += [f"    {path}" for path in _short(rootfs, group.paths, selection)]
    lines.append(f"    {directory}")
    commands = _commands(rootfs, selection, where, carried, escape)
    lines += [f" && {command}" for command in commands]
    last = len(lines) - 1
    for number, line in enumerate(lines):
        is_comment = line.lstrip().startswith("#")
        yield line if is_comment or number == last else f"{line} {escape}"


def _short(rootfs: Rootfs, paths: tuple[str, ...], selection: Selection) -> list[str]:
    """The paths as arguments; a link and its file as one pattern if it matches nothing else."""
    taken = set(selection.paths)
    waiting = list(dict.fromkeys(paths))
    shown: list[str] = []
    while waiting:
        path = waiting.pop(0)
        pattern = _pattern(rootfs, path, taken)
        if pattern:
            waiting = [p for p in waiting if not _matches(p, pattern)]
            shown.append(f"{quote(pattern.removesuffix('*').lstrip('/'))}*")
        else:
            shown.append(quote(path.lstrip("/")))
    return shown


def _pattern(rootfs: Rootfs, path: str, taken: set[str]) -> str | None:
    """``…/libz.so.1*`` for a library's link and its file, if both are kept."""
    found = re.fullmatch(r"(.*/[^/]+\.so\.\d+)[\d.]*", path)
    if found is None:
        return None
    pattern = f"{found[1]}*"
    directory = posixpath.dirname(path)
    there = {node.path for node in rootfs.below(directory) if _matches(node.path, pattern)}
    return pattern if len(there) > 1 and there <= taken else None


def _matches(path: str, pattern: str) -> bool:
    same = posixpath.dirname(path) == posixpath.dirname(pattern)
    return same and fnmatchcase(posixpath.basename(path), posixpath.basename(pattern))


def _commands(
    rootfs: Rootfs, selection: Selection, where: LastStages, carried: Carried, escape: str
) -> Iterator[str]:
    """The commands on the gathered files, in the order that ``selection.taken`` assumes."""
    directory, origin = where.directory, where.origin
    inside = _Inside(directory)
    left_out = [path for path in selection.left_out if path in rootfs.nodes]
    for place in selection.unchanged:
        inside_it = [path for path in left_out if path.startswith(f"{place}/")]
        left_out = [path for path in left_out if path not in inside_it]
        if inside_it:
            yield from _removed_while_unchanged(rootfs, place, inside_it, where, escape)
    if left_out:
        yield from _removed(left_out, directory, escape)
    for names, directories in _by_names(selection.left_out_names, rootfs).items():
        places = " ".join(inside.path(one) for one in directories)
        which = " -o ".join(f"-name {quote(name)}" for name in names)
        which = f"\\( {which} \\)" if len(names) > 1 else which
        yield f"find {places} -mindepth 1 {which} -prune -exec rm -rf {{}} +"
    if again := spared(rootfs, selection):
        words = " ".join(quote(path.lstrip("/")) for path in again)
        text = f"cd {quote(origin)} && cp -a --parents {words} {quote(directory)}"
        lines = textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
        yield f" {escape}\n      ".join(lines)
    for made in selection.made:
        if made.path in rootfs.nodes and rootfs.nodes[made.path].kind != "directory":
            continue
        owner = f" && chown {made.uid}:{made.gid} {inside.path(made.path)}"
        owner = owner if made.uid or made.gid else ""
        yield f"mkdir -p -m {made.mode:o} {inside.path(made.path)}{owner}"
    for link in selection.linked:
        place = quote(directory + posixpath.dirname(link.path))
        yield f"mkdir -p {place} && ln -s {quote(link.target)} {inside.path(link.path)}"
    if selection.opened:
        yield f"chmod -R a+rX {' '.join(inside.path(path) for path in selection.opened)}"
    if selection.home and carried.owner:
        uid, _, gid = carried.owner.partition(":")
        account = f"nonroot:x:{uid}:{gid or uid}:nonroot:{selection.home}:/sbin/nologin"
        yield f"echo {account} >> {inside.path('/etc/passwd')}"
        yield f"mkdir -p -m 700 {inside.path(selection.home)}"
        yield f"chown {carried.owner} {inside.path(selection.home)}"
    if selection.given and carried.owner:
        owned = " ".join(inside.path(path) for path in selection.given)
        yield f"chown -R {carried.owner} {owned}"
    yield from stripping(rootfs, carried.symbols, directory, escape)
    if carried.runtime:
        yield from linking(carried.runtime, directory, escape)


def _removed_while_unchanged(
    rootfs: Rootfs, place: str, paths: list[str], where: LastStages, escape: str
) -> Iterator[str]:
    """The removal of unused files in ``place``, as long as its files are the present ones.

    A later version of the base may import what this one doesn't: then everything is kept.
    """
    size = sum(node.size for node in rootfs.below(place) if node.kind == "file")
    real = quote(f"{where.origin.rstrip('/')}{place}")
    commands = f" {escape}\n   && ".join(_removed(paths, where.directory, escape))
    yield (
        f"if [ $(find {real} -maxdepth 1 -type f -exec cat {{}} + | wc -c) -eq {size} ]; then "
        f"{escape}\n      {commands}; fi"
    )


def _removed(paths: list[str], directory: str, escape: str) -> Iterator[str]:
    """One command for each directory that files are removed from."""
    by_directory: dict[str, list[str]] = {}
    for path in paths:
        by_directory.setdefault(posixpath.dirname(path), []).append(posixpath.basename(path))
    for place, names in by_directory.items():
        words = " ".join(map(quote, names))
        text = f"cd {quote(directory + place)} && rm -rf {words}"
        lines = textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
        yield f" {escape}\n      ".join(lines)


def _by_names(left_out: tuple[LeftOut, ...], rootfs: Rootfs) -> dict[tuple[str, ...], list[str]]:
    """The directories by the names that are left out in them, without those that have none."""
    found: dict[tuple[str, ...], list[str]] = {}
    for one in left_out:
        there = {posixpath.basename(path) for path in rootfs.descendants(one.directory)}
        names = tuple(n for n in one.names if any(fnmatchcase(called, n) for called in there))
        if names:
            found.setdefault(names, []).append(one.directory)
    return found


@dataclass(frozen=True)
class _Inside:
    directory: str

    def path(self, path: str) -> str:
        return quote(f"{self.directory}{path}")


def _free_directory(rootfs: Rootfs) -> str:
    directory, number = f"/{GATHER}", 2
    while directory in rootfs.nodes:
        directory, number = f"/{GATHER}-{number}", number + 1
    return directory
