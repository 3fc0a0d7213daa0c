"""A Dockerfile with stages becomes Dockerfiles without stages, and artifacts between them."""

from __future__ import annotations

import pytest

from bpkit.conversion.remarks import ConversionError, Converted
from bpkit.conversion.to_pair.split import Wish, split
from bpkit.conversion.to_stages.merge import merged
from bpkit.core.recipe import BUILD, RUNTIME
from bpkit.formats.dockerfile.edit import with_args
from bpkit.formats.dockerfile.parser import parse

TWO = (
    "FROM golang AS compile\nRUN go build -o /bin/app\n\nFROM alpine\n"
    "COPY --from=compile /bin/app /usr/bin/\n"
)


def made(text: str, **wish: object) -> Converted:
    return split(parse(text), Wish("app", "app:v1", **wish))  # type: ignore[arg-type]


def texts(text: str, **wish: object) -> dict[str, str]:
    """The Dockerfiles by the names of their images."""
    return {i.name: i.dockerfile.text for i in made(text, **wish).recipe.images}


def test_two_stages_are_build_and_runtime() -> None:
    recipe = made(TWO).recipe
    assert [(i.name, i.path, i.tag, i.role) for i in recipe.images] == [
        ("build", "Dockerfile.build", "app-build:v1", BUILD),
        ("runtime", "Dockerfile.runtime", "app:v1", RUNTIME),
    ]
    assert texts(TWO) == {
        "build": "FROM golang\nRUN go build -o /bin/app\n",
        "runtime": "FROM alpine\nCOPY app /usr/bin/\n",
    }
    artifact = recipe.artifacts[0]
    assert (artifact.maker, artifact.source, artifact.destination) == ("build", "/bin/app", "app")


def test_more_stages_keep_their_names_and_start_from_tags() -> None:
    text = (
        "FROM a AS base\nRUN x\nFROM base AS dev_deps\nRUN y\nFROM base\n"
        "COPY --from=1 /d /d\nCOPY --from=nginx:1.2 /etc/nginx /n\n"
    )
    assert texts(text) == {
        "base": "FROM a\nRUN x\n",
        "dev_deps": "FROM app-base:v1\nRUN y\n",
        "nginx": "FROM nginx:1.2\n",
        "runtime": "FROM app-base:v1\nCOPY d /d\nCOPY nginx /n\n",
    }


def test_no_file_needs_stages_any_more() -> None:
    for text in texts(TWO).values():
        keywords = [i.keyword for i in parse(text).instructions]
        assert keywords.count("FROM") == 1
        assert "--from" not in text
        assert " AS " not in text


def test_unused_stages_are_omitted_and_reported() -> None:
    text = "FROM a AS test\nRUN t\n" + TWO
    assert set(texts(text)) == {"build", "runtime"}
    [left] = made(text).left
    assert "the stage test, which is omitted" in str(left)
    assert set(texts(text, target="test")) == {"test"}


def test_directives_comments_and_needed_args_are_kept() -> None:
    text = (
        "# syntax=docker/dockerfile:1\n# About all.\nARG A=1\nARG B=$A\nARG C\n\n"
        "# The first.\nFROM a:$B AS one\n# inside\nRUN x\n\n# The last.\nFROM b\nARG A\n"
        "COPY --from=one /x /x\n# end\n"
    )
    assert texts(text) == {
        "build": (
            "# syntax=docker/dockerfile:1\n# About all.\nARG A=1\nARG B=$A\n\n"
            "# The first.\nFROM a:$B\n# inside\nRUN x\n"
        ),
        "runtime": (
            "# syntax=docker/dockerfile:1\nARG A=1\n# The last.\nFROM b\nARG A\nCOPY x /x\n# end\n"
        ),
    }


def test_a_pattern_copies_out_the_directory_that_it_selects_from() -> None:
    text = "FROM a AS one\nRUN x\nFROM b\nCOPY --from=one /t/*.jar /app.jar\n"
    assert texts(text)["runtime"] == "FROM b\nCOPY t/*.jar /app.jar\n"
    assert made(text).recipe.artifacts[0].source == "/t"


def test_artifacts_do_not_clash_with_host_files_or_each_other() -> None:
    text = (
        "FROM a AS one\nRUN x\nFROM a AS two\nRUN y\nFROM b\nCOPY conf /conf\n"
        "COPY --from=one /etc/conf /1\nCOPY --from=two /etc/conf /2\n"
    )
    assert texts(text)["runtime"] == (
        "FROM b\nCOPY conf /conf\nCOPY one/conf /1\nCOPY two/conf /2\n"
    )


def test_an_artifact_used_twice_is_copied_out_once() -> None:
    text = "FROM a AS b\nRUN x\nFROM c\nCOPY --from=b /d/ /one/\nCOPY --from=b /d /two\n"
    assert [(a.maker, a.destination) for a in made(text).recipe.artifacts] == [("build", "d")]


def test_copying_the_whole_context_and_artifacts_needs_two_images() -> None:
    text = (
        "FROM a AS deps\nRUN x\nFROM b\nARG V=1\nWORKDIR /w\nCMD run\n"
        "COPY --from=deps /m ./m\nCOPY . .\nENTRYPOINT x\n"
    )
    assert texts(text) == {
        "build": "FROM a\nRUN x\n",
        "runtime-base": "FROM b\nARG V=1\nWORKDIR /w\nCOPY m ./m\n",
        "runtime": "FROM app-runtime-base:v1\nARG V=1\nCOPY . .\nCMD run\nENTRYPOINT x\n",
    }


def test_a_variable_with_a_known_value_is_replaced_and_reported() -> None:
    text = "FROM a AS one\nRUN x\nFROM b\nARG V=1\nCOPY --from=one /app-$V /app\n"
    result = made(text)
    assert result.recipe.artifacts[0].source == "/app-1"
    assert any("--build-arg doesn't change it" in str(note) for note in result.notes)
    assert made(text, build_args=(("V", "2"),)).recipe.artifacts[0].source == "/app-2"


def test_a_mount_from_a_stage_is_a_mount_of_the_artifact() -> None:
    text = "FROM a AS one\nRUN x\nFROM b\nRUN --mount=from=one,source=/x,target=/y,rw cat /y\n"
    assert texts(text)["runtime"] == "FROM b\nRUN --mount=source=x,target=/y,rw cat /y\n"


def test_link_and_chown_of_a_copy_from_a_stage() -> None:
    text = "FROM a AS one\nUSER u\nFROM b\nCOPY --link --from=one --chown=1 /x /y\n"
    assert texts(text)["runtime"] == "FROM b\nCOPY --chown=1 x /y\n"


def test_a_path_that_may_be_a_link_is_followed() -> None:
    text = "FROM a AS one\nRUN go build -o /real\nFROM b\nCOPY --from=one /real /usr/lib/x.so /l/\n"
    assert [a.follow_link for a in made(text).recipe.artifacts] == [False, True]


REFUSED = {
    "the whole file system": "COPY --from=one / /\n",
    "belong to a user other": "COPY --from=user /x /x\n",
    "no earlier stage has this number": "COPY --from=7 /x /x\n",
    "known only during a build": "ARG TARGETARCH\nCOPY --from=one /x-$TARGETARCH /x\n",
    "mount of type cache": "RUN --mount=type=cache,from=one,target=/c x\n",
    "needs stages in the file": "ONBUILD COPY --from=one /x /x\n",
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_has_no_equivalent_is_refused_with_its_line(message: str) -> None:
    text = "FROM a AS one\nRUN x\nFROM a AS user\nUSER u\nFROM b\n" + REFUSED[message]
    with pytest.raises(ConversionError, match=message) as caught:
        made(text)
    assert all(p.place and p.place.line and p.hint for p in caught.value.problems)


ROUND_TRIPS = {
    "two stages": TWO,
    "numbers": TWO.replace(" AS compile", "").replace("=compile", "=0"),
    "three stages": (
        "FROM a AS base\nENV X=1\n\nFROM base AS lib\nRUN l\n\nFROM base\nCOPY --from=lib /l /l\n"
    ),
    "global args": "ARG V=1\nFROM a:$V AS one\nRUN x\n\nFROM b:$V\nCOPY --from=one /x /x\n",
    "heredocs": (
        "FROM a AS one\nRUN <<E\nx\nE\n\nFROM b\nCOPY --from=one /x /x\nCOPY <<F /f\n$x\nF\n"
    ),
}


@pytest.mark.parametrize("name", ROUND_TRIPS)
def test_converting_there_and_back_changes_only_names(name: str) -> None:
    text = ROUND_TRIPS[name]
    again = merged(made(text).recipe).recipe.final.dockerfile.text
    assert meaning(again) == meaning(text)


def meaning(text: str) -> list[str]:
    """The instructions, with stages called by their numbers."""
    found: list[str] = []
    names: dict[str, str] = {}
    for one in parse(text).instructions:
        if one.keyword == "FROM":
            names[one.args[2] if len(one.args) > 1 else str(len(names))] = f"#{len(names)}"
            names.setdefault(str(len(names) - 1), f"#{len(names) - 1}")
            base = names.get(one.args[0], one.args[0])
            found.append(with_args(one, [base]).text.strip())
        else:
            origin = one.flag("from")
            stage = names.get(origin or "", origin or "")
            found.append(one.text.strip().replace(f"--from={origin}", f"--from={stage}"))
    return found


def test_an_image_from_outside_comes_back_as_a_stage() -> None:
    text = "FROM a AS one\nRUN x\n\nFROM b\nCOPY --from=one /x /x\nCOPY --from=c:1 /y /y\n"
    again = merged(made(text).recipe).recipe.final.dockerfile.text
    assert "FROM c:1 AS c\n" in again
    assert again.endswith("FROM b\nCOPY --from=one /x /x\nCOPY --from=c /y /y\n")
