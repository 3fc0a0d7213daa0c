"""A layer's line is given only where history and Dockerfile agree."""

from __future__ import annotations

from bpkit.formats.dockerfile import parse, stages
from bpkit.verbs.size.lines import HistoryEntry, creators, history_of, places

DOCKERFILE = """\
FROM debian
ARG VERSION=1
ENV A=1
RUN apt-get update && \\
    apt-get install -y curl
WORKDIR /srv
COPY --from=x a.txt b.txt ./
CMD ["x"]
"""
BASE = HistoryEntry("ADD root.tar / # buildkit", False)
BUILDKIT = (
    BASE,
    HistoryEntry("ARG VERSION=1", True),
    HistoryEntry("ENV A=1", True),
    HistoryEntry(
        "RUN |1 VERSION=1 /bin/sh -c apt-get update &&     apt-get install -y curl # buildkit",
        False,
    ),
    HistoryEntry("WORKDIR /srv", False),
    HistoryEntry("COPY a.txt b.txt ./ # buildkit", False),
    HistoryEntry('CMD ["x"]', True),
)
CLASSIC = (
    HistoryEntry("/bin/sh -c #(nop) ADD file:abc in / ", False),
    HistoryEntry("/bin/sh -c #(nop)  ENV A=1", True),
    HistoryEntry("|1 VERSION=1 /bin/sh -c apt-get update &&     apt-get install -y curl", False),
    HistoryEntry("/bin/sh -c #(nop) WORKDIR /srv", False),
    HistoryEntry("/bin/sh -c #(nop) COPY multi:abc in ./ ", False),
    HistoryEntry('/bin/sh -c #(nop)  CMD ["x"]', True),
    HistoryEntry("/bin/sh -c #(nop)  LABEL io.bpkit.project=x", True),
)


def lines(entries: tuple[HistoryEntry, ...], text: str = DOCKERFILE) -> tuple[dict[int, int], bool]:
    found, is_whole = places(entries, stages(parse(text, "Dockerfile")).last)
    return {number: place.line or 0 for number, place in found.items()}, is_whole


def test_both_builders_histories_are_followed() -> None:
    assert lines(BUILDKIT) == ({1: 4, 2: 6, 3: 7}, True)
    assert lines(CLASSIC) == ({1: 4, 2: 6, 3: 7}, True)


def test_no_lines_are_given_beyond_a_mismatch() -> None:
    other = DOCKERFILE.replace("curl", "wget")
    assert lines(BUILDKIT, other) == ({2: 6, 3: 7}, False)
    assert lines(BUILDKIT, DOCKERFILE.replace("a.txt", "z.txt")) == ({}, False)


def test_the_base_image_has_no_lines() -> None:
    found, _ = lines(BUILDKIT)
    assert 0 not in found


def test_an_entry_reads_as_its_instruction() -> None:
    assert BUILDKIT[3].instruction.startswith("RUN apt-get update")
    assert CLASSIC[2].instruction.startswith("RUN apt-get update")
    assert CLASSIC[0].instruction == "ADD file:abc in /"


def test_a_history_with_another_length_names_no_layer() -> None:
    assert creators(BUILDKIT, 2) == (None, None)
    assert creators(BUILDKIT, 4)[0] == BASE


def test_a_malformed_history_is_ignored() -> None:
    assert history_of({"history": "x"}) == ()
    assert history_of({"history": [3, {"created_by": None}]}) == (HistoryEntry("", False),)
