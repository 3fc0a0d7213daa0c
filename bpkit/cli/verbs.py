"""The table of the verbs, and the help that is made of it; nothing here needs plumbum."""

from __future__ import annotations

from bpkit import __version__
from bpkit.report import as_started

SUMMARY = "Small Docker images, by the builder pattern or multi-stage, and the way between the two."

#: Each verb: its name, its class, and what ``--help`` says of it.
VERBS: tuple[tuple[str, str, str], ...] = (
    ("init", "bpkit.cli.init.Init", "write the Dockerfile of a project from what its files say"),
    ("templates", "bpkit.cli.templates.Templates", "list the templates of init"),
    ("build", "bpkit.cli.build.Build", "build the small image of a project"),
    (
        "script",
        "bpkit.cli.script.Script",
        "write the build as a shell script, with a Makefile if wanted",
    ),
    (
        "convert",
        "bpkit.cli.convert.Convert",
        "turn two Dockerfiles and their script into one, or back",
    ),
    ("check", "bpkit.cli.check.Check", "tell whether the image will run, and how to fix it"),
    ("try", "bpkit.cli.trial.Try", "start the image, and tell what it does"),
    ("shrink", "bpkit.cli.shrink.Shrink", "write the Dockerfile of the smallest image that runs"),
    ("lint", "bpkit.cli.lint.Lint", "find faults in Dockerfiles without building them"),
    ("explain", "bpkit.cli.explain.Explain", "print what a rule of check or lint means"),
    ("ls", "bpkit.cli.ls.Ls", "list the images of a workspace, and what each needs"),
    ("graph", "bpkit.cli.graph.Graph", "draw which images of a workspace need which"),
    ("bake", "bpkit.cli.bake.Bake", "write the workspace for docker buildx bake"),
    ("images", "bpkit.cli.images.Images", "list the images that bpkit made, and what each saves"),
    ("size", "bpkit.cli.size.Size", "tell where the bytes of an image are"),
    ("diff", "bpkit.cli.diff.Diff", "tell in what two builds of an image differ"),
    ("compare", "bpkit.cli.compare.Compare", "build both forms and compare them"),
    ("clean", "bpkit.cli.clean.Clean", "remove what bpkit made for a project"),
    ("ignore", "bpkit.cli.ignore.Ignore", "derive the .dockerignore from the Dockerfiles"),
    ("lsp", "bpkit.cli.lsp.Lsp", "serve lint's findings and fixes to an editor"),
    ("completion", "bpkit.cli.completion.Completion", "write the completion for a shell"),
    ("doctor", "bpkit.cli.doctor.Doctor", "examine the engine, and tell what is missing"),
)

NAMES = frozenset(name for name, _, _ in VERBS)


def help_text() -> str:
    """What ``bpkit --help`` says; written here, since plumbum would import every verb for it."""
    lines = [f"bpkit {__version__}: {SUMMARY}", "", "usage: bpkit VERB [SWITCH...] [DIR]", ""]
    lines += [f"  {name:<11} {summary}" for name, _, summary in VERBS]
    lines += ["", "'bpkit help VERB' lists the switches of a verb.", ""]
    return as_started("\n".join(lines))
