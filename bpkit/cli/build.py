"""``bpkit build``: its switches."""

from __future__ import annotations

import itertools
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bpkit.cli.build_workspace import (
    WorkspaceOrder,
    build_in_workspace,
    jobs_of,
    means_workspace,
    workspace_words,
)
from bpkit.cli.project_verb import BuildingVerb
from bpkit.cli.verb import FOUND, cli, in_directory
from bpkit.core import BuildOptions, quote
from bpkit.errors import InputError
from bpkit.report import Console, coloured

if TYPE_CHECKING:
    from bpkit.core import Engine, Plan
    from bpkit.findings import Finding
    from bpkit.verbs.build import BuildResult, Built, Prepared
    from bpkit.verbs.diff import ImageDifference
    from bpkit.verbs.trial import Verdict


def split_words(words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The directory, and the flags after ``--`` for the engine's build.

    Raises InputError for a second directory.
    """
    directory, rest = ".", words
    if words and not words[0].startswith("-"):
        directory, rest = words[0], words[1:]
    if rest and not rest[0].startswith("-"):
        raise InputError(
            f"'{rest[0]}' is a second directory; bpkit builds one project at a time",
            hint="put flags for the engine's build after --",
        )
    return directory, rest


#: Switches that apply to one project only: the attribute, and how the switch is written.
_OF_ONE_PROJECT = (
    *(("files", "-f"), ("tags", "-t"), ("build_tag", "--build-tag"), ("name", "--name")),
    *(("artifacts", "--artifact"), ("style", "--style"), ("target", "--target")),
    *(("contexts", "--build-context"), ("verify", "--verify"), ("outputs", "--output")),
    *(("metadata_file", "--metadata-file"),),
)


class Build(BuildingVerb):
    """Build the small image of the project in DIR, or the images of the workspace there.

    Flags after ``--`` are passed to every docker build of a project. In a workspace ('bpkit ls')
    only the images that have changed are built, and those built from them.
    """

    USAGE = "bpkit build [SWITCH...] [DIR] [NAME...] [-- FLAG...]\n"
    EXAMPLES = (
        ("bpkit build --dry-run", "print the steps of the build without running them"),
        (
            "bpkit build -t hello:1.2 -- --progress plain",
            "build hello:1.2, and show BuildKit's output as plain lines",
        ),
        ("bpkit build --all -j 4", "build every image of this repository that has changed"),
        ("bpkit build --changed main", "build those that read a file that differs from main"),
    )
    STATUSES = (
        *BuildingVerb.STATUSES,
        (
            1,
            "the image is over its budget, doesn't run (--try), won't run (--strict), or a second "
            "build differs in more than times (--verify)",
        ),
    )
    dry_run: Any = cli.Flag(["--dry-run"], help="print the steps without running them")
    no_check: Any = cli.Flag(
        ["--no-check"], help="do not look for what keeps the image from starting"
    )
    strict: Any = cli.Flag(
        ["--strict"], help="exit with status 1 if something keeps the image from starting"
    )
    tries: Any = cli.Flag(["--try"], help="also start the image, and report what it does")
    verify: Any = cli.Flag(
        ["--verify"], help="build twice without the cache, and report how the two images differ"
    )
    all: Any = cli.Flag(["--all"], help="build all images of the workspace")
    changed: Any = cli.SwitchAttr(
        ["--changed"], str, argname="REV", help="build the images that differ from git revision REV"
    )
    builder: Any = cli.SwitchAttr(
        ["--builder"],
        str,
        argname="NAME",
        help="build the images of the workspace on this builder of buildx",
    )
    jobs: Any = cli.SwitchAttr(
        ["-j", "--jobs"],
        str,
        argname="N",
        help="build at most N images at once; default: 4, or 32 by one call of buildx",
    )
    keep_going: Any = cli.Flag(["--keep-going"], help="go on with the other images if one fails")
    explain: Any = cli.Flag(["--explain"], help="say why each image was built or not")
    outputs: Any = cli.SwitchAttr(
        ["-o", "--output"],
        str,
        list=True,
        argname="SPEC",
        help="also write the image elsewhere, as docker build does; paths are below DIR (BuildKit)",
    )
    load: Any = cli.Flag(["--load"], help="load the image into the engine's image store (BuildKit)")
    metadata_file: Any = cli.SwitchAttr(
        ["--metadata-file"],
        str,
        argname="FILE",
        help="write metadata of the build to this file (BuildKit)",
    )
    push: Any = cli.Flag(["--push"], help="push all names of the image if nothing is found wrong")

    def options(self) -> BuildOptions:
        """The options of the engine's build, from the switches."""
        return replace(
            super().options(),
            outputs=tuple(self.outputs),
            load=bool(self.load),
            metadata_file=self.metadata_file or "",
            no_cache=bool(self.no_cache or self.verify),
        )

    @in_directory
    def main(self, *words: str) -> int:
        began = time.time_ns()
        named = tuple(itertools.takewhile(lambda word: not word.startswith("-"), words))
        given = self.all or self.changed or self.jobs or self.keep_going or self.explain
        # A Dockerfile named with -f belongs to one project, whatever else the directory declares.
        if given or (not self.files and means_workspace(named, self.engine())):
            return self._workspace(named, words[len(named) :])
        if self.builder:
            raise InputError(
                "--builder applies to a workspace, and this is a single project",
                hint=f"pass --all too, or set BUILDX_BUILDER={quote(self.builder)}",
            )
        directory, rest = split_words(words)
        from bpkit.verbs.build import build, has_several, prepare, undeclared_arguments

        engine = self.engine()
        console = self.console()
        prepared = prepare(
            self.choices(directory), self.options(), engine, need_engine=not self.dry_run
        )
        for note in undeclared_arguments(prepared.project):
            console.note(note)
        if self.dry_run:
            if self.verify:
                console.note("--verify: these steps, and once more under separate names")
            return _show_plan(prepared.plan, console)
        if self.tries:
            from bpkit.verbs.trial import probes_of_project

            # A probe that can't be read is reported before anything is built.
            probes_of_project(prepared.project)
        built = build(prepared, engine, console, rest=rest, meanwhile=self._load_what_follows)
        if has_several(prepared.platform):
            console.note(f"only the image for {built.shipped.platform} is measured and checked")
        findings = self._findings(prepared, engine, built)
        verdicts = self._verdicts(prepared, engine, built, console)
        repeated = self._repeated(prepared, engine, built, console, rest)
        _show_result(built.result, findings, console, verdicts, repeated)
        if built.result.up_to_date and not words and self._is_plain(prepared):
            from bpkit.verbs.build import build_text, keep_answer

            keep_answer(("build", *self.given), began, built.shortcut, build_text(built.result))
        from bpkit.findings import exit_status

        status = exit_status(findings) if self.strict else 0
        if not all(verdict.runs for verdict in verdicts):
            status = FOUND
        if repeated and not (repeated.is_same or repeated.is_of_times_only):
            status = FOUND
        if _is_over_budget(prepared, engine, built, console):
            status = FOUND
        if self.push:
            self._push(built.result, engine, console, failed=status != 0 or bool(findings))
        return status

    def _is_plain(self, prepared: Prepared) -> bool:
        """Whether an up-to-date build only has to say so, as text."""
        more = (self.json, self.strict, self.tries, self.verify, self.push)
        return not any(more) and prepared.project.settings.budget is None

    def _push(self, result: BuildResult, engine: Engine, console: Console, *, failed: bool) -> None:
        """Push each name of the image. Raises EngineError."""
        if failed:
            console.note("not pushed: problems were found in the image")
            return
        from bpkit.verbs.build import push

        for tag in (result.final.tag, *result.final.more_tags):
            push(engine, tag)
            console.note(f"pushed {tag}")

    def _verdicts(
        self, prepared: Prepared, engine: Engine, built: Built, console: Console
    ) -> tuple[Verdict, ...]:
        """The result of starting the image and running the project's probes."""
        if not self.tries:
            return ()
        from bpkit.verbs.trial import try_built

        tag = built.result.final.tag
        if not self.quiet:
            console.note(f"starting {tag}")
        return try_built(engine, prepared.project, tag)

    def _repeated(
        self,
        prepared: Prepared,
        engine: Engine,
        built: Built,
        console: Console,
        rest: tuple[str, ...],
    ) -> ImageDifference | None:
        """How a second build differs; None without ``--verify``."""
        if not self.verify:
            return None
        from bpkit.verbs.compare import repeated

        return repeated(prepared, built, engine, console, rest=rest)

    def _workspace(self, words: tuple[str, ...], rest: tuple[str, ...]) -> int:
        """Build the images of a workspace; its file declares what switches do for one project."""
        if rest:
            raise InputError(
                "flags after -- are not passed on in a workspace",
                hint="name the directory of a project, or omit them",
            )
        for name, switch in _OF_ONE_PROJECT:
            if getattr(self, name):
                raise InputError(
                    f"{switch} applies to a single project, and this is a workspace",
                    hint="name the directory of a project, or one of its Dockerfiles with"
                    " -f FILE, without --all",
                )
        directory, names = workspace_words(words, self.engine())
        order = WorkspaceOrder(
            Path(directory),
            names,
            changed=self.changed or "",
            jobs=jobs_of(self.jobs),
            keep_going=bool(self.keep_going),
            explain=bool(self.explain),
            quiet=bool(self.quiet),
            dry_run=bool(self.dry_run),
            strict=bool(self.strict),
            tries=bool(self.tries),
            push=bool(self.push),
            builder=self.builder or "",
        )
        console = replace(self.console(), schema="bpkit/workspace/1")
        return build_in_workspace(order, self.options(), self.engine(), console)

    def _load_what_follows(self) -> None:
        """Import what is needed after the build while the engine is still building."""
        from bpkit.verbs.build import build_text  # noqa: F401

        if not self.no_check:
            from bpkit.verbs.check import check_project  # noqa: F401

    def _findings(self, prepared: Prepared, engine: Engine, built: Built) -> tuple[Finding, ...]:
        """The check's findings; for an up-to-date image they were already reported."""
        if self.no_check or (built.result.up_to_date and not self.strict):
            return ()
        from bpkit.verbs.check import check_project

        checked = check_project(engine, prepared.project, prepared.recipe, built.shipped)
        return tuple(finding for finding in checked.findings if finding.severity != "note")


def _is_over_budget(prepared: Prepared, engine: Engine, built: Built, console: Console) -> bool:
    """Whether the image exceeds the budget in the settings; prints what does."""
    if prepared.project.settings.budget is None:
        return False
    from bpkit.verbs.size import budget_text, over_budget, unknown_growth

    final = built.result.final
    if unknown := unknown_growth(final.tag, prepared.project):
        console.note(unknown)
    found, absent = over_budget(prepared.project, final.tag, final.size, lambda: engine)
    if absent:
        console.note(absent)
    if found:
        console.note(budget_text(found).rstrip("\n"))
    return bool(found)


def _show_plan(plan: Plan, console: Console) -> int:
    from bpkit.verbs.build import plan_json, plan_text

    console.result(plan_text(plan), plan_json(plan), schema="bpkit/plan/1")
    return 0


def _show_result(
    result: BuildResult,
    findings: tuple[Finding, ...],
    console: Console,
    verdicts: tuple[Verdict, ...],
    repeated: ImageDifference | None,
) -> None:
    from bpkit.findings import exit_status
    from bpkit.report import findings_text
    from bpkit.verbs.build import build_json, build_text

    will_not_run = exit_status(findings) == FOUND
    if will_not_run:
        result = replace(result, run="")
    data = build_json(result, findings)
    if verdicts:
        from bpkit.verbs.trial import verdict_json, verdict_text

        data["trials"] = [verdict_json(verdict) for verdict in verdicts]
    text = build_text(result)
    if repeated:
        from bpkit.verbs.diff import repetition_json, repetition_text

        data["repetition"] = repetition_json(repeated)
        text += repetition_text(repeated)
    console.result(text, data)
    if findings:
        said = findings_text(findings, colour=coloured(sys.stderr)).rstrip("\n")
        broken = f": {result.final.tag} will not run" if will_not_run else ""
        console.note(f"{said}{broken}")
    for verdict in verdicts:
        console.note(verdict_text(verdict).rstrip("\n"))
