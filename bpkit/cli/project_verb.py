"""The switches that select and build a project, for all verbs that work on one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bpkit.cli.verb import EngineVerb, cli, pairs
from bpkit.core import BuildOptions
from bpkit.errors import InputError
from bpkit.project import STYLES

if TYPE_CHECKING:
    from bpkit.project import ProjectChoices


class ProjectVerb(EngineVerb):
    """A verb that works on a project: which Dockerfiles, which names, which artifacts."""

    GROUP = "project"
    style: Any = cli.SwitchAttr(
        ["--style"], cli.Set(*STYLES), help="the form to build, where the project has both"
    )
    files: Any = cli.SwitchAttr(
        ["-f", "--file"],
        str,
        list=True,
        argname="FILE",
        help="the Dockerfile; given twice: the build Dockerfile, then the runtime one",
    )
    tags: Any = cli.SwitchAttr(
        ["-t", "--tag"],
        str,
        list=True,
        argname="NAME",
        help="the image's name",
    )
    build_tag: Any = cli.SwitchAttr(
        ["--build-tag"], str, argname="NAME", help="the build image's name; default: NAME-build"
    )
    name: Any = cli.SwitchAttr(
        ["--name"],
        str,
        argname="PROJECT",
        help="the project's name, which all images and containers are labelled with",
    )
    artifacts: Any = cli.SwitchAttr(
        ["--artifact"],
        str,
        list=True,
        argname="SRC[:DST]",
        help="copy SRC from the build image to DST in the runtime image's context",
    )
    build_args: Any = cli.SwitchAttr(
        ["--build-arg"], str, list=True, argname="NAME[=VALUE]", help="set a build argument"
    )

    def first_tag(self) -> str:
        """The first name given; empty if there is none. Raises InputError for an empty one."""
        return _not_empty(self.tags[0], "-t") if self.tags else ""

    def choices(self, directory: str) -> ProjectChoices:
        """The project as the switches describe it."""
        from bpkit.project import ProjectChoices

        return ProjectChoices(
            directory=Path(directory),
            style=self.style or "",
            tag=self.first_tag(),
            more_tags=tuple(_not_empty(tag, "-t") for tag in self.tags[1:]),
            build_tag=_not_empty(self.build_tag, "--build-tag"),
            name=_not_empty(self.name, "--name"),
            files=tuple(self.files),
            artifacts=tuple(self.artifacts),
            build_args=pairs(self.build_args, "--build-arg"),
        )


def _not_empty(value: str | None, switch: str) -> str:
    """The value of a switch; empty if it is not given. Raises InputError for an empty one."""
    if value == "":
        raise InputError(f"{switch} needs a name", hint=f"pass a name, or omit {switch}")
    return value or ""


class BuildingVerb(ProjectVerb):
    """A verb that builds: what is passed to every ``docker build``."""

    GROUP = "docker build"
    platform: Any = cli.SwitchAttr(
        ["--platform"],
        str,
        help="build for this platform, or for several (a,b) where the engine stores such images",
    )
    no_cache: Any = cli.Flag(["--no-cache"], help="do not use the build cache")
    pull: Any = cli.Flag(["--pull"], help="always pull newer versions of the base images")
    secrets: Any = cli.SwitchAttr(
        ["--secret"], str, list=True, argname="SPEC", help="expose a secret to the build (BuildKit)"
    )
    ssh: Any = cli.SwitchAttr(
        ["--ssh"],
        str,
        list=True,
        argname="SPEC",
        help="expose an SSH agent to the build (BuildKit)",
    )
    contexts: Any = cli.SwitchAttr(
        ["--build-context"],
        str,
        list=True,
        argname="NAME=PLACE",
        help="add a named build context (BuildKit)",
    )

    target: Any = cli.SwitchAttr(
        ["--target"], str, argname="STAGE", help="build this stage; default: the last one"
    )

    def choices(self, directory: str) -> ProjectChoices:
        """The project as the switches describe it."""
        contexts = [(name, value or "") for name, value in pairs(self.contexts, "--build-context")]
        return replace(
            super().choices(directory), target=self.target or "", contexts=tuple(contexts)
        )

    def options(self) -> BuildOptions:
        """The options of the engine's build, from the switches."""
        return BuildOptions(
            build_args=pairs(self.build_args, "--build-arg"),
            platform=self.platform,
            no_cache=bool(self.no_cache),
            pull=bool(self.pull),
            secrets=tuple(self.secrets),
            ssh=tuple(self.ssh),
        )
