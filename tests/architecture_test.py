"""The plan of the house: the order of its packages, and that each is entered by its face.

A package is a folder of ``bpkit/``, or one below ``formats``, ``readers`` and ``verbs``. What a
package may use of another stands in the other's ``__init__.py``.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator

import pytest

from scripts.bpkit_dev import faces
from scripts.bpkit_dev.imports import (
    Graph,
    circles,
    import_graph,
    import_statements,
    imported_names,
    module_names,
)
from tests.places import ROOT

# In one process, so that the modules are read once.
pytestmark = pytest.mark.xdist_group("architecture")
#: From the ground up: each imports only from what stands before it.
FLOORS = (
    "errors faces light",
    "findings",
    "formats",
    "image core",
    "writers conversion report languages",
    "readers",
    "project",
    "verbs",
    "cli",
    "__main__",
)
#: The same for the packages of the verbs; those of one line don't know each other.
VERBS = (
    "build ignore check doctor",
    "script size ls",
    "images",
    "diff lint trial convert bake graph clean",
    "compare explain init lsp shrink workspace",
)
#: Folders of packages, not packages.
FOLDERS = ("formats", "readers", "verbs")
MODULES = module_names(ROOT, "bpkit")


@functools.cache
def graph() -> Graph:
    """What each module imports; read once, and not by a worker that has none of these tests."""
    return import_graph(MODULES)


def package_of(module: str) -> str:
    """``bpkit.formats.shell.parser`` is in ``bpkit.formats.shell``, ``bpkit.errors`` in itself."""
    parts = module.split(".")
    is_deeper = len(parts) > 2 and parts[1] in FOLDERS
    # A single file in a folder of packages belongs to the folder.
    if is_deeper and MODULES[".".join(parts[:3])].name != "__init__.py":
        return ".".join(parts[:2])
    return ".".join(parts[: 3 if is_deeper else 2])


def arrows() -> Iterator[tuple[str, str]]:
    """Every import from one package's module into another package."""
    for module, others in graph().items():
        for other in others:
            if package_of(module) != package_of(other) and other != "bpkit":
                yield module, other


def test_imports_go_down_only() -> None:
    floor = {name: number for number, names in enumerate(FLOORS) for name in names.split()}
    tops = {module: module.split(".")[1] for module in MODULES if module != "bpkit"}
    assert set(tops.values()) == set(floor)
    upward = [
        (module, other)
        for module, other in arrows()
        if module != "bpkit"
        and tops[module] != tops[other]
        and floor[tops[module]] <= floor[tops[other]]
    ]
    assert upward == []


def test_verbs_use_only_the_verbs_before_them() -> None:
    line = {verb: number for number, verbs in enumerate(VERBS) for verb in verbs.split()}
    between = [
        (module, other)
        for module, other in arrows()
        if package_of(module).startswith("bpkit.verbs.") and other.startswith("bpkit.verbs.")
    ]
    assert {module.split(".")[2] for module in MODULES if module.startswith("bpkit.verbs.")} == set(
        line
    )
    upward = [
        (module, other)
        for module, other in between
        if line[module.split(".")[2]] <= line[other.split(".")[2]]
    ]
    assert upward == []


def test_nothing_below_the_library_uses_it() -> None:
    """``bpkit/__init__.py`` imports every verb; what it imports takes only the version."""
    taken = {
        (module, alias.name)
        for module, file in MODULES.items()
        for node in import_statements(file.read_text())
        if isinstance(node, ast.ImportFrom) and node.module == "bpkit"
        for alias in node.names
    }
    assert {name for _, name in taken} == {"__version__"}


def test_no_packages_import_each_other_in_a_circle() -> None:
    packages: dict[str, frozenset[str]] = {package_of(module): frozenset() for module in MODULES}
    for module, other in arrows():
        packages[package_of(module)] |= {package_of(other)}
    assert circles(packages) == []


def test_no_modules_of_a_package_import_each_other_in_a_circle() -> None:
    inside = {
        module: frozenset(
            other
            for other in others
            # A face imports what is behind it, and nothing behind it imports the face.
            if package_of(module) == package_of(other)
        )
        for module, others in graph().items()
    }
    assert circles(inside) == []


def test_a_package_is_entered_by_its_face() -> None:
    doors = {package_of(module) for module in MODULES}
    past = [(module, other) for module, other in arrows() if other not in doors]
    assert past == []


def test_a_face_takes_of_its_own_package_only_what_it_names() -> None:
    stale = [
        str(path.relative_to(ROOT))
        for path in faces.face_files()
        if path.read_text() != faces.renewed(path)
    ]
    assert stale == [], "run `make faces`"


def test_every_package_says_what_it_is_for() -> None:
    silent = [
        name
        for name, file in MODULES.items()
        if file.name == "__init__.py" and not ast.get_docstring(ast.parse(file.read_text()))
    ]
    assert silent == []


def test_the_top_of_the_package_can_be_taken_in_at_a_glance() -> None:
    names = {module.split(".")[1] for module in MODULES if module != "bpkit"}
    assert len(names - {"__main__"}) <= 15


def test_the_compiler_can_be_read_in_one_sitting() -> None:
    lines = {
        module: file.read_text().count("\n")
        for module, file in MODULES.items()
        if package_of(module) in {"bpkit.core", "bpkit.writers"} and file.name != "__init__.py"
    }
    assert sum(lines.values()) <= 2700, sorted(lines.items())


def test_plumbum_runs_commands_in_one_module_and_reads_arguments_in_one_package() -> None:
    elsewhere = {}
    for module, file in MODULES.items():
        allowed = ("plumbum",) if module == "bpkit.core.process" else ()
        if package_of(module) == "bpkit.cli":
            allowed = ("plumbum.cli",)
        used = {n for n in imported_names(file.read_text()) if n.split(".")[0] == "plumbum"}
        if wrong := {n for n in used if not any(f"{n}.".startswith(f"{a}.") for a in allowed)}:
            elsewhere[module] = wrong
    assert elsewhere == {}


def test_the_package_needs_neither_its_tests_nor_its_scripts() -> None:
    outside = {
        module
        for module, file in MODULES.items()
        for name in imported_names(file.read_text())
        if name.split(".")[0] in {"tests", "scripts", "pytest", "sh"}
    }
    assert outside == set()
