"""Which release fits what a project asks for, in the ways of the package managers."""

from __future__ import annotations

import pytest

from bpkit.languages.versions import newest, release_fact

PYTHONS = ("3.9", "3.10", "3.11", "3.12", "3.13")
NODES = ("18", "20", "22")


@pytest.mark.parametrize(
    ("releases", "constraint", "expected"),
    [
        (PYTHONS, ">=3.9", "3.13"),
        (PYTHONS, ">=3.9,<3.12", "3.11"),
        (PYTHONS, ">3.9, <=3.11", "3.11"),
        (PYTHONS, "~=3.10", "3.13"),
        (PYTHONS, "~=3.10.2", "3.10"),
        (PYTHONS, "==3.10.*", "3.10"),
        (PYTHONS, "!=3.13", "3.12"),
        (PYTHONS, "^3.9", "3.13"),
        (PYTHONS, "3.8", "3.8"),
        (PYTHONS, "<3.9", None),
        (NODES, ">=18", "22"),
        (NODES, "^20.9.0", "20"),
        (NODES, "18.x || 20.x", "20"),
        (NODES, "18 - 20", "20"),
        (NODES, "<22", "20"),
        (NODES, "*", "22"),
        (NODES, "~18.1", "18"),
        (("8.1", "8.2", "8.3"), "^8.1", "8.3"),
        (("8.1", "8.2", "8.3"), "~8.2.0", "8.2"),
        (("8.1", "8.2", "8.3"), ">=8.1|<7", "8.3"),
        (("3.1", "3.2", "3.3"), "~> 3.2.0", "3.2"),
        (("3.1", "3.2", "3.3"), "~> 3.1", "3.3"),
    ],
)
def test_the_newest_release_within_a_constraint(
    releases: tuple[str, ...], constraint: str, expected: str | None
) -> None:
    assert newest(releases, constraint) == expected


@pytest.mark.parametrize(
    ("constraint", "value", "file", "allowed_by"),
    [
        (">=3.9", "3.13", "", "p.toml"),
        ("^3.11", "3.13", "", "p.toml"),
        (">=3.13", "3.13", "p.toml", ""),
        ("==3.10.*", "3.10", "p.toml", ""),
        ("~=3.11.2", "3.11", "p.toml", ""),
        (">=3.9,<3.13", "3.12", "", "p.toml"),
        (">=3.14", "3.14", "p.toml", ""),
    ],
)
def test_a_release_is_the_files_only_if_the_file_names_it(
    constraint: str, value: str, file: str, allowed_by: str
) -> None:
    found = release_fact("Python version", ("3.10", "3.11", "3.12", "3.13"), constraint, "p.toml")
    assert found is not None
    assert (found.value, found.file, found.allowed_by) == (value, file, allowed_by)
