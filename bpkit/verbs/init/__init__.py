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
    # The command line's choices
    "InitChoices",
    # Raised for a project's own Dockerfile; ``result`` is what would replace it.
    "KeptDockerfileError",
    # The difference from the existing files, as ``diff -u`` shows it; empty if none.
    "diff_text",
    # The text of the files, each below a line with its name.
    "dry_run_text",
    # The text of all programs' files, each below its path, then the Compose file.
    "every_dry_run_text",
    # The programs and the Compose file as JSON.
    "every_json",
    # A line for each program: its Dockerfile and what it starts, or why it has none.
    "every_text",
    # The facts about the project, one per line, each with the file that states it.
    "facts_text",
    # Whether builds use BuildKit, the default; true if no engine answers.
    "has_buildkit",
    # Detect the project, fill in the template, and write the files: all of them or none.
    "init",
    # Write a Dockerfile for each program, each in its directory or several side by side.
    "init_every",
    # The result as JSON; ``state`` is new, same, renewed or "not bpkit's".
    "init_json",
    # All templates, the user's first, each group sorted by name.
    "list_templates",
    # The templates as JSON, with the placeholders of each.
    "templates_json",
    # A line for each template: its name, its origin, and its purpose.
    "templates_text",
    # A line for each file: whether it was written.
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
