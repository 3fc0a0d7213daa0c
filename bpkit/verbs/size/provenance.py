"""The git revision that a project's image was built from, as far as the last build proves it."""

from __future__ import annotations

from bpkit.core import BuildOptions, Engine
from bpkit.errors import InputError
from bpkit.project import Project
from bpkit.verbs.build import Shortcut, prepared_of
from bpkit.verbs.size.history import revision_of


def built_revision(project: Project, engine: Engine) -> tuple[str, str]:
    """The revision of the files here, if the image on the engine was built from them.

    Otherwise no revision, and why. Both are empty outside a repository. Raises NoEngineError.
    """
    revision = revision_of(project.directory)
    if not revision:
        return "", ""
    try:
        prepared = prepared_of(project, BuildOptions(), engine)
    except InputError as error:
        return "", str(error)
    shortcut = Shortcut(project, prepared.recipe, prepared.options, prepared.facts, engine)
    shortcut.look()
    why = shortcut.why_not()
    return ("" if why else revision), why
