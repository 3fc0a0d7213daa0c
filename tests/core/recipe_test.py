from __future__ import annotations

import pytest

from bpkit.core.recipe import Artifact, Image, Recipe, build_tag, check_tag, project_name
from bpkit.errors import InputError
from bpkit.formats.dockerfile.parser import parse

FILE = parse("FROM scratch\n")


@pytest.mark.parametrize(
    "tag",
    [
        "hellogo",
        "hellogo:v1",
        "a/b/c:1.0",
        "host:5000/a/b",
        "localhost/x",
        "a__b",
        "a--b",
        "h.io/x:Y",
    ],
)
def test_what_an_image_can_be_called_is_taken(tag: str) -> None:
    assert check_tag(tag) == tag


@pytest.mark.parametrize(
    "tag",
    [
        "",
        "Hellogo",
        "-x",
        "a b",
        "a:",
        ":v",
        "a:b:c",
        "a/",
        "a:-x",
        "a:" + "x" * 129,
        "$(id)",
        "a@b",
    ],
)
def test_what_no_image_can_be_called_is_refused(tag: str) -> None:
    with pytest.raises(InputError, match="is not a valid image name"):
        check_tag(tag)


def test_upper_case_is_answered_with_lower_case() -> None:
    with pytest.raises(InputError, match="use lower case: hellogo"):
        check_tag("HelloGo")


@pytest.mark.parametrize(
    ("directory", "name"),
    [
        ("Hello Go", "hello-go"),
        ("--", "project"),
        ("", "project"),
        ("a_b.c", "a-b-c"),
        ("ü", "project"),
    ],
)
def test_a_directorys_name_becomes_a_name_for_images(directory: str, name: str) -> None:
    assert project_name(directory) == name


def test_the_build_images_name_keeps_registry_and_version() -> None:
    assert build_tag("host:5000/x/hellogo:v1") == "host:5000/x/hellogo-build:v1"
    assert build_tag("hellogo") == "hellogo-build"


def test_an_artifact_of_an_image_that_comes_later_is_refused() -> None:
    image = Image("runtime", "r", FILE, artifacts=(Artifact("build", "/x", "x"),))
    with pytest.raises(InputError, match="which is not the name of an earlier image"):
        Recipe("p", (image, Image("build", "b", FILE)))
