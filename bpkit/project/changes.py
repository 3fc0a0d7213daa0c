"""Which members of a workspace have changed since a git revision.

An image changes where a file that its build reads has changed: its Dockerfiles, its ignore file,
its settings, and what its Dockerfiles take of the build context. Untracked files count too.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Mapping
from pathlib import Path

from bpkit.core import ProgramMissingError, output
from bpkit.errors import InputError
from bpkit.formats.context import Tree, TreeEntry, matching, needs
from bpkit.project.host_files import IGNORE_FILE
from bpkit.project.reading import SETTINGS_FILES
from bpkit.project.workspace import Member


def changed_files(directory: Path, revision: str) -> tuple[str, ...]:
    """The files below ``directory`` that differ from ``revision``, relative to it, sorted.

    Renamed files count under both names. Raises InputError if git can't say.
    """
    # A revision that begins with a dash would be an option.
    verify = ("rev-parse", "--verify", "--quiet", "--end-of-options")
    known = _git(directory, *verify, f"{revision}^{{commit}}")
    if known is None:
        raise InputError(
            f"'{revision}' is not a revision of this git repository",
            hint="pass a branch, a tag or a commit of this repository",
        )
    commit = known.strip()
    listed = ("diff", "--name-only", "--no-renames", "--relative", "-z")
    differing = _git(directory, *listed, commit, "--")
    untracked = _git(directory, "ls-files", "--others", "--exclude-standard", "-z")
    if differing is None or untracked is None:
        raise InputError(f"git can't compare the files with '{revision}'")
    return tuple(sorted({name for name in f"{differing}{untracked}".split("\0") if name}))


def _git(directory: Path, *words: str) -> str | None:
    try:
        done = output(["git", *words], cwd=str(directory))
    except ProgramMissingError:
        raise InputError("--changed needs git, which is not on PATH") from None
    return done.stdout if done.status == 0 else None


def changed_members(
    members: Iterable[Member], changed: Iterable[str], source: str = ""
) -> Mapping[str, str]:
    """The members that read one of the ``changed`` files, each with the first that it reads.

    Paths are relative to the workspace. ``source`` is the file that declares the workspace: where
    it has changed, so may have every member. A member that can't be read counts as changed.
    """
    names = tuple(changed)
    found = {}
    for member in members:
        why = source if source in names else _why(member, names)
        if why:
            found[member.name] = why
    return found


def _why(member: Member, changed: tuple[str, ...]) -> str:
    project = member.project
    if project is None:
        return posixpath.normpath(member.target.context)
    top = posixpath.normpath(member.target.context)
    named = {
        posixpath.normpath(posixpath.join(top, name))
        for file in project.form.files
        for name in (file, f"{file}{IGNORE_FILE}")
    }
    context = posixpath.normpath(posixpath.join(top, project.context))
    named |= {posixpath.join(top, name) for name in SETTINGS_FILES}
    named |= {posixpath.normpath(posixpath.join(context, IGNORE_FILE))}
    below = [_relative(name, context) for name in changed]
    inside = Tree.of(TreeEntry(name) for name in below if name)
    taken = [
        matching(needs(dockerfile, build_args=project.build_args), inside)
        for dockerfile in project.dockerfiles.values()
    ]
    for name, path in zip(changed, below, strict=True):
        if posixpath.normpath(name) in {posixpath.normpath(one) for one in named}:
            return name
        if path and any(one.takes(path) for one in taken):
            return name
    return ""


def _relative(path: str, directory: str) -> str:
    """``path`` seen from ``directory``; empty where it is not below it."""
    if directory == ".":
        return path
    return path[len(directory) + 1 :] if path.startswith(f"{directory}{os.sep}") else ""
