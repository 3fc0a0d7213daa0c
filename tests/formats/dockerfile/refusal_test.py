"""What BuildKit refuses after its parser; ``tests/engine/refusal_test.py`` asks BuildKit itself."""

from __future__ import annotations

import pytest

from bpkit.formats.dockerfile import parse
from bpkit.formats.dockerfile.refusal import refusals
from tests.formats.dockerfile.refusal_cases import ACCEPTED, REFUSED


def refused(text: str) -> list[str]:
    return [one.message for one in refusals(parse(text)) if one.phase != "child"]


@pytest.mark.parametrize("line", REFUSED)
def test_a_refused_instruction_is_reported_with_its_line(line: str) -> None:
    (one,) = (r for r in refusals(parse(f"FROM scratch\nENV P=1\n{line}\n")) if r.phase != "child")
    assert one.place.line == 3


@pytest.mark.parametrize("line", ACCEPTED)
def test_an_accepted_instruction_is_let_pass(line: str) -> None:
    assert refused(f"FROM scratch\nENV P=1\n{line}\n") == []


def test_the_relative_target_of_a_mount_starts_at_the_workdir() -> None:
    mount = "RUN --mount=type=cache,target=.. a"
    assert len(refused(f"FROM scratch\nWORKDIR /src\n{mount}\n")) == 1
    assert refused(f"FROM scratch\nWORKDIR /src/b\n{mount}\n") == []
    assert refused(f"FROM debian:12\n{mount}\n") == []


@pytest.mark.parametrize("line", ["EXPOSE $P", "STOPSIGNAL $P", "VOLUME $P"])
def test_what_the_base_image_may_set_is_not_judged(line: str) -> None:
    assert refused(f"FROM debian:12\n{line}\n") == []


def test_the_value_of_a_build_argument_is_judged_as_given() -> None:
    text = "FROM debian:12\nARG P=80\nEXPOSE $P\n"
    assert refused(text) == []
    (one,) = refusals(parse(text), {"P": "http"})
    assert "'http' is not a valid port" in one.message


def test_a_value_is_never_part_of_the_message_for_a_variable_that_must_be_set() -> None:
    (one,) = refusals(parse("FROM debian:12\nARG TOKEN\nENV A=${TOKEN:?missing}\n"))
    assert (one.message, one.place.line) == ("TOKEN: missing", 3)


def test_every_refusal_is_reported_once_in_the_order_of_the_lines() -> None:
    text = "FROM debian:12\nUSER\nENV A=${B\nEXPOSE x\nENV C=${D\nFOO\n"
    assert [one.place.line for one in refusals(parse(text))] == [2, 3, 4, 5, 6]


def test_what_onbuild_puts_off_is_refused_in_the_child() -> None:
    (one,) = refusals(parse("FROM debian:12\nONBUILD COPY a\n"))
    assert (one.phase, one.keyword) == ("child", "ONBUILD")


def test_what_another_frontend_takes_is_not_judged() -> None:
    text = "FROM debian:12\nRUN --new=x true\nUSES y\n"
    assert len(refusals(parse(text))) == 2
    assert refusals(parse(f"# syntax=example.com/frontend:1\n{text}")) == ()
    assert len(refusals(parse(f"# syntax=docker/dockerfile:1\n{text}"))) == 2


def test_a_malformed_pattern_is_refused_where_it_is_a_pattern() -> None:
    """BuildKit: "syntax error in pattern". A source with ``://`` is fetched."""
    assert refused("FROM scratch\nCOPY fil[e /x\n") == ["the pattern 'fil[e' is malformed"]
    assert refused("FROM scratch\nCOPY fil[ef]* file[[]0 /x/\n") == []
    assert refused("FROM scratch\nADD http://[::1]/fil[e /x/\n") == []
