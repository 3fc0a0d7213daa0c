"""A budget in the settings: sizes, a table of them, and what is refused."""

from __future__ import annotations

import pytest

from bpkit.errors import InputError
from bpkit.project.budget import Budget, Growth, read_size
from bpkit.project.settings import read_settings


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("12 MB", 12_000_000),
        ("12MB", 12_000_000),
        ("1.5 GiB", 3 << 29),
        ("500 kB", 500_000),
        ("7", 7),
        ("3 KiB", 3072),
        (4096, 4096),
        ("2 M", 2_000_000),
        ("8 B", 8),
    ],
)
def test_sizes_are_read_as_docker_and_people_write_them(text: object, size: int) -> None:
    assert read_size(text) == size


@pytest.mark.parametrize("value", ["", "MB", "-1", "1,5 MB", "12 XB", True, 1.5, None, -3])
def test_what_is_not_a_size_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="not a size"):
        read_size(value)


def test_one_size_is_the_budget_of_the_image() -> None:
    budget = read_settings('budget = "12 MB"', "bpkit.toml").budget
    assert budget == Budget(12_000_000)
    assert budget.is_of_total_only


def test_a_table_has_paths_packages_and_growth() -> None:
    text = """
        [budget]
        total = "1 GB"
        growth = "5 %"
        paths = { "/usr/share/" = "1 MB" }
        packages = { libicu72 = 0 }
    """
    budget = read_settings(text, "bpkit.toml").budget
    assert budget == Budget(10**9, Growth(per_cent=5), {"/usr/share": 10**6}, {"libicu72": 0})
    assert not budget.is_of_total_only


def test_growth_is_of_what_there_was() -> None:
    assert Growth(per_cent=5).limit(1000) == 1050
    assert Growth(bytes=30).limit(1000) == 1030


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('budget = "much"', "'much' is not a size"),
        ("budget = []", "neither a size nor a table"),
        ('budget = { all = "1 MB" }', "[budget] has no setting 'all'"),
        ('budget = { paths = { usr = "1 MB" } }', "doesn't begin with /"),
        ('budget = { paths = "1 MB" }', "not a table of names and sizes"),
    ],
)
def test_another_budget_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_settings(f"\n{text}", "bpkit.toml")
    assert said in str(caught.value)
    assert str(caught.value).startswith("bpkit.toml:2: ")
