"""Each file in a context that a builder gets, its size, and the lines that copy and include it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bpkit.formats.context import ContextSource
from bpkit.formats.dockerignore import Pattern
from bpkit.report import human
from bpkit.verbs.ignore.findings import Reading


@dataclass(frozen=True)
class SentFile:
    """One file or link: ``source`` is what copies it, ``line`` the ``!`` line that includes it."""

    path: str
    size: int
    source: ContextSource | None = None
    line: Pattern | None = None

    @property
    def why(self) -> str:
        """What copies it, and where: ``Dockerfile:2 COPY src/``."""
        if self.source is None:
            return "no instruction copies it"
        taken = f"{self.source.place} {self.source.keyword} {self.source.text}"
        return f"{taken}, included by {self.line.place}" if self.line else taken


def sent_files(readings: Iterable[Reading], sizes: dict[str, int]) -> tuple[SentFile, ...]:
    """The files that the builder of these readings gets, by path; ``sizes`` has all files there."""
    found: dict[str, SentFile] = {}
    for reading in readings:
        for path, size in sizes.items():
            source = reading.needed.source_of(path)
            if path in found and (found[path].source or source is None):
                continue
            if source is None and not reading.sent_whole:
                continue
            verdict = reading.ignore.verdict(path)
            if not verdict.excluded:
                found[path] = SentFile(path, size, source, verdict.by)
    return tuple(found[path] for path in sorted(found))


def listing_text(files: Iterable[SentFile], *, why: bool) -> str:
    """One line per file: its size and its path; with ``why`` also what copies it."""
    lines = [(human(file.size), file) for file in files]
    width = max((len(size) for size, _ in lines), default=0)
    return "".join(
        f"{size:>{width}}  {file.path}{f'  ({file.why})' if why else ''}\n" for size, file in lines
    )


def prerequisites_text(files: Iterable[SentFile]) -> str:
    """The paths as prerequisites in a Makefile, one per line."""
    names = [_for_make(file.path) for file in files]
    return " \\\n".join(names) + "\n" if names else ""


def _for_make(path: str) -> str:
    return path.replace("$", "$$").replace("#", "\\#").replace(" ", "\\ ").replace("%", "\\%")


def listing_json(files: Iterable[SentFile]) -> Iterator[dict[str, object]]:
    """The files as data for ``json.dumps``; unknown values are null."""
    for file in files:
        source = file.source
        yield {
            "path": file.path,
            "bytes": file.size,
            "file": source.place.file if source else None,
            "line": source.place.line if source else None,
            "instruction": f"{source.keyword} {source.text}" if source else None,
            "let_in_by": str(file.line.place) if file.line else None,
        }
