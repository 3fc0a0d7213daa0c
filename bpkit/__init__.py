"""Small Docker images by the builder pattern or multi-stage builds, and the way between the two.

This is the library: what the command line does, as functions that take plain values, return the
values that ``--json`` is made of, and raise ``BpkitError``. Importing it loads nothing; a function
loads its verb when it is called. Whatever is not named in ``__all__`` may change at any time.
``docs/library.md`` has examples.
"""

from __future__ import annotations

from bpkit.faces import face

# As for `typing.TYPE_CHECKING`, without the import, which takes longer than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import PathLike

    from bpkit.core import BuildOptions, Engine, Plan, Progress
    from bpkit.errors import BpkitError, EngineError, InputError, NoEngineError
    from bpkit.findings import Checked, Finding
    from bpkit.formats.dockerfile import Dockerfile, parse
    from bpkit.project import NewFile, Project
    from bpkit.verbs.build import BuildResult
    from bpkit.verbs.convert import Conversion
    from bpkit.verbs.lint import LintResult
    from bpkit.verbs.shrink import Probes, Shrunk

    Arguments = Mapping[str, str | None]

__version__ = "0.1.0"

__all__ = [
    "BpkitError",
    "BuildOptions",
    "BuildResult",
    "Checked",
    "Conversion",
    "Dockerfile",
    "Engine",
    "EngineError",
    "Finding",
    "InputError",
    "LintResult",
    "NewFile",
    "NoEngineError",
    "Plan",
    "Probes",
    "Project",
    "Shrunk",
    "build",
    "check",
    "convert",
    "lint",
    "load",
    "parse",
    "plan",
    "script",
    "shrink",
]

__getattr__, __dir__ = face(
    __name__,
    {
        "core": "BuildOptions Engine Plan",
        "errors": "BpkitError EngineError InputError NoEngineError",
        "findings": "Checked Finding",
        "formats.dockerfile": "Dockerfile parse",
        "project": "NewFile Project",
        "verbs.build": "BuildResult",
        "verbs.convert": "Conversion",
        "verbs.lint": "LintResult",
        "verbs.shrink": "Probes Shrunk",
    },
)


def load(
    directory: str | PathLike[str] = ".",
    *,
    style: str = "",
    tag: str = "",
    name: str = "",
    files: Iterable[str] = (),
    artifacts: Iterable[str] = (),
    build_args: Arguments | None = None,
) -> Project:
    """Read the project of a directory: its Dockerfiles, its settings, and what is said here.

    ``style`` is ``builder`` or ``multi-stage``; ``artifacts`` are written ``SRC[:DST]``. The value
    None of a build argument is taken from the environment. Raises InputError.
    """
    from pathlib import Path

    from bpkit.project import ProjectChoices, load

    return load(
        ProjectChoices(
            Path(directory),
            style=style,
            tag=tag,
            name=name,
            files=tuple(files),
            artifacts=tuple(artifacts),
            build_args=tuple((build_args or {}).items()),
        )
    )


def plan(
    project: Project, options: BuildOptions | None = None, *, engine: Engine | None = None
) -> Plan:
    """The steps that build the project, none of them taken.

    Where no engine answers, the plan is made for one with BuildKit. Raises InputError.
    """
    from bpkit.verbs.build import prepare

    choices, options = project.choices, _options(project, options)
    return prepare(choices, options, _engine(engine), need_engine=False).plan


def build(
    project: Project,
    options: BuildOptions | None = None,
    *,
    engine: Engine | None = None,
    progress: Progress | None = None,
    flags: Iterable[str] = (),
) -> BuildResult:
    """Build the project's images; what they are, and how large.

    ``flags`` are passed to every ``docker build``. Without ``progress`` nothing is printed but the
    output of a command that fails. Raises InputError, EngineError and NoEngineError.
    """
    from bpkit.verbs.build import build, prepare

    engine = _engine(engine)
    prepared = prepare(project.choices, _options(project, options), engine)
    return build(prepared, engine, progress or _quiet(), rest=tuple(flags)).result


def script(
    project: Project, options: BuildOptions | None = None, *, makefile: bool = False
) -> tuple[NewFile, ...]:
    """The build of the project as a shell script, and with ``makefile`` the Makefile that calls it.

    The files are not written. Raises InputError.
    """
    from bpkit.verbs.script import script_files

    choices, options = project.choices, _options(project, options)
    return script_files(choices, options, _engine(None), makefile=makefile)


def check(image: Project | str, *, engine: Engine | None = None) -> Checked:
    """What keeps an image from starting: that of a project as it was built last, or one by its
    name. Nothing is started.

    Raises EngineError if there is no such image, InputError and NoEngineError.
    """
    from bpkit.verbs.check import check, check_project

    engine = _engine(engine)
    return check(engine, image) if isinstance(image, str) else check_project(engine, image)


def lint(
    directory: str | PathLike[str] = "",
    *files: str | PathLike[str],
    build_args: Arguments | None = None,
    without: Iterable[str] = (),
    engine: Engine | None = None,
) -> LintResult:
    """What is wrong in the Dockerfiles of a directory, or in these files; nothing is built.

    ``without`` names linters to leave out: ``hadolint``, ``docker``. Raises InputError for a file
    that can't be read, EngineError if hadolint fails.
    """
    import os

    from bpkit.verbs.lint import LintRequest, lint

    paths = tuple(os.fspath(file) for file in files)
    directories = (os.fspath(directory),) if os.fspath(directory) else ()
    request = LintRequest(directories, paths, tuple((build_args or {}).items()))
    return lint(_engine(engine), request, frozenset(without))


def convert(
    directory: str | PathLike[str] = ".",
    *,
    to: str,
    script: str = "",
    arguments: Iterable[str] = (),
    files: Iterable[str] = (),
    target: str = "",
) -> Conversion:
    """The project of a directory in the other form; nothing is written.

    ``to`` is ``multi-stage`` or ``builder``; ``script`` names the script or Makefile, which is
    called with ``arguments``; ``target`` is the stage to make an image of. Raises InputError with
    all that is in the way.
    """
    from pathlib import Path

    from bpkit.verbs.convert import ConvertRequest, convert

    return convert(
        ConvertRequest(
            to,
            Path(directory),
            script=script,
            arguments=tuple(arguments),
            files=tuple(files),
            target=target,
        )
    )


def shrink(
    project: Project,
    options: BuildOptions | None = None,
    *,
    keep: Iterable[str] = (),
    probes: Probes | None = None,
    build: bool = True,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> Shrunk:
    """The Dockerfile of the smallest image, and whether that passes its check and its probes.

    Nothing is written. ``keep`` are paths of the image to take too. Without ``build`` the image
    that is there is read, nothing is probed, and the size is an estimate. Raises InputError,
    EngineError and NoEngineError.
    """
    from bpkit.verbs.shrink import Probes, ShrinkRequest, shrink

    request = ShrinkRequest(
        project.choices,
        output="-",
        keep=tuple(keep),
        probes=probes or Probes(),
        build=build,
        options=_options(project, options),
    )
    return shrink(request, _engine(engine), progress or _quiet())


def _engine(engine: Engine | None) -> Engine:
    """The engine that is named, by ``$DOCKER`` where none is, as on the command line."""
    import os

    from bpkit.core import Engine

    return engine or Engine((os.environ.get("DOCKER") or "docker",))


def _options(project: Project, options: BuildOptions | None) -> BuildOptions:
    """The options with the build arguments of the project, which decide what is copied."""
    from dataclasses import replace

    from bpkit.core import BuildOptions

    given = options or BuildOptions()
    return replace(given, build_args=project.choices.build_args)


def _quiet() -> Progress:
    from bpkit.report import Console

    return Console(quiet=True, pure_stdout=True)
