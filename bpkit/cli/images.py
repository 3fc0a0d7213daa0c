"""``bpkit images``: its switches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bpkit.cli.verb import EngineVerb, cli, in_directory


class Images(EngineVerb):
    """List the images that bpkit made for the project in DIR, and how much smaller they are.

    Each is compared with its build image. In a directory that declares a workspace, and has no
    Dockerfile, these are the images of all its projects.
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
        from bpkit.verbs.ls import projects_in

        engine, console = self.engine(), self.console()
        if self.all or self.name:
            found = images(engine, self.name)
        else:
            projects = projects_in(ProjectChoices(Path(directory)), engine)
            for line in projects.unread:
                console.note(line)
            found = images_of(projects.choices, engine)
        shown = found if self.stages else without_stages(found)
        whose = "" if self.all or self.name else directory
        console.result(images_text(shown, whose=whose), images_json(shown))
        return 0
