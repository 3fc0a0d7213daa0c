"""``bpkit images``: its switches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bpkit.cli.verb import EngineVerb, cli, in_directory


class Images(EngineVerb):
    """List the images that bpkit made for the project in DIR, and how much smaller they are.

    Each is compared with its build image.
    """

    USAGE = "bpkit images [SWITCH...] [DIR]\n"
    EXAMPLES = (
        ("bpkit images", "list the images of the project in this directory"),
        ("bpkit images --all --json", "list the images of all projects, as JSON"),
    )
    name: Any = cli.SwitchAttr(
        ["--name"], str, argname="PROJECT", help="list all images that carry this project's label"
    )
    all: Any = cli.Flag(["--all"], help="list the images of all projects")
    stages: Any = cli.Flag(
        ["--stages"], help="also list the untagged stages that the classic builder leaves"
    )

    @in_directory
    def main(self, directory: str = ".") -> int:
        from bpkit.project import ProjectChoices
        from bpkit.verbs.images import images, images_json, images_of, images_text, without_stages

        engine = self.engine()
        if self.all or self.name:
            found = images(engine, self.name)
        else:
            found = images_of(ProjectChoices(Path(directory)), engine)
        shown = found if self.stages else without_stages(found)
        whose = "" if self.all or self.name else directory
        self.console().result(images_text(shown, whose=whose), images_json(shown))
        return 0
