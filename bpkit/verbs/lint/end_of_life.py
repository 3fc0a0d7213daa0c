"""The days of the last free security updates of public images, as their projects announced them.

Compared row by row on 2026-11-27 with the tables of github.com/endoflife-date/endoflife.date,
which follows the projects' own pages (alpinelinux.org/releases, wiki.debian.org/LTS,
wiki.ubuntu.com/Releases, docs.fedoraproject.org, wiki.centos.org, php.net/supported-versions,
ruby-lang.org/en/downloads/branches, postgresql.org/support/versioning,
devguide.python.org/versions, dotnet.microsoft.com/platform/support/policy, nginx.org), with
github.com/nodejs/release for node, with AWS's notice of 2026-06-30 for Amazon Linux 2. Where two
of them name days of one month the later one is here. hub.docker.com/_/openjdk says that it is
deprecated. Debian's days are those of its LTS, which its images get automatically; paid support
doesn't count. Releases that end later than the tables could know (Alpine 3.22, Debian 12, node 22
...) are left out and never reported.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from bpkit.light import regex
from bpkit.verbs.lint.base_images import BaseImage, is_official

_DAYS = """
    alpine 2.6 2015-05-01 2.7 2015-11-01 3.1 2016-11-01 3.2 2017-05-01
    alpine 3.3 2017-11-01 3.4 2018-05-01 3.5 2018-11-01 3.6 2019-05-01 3.7 2019-11-01 3.8 2020-05-01
    alpine 3.9 2020-11-01 3.10 2021-05-01 3.11 2021-11-01 3.12 2022-05-01 3.13 2022-11-01
    alpine 3.14 2023-05-01 3.15 2023-11-01 3.16 2024-05-23 3.17 2024-11-22 3.18 2025-05-09
    alpine 3.19 2025-11-01 3.20 2026-04-01 3.21 2026-11-01
    amazonlinux 1 2023-12-31 2016.09 2023-12-31 2017.03 2023-12-31 2017.09 2023-12-31
    amazonlinux 2018.03 2023-12-31 2 2026-06-30
    debian 6 2016-02-29 7 2018-05-31 8 2020-06-30 9 2022-07-01 10 2024-06-30 11 2026-08-31
    ubuntu 10.04 2015-04-30 12.04 2017-04-28 12.10 2014-05-16 13.04 2014-01-27 13.10 2014-07-17
    ubuntu 14.04 2019-04-25 14.10 2015-07-23 15.04 2016-02-04 15.10 2016-07-28 16.04 2021-04-30
    ubuntu 16.10 2017-07-20 17.04 2018-01-13 17.10 2018-07-19 18.04 2023-05-31 18.10 2019-07-18
    ubuntu 19.04 2020-01-23 19.10 2020-07-17 20.04 2025-05-31 20.10 2021-07-22 21.04 2022-01-20
    ubuntu 21.10 2022-07-14 22.10 2023-07-20 23.04 2024-01-25 23.10 2024-07-12 24.10 2025-07-10
    ubuntu 25.04 2026-01-17 25.10 2026-07-01
    centos 5 2017-03-31 6 2020-11-30 7 2024-06-30 8 2021-12-31
    fedora 20 2015-06-23 21 2015-12-01 22 2016-07-19 23 2016-12-20 24 2017-08-08 25 2017-12-12
    fedora 26 2018-05-29 27 2018-11-30 28 2019-05-28 29 2019-11-26 30 2020-05-26 31 2020-11-24
    fedora 32 2021-05-25 33 2021-11-30 34 2022-06-07
    fedora 35 2022-12-13 36 2023-05-16 37 2023-12-05 38 2024-05-21 39 2024-11-26 40 2025-05-13
    fedora 41 2025-12-15 42 2026-05-13
    nginx 1.8 2016-04-26 1.10 2017-04-12 1.12 2018-04-17 1.14 2019-04-23 1.16 2020-04-20
    nginx 1.18 2021-04-20 1.19 2021-05-25 1.20 2022-05-24 1.21 2022-06-21 1.22 2023-04-11
    nginx 1.23 2023-05-23 1.24 2024-04-23 1.25 2024-05-29 1.26 2025-04-23 1.27 2025-06-24
    node 0.10 2016-10-31 0.12 2016-12-31 4 2018-04-30 5 2016-06-30 6 2019-04-30 7 2017-06-30
    node 8 2019-12-31 9 2018-06-30 10 2021-04-30 11 2019-06-30 12 2022-04-30
    node 13 2020-06-01 14 2023-04-30 15 2021-06-01 16 2023-09-11 17 2022-06-01 18 2025-04-30
    node 19 2023-06-01 20 2026-04-30 21 2024-06-01 23 2025-06-01 25 2026-06-01
    python 2 2020-01-01 2.7 2020-01-01 3.3 2017-09-29 3.4 2019-03-18 3.5 2020-09-30 3.6 2021-12-23
    python 3.7 2023-06-27 3.8 2024-10-14 3.9 2025-10-31 3.10 2026-10-31
    php 5 2018-12-31 5.3 2014-08-14 5.4 2015-09-14 5.5 2016-07-21 5.6 2018-12-31 7.0 2019-01-10
    php 7.1 2019-12-01 7.2 2020-11-30 7.3 2021-12-06 7 2022-11-28 7.4 2022-11-28 8.0 2023-11-26
    php 8.1 2025-12-31
    ruby 1.9 2015-02-23 2 2023-03-31 2.0 2016-02-24 2.1 2017-03-31 2.2 2018-03-31 2.3 2019-03-31
    ruby 2.4 2020-03-31 2.5 2021-04-05 2.6 2022-04-12 2.7 2023-03-31
    ruby 3.0 2024-04-23 3.1 2025-03-31 3.2 2026-03-31
    postgres 9 2021-11-11 9.1 2016-10-27 9.2 2017-11-09 9.3 2018-11-08 9.4 2020-02-13 9.5 2021-02-11
    postgres 9.6 2021-11-11 10 2022-11-10 11 2023-11-09 12 2024-11-21 13 2025-11-13 14 2026-11-12
    dotnet 1.0 2019-06-27 1.1 2019-06-27 2.0 2018-10-01 2.1 2021-08-21 2.2 2019-12-23 3.0 2020-03-03
    dotnet 3.1 2022-12-13 5.0 2022-05-10 6.0 2024-11-12 7.0 2024-05-29
    dotnet 8.0 2026-11-10 9.0 2026-11-10
"""
# Debian's and Ubuntu's releases by the names that tags of other images have, too.
_RELEASES = {
    "wheezy": ("debian", "7"), "jessie": ("debian", "8"), "stretch": ("debian", "9"),
    "buster": ("debian", "10"), "bullseye": ("debian", "11"), "trusty": ("ubuntu", "14.04"),
    "xenial": ("ubuntu", "16.04"), "bionic": ("ubuntu", "18.04"), "focal": ("ubuntu", "20.04"),
}  # fmt: skip
# Official images whose tags are no longer updated.
_ENDED = {"centos": date(2024, 6, 30), "openjdk": date(2022, 7, 31), "java": date(2016, 12, 31)}
_VERSION = regex(r"(\d+)(?:\.(\d+))?")
_ALPINE = regex(r"alpine(\d+\.\d+)")


class EndOfLife(NamedTuple):
    """The release that had its last update (``Debian 10``), and the day."""

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
    """The part of the image that is past its end of life on this day; None if none certainly is."""
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
    # openjdk still has early access builds (hub.docker.com/_/openjdk).
    ended = None if "-ea" in tag else _ENDED.get(name)
    return EndOfLife(f"the image {name}", ended) if ended and ended < today else None
