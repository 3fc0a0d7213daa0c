"""The needs between a workspace's images, and the build order that follows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.errors import InputError
from bpkit.formats.dockerfile import parse, stages
from bpkit.readers.workspace import Graph, Need, Target, Workspace, graph_of


def graph(*targets: tuple[Target, str]) -> Graph:
    texts = {target.name: (stages(parse(text, "Dockerfile")),) for target, text in targets}
    return graph_of(Workspace(tuple(target for target, _ in targets)), texts)


def arrows(found: Graph) -> set[tuple[str, str]]:
    return {(need.by, need.of) for need in found.needs}


BASE = (Target("base", tags=("team/base",)), "FROM alpine\n")


@pytest.mark.parametrize(
    "text",
    [
        "FROM team/base\n",
        "FROM team/base:latest AS x\nFROM x\n",
        "FROM alpine\nCOPY --from=team/base / /\n",
        "FROM alpine\nRUN --mount=type=bind,from=team/base,target=/x true\n",
        "ARG B=team/base\nFROM $B\n",
        "FROM docker.io/team/base:latest\n",
    ],
)
def test_every_reference_to_an_image_is_a_need(text: str) -> None:
    assert arrows(graph(BASE, (Target("app"), text))) == {("app", "base")}


@pytest.mark.parametrize(
    "text",
    [
        "FROM team/base:2\n",
        "FROM alpine AS team\nFROM team\n",
        "FROM alpine\nRUN echo team/base\n",
    ],
)
def test_another_tag_a_stage_and_a_plain_text_are_not_references_to_the_image(text: str) -> None:
    assert arrows(graph(BASE, (Target("app"), text))) == set()


@pytest.mark.parametrize("value", ["target:base", "service:base", "docker-image://team/base"])
def test_a_named_context_of_an_image_is_a_need(value: str) -> None:
    app = Target("app", contexts=(("lib", value),))
    assert arrows(graph(BASE, (app, "FROM alpine\nCOPY --from=lib / /\n"))) == {("app", "base")}


def test_a_named_context_overrides_an_image_of_the_same_name() -> None:
    app = Target("app", contexts=(("team/base", "./here"),))
    assert arrows(graph(BASE, (app, "FROM team/base\n"))) == set()


def test_the_place_of_a_need_is_relative_to_the_workspace() -> None:
    app = Target("app", context="services/app")
    (need,) = graph(BASE, (app, "FROM alpine\nCOPY --from=team/base / /\n")).needs
    assert str(need.place) == "services/app/Dockerfile:2"


def test_images_are_built_after_those_that_they_need() -> None:
    found = Graph(("c", "a", "b"), (Need("c", "b"), Need("b", "a")))
    assert list(found.waves()) == [("a",), ("b",), ("c",)]
    assert found.needed_by(["b"]) == ("a", "b")
    assert found.dependents_of(["b"]) == ("c", "b")


def test_images_that_need_each_other_in_a_circle_are_refused_by_name() -> None:
    found = Graph(("x", "a", "b"), (Need("x", "a"), Need("a", "b"), Need("b", "a")))
    with pytest.raises(InputError, match="circle: a needs b needs a"):
        list(found.waves())


@given(st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12))))
def test_every_image_comes_once_and_after_its_needs(pairs: set[tuple[int, int]]) -> None:
    names = tuple(str(number) for number in range(13))
    # Downwards only, so that there is no circle.
    needs = tuple(Need(str(by), str(of)) for by, of in pairs if by > of)
    order = [name for wave in Graph(names, needs).waves() for name in wave]
    assert sorted(order) == sorted(names)
    assert all(order.index(need.of) < order.index(need.by) for need in needs)


def test_only_the_stage_that_is_built_and_what_it_uses_count() -> None:
    """Else two images of one Dockerfile would need each other in a circle."""
    text = "FROM alpine AS low\nFROM team/base AS mid\nFROM mid AS top\n"
    low, top = Target("low", stage="low", tags=("low",)), Target("top", stage="top")
    assert arrows(graph(BASE, (low, text), (top, text))) == {("top", "base")}
