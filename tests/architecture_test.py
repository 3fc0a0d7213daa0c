"""The floors of the package: imports only go down, and never in a circle.

A new module is entered in ``FLOORS``; where it belongs is a decision, so none is taken by default.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from scripts.bpkit_dev.imports import circles, import_graph, imported_names, module_names

ROOT = Path(__file__).resolve().parent.parent

# From the ground up; each entry is a pattern for the module's name below ``bpkit``.
FLOORS = {
    # What everything may use, and which uses nothing.
    0: "errors words near spaces labels",
    # The model: Dockerfiles, contexts, images and projects as values.
    1: "recipe comparison steps settings project outcome findings made copies"
    " stages stage_state globs staging"
    " dockerfile dockerfile_* expansion expansion_* dockerignore dockerignore_* context context_*"
    " elf elf_* clues rootfs rootfs_* accounts image_* tar_stream diagnosis libraries libraries_*"
    " shell_* run_commands docker_calls templates templates_* projects projects.*",
    # How to make it, and the engine that does.
    2: "plan engine process inventory",
    # One file a form, one file a group of rules.
    3: "readers readers.* writers writers.* checks checks.* lint lint.* conversion conversion.*"
    " shrinking shrinking.*",
    # Carrying out, and showing.
    4: "runner report report.*",
    # One file a verb.
    5: "commands commands.*",
    # Arguments in, exit status out.
    6: "__main__ cli cli.*",
}
MODULES = module_names(ROOT, "bpkit")
GRAPH = import_graph(MODULES)
# The package itself holds its version only.
PACKAGE = "bpkit"


def floors_of(module: str) -> list[int]:
    name = module.removeprefix(f"{PACKAGE}.")
    return [
        floor
        for floor, patterns in FLOORS.items()
        if any(fnmatchcase(name, pattern) for pattern in patterns.split())
    ]


@pytest.mark.parametrize("module", sorted(set(MODULES) - {PACKAGE}))
def test_a_module_has_one_floor_and_imports_from_no_higher_one(module: str) -> None:
    floors = floors_of(module)
    assert len(floors) == 1, f"enter {module} in FLOORS, once: it is on the floors {floors}"
    upward = {
        other: floors_of(other)
        for other in GRAPH[module] - {PACKAGE}
        if floors_of(other) and floors_of(other)[0] > floors[0]
    }
    assert upward == {}, f"{module} is on floor {floors[0]}"


def test_the_package_itself_imports_nothing() -> None:
    assert GRAPH[PACKAGE] == frozenset()


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circles(GRAPH) == []


def test_plumbum_runs_commands_in_one_module_and_reads_arguments_in_one_package() -> None:
    elsewhere = {}
    for module, file in MODULES.items():
        allowed = ("plumbum",) if module == "bpkit.process" else ()
        if module == "bpkit.cli" or module.startswith("bpkit.cli."):
            allowed = ("plumbum.cli",)
        used = {n for n in imported_names(file.read_text()) if n.split(".")[0] == "plumbum"}
        if wrong := {n for n in used if not any(f"{n}.".startswith(f"{a}.") for a in allowed)}:
            elsewhere[module] = wrong
    assert elsewhere == {}


def test_the_package_needs_neither_its_tests_nor_its_scripts() -> None:
    for module, file in MODULES.items():
        outside = {name.split(".")[0] for name in imported_names(file.read_text())}
        assert not outside & {"tests", "scripts", "pytest", "sh"}, module


def test_every_entry_of_the_table_is_some_module() -> None:
    names = [module.removeprefix(f"{PACKAGE}.") for module in MODULES]
    entries = [entry for floor in FLOORS.values() for entry in floor.split()]
    # A family may have no members besides the one it is named after.
    single = [entry for entry in entries if "*" not in entry]
    assert [entry for entry in single if entry not in names] == []
