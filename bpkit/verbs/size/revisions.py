"""The image of a project's git revision, built from files that git exports.

The working tree isn't touched: ``git archive`` writes the revision's files to a temporary
directory, and the image that is built from them is removed again.
"""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bpkit.core import BuildOptions, Engine, ProgramMissingError, Progress, output, start
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
    with _files(choices.directory, commit) as directory:
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
def _files(directory: Path, commit: str) -> Iterator[Path]:
    """The files of a directory in a commit."""
    with tempfile.TemporaryDirectory(prefix="bpkit-size.") as temporary:
        process = start(
            ["git", "archive", "--format=tar", commit, "."],
            cwd=str(directory),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        try:
            with tarfile.open(fileobj=process.stdout, mode="r|") as tar:
                tar.extractall(temporary, filter="tar")
        except (tarfile.TarError, OSError) as error:
            _, said = process.communicate()
            message = said.decode("utf-8", "replace").strip() or str(error)
            raise InputError(f"git archive {commit[:12]}: {message}") from None
        process.communicate()
        if process.returncode != 0:
            raise InputError(f"git archive {commit[:12]} ended with status {process.returncode}")
        yield Path(temporary)
