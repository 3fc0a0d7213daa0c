"""``bpkit ls``: its switches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bpkit.cli.verb import EngineVerb, cli, in_directory


class Ls(EngineVerb):
    """List the images of the workspace in DIR, and what each is built from.

    A workspace is declared by bpkit.toml, a Bake file or a Compose file; without one of
    these, every directory with a Dockerfile is a member.
    """

    USAGE = "bpkit ls [SWITCH...] [DIR]\n"
    EXAMPLES = (
        ("bpkit ls", "list the images that this repository builds"),
        ("bpkit ls --changed main", "show which of them read a file that differs from main"),
    )
    changed: Any = cli.SwitchAttr(
        ["--changed"], str, argname="REV", help="show which have changed since this git revision"
    )

    @in_directory
    def main(self, directory: str = ".") -> int:
        from bpkit.verbs.ls import survey, survey_json, survey_text

        found = survey(Path(directory), self.engine(), since=self.changed or "")
        self.console().result(survey_text(found), survey_json(found))
        return 0
