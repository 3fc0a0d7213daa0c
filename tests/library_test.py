"""``import bpkit``: what is public, what it costs, and that ``docs/library.md`` tells the truth."""

from __future__ import annotations

import ast
import doctest
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import bpkit
from bpkit.cli.verbs import NAMES
from tests.places import ROOT

PAGE = ROOT / "docs" / "library.md"


def examples(page: str, *, engine: bool) -> str:
    """The Python of a page, or of those blocks that need an engine."""
    blocks = re.findall(r"(<!-- engine -->\n)?```python\n(.*?)```", page, re.DOTALL)
    return "\n".join(code for mark, code in blocks if bool(mark) is engine)


def run_examples(source: str) -> None:
    """Run the examples as a session of Python, and hold what is shown against what is written."""
    test = doctest.DocTestParser().get_doctest(source, {}, PAGE.name, str(PAGE), 0)
    assert test.examples
    said: list[str] = []
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.append)
    assert result.failed == 0, "".join(said)


def test_the_examples_of_the_page_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("DOCKER", "/nonexistent/docker")
    run_examples(examples(PAGE.read_text(), engine=False))


def test_the_page_names_all_that_is_public() -> None:
    page = PAGE.read_text()
    assert [name for name in bpkit.__all__ if not re.search(rf"\b{name}\b", page)] == []


def test_every_public_name_is_there_and_says_what_it_is_for() -> None:
    for name in bpkit.__all__:
        assert inspect.getdoc(getattr(bpkit, name)), name
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        _ = bpkit.nothing_of_the_kind


def test_public_names_are_those_that_type_checkers_see() -> None:
    """The late half of the face, and the imports that only a type checker reads."""
    tree = ast.parse(Path(bpkit.__file__).read_text())
    told = {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.col_offset == 4 and node.module
        for alias in node.names
        if node.lineno < 40
    }
    for name in set(bpkit.__all__) & set(told):
        __import__(told[name])
        assert getattr(bpkit, name) is getattr(sys.modules[told[name]], name)
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert set(bpkit.__all__) <= {*told, *functions}


def test_importing_the_library_loads_nothing_that_takes_time() -> None:
    """Not even ``typing``, which takes twenty times as long as bpkit itself."""
    code = "import sys; had = set(sys.modules); import bpkit; print(*(set(sys.modules) - had))"
    argv = [sys.executable, "-S", "-c", code]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {"bpkit", "bpkit.faces", "__future__"}


def test_the_library_is_typed() -> None:
    assert (Path(bpkit.__file__).parent / "py.typed").is_file()


def test_the_verbs_of_the_library_are_called_as_on_the_command_line() -> None:
    functions = {name for name in bpkit.__all__ if inspect.isfunction(getattr(bpkit, name))}
    assert functions - NAMES == {"load", "parse", "plan"}
