"""``bpkit convert``: its switches."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from bpkit.cli.project_verb import ProjectVerb
from bpkit.cli.verb import FOUND, EngineVerb, cli, in_directory, pairs


class Convert(EngineVerb):
    """Convert the project in DIR: Dockerfiles and a script into one multi-stage file, or back.

    Prints what would change as a diff; writes only with -o or --write.
    """

    USAGE = "bpkit convert [DIR] --to multi-stage|builder [SWITCH...]\n"
    EXAMPLES = (
        (
            "bpkit convert --to multi-stage --report",
            "show the changes, and what becomes of each line of the script",
        ),
        (
            "bpkit convert --to builder --write --verify",
            "write the pair and its script, then build both forms and compare the images",
        ),
    )
    STATUSES = (
        *EngineVerb.STATUSES,
        (0, "converted, and nothing is lost"),
        (1, "converted, but lines of the script are left to you, or --verify found a difference"),
        (2, "something can't be expressed in the other form, or is not valid; nothing was written"),
    )
    to: Any = cli.SwitchAttr(
        ["--to"],
        cli.Set("multi-stage", "builder"),
        mandatory=True,
        help="the form to convert to",
    )
    script: Any = cli.SwitchAttr(
        ["--script"], str, argname="FILE", help="the script or Makefile; default: found in DIR"
    )
    arguments: Any = cli.SwitchAttr(
        ["--script-arg"],
        str,
        list=True,
        argname="ARG",
        help="an argument to the script, or a goal of the Makefile",
    )
    environment: Any = cli.SwitchAttr(
        ["--script-env"],
        str,
        list=True,
        argname="NAME[=VALUE]",
        help="a variable in the script's environment; without =VALUE, the value in yours",
    )
    files: Any = cli.SwitchAttr(
        ["-f", "--file"],
        str,
        list=True,
        argname="FILE",
        help=(
            "the Dockerfile; given twice: the build Dockerfile, then the runtime one, without "
            "a script"
        ),
    )
    output: Any = cli.SwitchAttr(
        ["-o", "--output"],
        str,
        argname="FILE|DIR",
        help="write to this Dockerfile, or for --to builder to this directory in DIR",
    )
    write: Any = cli.Flag(["--write"], help="write into DIR")
    force: Any = cli.Flag(["--force"], help="replace files that bpkit did not write (keeps .bak)")
    diff: Any = cli.Flag(["--diff"], help="print the diff even when files are written")
    replace: Any = cli.Flag(
        ["--replace"],
        help="verify, write with --force, and remove files that are no longer needed (keeps .bak)",
    )
    verify: Any = cli.Flag(["--verify"], help="build both forms and compare the images")
    report: Any = cli.Flag(["--report"], help="say what becomes of each line of the script")
    keep_entrypoint: Any = cli.Flag(
        ["--keep-entrypoint"], help="keep ENTRYPOINT and CMD of stages that are never run"
    )
    target: Any = cli.SwitchAttr(
        ["--target"], str, argname="STAGE", help="--to builder: the stage that becomes the image"
    )
    tag: Any = cli.SwitchAttr(["-t", "--tag"], str, argname="NAME", help="the image's name")
    artifacts: Any = cli.SwitchAttr(
        ["--artifact"],
        str,
        list=True,
        argname="SRC[:DST]",
        help="for a pair without a script: what is copied to the runtime image",
    )
    build_args: Any = ProjectVerb.build_args

    @in_directory
    def main(self, directory: str = ".") -> int:
        from bpkit.verbs.compare import verify
        from bpkit.verbs.convert import (
            BUILDER,
            check_files,
            conversion_json,
            convert,
            diff_text,
            remove_unneeded,
            report_text,
            verdict_text,
            verifying,
            write,
        )

        console = self.console()
        request = self._request(directory)
        made = convert(request)
        writing = bool(self.write or self.output or self.replace)
        force = bool(self.force or self.replace)
        whole = self.write or self.replace or self.to == BUILDER
        files = made.files if whole else made.files[:1]
        if writing:
            check_files(files, force=force)
        verdicts = None
        if self.verify or self.replace:
            engine = self.engine()
            proved = files if writing else made.files
            verdicts = verify(made, proved, engine, console, removing=bool(self.replace))
        is_same = all(verdict.is_same for verdict in verdicts or ())
        written: list[str] = []
        if writing and is_same:
            write(made, files, force=force)
            written = [file.name for file in files]
        gone = remove_unneeded(made) if written and self.replace else ()
        for note in (*made.notes, *made.lost):
            console.note(str(note))
        text = diff_text(made.files) if self.diff or not writing else ""
        if self.report:
            text += report_text(made)
        if verdicts is not None:
            text += verdict_text(verdicts)
        console.result(text, conversion_json(made, written, verdicts))
        for name in written:
            console.note(f"wrote {name}")
        for name in gone:
            console.note(f"removed {name}, kept as {name}.bak")
        if made.left and not self.report:
            lines = "1 line" if len(made.left) == 1 else f"{len(made.left)} lines"
            console.note(f"{lines} of the script left to you (--report)")
        if verdicts is None and written:
            console.note(
                "nothing was built; with --verify too, both images are compared before it writes"
            )
        elif verdicts is None:
            console.note(
                f"nothing was built; to compare the images of both forms: {verifying(request)}"
            )
        return 0 if made.is_whole and is_same else FOUND

    def _request(self, directory: str) -> Any:
        from bpkit.verbs.convert import ConvertRequest

        return ConvertRequest(
            to=self.to,
            directory=Path(directory),
            script=self.script or "",
            arguments=tuple(self.arguments),
            files=tuple(self.files),
            output=self.output or "",
            target=self.target or "",
            tag=self.tag or "",
            artifacts=tuple(self.artifacts),
            build_args=pairs(self.build_args, "--build-arg"),
            environment=_set_variables(self.environment),
            keep_entrypoint=bool(self.keep_entrypoint),
        )


def _set_variables(given: list[str]) -> tuple[tuple[str, str], ...]:
    """The variables of ``--script-env``; one that is not set here is left out."""
    found = pairs(given, "--script-env")
    asked = ((name, os.environ.get(name) if value is None else value) for name, value in found)
    return tuple((name, value) for name, value in asked if value is not None)
