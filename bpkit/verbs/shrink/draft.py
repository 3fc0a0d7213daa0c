"""A choice in progress: what is known about the old image, and the files kept so far."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from bpkit.image import SHELLS, Evidence, Link, Rootfs, Selection, Subject, on_the_way, taken
from bpkit.verbs.shrink.starts import Starts

#: Groups of the application's own files, whose sources are read.
OWN = frozenset({"the application", "the application and its modules", "kept with --keep"})
#: The group of libraries, which a base may have too.
LIBRARIES = "the loader and the libraries"
EMPTY = "empty directories below WORKDIR"


@dataclass(frozen=True)
class ShrinkWishes:
    """The user's wishes: paths to keep and to drop, the numeric user (empty to choose one), how far
    to round up, whether to remove symbols; and the image's volumes."""

    keep: tuple[str, ...] = ()
    user: str = ""
    volumes: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    rounding: str = ""
    strip: bool = False


@dataclass(frozen=True)
class Draft:
    """The files of ``fat`` kept so far; its command is the one that the new image will have.

    ``evidence`` is by the real paths of programs, ``started`` what the image is known to start.
    ``compiled``: the program is machine code. ``languages`` names the interpreters. ``hints`` are
    about paths that may be needed and aren't kept, ``notes`` about decisions.
    """

    fat: Subject
    evidence: Mapping[str, Evidence]
    wishes: ShrinkWishes
    started: Starts
    selection: Selection = field(default_factory=Selection)
    languages: tuple[str, ...] = ()
    compiled: bool = False
    hints: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_interpreted(self) -> bool:
        """Whether an interpreter runs the application, whose own code shows little about it."""
        return bool(self.languages) and not self.compiled

    @cached_property
    def small(self) -> Rootfs:
        """The file system that results from the selection."""
        return taken(self.fat.rootfs, self.selection)

    @property
    def programs(self) -> Mapping[str, Evidence]:
        """The evidence of the programs that are started, without shells, by path."""
        return {
            link.node.path: self.evidence[link.node.path]
            for link in self.started.links
            if link.node and link.node.path in self.evidence and not _is_shell(link)
        }

    @property
    def symbols(self) -> frozenset[str]:
        """The functions that the programs import."""
        return frozenset[str]().union(*(one.symbols for one in self.programs.values()))

    @property
    def texts(self) -> frozenset[str]:
        """The texts in the programs that may be paths."""
        return frozenset[str]().union(*(one.texts for one in self.programs.values()))

    def taking(self, why: str, paths: Iterable[str], directory: str = "/") -> Draft:
        """The draft with these paths, if they exist, and the links on the way."""
        rootfs = self.fat.rootfs
        found = [real for path in paths for real in on_the_way(rootfs, path, directory)]
        return self.with_selection(self.selection.with_group(why, found))

    def reading(self, sources: Iterable[str]) -> Draft:
        """The draft with these sources as evidence too, which aren't files in the image."""
        read = {f"source {number}": Evidence(script=text) for number, text in enumerate(sources)}
        return replace(self, evidence={**self.evidence, **read})

    def with_selection(self, selection: Selection) -> Draft:
        """The draft with a different selection."""
        if selection is self.selection:
            return self
        return replace(self, selection=selection)

    def with_env(self, env: Mapping[str, str]) -> Draft:
        """The draft for an image with a different environment."""
        return replace(self, fat=replace(self.fat, config=replace(self.fat.config, env=env)))

    def noting(self, *notes: str) -> Draft:
        """The draft with more notes."""
        return replace(self, notes=tuple(dict.fromkeys((*self.notes, *notes))))

    def hinting(self, *hints: str) -> Draft:
        """The draft with more hints."""
        return replace(self, hints=tuple(dict.fromkeys((*self.hints, *hints))))


def _is_shell(link: Link) -> bool:
    return posixpath.basename(link.name) in SHELLS
