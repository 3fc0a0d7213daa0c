"""Reading imports, on packages made up for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.bpkit_dev.imports import circles, import_graph, imported_names, module_names


@pytest.fixture
def package(tmp_path: Path) -> Path:
    files = {
        "__init__": "",
        "low": "import os\nfrom typing import TYPE_CHECKING\n",
        "middle": "from p.low import x\nimport p.low as y\n",
        "high": "def f():\n    from p import middle\n    from p.low import z\n",
        "part/__init__": "from p.part.one import a\n",
        "part/one": "from p.part import two\n",
        "part/two": "",
        "data/not_ours": "from p.high import f\nfrom p import low, middle,\n",
    }
    for name, source in files.items():
        file = tmp_path / "p" / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(source)
    return tmp_path


def test_the_graph_has_the_imports_of_functions_too(package: Path) -> None:
    graph = import_graph(module_names(package, "p"))
    assert graph["p.middle"] == {"p.low"}
    assert graph["p.high"] == {"p.middle", "p.low"}
    assert graph["p.low"] == frozenset()


def test_a_module_taken_from_a_package_is_not_the_package(package: Path) -> None:
    graph = import_graph(module_names(package, "p"))
    assert graph["p.part.one"] == {"p.part.two"}
    assert circles(graph) == []


def test_a_circle_over_several_modules_is_found_once(package: Path) -> None:
    (package / "p/low.py").write_text("from p.high import f\n")
    graph = import_graph(module_names(package, "p"))
    assert circles(graph) == [("p.high", "p.low", "p.middle")]


def test_names_are_read_from_every_form_of_import() -> None:
    source = "import a, b.c as d\nfrom e.f import g, h\n"
    assert imported_names(source) == {"a", "b.c", "e.f.g", "e.f.h"}
