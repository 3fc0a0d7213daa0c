"""Keeps the answer of an up-to-date build, if the next build can tell that nothing has changed.

The answer is kept only if ``bpkit.verbs.build.standing`` can check everything that it follows from,
and if nothing of that has changed since the run began.
"""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from bpkit.core import Facts, Recipe, staging_prefix
from bpkit.formats.context import ContextSource, needs
from bpkit.formats.text import parents
from bpkit.project import (
    BUILD_FILES,
    IGNORE_FILE,
    MULTI_FILE,
    RUNTIME_FILES,
    SETTINGS_FILES,
    Project,
    needed_files,
    write_kept_bytes,
)
from bpkit.report import safe
from bpkit.verbs.build.inputs import inputs_of
from bpkit.verbs.build.ledger import entry_path
from bpkit.verbs.build.shortcut import Shortcut
from bpkit.verbs.build.standing import (
    MOST_BYTES,
    MOST_NAMES,
    StandingAnswer,
    answer_path,
    engine_program,
    evidence,
    hexdigest,
)

# The minimum age of a change that shows in a file's change time: a file system's clock ticks every
# 0.1 ms at best and every 10 ms at worst, or keeps whole seconds (ext3), or two (FAT).
_TICK = 20_000_000
_COARSE_TICK = 2_500_000_000
# Beyond this number, the oldest answers are removed.
_MOST_ANSWERS = 200


def keep_answer(words: Sequence[str], began: int, shortcut: Shortcut, text: str) -> bool:
    """Keep the output of ``words`` for an up-to-date build; returns whether it is kept.

    ``began`` is the time, in nanoseconds since the epoch, before anything was read.
    """
    project = shortcut.project
    if os.path.abspath(project.directory) != os.getcwd():
        return False
    if shortcut.engine.words != (engine_program(),) or project.choices.contexts:
        return False
    try:
        looked_at = _looked_at(project, shortcut.recipe, shortcut.facts)
        if looked_at is None:
            return False
        directories, files = looked_at
        files.append(str(entry_path(project.directory, shortcut.entry)))
        answer = StandingAnswer(
            evidence(words, directories, files),
            hexdigest(shortcut.answered.encode("utf-8", "surrogateescape")),
            tuple(dict.fromkeys(shortcut.names)),
            staging_prefix(shortcut.recipe.project),
            directories=directories,
            files=files,
            text=safe(text),
        )
        if not all(_is_older(os.lstat(path), began) for path in (*directories, *files)):
            return False
        again = inputs_of(project, shortcut.recipe, shortcut.options, shortcut.facts)
        if again != shortcut.inputs:
            return False
    except OSError:
        return False
    path = Path(answer_path(words))
    kept = write_kept_bytes(path, answer.to_bytes())
    _remove_oldest(path.parent)
    return kept


def _is_older(status: os.stat_result, began: int) -> bool:
    """Whether the last change was before ``began``, given the file system's clock."""
    is_coarse = status.st_ctime_ns % 1_000_000_000 == 0
    return status.st_ctime_ns < began - (_COARSE_TICK if is_coarse else _TICK)


def _looked_at(
    project: Project, recipe: Recipe, facts: Facts
) -> tuple[list[str], list[str]] | None:
    """The directories and files that the run has read, relative to the project.

    None if some are outside this directory, or there are too many. Raises OSError.
    """
    needed: set[str] = set()
    for image in recipe.images:
        root = project.directory / image.context
        files = facts.staged.get(image.name) or needed_files(image, root, project.build_args)
        needed |= {posixpath.normpath(posixpath.join(image.context, one)) for one in files.paths}
    sources = [
        source
        for dockerfile in project.dockerfiles.values()
        for source in needs(dockerfile, build_args=project.build_args, unused_stages=True).sources
    ]
    named = {posixpath.normpath(posixpath.join(project.context, s.pattern)) for s in sources}
    fixed = {*_fixed_names(project)}
    if any(_leads_out(path) for path in (*needed, *named, *fixed, project.context)):
        return None
    tops = {*needed, project.context} if any(map(_is_open, sources)) else needed
    below = [*_below(tops)]
    if len(below) > MOST_NAMES:
        return None
    directories = {path for path, mode in below if stat.S_ISDIR(mode)}
    directories |= {above for path in (*needed, *named, *fixed) for above in (".", *parents(path))}
    taken = {path for path, _ in below if any(_is_in(path, top) for top in needed)}
    files_read = taken | {path for path in fixed if os.path.lexists(path)}
    if any(os.path.islink(path) for path in (*fixed, *directories)):
        return None
    if sum(os.lstat(path).st_size for path in files_read) > MOST_BYTES:
        return None
    return sorted(filter(os.path.isdir, directories)), sorted(files_read)


def _fixed_names(project: Project) -> Iterator[str]:
    """The files that are always read, whatever the Dockerfiles say."""
    dockerfiles = (*BUILD_FILES, *RUNTIME_FILES, MULTI_FILE, *project.form.files)
    yield from (*SETTINGS_FILES, *map(posixpath.normpath, dockerfiles))
    yield posixpath.normpath(posixpath.join(project.context, IGNORE_FILE))
    yield from (f"{posixpath.normpath(name)}{IGNORE_FILE}" for name in project.form.files)


def _is_open(source: ContextSource) -> bool:
    """Whether any name in the context may be part of the source."""
    return source.glob or source.parents or not source.known


def _leads_out(path: str) -> bool:
    return path.startswith(("/", "../")) or path == ".."


def _is_in(path: str, top: str) -> bool:
    return top in {".", path} or path.startswith(f"{top}/")


def _below(tops: set[str]) -> Iterator[tuple[str, int]]:
    """The entries at these paths and below, with their modes; ends beyond the maximum."""
    waiting = sorted(tops)
    seen: set[str] = set()
    while waiting and len(seen) <= MOST_NAMES:
        path = waiting.pop()
        if path in seen or not os.path.lexists(path):
            continue
        seen.add(path)
        mode = os.lstat(path).st_mode
        yield path, mode
        if stat.S_ISDIR(mode):
            waiting += [posixpath.normpath(posixpath.join(path, n)) for n in os.listdir(path)]


def _remove_oldest(directory: Path) -> None:
    with suppress(OSError):
        answers = sorted(directory.iterdir(), key=lambda path: path.lstat().st_mtime_ns)
        for path in answers[:-_MOST_ANSWERS]:
            path.unlink()
