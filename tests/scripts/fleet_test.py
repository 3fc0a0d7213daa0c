"""The simulation of a day of builds: what must hold of its figures whatever they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scripts.bpkit_dev.fleet import Fleet, Load, fewest, simulate, table
from tests.places import ROOT

FLEET = Fleet(builders=4, cold=100, warm=10, kept=20)
LOAD = Load(builds=600, images=60)


def test_the_same_seed_gives_the_same_day_and_another_another() -> None:
    assert simulate(FLEET, LOAD) == simulate(FLEET, LOAD)
    assert simulate(FLEET, LOAD) != simulate(FLEET, LOAD, seed=2)


def test_a_build_alone_takes_the_time_of_a_build() -> None:
    day = simulate(replace(FLEET, kept=1), Load(builds=50, images=1))
    assert 7 <= day.median <= 13
    assert day.hits > 0.8


def test_more_builders_never_make_the_day_much_longer() -> None:
    few, many = (simulate(replace(FLEET, builders=n), LOAD) for n in (2, 16))
    assert many.p95 < few.p95
    assert many.busy < few.busy


def test_routing_by_image_finds_more_cached_layers() -> None:
    spread = simulate(replace(FLEET, builders=16), LOAD)
    kept = simulate(replace(FLEET, builders=16, routing="by image"), LOAD)
    assert kept.hits > spread.hits


def test_a_registry_cache_limits_the_cost_of_a_cold_build() -> None:
    day = simulate(replace(FLEET, builders=64, kept=1, fetch=5.0), LOAD)
    assert day.p95 <= 1.3 * 15


@pytest.mark.parametrize("wanted", [60.0, 200.0])
def test_the_smallest_fleet_is_enough_and_one_less_is_not(wanted: float) -> None:
    fleet = replace(FLEET, fetch=5.0, cold=90)
    count, day = fewest(fleet, LOAD, wanted)
    assert day.p95 <= wanted
    assert count == 1 or simulate(replace(fleet, builders=count - 1), LOAD).p95 > wanted


def test_the_table_has_a_row_for_each_cache_and_load() -> None:
    assert len(table(20, 5, 2, 60, loads=((10, 5), (100, 10))).splitlines()) == 2 + 6


def test_the_table_of_the_documentation_is_what_the_command_prints() -> None:
    text = (ROOT / "docs" / "fleet.md").read_text()
    shown = text.partition("<!-- fleet -->\n")[2].partition("<!-- /fleet -->")[0]
    # The three small rows; the large ones take half a minute.
    printed = table(90, 12, 8, 180, loads=((10, 5),))
    assert set(printed.splitlines()) <= set(shown.splitlines())
