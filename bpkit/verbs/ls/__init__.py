"""``bpkit ls``: lists the images of a workspace, and what each is built from."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.ls.projects import Projects, projects_in
    from bpkit.verbs.ls.report import not_acted_on, survey_json, survey_text
    from bpkit.verbs.ls.run import Survey, survey

__all__ = [
    # The projects of a directory; ``unread`` are lines on images of its workspace without
    # one.
    "Projects",
    # A workspace, as found on disk.
    "Survey",
    # A line for each part of the declaration that bpkit's builds don't use.
    "not_acted_on",
    # The project of these choices, or one for each image of a workspace.
    "projects_in",
    # Look at the workspace of ``directory``; ``since`` is a git revision to compare it with.
    "survey",
    # The same as JSON: members in the order of their declaration, waves in that of building.
    "survey_json",
    # The table, then the parts of the workspace that could not be read.
    "survey_text",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "projects": "Projects projects_in",
        "report": "not_acted_on survey_json survey_text",
        "run": "Survey survey",
    },
)
