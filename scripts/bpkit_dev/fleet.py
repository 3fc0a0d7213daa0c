"""How many builders a team needs, and which cache: a simulation of one day's builds.

    scripts/fleet                         # the table of docs/fleet.md
    scripts/fleet --cold 15 --warm 3      # with times of your own, in seconds

Builds arrive at random, most of them in working hours; each builds one of a number of images, some
of which are built far more often than others. A builder builds one image at a time. It has the
layers of the images that it built last in its own cache; a build that finds them takes the warm
time, otherwise the cold one, or, with a cache in the registry, the warm time and the time to fetch
the layers.
"""

from __future__ import annotations

import argparse
import bisect
import heapq
import itertools
import random
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Routing = Literal["any", "by image"]

_DAY = 86_400.0
#: The share of a day's builds in each hour: two thirds of them in eight hours.
_HOURS = (1, 1, 1, 1, 1, 2, 3, 5, 8, 9, 9, 8, 7, 8, 9, 8, 7, 5, 3, 2, 2, 1, 1, 1)
#: How many builders keep an image's layers if builds are routed by image.
_HOMES = 8
#: Builds a day, and the number of images.
_LOADS = ((10, 5), (1_000, 100), (100_000, 2_000))
#: With more builds than this, the day is cut short: its busiest hours stand for the whole.
_MOST_BUILDS = 60_000


@dataclass(frozen=True)
class Fleet:
    """Builders and how they work; times in seconds.

    ``kept`` is how many images' layers a builder's own cache holds. ``fetch`` is the time to get an
    image's layers from a cache in the registry; None without such a cache. ``routing``
    says whether a build goes to any free builder, or to one of the few that keep its image.
    """

    builders: int
    cold: float
    warm: float
    kept: int
    fetch: float | None = None
    routing: Routing = "any"


@dataclass(frozen=True)
class Load:
    """A day's builds and images; the n-th most built image is built 1/n as often."""

    builds: int
    images: int


@dataclass(frozen=True)
class Day:
    """A day's result: the median and the 95th percentile of waiting plus building, in seconds.

    ``hits`` is the share of builds that found their layers on the builder, ``busy`` the share of
    the busiest hour that the builders worked.
    """

    median: float
    p95: float
    hits: float
    busy: float


def simulate(fleet: Fleet, load: Load, seed: int = 1) -> Day:
    """A day of ``load`` on ``fleet``; the same seed gives the same day."""
    chance = random.Random(seed)
    free = [0.0] * fleet.builders
    caches: list[OrderedDict[int, None]] = [OrderedDict() for _ in range(fleet.builders)]
    times, hits, worked = [], 0, 0.0
    idle = [(0.0, number) for number in range(fleet.builders)]
    for arrival, image in _arrivals(load, chance):
        if fleet.routing == "by image":
            number = min(_homes(image, fleet.builders), key=lambda one: free[one])
        else:
            _, number = heapq.heappop(idle)
        begin = max(arrival, free[number])
        hit = _touch(caches[number], image, fleet.kept)
        seconds = _seconds(fleet, hit=hit) * chance.uniform(0.7, 1.3)
        free[number] = begin + seconds
        if fleet.routing == "any":
            heapq.heappush(idle, (free[number], number))
        times.append(free[number] - arrival)
        hits += hit
        if 10 * 3600 <= arrival < 11 * 3600:
            worked += seconds
    times.sort()
    return Day(
        times[len(times) // 2],
        times[int(len(times) * 0.95)],
        hits / len(times),
        worked / 3600 / fleet.builders,
    )


def _homes(image: int, builders: int) -> range:
    """The builders that keep an image's layers: neighbours, so that a popular one has several."""
    return range(image % builders, min(image % builders + _HOMES, builders))


def _seconds(fleet: Fleet, *, hit: bool) -> float:
    if hit:
        return fleet.warm
    return fleet.cold if fleet.fetch is None else fleet.warm + fleet.fetch


def _touch(cache: OrderedDict[int, None], image: int, kept: int) -> bool:
    """Whether the builder has the image's layers; it has them from now on."""
    hit = image in cache
    cache[image] = None
    cache.move_to_end(image)
    if len(cache) > kept:
        cache.popitem(last=False)
    return hit


def _arrivals(load: Load, chance: random.Random) -> Iterator[tuple[float, int]]:
    """A day's builds in order: the time and the image of each."""
    weights = list(itertools.accumulate(1 / (n + 1) for n in range(load.images)))
    for hour, share in enumerate(_HOURS):
        rate = load.builds * share / sum(_HOURS) / 3600
        if load.builds > _MOST_BUILDS and not 8 <= hour < 12:
            continue
        moment = hour * 3600 + chance.expovariate(rate)
        while moment < (hour + 1) * 3600:
            yield moment, bisect.bisect(weights, chance.random() * weights[-1])
            moment += chance.expovariate(rate)


def fewest(fleet: Fleet, load: Load, wanted: float) -> tuple[int, Day]:
    """The smallest number of builders with which 95 % of builds end within ``wanted`` seconds."""
    low, high = 1, 1
    while simulate(replace(fleet, builders=high), load).p95 > wanted and high < 1 << 14:
        low, high = high + 1, high * 2
    while low < high:
        middle = (low + high) // 2
        if simulate(replace(fleet, builders=middle), load).p95 > wanted:
            low = middle + 1
        else:
            high = middle
    return high, simulate(replace(fleet, builders=high), load)


def table(
    cold: float,
    warm: float,
    fetch: float,
    wanted: float,
    loads: Sequence[tuple[int, int]] = _LOADS,
) -> str:
    """The table of docs/fleet.md, in Markdown; ``loads`` are builds a day and images."""
    rows = [
        "| builds a day | images | cache | builders | median | 95 % within | layers found |",
        "| ---: | ---: | --- | ---: | ---: | ---: | ---: |",
    ]
    base = Fleet(1, cold, warm, kept=50)
    kinds = (
        ("each builder's own, any builder", base),
        ("each builder's own, few builders an image", replace(base, routing="by image")),
        ("registry, any builder", replace(base, fetch=fetch)),
    )
    for builds, images in loads:
        for name, fleet in kinds:
            count, day = fewest(fleet, Load(builds, images), wanted)
            rows.append(
                f"| {builds:,} | {images:,} | {name} | {count:,} | {day.median:.0f} s"
                f" | {day.p95:.0f} s | {day.hits:.0%} |"
            )
    return "\n".join(rows) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="How many builders, and which cache.")
    parser.add_argument("--cold", type=float, default=90, help="without its layers, seconds")
    parser.add_argument("--warm", type=float, default=12, help="with them, seconds")
    parser.add_argument("--fetch", type=float, default=8, help="to get them, seconds")
    parser.add_argument("--wanted", type=float, default=180, help="95 %% end within, seconds")
    given = parser.parse_args(arguments)
    print(table(given.cold, given.warm, given.fetch, given.wanted), end="")
    return 0
