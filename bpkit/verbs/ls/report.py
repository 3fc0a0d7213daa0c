"""The images of a workspace as a table, and as JSON."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator

from bpkit.errors import BpkitError
from bpkit.project import Member
from bpkit.readers.workspace import clashes
from bpkit.report import table
from bpkit.verbs.ls.run import Survey

_HEAD = ("IMAGE", "CONTEXT", "DOCKERFILE", "TAG", "NEEDS")


def survey_text(survey: Survey) -> str:
    """The table, then the parts of the workspace that could not be read."""
    since = bool(survey.changed)
    head = (*_HEAD, "CHANGED") if since else _HEAD
    rows = [_row(survey, member, since=since) for member in survey.members]
    lines = [table([head, *rows]).rstrip("\n"), *problems(survey)]
    return "\n".join(lines) + "\n"


def problems(survey: Survey) -> Iterator[str]:
    """A line for each member that can't be built, and for each thing that was not read."""
    for member in survey.members:
        if member.problem is not None:
            yield f"{member.name} can't be built: {_located(survey, member.problem, member)}"
    yield from not_acted_on(survey)
    yield from (str(clash) for clash in clashes(member.target for member in survey.members))


def not_acted_on(survey: Survey, *, baked: bool = False) -> Iterator[str]:
    """A line for each part of the declaration that bpkit's builds don't use.

    ``baked``: in those of ``docker buildx bake``, which acts on more.
    """
    yield from survey.workspace.notes
    for member in survey.members:
        where = f"{member.target.place}: "
        for key in member.target.unread:
            yield f"{where}'{key}' of '{member.name}' is not read"
        for key in () if baked else member.target.only_baked:
            yield f"{where}'{key}' of '{member.name}' counts with 'bpkit bake' and --builder only"


def _located(survey: Survey, problem: BpkitError, member: Member) -> str:
    """The problem, with its file relative to the current directory."""
    if problem.place is None or problem.place == member.target.place:
        return str(problem)
    file = os.path.join(survey.directory, member.target.context, problem.place.file)
    place = problem.place.with_file(os.path.normpath(file))
    return str(BpkitError(problem.message, place=place, hint=problem.hint))


def _row(survey: Survey, member: Member, *, since: bool) -> tuple[str, ...]:
    target, project = member.target, member.project
    files = project.form.files if project else (target.dockerfile or "?",)
    needs = [need.of for need in survey.graph.needs if need.by == member.name]
    row = (
        member.name,
        posixpath.normpath(target.context),
        ", ".join(files),
        ", ".join(target.tags),
        ", ".join(needs),
    )
    return (*row, survey.changed.get(member.name, "")) if since else row


def survey_json(survey: Survey) -> dict[str, object]:
    """The same as JSON: members in the order of their declaration, waves in that of building."""
    return {
        "source": survey.workspace.source or None,
        "images": [
            {
                "name": member.name,
                "context": posixpath.normpath(member.target.context),
                "dockerfiles": list(member.project.form.files) if member.project else [],
                "target": member.target.stage or None,
                "tags": list(member.target.tags),
                "platforms": list(member.target.platforms),
                "needs": [n.of for n in survey.graph.needs if n.by == member.name],
                "changed": survey.changed.get(member.name),
                "problem": _located(survey, member.problem, member) if member.problem else None,
                "unread": list(member.target.unread),
            }
            for member in survey.members
        ],
        "groups": {name: list(members) for name, members in survey.workspace.groups.items()},
        "waves": [list(wave) for wave in survey.graph.waves()],
        "notes": list(survey.workspace.notes),
    }
