"""``bpkit check``: its switches."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from bpkit.cli.project_verb import ProjectVerb
from bpkit.cli.verb import cli, in_directory


class Check(ProjectVerb):
    """Look in the image of the project in DIR, or in IMAGE, for what keeps it from starting.

    Nothing is started ('bpkit try' does that) and no file of the project is changed. Each finding
    says how to fix the Dockerfile.
    """

    USAGE = "bpkit check [SWITCH...] [DIR | --image IMAGE]\n"
    EXAMPLES = (
        ("bpkit check --image hellogo", "check an image of the engine that something else built"),
        ("bpkit check --image hellogo.tar", "check a file of 'docker save', without an engine"),
        (
            "bpkit check --sarif check.sarif",
            "check the project in this directory, and write a report for CI",
        ),
    )
    STATUSES = (*ProjectVerb.STATUSES, (1, "an error was found, or with --strict a warning"))
    image: Any = cli.SwitchAttr(
        ["--image"],
        str,
        argname="IMAGE",
        help="check this image instead of a project's: a name, a file of "
        "'docker save', or an OCI layout",
    )
    format: Any = cli.SwitchAttr(
        ["--format"],
        cli.Set("text", "json", "sarif"),
        default="text",
        help="what to write to standard output",
    )
    sarif: Any = cli.SwitchAttr(
        ["--sarif"], str, argname="FILE", help="also write the findings to FILE as SARIF"
    )
    strict: Any = cli.Flag(["--strict"], help="treat warnings as errors")

    @in_directory
    def main(self, directory: str = "") -> int:
        from bpkit.errors import InputError
        from bpkit.findings import exit_status
        from bpkit.project import load
        from bpkit.report import coloured
        from bpkit.verbs.check import (
            check,
            check_json,
            check_project,
            check_sarif,
            check_saved,
            check_text,
            saved_path,
        )

        if self.image and directory:
            raise InputError("both a directory and --image are given", hint="pass only one of them")
        engine = self.engine()
        if self.image and (saved := saved_path(self.image)):
            checked = check_saved(saved)
        elif self.image:
            checked = check(engine, self.image)
        else:
            checked = check_project(engine, load(self.choices(directory or ".")))
        if self.sarif:
            Path(self.sarif).write_text(check_sarif(checked), encoding="utf-8")
        if self.format == "sarif":
            text = check_sarif(checked)
        else:
            text = check_text(checked, colour=coloured(sys.stdout))
        console = self.console(json=self.format == "json")
        console.result(text, check_json(checked))
        return exit_status(checked.findings, strict=bool(self.strict))
