"""``bpkit init``: its switches."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from bpkit.cli.verb import FOUND, EngineVerb, Verb, cli, in_directory

if TYPE_CHECKING:
    from bpkit.verbs.init import InitChoices


class Init(EngineVerb):
    """Write the Dockerfile of the project in DIR from what the project's files say.

    Nothing is asked: language, versions, entry point, port and lock files are looked up,
    and each is printed with the file that says it. Files that bpkit did not write are kept.
    """

    USAGE = "bpkit init [SWITCH...] [DIR]\n"
    EXAMPLES = (
        ("bpkit init --dry-run", "show the Dockerfile for the project in this directory"),
        (
            "bpkit init --style both --script",
            "write both forms, and the script that builds the pair",
        ),
    )
    STATUSES = (
        *Verb.STATUSES,
        (
            1,
            "--diff: a file would change; --all: a program was refused; --try: the image "
            "doesn't run",
        ),
        (3, "--try: no engine answers"),
        (4, "--try: a step of the engine failed"),
    )
    language: Any = cli.SwitchAttr(
        ["--lang"], str, argname="LANGUAGE", help="the language, where the project has several"
    )
    style: Any = cli.SwitchAttr(
        ["--style"],
        str,
        argname="STYLE",
        help="multi-stage (the default), builder for Dockerfile.build and Dockerfile.runtime, both",
    )
    image: Any = cli.SwitchAttr(["--name"], str, argname="NAME", help="the name of the image")
    base: Any = cli.SwitchAttr(
        ["--base"], str, argname="IMAGE", help="the base image of the result; default: by language"
    )
    entry: Any = cli.SwitchAttr(
        ["--entry"], str, argname="PROGRAM", help="the program, where the project has several"
    )
    cmd: Any = cli.SwitchAttr(
        ["--cmd"],
        str,
        argname="COMMAND",
        help="the command that starts it; kept in bpkit.toml, as --entry and --port are",
    )
    port: Any = cli.SwitchAttr(
        ["--port"], str, argname="PORT", help="the port that the program listens on"
    )
    template: Any = cli.SwitchAttr(
        ["--template"], str, argname="TEMPLATES", help="a directory with your own templates"
    )
    classic: Any = cli.Flag(
        ["--classic"],
        excludes=["--buildkit"],
        help="write for the classic builder, without cache mounts",
    )
    buildkit: Any = cli.Flag(
        ["--buildkit"],
        help="write for BuildKit; default: what the engine uses, BuildKit if none answers",
    )
    force: Any = cli.Flag(["--force"], help="replace files that bpkit did not write (keeps .bak)")
    dry_run: Any = cli.Flag(["--dry-run"], help="print the files without writing them")
    script: Any = cli.Flag(["--script"], help="also write the script that builds it")
    makefile: Any = cli.Flag(["--makefile"], help="also write the script and a Makefile")
    every: Any = cli.Flag(
        ["--all"],
        excludes=["--entry", "--cmd", "--port", "--diff"],
        help="write a Dockerfile for each program in the directory, and a compose.yaml",
    )
    trial: Any = cli.Flag(
        ["--try"],
        excludes=["--dry-run", "--diff", "--all"],
        help="build the image and start it, as 'bpkit build' and 'bpkit try' do",
    )
    diff: Any = cli.Flag(
        ["--diff"],
        excludes=["--dry-run"],
        help="print what would change without writing it; exit with status 1 if anything would",
    )

    @in_directory
    def main(self, directory: str = ".") -> int:
        from bpkit.languages import ProjectWishes
        from bpkit.verbs.init import (
            MULTI_STAGE,
            InitChoices,
            KeptDockerfileError,
            diff_text,
            dry_run_text,
            facts_text,
            has_buildkit,
            init,
            init_json,
            written_text,
        )

        choices = InitChoices(
            directory=Path(directory),
            language=self.language or "",
            style=self.style or MULTI_STAGE,
            wishes=ProjectWishes(
                self.image or "",
                self.base or "",
                self.entry or "",
                self.cmd or "",
                self.port or "",
            ),
            template=Path(self.template) if self.template else None,
            buildkit=not self.classic and (self.buildkit or has_buildkit(self.engine())),
            force=bool(self.force),
            write=not (self.dry_run or self.diff),
            script=bool(self.script),
            makefile=bool(self.makefile),
        )
        if self.every:
            return self._every(choices, directory)
        console = self.console()
        try:
            result = init(choices, engine=self.engine())
        except KeptDockerfileError as kept:
            if not self.quiet:
                console.note(facts_text(kept.result))
            raise
        if not self.quiet:
            console.note(facts_text(result))
        show = diff_text if self.diff else dry_run_text if self.dry_run else written_text
        console.result(show(result), init_json(result))
        if self.trial:
            return self._try(choices)
        if not (self.quiet or self.diff or self.dry_run):
            file = " -f Dockerfile" if self._names_its_file(choices) else ""
            where = "" if directory == "." else f" {directory}"
            console.note(f"next: bpkit build --try{file}{where}")
        return FOUND if self.diff and result.changes else 0

    def _every(self, choices: InitChoices, directory: str) -> int:
        from bpkit.verbs.init import every_dry_run_text, every_json, every_text, init_every

        found = init_every(choices, engine=self.engine())
        console = self.console()
        if self.dry_run and not self.quiet:
            console.note(every_text(found).rstrip("\n"))
        show = every_dry_run_text if self.dry_run else every_text
        console.result(show(found), every_json(found))
        if found.compose and not (self.quiet or self.dry_run):
            console.note("next: bpkit build --all" + ("" if directory == "." else f" {directory}"))
        return FOUND if any(one.problem for one in found.programs) else 0

    def _names_its_file(self, choices: InitChoices) -> bool:
        """Whether a build must be given the Dockerfile, because other files declare images too."""
        from bpkit.errors import InputError
        from bpkit.project import ProjectChoices, declares_workspace, load
        from bpkit.verbs.init import MULTI_STAGE

        if choices.style != MULTI_STAGE:
            return False
        try:
            if declares_workspace(choices.directory):
                return True
            load(ProjectChoices(choices.directory))
        except InputError:
            # A file that can't be read, or a pair beside the Dockerfile.
            return True
        return False

    def _try(self, choices: InitChoices) -> int:
        """Build what was written and start it, as ``bpkit build --try`` does."""
        from bpkit.cli.build import Build

        words = [*(["-q"] if self.quiet else []), "--try", str(choices.directory)]
        if self._names_its_file(choices):
            words[-1:-1] = ["-f", choices.dockerfile]
        _, status = Build.run(["bpkit build", *words], exit=False)
        return int(status)
