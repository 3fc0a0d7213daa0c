"""``bpkit build``: its switches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bpkit.cli.verb import EngineVerb, cli, pairs
from bpkit.commands.project import Choices
from bpkit.plan import BuildOptions
from bpkit.settings import STYLES


class ProjectVerb(EngineVerb):
    """A verb that works on a project: which Dockerfiles, which names, which artifacts."""

    style: Any = cli.SwitchAttr(
        ["--style"], cli.Set(*STYLES), help="which form, where both are there"
    )
    files: Any = cli.SwitchAttr(
        ["-f", "--file"],
        str,
        list=True,
        argname="FILE",
        help="the Dockerfile; twice: the build one, then the runtime one",
    )
    tag: Any = cli.SwitchAttr(["-t", "--tag"], str, argname="NAME", help="the image's name")
    build_tag: Any = cli.SwitchAttr(
        ["--build-tag"], str, argname="NAME", help="the build image's name; default: NAME-build"
    )
    name: Any = cli.SwitchAttr(
        ["--name"], str, argname="PROJECT", help="the project's name, which labels all it makes"
    )
    artifacts: Any = cli.SwitchAttr(
        ["--artifact"],
        str,
        list=True,
        argname="SRC[:DST]",
        help="take SRC out of the build image, to DST in the runtime image's context",
    )
    build_args: Any = cli.SwitchAttr(
        ["--build-arg"], str, list=True, argname="NAME[=VALUE]", help="a build argument"
    )

    def choices(self, directory: str) -> Choices:
        """What the switches say of the project."""
        return Choices(
            directory=Path(directory),
            style=self.style or "",
            tag=self.tag or "",
            build_tag=self.build_tag or "",
            name=self.name or "",
            files=tuple(self.files),
            artifacts=tuple(self.artifacts),
            build_args=pairs(self.build_args, "--build-arg"),
        )


class BuildingVerb(ProjectVerb):
    """A verb that builds: what is handed on to every ``docker build``."""

    platform: Any = cli.SwitchAttr(["--platform"], str, help="build for this platform")
    no_cache: Any = cli.Flag(["--no-cache"], help="build every layer anew")
    pull: Any = cli.Flag(["--pull"], help="ask the registry for newer base images")
    secrets: Any = cli.SwitchAttr(
        ["--secret"], str, list=True, argname="SPEC", help="a secret for the build (BuildKit)"
    )
    ssh: Any = cli.SwitchAttr(
        ["--ssh"], str, list=True, argname="SPEC", help="an SSH agent for the build (BuildKit)"
    )

    def options(self) -> BuildOptions:
        """What the switches say of the engine's build."""
        return BuildOptions(
            build_args=pairs(self.build_args, "--build-arg"),
            platform=self.platform,
            no_cache=bool(self.no_cache),
            pull=bool(self.pull),
            secrets=tuple(self.secrets),
            ssh=tuple(self.ssh),
        )


def split_words(words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The directory, and the flags after ``--`` for the engine's build."""
    if words and not words[0].startswith("-"):
        return words[0], words[1:]
    return ".", words


class Build(BuildingVerb):
    """Build the small image of the project in DIR.

    Flags after ``--`` go to every docker build as they are.
    """

    USAGE = "bpkit build [SWITCH...] [DIR] [-- FLAG...]\n"
    dry_run: Any = cli.Flag(["--dry-run"], help="say what would be done, and do nothing")

    def main(self, *words: str) -> int:
        directory, rest = split_words(words)
        from bpkit.commands.build import build, prepare
        from bpkit.report import build as show

        engine = self.engine()
        console = self.console()
        prepared = prepare(
            self.choices(directory), self.options(), engine, need_engine=not self.dry_run
        )
        if self.dry_run:
            console.result(show.plan_text(prepared.plan), show.plan_json(prepared.plan))
            return 0
        result = build(prepared, engine, console, rest=rest)
        console.result(show.build_text(result), show.build_json(result))
        return 0
