"""The table of the verbs, and the help that is made of it; nothing here needs plumbum."""

from __future__ import annotations

from bpkit import __version__

SUMMARY = "Small Docker images, by the builder pattern or multi-stage, and the way between the two."

#: Each verb: its name, its class, and what ``--help`` says of it.
VERBS: tuple[tuple[str, str, str], ...] = (
    ("init", "bpkit.cli.init.Init", "write the Dockerfile of a project, by what its files say"),
    ("templates", "bpkit.cli.templates.Templates", "list the templates of init"),
    ("build", "bpkit.cli.build.Build", "build the small image of a project"),
    ("script", "bpkit.cli.script.Script", "write the build as a shell script, or a Makefile"),
    ("convert", "bpkit.cli.convert.Convert", "turn the pair and its script into stages, or back"),
    ("check", "bpkit.cli.check.Check", "tell whether the image will run, and mend it"),
    ("shrink", "bpkit.cli.shrink.Shrink", "write the Dockerfile of the smallest image that runs"),
    ("lint", "bpkit.cli.lint.Lint", "look at Dockerfiles without building them"),
    ("images", "bpkit.cli.images.Images", "list what was built, and how much smaller it is"),
    ("compare", "bpkit.cli.compare.Compare", "build both ways and set them side by side"),
    ("clean", "bpkit.cli.clean.Clean", "remove what bpkit made for a project"),
    ("ignore", "bpkit.cli.ignore.Ignore", "derive the .dockerignore from the Dockerfiles"),
    ("doctor", "bpkit.cli.doctor.Doctor", "say what engine there is, and what is missing"),
)

NAMES = frozenset(name for name, _, _ in VERBS)


def help_text() -> str:
    """What ``bpkit --help`` says; written here, since plumbum would import every verb for it."""
    lines = [f"bpkit {__version__}: {SUMMARY}", "", "usage: bpkit VERB [SWITCH...] [DIR]", ""]
    lines += [f"  {name:<10} {summary}" for name, _, summary in VERBS]
    lines += ["", "bpkit VERB --help says more; bpkit --version tells the version.", ""]
    return "\n".join(lines)
