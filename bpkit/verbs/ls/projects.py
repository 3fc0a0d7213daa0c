"""Which projects a directory stands for: its own, or those of the workspace that it declares."""

from __future__ import annotations

from dataclasses import dataclass

from bpkit.core import Engine
from bpkit.errors import InputError
from bpkit.project import ProjectChoices, declares_workspace, has_dockerfile, member_choices
from bpkit.verbs.ls.run import survey


@dataclass(frozen=True)
class Projects:
    """The projects of a directory; ``unread`` are lines on images of its workspace without one."""

    choices: tuple[ProjectChoices, ...]
    unread: tuple[str, ...] = ()


def projects_in(choices: ProjectChoices, engine: Engine) -> Projects:
    """The project of these choices, or one for each image of a workspace.

    Only a directory without a Dockerfile of its own stands for a workspace, and only if a file in
    it declares one: what lies somewhere below a directory may be anybody's. Raises InputError.
    """
    directory = choices.directory
    named = choices.name or choices.files
    if named or has_dockerfile(directory) or not declares_workspace(directory):
        return Projects((choices,))
    members = survey(directory, engine).members
    unread = tuple(
        f"{one.name}: {one.problem.message if one.problem else 'it has no project'}"
        for one in members
        if not one.project
    )
    if len(unread) == len(members):
        raise InputError(
            f"no image of the workspace can be read: {'; '.join(unread)}",
            hint="pass --name, or run 'bpkit images --all' for the images of all projects",
        )
    return Projects(
        tuple(member_choices(directory, one.target) for one in members if one.project),
        tuple(f"left out {one}" for one in unread),
    )
