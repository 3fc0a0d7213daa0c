"""``bpkit init``: writes a project's Dockerfile, going by its files."""

from bpkit.faces import TYPE_CHECKING, face

if TYPE_CHECKING:
    from bpkit.verbs.init.every import init_every
    from bpkit.verbs.init.report import (
        diff_text,
        dry_run_text,
        every_dry_run_text,
        every_json,
        every_text,
        facts_text,
        init_json,
        templates_json,
        templates_text,
        written_text,
    )
    from bpkit.verbs.init.run import (
        MULTI_STAGE,
        InitChoices,
        KeptDockerfileError,
        has_buildkit,
        init,
    )
    from bpkit.verbs.init.template_files import list_templates

__all__ = [
    "MULTI_STAGE",
    # What the command line says
    "InitChoices",
    # Raised for a Dockerfile of the project's own; ``result`` is what would take its place.
    "KeptDockerfileError",
    # The difference to the files that are there, as ``diff -u`` shows it; empty if none.
    "diff_text",
    # The files one after the other, each below a line with its name.
    "dry_run_text",
    # The files of all programs, each below a line with its path, then the Compose file.
    "every_dry_run_text",
    # The programs and the Compose file as JSON.
    "every_json",
    # A line for each program: where its Dockerfile is, and what it starts; or why it has
    # none.
    "every_text",
    # The facts that were found, one per line, with the file that says so.
    "facts_text",
    # Whether builds go to BuildKit; where no engine answers, as everywhere today, yes.
    "has_buildkit",
    # Detect, fill the template in, and write its files: all of them or none.
    "init",
    # Write a Dockerfile for each program, in its folder, or beside each other.
    "init_every",
    # The result as JSON; ``state`` is new, same, renewed or "not bpkit's".
    "init_json",
    # All templates, those of the user first, each by name.
    "list_templates",
    # The templates as JSON, with the places that each has.
    "templates_json",
    # A line for each template: its name, whose it is, what it is for.
    "templates_text",
    # One line per file: its outcome.
    "written_text",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "every": "init_every",
        "report": (
            "diff_text dry_run_text every_dry_run_text every_json every_text facts_text init_json "
            "templates_json templates_text written_text"
        ),
        "run": "InitChoices KeptDockerfileError MULTI_STAGE has_buildkit init",
        "template_files": "list_templates",
    },
)
