"""What of an engine's images and containers is a project's."""

from __future__ import annotations

import pytest

from bpkit.core.engine import ImageInfo
from bpkit.core.labels import IMAGE_LABEL
from bpkit.verbs.images.inventory import (
    LeftContainer,
    belongings,
    full_name,
    listed,
    read_containers,
)


def image(
    identity: str,
    *tags: str,
    project: str = "p",
    role: str = "runtime",
    size: int = 10,
    created: str = "2026",
    layers: tuple[str, ...] = (),
) -> ImageInfo:
    labels = {IMAGE_LABEL: f"{project}/{role}"} if project else {}
    return ImageInfo(
        identity, tags, size, created, "linux", "amd64", "", layers, {"Labels": labels}
    )


def test_images_are_listed_by_project_and_the_newest_first() -> None:
    images = [
        image("1", "b:latest", project="b", created="2025"),
        image("2", "a:old", project="a", created="2024"),
        image("3", "a:new", project="a", created="2026"),
        image("4", "unlabelled:1", project=""),
    ]
    assert [one.info.id for one in listed(images)] == ["3", "2", "1"]
    assert [one.info.id for one in listed(images, "b")] == ["1"]


def test_a_small_image_is_held_against_its_projects_build_image() -> None:
    images = [
        image("small", "p:latest", size=7),
        image("build", "p-build:latest", role="build", size=700),
        image("stage", role="stage", size=800),
        image("else", "q-build:latest", project="q", role="build", size=900),
    ]
    against = {one.info.id: one.against and one.against.id for one in listed(images)}
    assert against == {"small": "build", "build": None, "stage": None, "else": None}


def test_without_a_build_image_the_largest_stage_is_compared() -> None:
    images = [
        image("small", "p:latest", size=7),
        image("one", role="stage", size=70),
        image("two", role="stage", size=700),
    ]
    (small,) = [one for one in listed(images) if one.info.id == "small"]
    assert small.against is not None
    assert small.against.id == "two"


NAMES = frozenset({"p:latest", "p-build:latest"})


def own(*images: ImageInfo) -> dict[str, tuple[str, ...]]:
    """The ids that are the project's, each with the names to be taken off."""
    return {one.info.id: one.names for one in belongings(listed(images), NAMES).images}


def test_an_image_with_a_project_tag_belongs_to_the_project() -> None:
    found = belongings(listed([image("1", "p:latest"), image("2", "theirs:latest")]), NAMES)
    assert [one.info.id for one in found.images] == ["1"]
    assert [one.info.id for one in found.others] == ["2"]


def test_tags_from_elsewhere_are_kept() -> None:
    assert own(image("1", "mine:1", "p:latest")) == {"1": ("p:latest",)}


def test_podmans_full_names_are_the_same_names() -> None:
    assert own(image("1", "localhost/p:latest")) == {"1": ("localhost/p:latest",)}


def test_an_untagged_image_belongs_to_the_directory_whose_run_made_it() -> None:
    images = listed([image("old"), image("stage", role="stage"), image("stranger")])
    found = belongings(images, NAMES, frozenset({"old", "stage"}))
    assert {one.info.id for one in found.images} == {"old", "stage"}
    assert {one.info.id for one in found.others} == {"stranger"}


def test_an_image_made_by_another_directory_belongs_to_it_whatever_its_tag() -> None:
    images = listed([image("theirs", "p:latest"), image("old"), image("mine", "p-build:latest")])
    found = belongings(images, NAMES, frozenset({"mine"}), frozenset({"theirs", "old"}))
    assert [one.info.id for one in found.images] == ["mine"]
    assert found.others == ()


def test_an_image_that_two_directories_made_loses_this_ones_names_only() -> None:
    images = listed([image("both", "p:latest", "market:latest"), image("nameless")])
    both = frozenset({"both", "nameless"})
    found = belongings(images, NAMES, both, both)
    assert [(one.info.id, one.names) for one in found.images] == [("both", ("p:latest",))]


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("p", "p:latest"),
        ("p:v1", "p:v1"),
        ("docker.io/library/p:v1", "p:v1"),
        ("docker.io/own/p", "own/p:latest"),
        ("localhost/p", "p:latest"),
        ("registry:5000/p", "registry:5000/p:latest"),
    ],
)
def test_a_full_name_has_its_version_and_no_default_registry(tag: str, name: str) -> None:
    assert full_name(tag) == name


def test_only_containers_of_a_run_are_ours() -> None:
    lines = ["1\tname\tp\trun1", "2\tof-our-image\tp\t", "3\tforeign\t\t", "", "4\tbroken"]
    assert list(read_containers(lines)) == [LeftContainer("1", "name", "p", "run1")]
