"""The Bake file of a workspace, not yet written."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from bpkit import __version__
from bpkit.errors import InputError
from bpkit.project import BUILDER, Member, NewFile, as_it_is, sealed
from bpkit.readers.workspace import Target
from bpkit.verbs.bake.text import write_bake
from bpkit.verbs.ls import Survey

BAKE_FILE = "docker-bake.json"


def bake_file(survey: Survey, name: str = BAKE_FILE) -> NewFile:
    """The file for all members. Raises InputError for a member that bake can't build."""
    if Path(name).name != name:
        raise InputError(
            f"'{name}' contains a directory",
            hint="pass a file name; contexts are relative to the directory of the file",
        )
    text = bake_text(survey)
    seal = f"bake {__version__}; do not edit, renew it with: bpkit bake"
    return NewFile(name, sealed(seal, text), as_it_is(survey.directory, name))


def bake_text(survey: Survey, names: Iterable[str] = ()) -> str:
    """The text for these members (all, if there are none), without a seal.

    Raises InputError for one that bake can't build.
    """
    wanted = frozenset(names) or frozenset(survey.graph.names)
    members = [member for member in survey.members if member.name in wanted]
    for member in members:
        if member.problem is not None:
            raise member.problem
        if member.project is not None and member.project.form.style == BUILDER:
            context = posixpath.normpath(member.target.context)
            raise InputError(
                f"'{member.name}' is a pair of Dockerfiles; bake can't copy files between images",
                hint=f"run 'bpkit convert {context} --to multi-stage --write' first",
            )
    groups = {
        group: some
        for group, listed in survey.workspace.groups.items()
        if (some := tuple(name for name in listed if name in wanted))
    }
    return write_bake([_as_built(member) for member in members], survey.graph, groups)


def _as_built(member: Member) -> Target:
    """The target with what the settings in the member's own directory add to it."""
    target, project = member.target, member.project
    if project is None or project.choices.inline:
        return target
    context = posixpath.normpath(posixpath.join(target.context, project.context))
    file = posixpath.join(target.context, target.dockerfile)
    return replace(
        target,
        context=context,
        dockerfile=posixpath.relpath(file, context),
        platforms=target.platforms or tuple(filter(None, [project.settings.platform])),
    )
