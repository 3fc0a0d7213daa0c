"""The choices for ``bpkit shrink`` from the command line and ``bpkit.toml``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bpkit.core import BuildOptions
from bpkit.errors import InputError
from bpkit.project import NewFile, Project, ProjectChoices, as_it_is, check_mine
from bpkit.verbs.shrink.result import Probes

#: The default output, beside the user's own Dockerfile, which isn't changed.
OUTPUT = "Dockerfile.shrunk"
STDOUT = "-"


@dataclass(frozen=True)
class ShrinkRequest:
    """The choices on the command line; empty if not given. ``output`` is a file, or ``-``.

    ``image`` is examined in place of the project's if nothing is built. ``rounding`` is ``file``,
    or ``package`` (the default). ``accept`` keeps what is proposed. ``strip`` removes symbols from
    the application's programs. ``tries`` starts both images, ``trace`` traces runs of the old one;
    None means if possible.
    """

    choices: ProjectChoices
    output: str = ""
    keep: tuple[str, ...] = ()
    keep_from: tuple[str, ...] = ()
    base: str = ""
    user: str = ""
    probes: Probes = field(default_factory=Probes)
    drop: tuple[str, ...] = ()
    rounding: str = ""
    accept: bool = False
    strip: bool = False
    image: str = ""
    build: bool = True
    tries: bool = True
    trace: bool | None = None
    force: bool = False
    options: BuildOptions = field(default_factory=BuildOptions)


def with_settings(request: ShrinkRequest, project: Project) -> ShrinkRequest:
    """The request, with settings from ``bpkit.toml`` for choices not on the command line."""
    settings = project.settings
    _check_switches(request)
    if request.build and request.image:
        raise InputError(
            "--image names an image that isn't rebuilt", hint="pass --no-build too, or omit it"
        )
    probes = request.probes or Probes(settings.probe, settings.probe_http)
    if not request.build and request.probes:
        raise InputError(
            "a probe needs the new image, which --no-build doesn't build", hint="omit one of them"
        )
    if not request.build and probes and request.output not in {"", STDOUT}:
        raise InputError(
            "bpkit.toml has probes, which --no-build can't run, so no file may be written",
            hint="omit -o or --no-build",
        )
    return replace(
        request,
        keep=(*settings.keep, *request.keep, *_listed(request)),
        base=request.base or settings.base,
        user=request.user or settings.user,
        probes=probes,
        output=request.output or (OUTPUT if request.build else STDOUT),
    )


def _listed(request: ShrinkRequest) -> Iterator[str]:
    """The paths in the files of ``--keep-from``, one per line; ``#`` starts a comment."""
    from bpkit.project import read_text

    for name in request.keep_from:
        text = read_text(request.choices.directory / name, name)
        for line in text.splitlines():
            path = line.strip()
            if path and not path.startswith("#"):
                yield path


def _check_switches(request: ShrinkRequest) -> None:
    """Raise InputError for mistakes in the command line alone."""
    from bpkit.verbs.shrink.proof import probes_of

    probes_of(request.probes)
    if request.rounding not in {"", "file", "package"}:
        raise InputError(
            f"'{request.rounding}' is not a valid value for --round",
            hint="pass --round file or package",
        )
    if not request.tries and (request.probes or request.trace):
        raise InputError("--no-try starts nothing, so probes can't be run", hint="omit one of them")


def check_output(request: ShrinkRequest) -> None:
    """Raise InputError early for an output that would be refused after all the work."""
    if request.output != STDOUT:
        directory = request.choices.directory
        before = as_it_is(directory, request.output)
        check_mine([NewFile(request.output, "", before)], force=request.force)
