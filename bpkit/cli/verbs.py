"""The table of verbs, and the help made from it; nothing here needs plumbum."""

from __future__ import annotations

from bpkit import __version__
from bpkit.report import as_started

SUMMARY = (
    "Build small Docker images with the builder pattern or multi-stage builds, and convert "
    "between them."
)

#: Each verb: its name, its class, and what ``--help`` says of it.
VERBS: tuple[tuple[str, str, str], ...] = (
    ("init", "bpkit.cli.init.Init", "write a Dockerfile from what the project's files say"),
    ("templates", "bpkit.cli.templates.Templates", "list the templates of init"),
    ("build", "bpkit.cli.build.Build", "build the small image of a project"),
    (
        "script",
        "bpkit.cli.script.Script",
        "write the build as a shell script, and optionally a Makefile",
    ),
    (
        "convert",
        "bpkit.cli.convert.Convert",
        "turn two Dockerfiles and a script into one Dockerfile, or back",
    ),
    ("check", "bpkit.cli.check.Check", "find what keeps the image from starting; nothing is run"),
    ("try", "bpkit.cli.trial.Try", "start the image, and report what it does"),
    ("shrink", "bpkit.cli.shrink.Shrink", "write the Dockerfile of the smallest image that runs"),
    ("lint", "bpkit.cli.lint.Lint", "find problems in Dockerfiles without building them"),
    ("explain", "bpkit.cli.explain.Explain", "explain a rule of check, lint or ignore"),
    ("ls", "bpkit.cli.ls.Ls", "list the images of a workspace, and what each is built from"),
    ("graph", "bpkit.cli.graph.Graph", "draw which images of a workspace need which"),
    ("bake", "bpkit.cli.bake.Bake", "write the workspace as a Bake file for docker buildx"),
    (
        "images",
        "bpkit.cli.images.Images",
        "list the images that bpkit made, and how much smaller they are",
    ),
    ("size", "bpkit.cli.size.Size", "show where the bytes of an image are"),
    ("diff", "bpkit.cli.diff.Diff", "show how two builds of an image differ"),
    ("compare", "bpkit.cli.compare.Compare", "build both forms and compare them"),
    ("clean", "bpkit.cli.clean.Clean", "remove what bpkit made for a project"),
    ("ignore", "bpkit.cli.ignore.Ignore", "derive the .dockerignore from the Dockerfiles"),
    ("lsp", "bpkit.cli.lsp.Lsp", "serve lint's findings and fixes to an editor"),
    ("completion", "bpkit.cli.completion.Completion", "print the completion script of a shell"),
    ("doctor", "bpkit.cli.doctor.Doctor", "report the engine and the builder, and what is missing"),
)

NAMES = frozenset(name for name, _, _ in VERBS)


def help_text() -> str:
    """What ``bpkit --help`` says; written here, because plumbum would import every verb for it."""
    lines = [f"bpkit {__version__}: {SUMMARY}", "", "usage: bpkit VERB [SWITCH...] [DIR]", ""]
    lines += [f"  {name:<11} {summary}" for name, _, summary in VERBS]
    lines += ["", "'bpkit help VERB' lists the switches of a verb.", ""]
    return as_started("\n".join(lines))
