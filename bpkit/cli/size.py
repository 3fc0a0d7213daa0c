"""``bpkit size``: its switches."""

from __future__ import annotations

from typing import Any, ClassVar

from bpkit.cli.build import ProjectVerb
from bpkit.cli.verb import cli


class Size(ProjectVerb):
    """Tell where the bytes of an image are, and what would take them away.

    IMAGE is an image of the engine, a project's directory, a file of 'docker save', or an OCI image
    layout; the last two need no engine. Without one it is the project in this directory.
    """

    USAGE = "bpkit size [SWITCH...] [IMAGE|DIR|FILE.tar|OCI-DIR]...\n"
    EXAMPLES = (
        ("bpkit size debian:bookworm-slim", "show the bytes of an image"),
        ("bpkit size image.tar --markdown", "show those of a saved image as Markdown"),
    )
    STATUSES: ClassVar[tuple[tuple[int, str], ...]] = ProjectVerb.STATUSES
    markdown: Any = cli.Flag(["--markdown"], help="print the result as Markdown")

    def main(self, *words: str) -> int:
        from bpkit.verbs.size import size_json, size_markdown, size_of, size_text, target_of

        console = self.console()
        targets = [target_of(word, self.choices(".")) for word in words or (".",)]
        images = []
        for number, target in enumerate(targets, 1):
            console.begin(number, len(targets), f"read {target.name}")
            images.append(size_of(target, self.engine))
        show = size_markdown if self.markdown else size_text
        text = "\n".join(map(show, images))
        console.result(text, {"images": [size_json(image) for image in images]})
        return 0
