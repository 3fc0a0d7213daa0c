"""``bpkit graph``: its switches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bpkit.cli.verb import EngineVerb, cli, in_directory


class Graph(EngineVerb):
    """Draw which images of the workspace in DIR need which."""

    USAGE = "bpkit graph [SWITCH...] [DIR]\n"
    EXAMPLES = (
        ("bpkit graph", "print the images as a tree"),
        ("bpkit graph --format svg > images.svg", "draw them, without Graphviz"),
    )
    form: Any = cli.SwitchAttr(
        ["--format"],
        cli.Set("text", "dot", "mermaid", "svg"),
        default="text",
        argname="FORMAT",
        help="text, dot, mermaid or svg; default: text",
    )

    @in_directory
    def main(self, directory: str = ".") -> int:
        from bpkit.verbs.graph import drawn, graph_json
        from bpkit.verbs.ls import survey

        graph = survey(Path(directory), self.engine()).graph
        self.console().result(drawn(graph, self.form), graph_json(graph))
        return 0
