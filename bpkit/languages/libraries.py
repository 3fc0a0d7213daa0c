"""An interpreter whose library is kept whole: the directories where it looks for modules.

Which of its modules a program will load is seldom stated in one place (``autoload``, ``require``
with a computed name); where the interpreter looks for them is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bpkit.image import Evidence, FileGroup, LeftOut, Link, Rootfs, Subject, join, on_the_way
from bpkit.languages.needs import LanguageParts, ModuleFiles, Sources, application, caches_in

#: Files that only people and compilers read, in any language's library. Names that a package may
#: use for its own modules and templates (``cache``, ``doc``, ``*.html``) aren't among them.
_DOCUMENTS = ("*.pod", "*.h", "*.a", "*.la", "*.rbi", "*.gem")


@dataclass(frozen=True)
class WholeLibrary:
    """The needs of an interpreter whose whole library is kept.

    ``directories`` are patterns of paths; ``*`` matches no slash. ``variables`` name more of
    them, separated by colons. ``left_out`` are names inside that nothing loads, ``unread`` patterns
    of paths below which nothing is loaded.
    """

    title: str
    directories: tuple[str, ...]
    variables: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def MODULES(self) -> ModuleFiles | None:  # noqa: N802 (as the protocol has it)
        """None: imports don't decide what is left out."""
        return None

    def sources(self, _subject: Subject, _link: Link) -> Sources:
        """None, for the same reason."""
        return Sources()

    def parts(
        self, subject: Subject, link: Link, _evidence: Mapping[str, Evidence]
    ) -> LanguageParts:
        """The library, and the application."""
        rootfs = subject.rootfs
        library = tuple(dict.fromkeys(self._library(subject)))
        own = tuple(dict.fromkeys(application(subject, link)))
        directories = tuple(p for p in library if rootfs.nodes[p].kind == "directory")
        names = (*_DOCUMENTS, *self.left_out)
        return LanguageParts(
            groups=(
                FileGroup(f"{self.title}'s library", library),
                FileGroup("the application", own),
            ),
            left_out=tuple(
                real
                for pattern in self.unread
                for path in matching(rootfs, pattern)
                if (real := rootfs.real_path(path)) in rootfs.nodes
            ),
            left_out_names=(
                *(LeftOut(path, names) for path in directories),
                *caches_in(tuple(p for p in own if rootfs.nodes[p].kind == "directory")),
            ),
        )

    def _library(self, subject: Subject) -> Iterator[str]:
        rootfs = subject.rootfs
        for pattern in self.directories:
            for path in matching(rootfs, pattern):
                yield from on_the_way(rootfs, path)
        for name in self.variables:
            for path in subject.config.env.get(name, "").split(":"):
                if path and "?" not in path:
                    yield from on_the_way(
                        rootfs, join(subject.config.workdir, path) if path[0] != "/" else path
                    )


def matching(rootfs: Rootfs, pattern: str) -> Iterator[str]:
    """The paths in the image that match the pattern, name by name, through links."""
    found = ["/"]
    for part in pattern.strip("/").split("/"):
        if not any(sign in part for sign in "*?["):
            found = [join(path, part) for path in found]
            found = [path for path in found if rootfs.resolve(path)]
            continue
        found = [
            join(path, node.path.rpartition("/")[2])
            for path in found
            for node in rootfs.below(path)
            if fnmatchcase(node.path.rpartition("/")[2], part)
        ]
    yield from found
