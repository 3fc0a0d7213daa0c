"""A template's Dockerfile cut into the pair of the builder pattern."""

from __future__ import annotations

import pytest

from bpkit.errors import InputError
from bpkit.verbs.init.templates_pair import as_pair

TEXT = """\
# A program.
ARG V=1
# What ships below it.
ARG BASE=alpine:${V}

FROM golang:${V} AS build
WORKDIR /src
RUN go build -o rootfs/x .

# Small.
FROM ${BASE}
COPY --from=build /src/rootfs/ /
ENTRYPOINT ["/x"]
"""


def test_each_file_of_the_pair_has_the_stages_and_arguments_it_uses() -> None:
    pair = as_pair(TEXT, "t")
    assert pair.build == (
        "# A program.\nARG V=1\n\nFROM golang:${V} AS build\nWORKDIR /src\n"
        "RUN go build -o rootfs/x .\n"
        "# The paths that Dockerfile.runtime copies are relative to this.\nWORKDIR /\n"
    )
    assert pair.runtime == (
        "# A program.\nARG V=1\n# What ships below it.\nARG BASE=alpine:${V}\n\n"
        '# Small.\nFROM ${BASE}\nCOPY src/rootfs/ /\nENTRYPOINT ["/x"]\n'
    )
    assert pair.artifacts == ("src/rootfs",)


def test_a_file_with_one_stage_is_not_a_pair() -> None:
    with pytest.raises(InputError, match="this one has 1"):
        as_pair("FROM a\n", "t")


def test_a_relative_artifact_is_refused_with_its_line() -> None:
    with pytest.raises(InputError, match=r"t:3: 'x' is not an absolute path"):
        as_pair("FROM a AS b\nFROM c\nCOPY --from=b x /\n", "t")
