"""The image of a project's git revision, built from files that git checks out.

The working tree and the index aren't touched: git checks out the whole revision, with an index of
its own, in a temporary directory, and the image that is built from it is removed again. ``git
archive`` would leave out files with ``export-ignore`` and change those with ``export-subst``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bpkit.core import BuildOptions, Engine, ProgramMissingError, Progress, output
from bpkit.errors import InputError
from bpkit.project import ProjectChoices
from bpkit.verbs.build import build, forget, prepare
from bpkit.verbs.size.result import ImageSize
from bpkit.verbs.size.run import Target, size_of


def revision_in(directory: Path, word: str) -> str:
    """The commit that ``word`` names in the repository of ``directory``; empty if there is none."""
    if word.startswith("-"):
        return ""
    try:
        done = output(
            ["git", "rev-parse", "--verify", "--quiet", f"{word}^{{commit}}"], cwd=str(directory)
        )
    except ProgramMissingError:
        return ""
    return done.stdout.strip() if done.status == 0 else ""


def size_of_revision(
    word: str, commit: str, choices: ProjectChoices, engine: Engine, progress: Progress
) -> ImageSize:
    """The size of the image that the project builds from a commit.

    Raises InputError, and what a build raises.
    """
    with checked_out(choices.directory, commit) as directory:
        tag = f"bpkit-size-{commit[:12]}"
        own = replace(choices, directory=directory, tag=tag, build_tag=f"{tag}-build")
        prepared = prepare(own, BuildOptions(), engine)
        try:
            build(prepared, engine, progress)
            found = size_of(Target(tag, project=prepared.project), lambda: engine)
        finally:
            for image in prepared.recipe.images:
                engine.attempt("rmi", image.tag)
            forget(directory)
    layers = tuple(
        replace(one, place=replace(one.place, file=Path(one.place.file).name)) if one.place else one
        for one in found.layers
    )
    return replace(found, name=word, layers=layers)


@contextmanager
def checked_out(directory: Path, commit: str) -> Iterator[Path]:
    """The directory as it is in a commit, within a checkout of all of it.

    Submodules are empty directories, and there is no ``.git``. Raises InputError.
    """
    asked = _git(directory, "rev-parse", "--absolute-git-dir", "--show-prefix")
    repository, inner = asked.split("\n")[:2]
    with tempfile.TemporaryDirectory(prefix="bpkit-size.") as temporary:
        tree = Path(temporary, "tree")
        tree.mkdir()
        # Attributes and filters are the revision's own, as in a clone of it.
        apart = {
            "GIT_DIR": repository,
            "GIT_WORK_TREE": str(tree),
            "GIT_INDEX_FILE": str(Path(temporary, "index")),
        }
        whole = ("--reset", "-u", "--no-sparse-checkout", "--no-recurse-submodules")
        _git(tree, *_PLAIN_INDEX, "read-tree", *whole, commit, env=apart)
        found = tree / inner
        if not found.is_dir():
            raise InputError(f"{inner.rstrip('/')} isn't in the revision {commit[:12]}")
        yield found


#: No index is split between two files, and no daemon watches the temporary directory.
_PLAIN_INDEX = ("-c", "core.splitIndex=false", "-c", "core.fsmonitor=false")


def _git(directory: Path, *words: str, env: Mapping[str, str] | None = None) -> str:
    done = output(["git", *words], cwd=str(directory), env=env)
    if done.status != 0:
        raise InputError(f"git {words[-1][:12]}: {done.stderr.strip()}")
    return done.stdout
