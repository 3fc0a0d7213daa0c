"""Which members of a workspace have changed since a git revision.

An image changes if a file that its build reads has changed: its Dockerfiles, its ignore file,
its settings, and the files that its Dockerfiles take from the build context. Untracked files
count too.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Mapping
from pathlib import Path

from bpkit.core import ProgramMissingError, output
from bpkit.errors import InputError
from bpkit.formats.context import Tree, TreeEntry, matching, needs
from bpkit.formats.dockerfile import find_stage, stages
from bpkit.project.host_files import IGNORE_FILE
from bpkit.project.loading import Project
from bpkit.project.reading import SETTINGS_FILES
from bpkit.project.workspace import Member


def changed_files(directory: Path, revision: str) -> tuple[str, ...]:
    """The files of the repository that differ from ``revision``, relative to ``directory``, sorted.

    Renamed files count under both names, a submodule under its directory's name with a final
    slash. Files above ``directory`` are named with ``..``: a build context may be there. Raises
    InputError if git can't compare them.
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
    listed = ("diff", "--name-only", "--no-renames", "--no-relative", "-z")
    differing = _git(directory, *listed, commit, "--")
    untracked = _git(directory, "ls-files", "--others", "--exclude-standard", "-z", "--", ":/")
    prefix = _git(directory, "rev-parse", "--show-prefix")
    if differing is None or untracked is None or prefix is None:
        raise InputError(f"git can't compare the files with '{revision}'")
    here = prefix.strip("\n").rstrip("/") or "."
    # git names the differing files from the top, the untracked ones from where it was started.
    names = {
        *(posixpath.relpath(name, here) for name in differing.split("\0") if name),
        *(posixpath.normpath(name) for name in untracked.split("\0") if name),
    }
    return tuple(sorted(f"{n}/" if _is_submodule(directory / n) else n for n in names))


def _is_submodule(path: Path) -> bool:
    """Whether it is a submodule: git names no other directories."""
    return path.is_dir() and not path.is_symlink()


def _git(directory: Path, *words: str) -> str | None:
    try:
        done = output(["git", *words], cwd=str(directory))
    except ProgramMissingError:
        raise InputError("--changed needs git, which is not on PATH") from None
    return done.stdout if done.status == 0 else None


def changed_members(
    directory: Path,
    members: Iterable[Member],
    changed: Iterable[str],
    sources: Iterable[str] = (),
) -> Mapping[str, str]:
    """The members that read one of the ``changed`` files, each with the first that it reads.

    Paths are relative to the workspace in ``directory``. ``sources`` are the files that declare it:
    where one has changed, so may have every member. A member that can't be read counts as changed.
    """
    top = os.path.abspath(directory)
    names = {posixpath.normpath(posixpath.join(top, name)): name for name in changed}
    declaring = [posixpath.normpath(posixpath.join(top, name)) for name in sources]
    everywhere = next((names[path] for path in declaring if path in names), "")
    found = {member.name: everywhere or _why(top, member, names) for member in members}
    return {name: why for name, why in found.items() if why}


def _why(workspace: str, member: Member, changed: Mapping[str, str]) -> str:
    """The first of the changed files that the member reads; ``changed`` has them by their paths."""
    project = member.project
    top = posixpath.normpath(posixpath.join(workspace, member.target.context))
    if project is None:
        return posixpath.normpath(member.target.context)
    context = posixpath.normpath(posixpath.join(top, project.context))
    files = () if project.choices.inline else project.form.files
    named = {
        posixpath.normpath(posixpath.join(top, name))
        for name in (*SETTINGS_FILES, *files, *(f"{file}{IGNORE_FILE}" for file in files))
    }
    named |= {posixpath.normpath(posixpath.join(context, IGNORE_FILE))}
    # A Dockerfile may take any file from a named context, and a secret may be any file.
    whole = [value for _, value in member.target.contexts if _is_directory(value)]
    whole += [path for secret in member.target.secrets if (path := _source_of(secret))]
    whole = [posixpath.normpath(posixpath.join(workspace, one)) for one in whole]
    taken = _taken(project, changed, context, member.target.stage)
    for path, name in changed.items():
        if path in named or name in taken:
            return name
        if any(path == one or _relative(path, one) for one in whole):
            return name
    return ""


def _taken(
    project: Project, changed: Mapping[str, str], context: str, target: str
) -> frozenset[str]:
    """The files that the stage ``target``, and the stages it uses, take from the context.

    Which files of a submodule have changed isn't known: it counts if any of its files may be taken.
    """
    below = {name: one for path, name in changed.items() if (one := _relative(path, context))}
    inside = Tree.of(TreeEntry(path) for path in below.values())
    found: set[str] = set()
    for dockerfile in project.dockerfiles.values():
        every = stages(dockerfile, project.build_args)
        stage = find_stage(every, target) if target else None
        needed = needs(dockerfile, stage, build_args=project.build_args)
        taken = matching(needed, inside)
        starts = [source.pattern.partition("*")[0].partition("?")[0] for source in needed.sources]
        for name, path in below.items():
            if taken.takes(path) or (
                name.endswith("/")
                and any(
                    start.startswith(f"{path}/") or f"{path}/".startswith(start) for start in starts
                )
            ):
                found.add(name)
    return frozenset(found)


def _is_directory(context: str) -> bool:
    kind, colon, _ = context.partition(":")
    return not (colon and kind in {"target", "service"}) and "://" not in context


def _source_of(secret: str) -> str:
    """The file of a secret, as ``docker build`` takes it; empty if it has none."""
    fields = dict(part.partition("=")[::2] for part in secret.split(","))
    return fields.get("src") or fields.get("source") or ""


def _relative(path: str, directory: str) -> str:
    """``path`` seen from ``directory``; empty if it is not below it."""
    below = posixpath.relpath(path, directory)
    return "" if below == "." or below.split("/")[0] == ".." else below
