"""When public images got their last free security updates, as their projects announced it.

State of November 2026; to be compared with the projects' own pages: wiki.debian.org/LTS,
ubuntu.com/about/release-cycle, alpinelinux.org/releases, docs.fedoraproject.org, centos.org,
aws.amazon.com/linux, github.com/nodejs/release, devguide.python.org/versions,
php.net/supported-versions, ruby-lang.org/en/downloads/branches, postgresql.org/support/versioning,
dotnet.microsoft.com/platform/support/policy, hub.docker.com/_/openjdk. Paid extensions don't count.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from bpkit.verbs.lint.base_images import BaseImage, is_official

_DAYS = """
    alpine 3.3 2017-11-01 3.4 2018-05-01 3.5 2018-11-01 3.6 2019-05-01 3.7 2019-11-01 3.8 2020-05-01
    alpine 3.9 2020-11-01 3.10 2021-05-01 3.11 2021-11-01 3.12 2022-05-01 3.13 2022-11-01
    alpine 3.14 2023-05-01 3.15 2023-11-01 3.16 2024-05-23 3.17 2024-11-22 3.18 2025-05-09
    alpine 3.19 2025-11-01 3.20 2026-04-01 3.21 2026-11-01
    amazonlinux 1 2023-12-31 2016.09 2023-12-31 2017.09 2023-12-31 2018.03 2023-12-31 2 2026-06-30
    debian 7 2018-05-31 8 2020-06-30 9 2022-06-30 10 2024-06-30 11 2026-08-31
    ubuntu 12.04 2017-04-28 14.04 2019-04-25 16.04 2021-04-30 17.04 2018-01-13 17.10 2018-07-19
    ubuntu 18.04 2023-05-31 18.10 2019-07-18 19.04 2020-01-23 19.10 2020-07-17 20.04 2025-05-31
    ubuntu 20.10 2021-07-22 21.04 2022-01-20 21.10 2022-07-14 22.10 2023-07-20 23.04 2024-01-25
    ubuntu 23.10 2024-07-11 24.10 2025-07-10 25.04 2026-01-15
    centos 5 2017-03-31 6 2020-11-30 7 2024-06-30 8 2021-12-31
    fedora 35 2022-12-13 36 2023-05-16 37 2023-12-05 38 2024-05-21 39 2024-11-26 40 2025-05-13
    fedora 41 2025-12-15 42 2026-05-13
    node 6 2019-04-30 8 2019-12-31 9 2018-06-30 10 2021-04-30 11 2019-06-01 12 2022-04-30
    node 13 2020-06-01 14 2023-04-30 15 2021-06-01 16 2023-09-11 17 2022-06-01 18 2025-04-30
    node 19 2023-06-01 20 2026-04-30 21 2024-06-01 23 2025-06-01
    python 2 2020-01-01 2.7 2020-01-01 3.4 2019-03-18 3.5 2020-09-30 3.6 2021-12-23 3.7 2023-06-27
    python 3.8 2024-10-07 3.9 2025-10-31 3.10 2026-10-31
    php 5 2018-12-31 5.6 2018-12-31 7.0 2019-01-10 7.1 2019-12-01 7.2 2020-11-30 7.3 2021-12-06
    php 7 2022-11-28 7.4 2022-11-28 8.0 2023-11-26 8.1 2025-12-31
    ruby 2 2023-03-31 2.3 2019-03-31 2.4 2020-03-31 2.5 2021-03-31 2.6 2022-04-12 2.7 2023-03-31
    ruby 3.0 2024-04-23 3.1 2025-03-26 3.2 2026-03-31
    postgres 9.6 2021-11-11 10 2022-11-10 11 2023-11-09 12 2024-11-14 13 2025-11-13
    dotnet 2.1 2021-08-21 3.1 2022-12-13 5.0 2022-05-10 6.0 2024-11-12 7.0 2024-05-14
    dotnet 8.0 2026-11-10 9.0 2026-11-10
"""
# Debian's and Ubuntu's releases by the names that tags of other images have, too.
_RELEASES = {
    "wheezy": ("debian", "7"), "jessie": ("debian", "8"), "stretch": ("debian", "9"),
    "buster": ("debian", "10"), "bullseye": ("debian", "11"), "trusty": ("ubuntu", "14.04"),
    "xenial": ("ubuntu", "16.04"), "bionic": ("ubuntu", "18.04"), "focal": ("ubuntu", "20.04"),
}  # fmt: skip
# Official images of which no tag is updated any more.
_ENDED = {"centos": date(2024, 6, 30), "openjdk": date(2022, 7, 31), "java": date(2016, 12, 31)}
_VERSION = re.compile(r"(\d+)(?:\.(\d+))?")
_ALPINE = re.compile(r"alpine(\d+\.\d+)")


class EndOfLife(NamedTuple):
    """What had its last update (``Debian 10``), and when."""

    what: str
    day: date


def _table() -> dict[tuple[str, str], date]:
    found: dict[tuple[str, str], date] = {}
    for line in _DAYS.split("\n"):
        name, *rest = line.split() or [""]
        for version, day in zip(rest[::2], rest[1::2], strict=True):
            found[name, version] = date.fromisoformat(day)
    return found


_TABLE = _table()


def end_of_life(image: BaseImage, today: date) -> EndOfLife | None:
    """What of the image is past its end of life on this day; None where nothing surely is."""
    path = image.reference.partition("@")[0].rpartition(":")[0] or image.reference
    is_dotnet = path.startswith("mcr.microsoft.com/dotnet/")
    if not is_official(path.lower()) and not is_dotnet:
        return None
    name = "dotnet" if is_dotnet else image.name
    tag = image.tag.lower()
    number = _VERSION.match(tag)
    candidates = [(name, number.group()), (name, number[1])] if number else []
    candidates += [_RELEASES[word] for word in re.split(r"[-_.]", tag) if word in _RELEASES]
    candidates += [("alpine", version) for version in _ALPINE.findall(tag)]
    for one in candidates:
        day = _TABLE.get(one)
        if day is not None and day < today:
            return EndOfLife(f"{one[0]} {one[1]}", day)
    ended = _ENDED.get(name)
    return EndOfLife(f"the image {name}", ended) if ended and ended < today else None
