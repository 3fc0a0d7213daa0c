"""``bpkit images``: its switches."""

from __future__ import annotations

from typing import Any

from bpkit.cli.verb import EngineVerb, cli


class Images(EngineVerb):
    """List the images that bpkit made, and how much smaller each is than its build image."""

    USAGE = "bpkit images [SWITCH...]\n"
    EXAMPLES = (
        ("bpkit images", "list the images of all projects"),
        ("bpkit images --name hellogo --json", "list those of one project, as JSON"),
    )
    name: Any = cli.SwitchAttr(["--name"], str, argname="PROJECT", help="of this project only")

    def main(self) -> int:
        from bpkit.verbs.images import images, images_json, images_text

        found = images(self.engine(), self.name)
        self.console().result(images_text(found), images_json(found))
        return 0
