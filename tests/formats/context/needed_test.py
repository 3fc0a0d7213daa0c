from __future__ import annotations

import pytest

from bpkit.formats.context.needed import ContextNeeds, ContextSource, needs, together, used_stages
from bpkit.formats.dockerfile.parser import DockerfileError, parse
from bpkit.formats.dockerfile.stage import stages


def needs_of(text: str, **build_args: str) -> ContextNeeds:
    return needs(parse(text), build_args=build_args)


def patterns(found: ContextNeeds) -> list[str]:
    return [source.pattern for source in found.sources]


def one(text: str, **build_args: str) -> ContextSource:
    (source,) = needs_of(f"FROM scratch\n{text}\n", **build_args).sources
    return source


@pytest.mark.parametrize(
    ("instruction", "expected"),
    [
        ("COPY hello.go .", ["hello.go"]),
        ("COPY go.mod go.sum ./", ["go.mod", "go.sum"]),
        ('COPY ["with space", "/x/"]', ["with space"]),
        ("COPY ./src/ /src", ["src"]),
        ("COPY /src /src", ["src"]),
        ("COPY ../../outside /", ["outside"]),
        ("COPY *.go /", ["*.go"]),
        ("COPY . .", ["."]),
        ("COPY / /", ["."]),
        ("COPY src/.. /", ["."]),
        ("ADD app.tar.gz /", ["app.tar.gz"]),
        ("ADD https://example.org/a.tar /", []),
        ("ADD git@example.org:a/b.git /", []),
        ("ADD https://example.org/a.tar local /", ["local"]),
        ("COPY --from=alpine /etc /etc", []),
        ("COPY <<EOF /a\nbody\nEOF", []),
        ("COPY <<EOF extra /a\nbody\nEOF", ["extra"]),
        ("RUN --mount=type=bind,source=src,target=/src make", ["src"]),
        ("RUN --mount=source=src,target=/src make", ["src"]),
        ("RUN --mount=type=bind,target=. make", ["."]),
        ("RUN --mount=type=bind,from=alpine,target=/a make", []),
        ("RUN --mount=type=cache,source=c,target=/c make", []),
        ("RUN --mount=type=secret,id=s cat /run/secrets/s", []),
        ("RUN cp a b", []),
    ],
)
def test_an_instruction_takes_what_it_names(instruction: str, expected: list[str]) -> None:
    assert patterns(needs_of(f"FROM scratch\n{instruction}\n")) == expected


def test_each_source_knows_its_line_and_what_was_written() -> None:
    found = needs(parse("FROM scratch\n\nCOPY a \\\n  ./b/ /\n", "docker/Dockerfile.build"))
    assert [str(source.place) for source in found.sources] == ["docker/Dockerfile.build:3"] * 2
    assert [source.text for source in found.sources] == ["a", "./b/"]


def test_only_a_copy_takes_patterns() -> None:
    assert one("COPY a[bc] /").glob
    assert not one("RUN --mount=source=a[bc],target=/x true").glob
    assert not one("COPY a /").glob


def test_variables_have_the_values_that_the_instruction_sees() -> None:
    text = (
        "ARG TOP=src\nFROM scratch\nARG TOP\nENV SUB=$TOP/cmd\nCOPY ${SUB}/$FILE /\nENV FILE=late\n"
    )
    assert patterns(needs_of(text)) == ["src/cmd"]
    assert patterns(needs_of(text, TOP="lib")) == ["lib/cmd"]


def test_a_path_from_a_build_argument_says_so() -> None:
    source = one("ARG CONF=prod\nARG OTHER\nCOPY conf/$CONF.json /")
    assert (source.pattern, source.known, source.arguments) == (
        "conf/prod.json",
        True,
        frozenset({"CONF"}),
    )


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("bin/$TARGETARCH/app", "bin"),
        ("bin/linux-$TARGETARCH", "bin"),
        ("$TARGETARCH/app", "."),
        ("a/b/${TARGETARCH:-amd64}/c", "a/b"),
        ("a/${TARGETARCH:+x}", "."),
    ],
)
def test_what_only_a_build_knows_widens_the_source_to_its_directory(
    path: str, expected: str
) -> None:
    source = one(f"ARG TARGETARCH\nCOPY {path} /")
    assert (source.pattern, source.known) == (expected, False)


def test_the_environment_of_a_base_image_is_not_known() -> None:
    found = needs_of("FROM node\nCOPY $APP_HOME/x /x\nCOPY plain $APP_HOME\n")
    assert found.unknown == found.sources[:1]
    assert found.everything == found.sources[0]
    assert found.bases == ("node",)


FOUR_STAGES = """\
FROM golang AS build
COPY src /src
FROM build AS test
COPY testdata /testdata
FROM build AS pack
RUN --mount=type=bind,from=assets,target=/a true
FROM scratch AS assets
COPY assets /
FROM scratch
COPY --from=pack /a /b
COPY --from=3 / /
"""


def test_only_the_stages_that_the_target_uses_count() -> None:
    assert patterns(needs_of(FOUR_STAGES)) == ["src", "assets"]
    every = needs(parse(FOUR_STAGES), unused_stages=True)
    assert patterns(every) == ["src", "testdata", "assets"]


def test_a_target_in_the_middle_ends_what_is_built() -> None:
    dockerfile = parse(FOUR_STAGES)
    target = stages(dockerfile)[1]
    assert patterns(needs(dockerfile, target)) == ["src", "testdata"]
    assert patterns(needs(dockerfile, target, unused_stages=True)) == ["src", "testdata"]


def test_a_base_that_only_a_build_knows_may_be_any_stage_before() -> None:
    text = "FROM a AS x-amd64\nCOPY a /\nFROM a AS x-arm64\nCOPY b /\nFROM x-$TARGETARCH\n"
    every = stages(parse(text))
    assert used_stages(every, every.last) == every.stages


def test_triggers_take_their_files_in_the_stage_that_starts_from_theirs() -> None:
    text = (
        "FROM scratch AS base\nENV D=dir\nONBUILD ARG V=1\nONBUILD COPY $D/$V /\n"
        "FROM base AS child\nCOPY own-$V /\nFROM scratch\nCOPY --from=child / /\n"
    )
    found = needs_of(text)
    assert patterns(found) == ["dir/1", "own-1"]
    assert found.sources[0].place.line == 4
    assert found.postponed == ()


def test_triggers_of_the_target_are_for_later_builds() -> None:
    found = needs_of("FROM scratch\nENV D=dir\nONBUILD COPY $D /\nCOPY now /\n")
    assert patterns(found) == ["now"]
    assert [source.pattern for source in found.postponed] == ["dir"]


def test_a_trigger_may_copy_from_another_stage() -> None:
    text = (
        "FROM scratch AS files\nCOPY a /\nFROM scratch AS base\n"
        "ONBUILD COPY --from=files /a /\nFROM base\n"
    )
    assert patterns(needs_of(text)) == ["a"]


def test_several_builds_of_one_context_take_what_any_takes() -> None:
    build = needs(parse("FROM a\nCOPY x /\n", "Dockerfile.build"))
    runtime = needs(parse("FROM b\nCOPY x y /\n", "Dockerfile.runtime"))
    both = together(build, runtime)
    assert patterns(both) == ["x", "x", "y"]
    assert both.bases == ("a", "b")


def test_a_broken_variable_is_named_with_its_line() -> None:
    with pytest.raises(DockerfileError, match=r"Dockerfile:2: a \$\{ is never closed"):
        needs_of("FROM scratch\nCOPY ${a:-b /\n")
