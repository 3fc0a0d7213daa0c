"""A survey of a workspace: its members, their needs, and which have changed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bpkit.core import Engine
from bpkit.project import (
    Member,
    changed_files,
    changed_members,
    find_workspace,
    graph_of_members,
    members_of,
)
from bpkit.readers.workspace import Graph, Workspace
from bpkit.verbs.ls.buildx import print_bake


@dataclass(frozen=True)
class Survey:
    """A workspace, as found on disk.

    ``changed`` are the members that have changed since a revision, each with a file that it reads
    and that differs; empty where no revision was named.
    """

    directory: Path
    workspace: Workspace
    members: tuple[Member, ...]
    graph: Graph
    changed: Mapping[str, str] = field(default_factory=dict, hash=False)

    def member(self, name: str) -> Member:
        return next(member for member in self.members if member.name == name)


def survey(directory: Path, engine: Engine, *, since: str = "") -> Survey:
    """Look at the workspace of ``directory``; ``since`` is a git revision to compare it with.

    The engine is asked only to evaluate a Bake file that is not plain JSON. Raises InputError for
    what can't be read, for images that need each other in a circle, and for an unknown revision.
    """

    def printed(files: tuple[str, ...], names: tuple[str, ...]) -> str:
        return print_bake(engine, directory, files, names)

    workspace = find_workspace(directory, os.environ, printed)
    members = members_of(directory, workspace)
    graph = graph_of_members(workspace, members)
    # A circle is reported whatever is asked of the workspace.
    tuple(graph.waves())
    changed: Mapping[str, str] = {}
    if since:
        differing = changed_files(directory, since)
        changed = changed_members(directory, members, differing, workspace.sources)
    return Survey(directory, workspace, members, graph, changed)
