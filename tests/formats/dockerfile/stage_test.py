"""The stages of a file: names, numbers, bases, the scope of ARG."""

from __future__ import annotations

import pytest

from bpkit.errors import Place
from bpkit.formats.dockerfile.parser import DockerfileError, parse
from bpkit.formats.dockerfile.stage import Stages, find_stage, is_number, stages


def of(text: str, **build_args: str) -> Stages:
    return stages(parse(text), build_args)


def test_each_from_begins_a_stage() -> None:
    read = of("FROM a AS x\nRUN b\nRUN c\nFROM d\nFROM x\nCOPY . .\n")
    assert [stage.number for stage in read] == [0, 1, 2]
    assert [stage.name for stage in read] == ["x", None, None]
    assert [stage.label for stage in read] == ["x", "1", "2"]
    assert [[one.keyword for one in stage.instructions] for stage in read] == [
        ["RUN", "RUN"],
        [],
        ["COPY"],
    ]
    assert read.last is read[2]
    assert len(read) == 3


def test_a_stage_may_start_from_an_earlier_one_without_regard_to_case() -> None:
    read = of("FROM a As Build\nFROM BUILD\nFROM later\nFROM b AS later\n")
    assert read[0].name == "build"
    assert read[1].parent is read[0]
    assert read[2].parent is None
    assert read[2].base_image == "later"


def test_a_stage_hides_the_image_of_its_name_and_an_earlier_stage() -> None:
    read = of("FROM alpine AS alpine\nFROM alpine AS alpine\nFROM alpine\n")
    assert read[0].parent is None
    assert read[1].parent is read[0]
    assert read[2].parent is read[1]


def test_a_from_takes_no_number() -> None:
    assert of("FROM a\nFROM 0\n")[1].parent is None


@pytest.mark.parametrize(
    ("reference", "before", "number"),
    [
        ("x", None, 2),
        ("X", None, 2),
        ("x", 2, 0),
        ("0", None, 0),
        ("+1", None, 1),
        ("2", 2, None),
        ("3", None, None),
        ("-1", None, None),
        ("alpine", None, None),
        ("", None, None),
    ],
)
def test_a_reference_finds_a_stage_by_name_or_number(
    reference: str, before: int | None, number: int | None
) -> None:
    found = find_stage(of("FROM a AS x\nFROM b\nFROM c AS X\n"), reference, before)
    assert (found and found.number) == number


@pytest.mark.parametrize(
    ("reference", "expected"), [("0", True), ("12", True), ("-1", True), ("a1", False), ("", False)]
)
def test_a_number_can_only_be_a_stage(reference: str, expected: bool) -> None:
    assert is_number(reference) is expected


def test_a_global_arg_reaches_the_from_and_a_build_argument_overrides_it() -> None:
    text = "ARG V=1\nARG TAG=v${V:-0}\nFROM a:$TAG\n"
    assert of(text)[0].base_image == "a:v1"
    assert of(text, V="2")[0].base_image == "a:v2"
    assert of(text, TAG="x")[0].base_image == "a:x"
    assert of(text)[0].base == "a:$TAG"


def test_only_declared_build_arguments_count() -> None:
    with pytest.raises(DockerfileError, match="empty"):
        of("FROM $A\n", A="b")


def test_an_arg_in_a_stage_is_not_seen_by_a_from() -> None:
    assert of("ARG A=a\nFROM $A\nARG A=b\nFROM $A\n")[1].base_image == "a"


def test_an_arg_without_value_is_known_but_unset() -> None:
    read = of("ARG A\nARG B=b\nFROM ${A:-$B}\n")
    assert read.global_args == {"A": None, "B": "b"}
    assert read[0].base_image == "b"
    assert [one.keyword for one in read.head] == ["ARG", "ARG"]


def test_the_platform_is_expanded_where_it_can_be() -> None:
    read = of("ARG P=linux/arm64\nFROM --platform=$P a\nFROM --platform=$BUILDPLATFORM a\nFROM a\n")
    assert [stage.platform for stage in read] == ["linux/arm64", "$BUILDPLATFORM", None]


def test_what_only_a_build_knows_is_named() -> None:
    read = of("ARG TARGETARCH\nFROM a-$TARGETARCH\nFROM b\n")
    assert read[0].unresolved == {"TARGETARCH"}
    assert read[1].unresolved == frozenset()
    assert of("FROM a-$TARGETARCH\n", TARGETARCH="arm")[0].base_image == "a-arm"


def test_scratch_is_nothing_unless_a_stage_has_its_name() -> None:
    assert of("FROM scratch\n")[0].is_scratch
    assert not of("FROM a AS scratch\nFROM scratch\n")[1].is_scratch
    assert not of("FROM a\n")[0].is_scratch


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("RUN a\nFROM b\n", 1, "RUN comes before the first FROM"),
        ("FORM b\nRUN a\n", 1, "unknown instruction FORM"),
        ("ARG A\nENV A=b\nFROM b\n", 2, "ENV comes before"),
        ("ARG A\n", None, "no FROM"),
        ("FROM a\nFROM\n", 2, "FROM takes"),
        ("FROM a b\n", 1, "FROM takes"),
        ("FROM a AS\n", 1, "FROM takes"),
        ("FROM a ON b\n", 1, "FROM takes"),
        ("FROM a AS b c\n", 1, "FROM takes"),
        ("FROM a AS 1b\n", 1, "can't be the name"),
        ("FROM a AS b/c\n", 1, "can't be the name"),
        ("FROM a AS $b\n", 1, "can't be the name"),
        ("FROM ${A\n", 1, "never closed"),
        ("FROM $A\n", 1, "is empty"),
        ("ARG A=${B:?needed}\nFROM a\n", 1, "B: needed"),
    ],
)
def test_a_file_without_proper_stages_is_refused(text: str, line: int | None, message: str) -> None:
    with pytest.raises(DockerfileError) as caught:
        of(text)
    assert message in str(caught.value)
    assert caught.value.place == Place("Dockerfile", line)


def test_the_place_of_an_instruction_names_the_file() -> None:
    (stage,) = stages(parse("FROM a\nRUN b\n", "build/Dockerfile"))
    assert stage.place(stage.instructions[0]) == Place("build/Dockerfile", 2)
