"""``bpkit check``: its switches."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

from bpkit.cli.project_verb import ProjectVerb
from bpkit.cli.verb import cli, in_directory

_IMAGE = re.compile(r"[a-z0-9][\w.:/@-]*")


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
        if directory and _may_be_image(directory):
            what = "is not a directory" if os.path.exists(directory) else "doesn't exist"
            raise InputError(
                f"{directory} {what}", hint=f"to check an image: 'bpkit check --image {directory}'"
            )
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


def _may_be_image(word: str) -> bool:
    """Whether a word where a directory belongs may be meant as the image to check."""
    from bpkit.verbs.check import saved_path

    if os.path.lexists(word):
        return not os.path.isdir(word) and saved_path(word) is not None
    return bool(_IMAGE.fullmatch(word)) and not word.endswith(("/", ".tar"))
