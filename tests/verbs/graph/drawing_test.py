"""The same graph in four forms; names from outside never end a string of any of them."""

from __future__ import annotations

import shutil
import subprocess
import xml.etree.ElementTree as ET

import pytest

from bpkit.errors import Place
from bpkit.readers.workspace import Graph, Need
from bpkit.verbs.graph import FORMATS, drawn

SHOP = Graph(
    ("web", "api", "base", "tools"),
    (
        Need("web", "api", Place("web/Dockerfile", 1)),
        Need("web", "base"),
        Need("api", "base"),
    ),
)
ODD = Graph(('a"]<b>&', "c\\"), (Need('a"]<b>&', "c\\"),))
_SVG = "{http://www.w3.org/2000/svg}"


def test_text_shows_each_image_below_its_users_and_in_full_only_once() -> None:
    graph = Graph((*SHOP.names, "os"), (*SHOP.needs, Need("base", "os")))
    assert drawn(graph, "text") == ("web\n  api\n    base\n      os\n  base (see above)\ntools\n")


def test_dot_has_every_image_and_every_need() -> None:
    text = drawn(SHOP, "dot")
    assert '  "tools";' in text
    assert text.count(" -> ") == 3
    assert drawn(ODD, "dot").count('"a\\"]<b>&" -> "c\\\\";') == 1


@pytest.mark.skipif(not shutil.which("dot"), reason="Graphviz is not installed")
@pytest.mark.parametrize("graph", [SHOP, ODD])
def test_graphviz_reads_the_dot_output(graph: Graph) -> None:
    done = subprocess.run(
        ["dot", "-Tplain"], input=drawn(graph, "dot"), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_mermaid_has_every_image_and_every_need() -> None:
    text = drawn(SHOP, "mermaid")
    assert text.startswith("graph RL\n")
    assert text.count(" --> ") == 3
    assert '["a#34;#93;#60;b#62;#38;"]' in drawn(ODD, "mermaid")


@pytest.mark.parametrize("graph", [SHOP, ODD, Graph((), ())])
def test_svg_is_xml_with_a_box_an_image_and_a_path_a_need(graph: Graph) -> None:
    root = ET.fromstring(drawn(graph, "svg"))
    assert [text.text for text in root.iter(f"{_SVG}text")] == [
        name for wave in graph.waves() for name in wave
    ]
    assert len(list(root.iter(f"{_SVG}path"))) == len(graph.needs)


def test_boxes_in_the_svg_do_not_overlap() -> None:
    root = ET.fromstring(drawn(SHOP, "svg"))
    places = [(r.get("x"), r.get("y")) for r in root.iter(f"{_SVG}rect")]
    assert len(set(places)) == len(SHOP.names)


def test_there_are_four_forms() -> None:
    assert set(FORMATS) == {"text", "dot", "mermaid", "svg"}
