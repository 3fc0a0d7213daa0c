"""The names that a verification builds under: nobody else's, and the same flow between images."""

from __future__ import annotations

from bpkit.core.recipe import BUILD, RUNTIME, Image, Recipe
from bpkit.formats.dockerfile.parser import parse
from bpkit.verbs.compare.verification import renamed, shipped


def _image(name: str, tag: str, text: str, role: str = RUNTIME) -> Image:
    return Image(name, tag, parse(text, "Dockerfile"), role=role, path="Dockerfile")


def test_every_image_and_the_project_get_a_unique_tag() -> None:
    one, two = _image("a", "app", "FROM scratch\n"), _image("b", "app", "FROM scratch\n")
    new = renamed(Recipe("app", (one, two)), "bpkit-verify-1")
    assert [image.tag for image in new.images] == ["bpkit-verify-1-0", "bpkit-verify-1-1"]
    assert new.project == "bpkit-verify-1"


def test_a_from_of_an_earlier_image_uses_its_new_tag() -> None:
    base = _image("base", "app:base", "FROM scratch\n", BUILD)
    final = _image("app", "app", "FROM app:base\nCMD x\n")
    new = renamed(Recipe("app", (base, final)), "s")
    assert new.images[1].dockerfile.text == "FROM s-0\nCMD x\n"
    assert new.images[1].path is None
    assert new.images[0].path == "Dockerfile"


def test_a_name_without_a_tag_means_latest() -> None:
    base = _image("base", "app:latest", "FROM scratch\n", BUILD)
    new = renamed(Recipe("p", (base, _image("x", "x", "FROM app\n"))), "s")
    assert new.images[1].dockerfile.text == "FROM s-0\n"


def test_copy_from_an_image_of_the_recipe_follows_too() -> None:
    base = _image("base", "app:base", "FROM scratch\n", BUILD)
    final = _image("app", "app", "FROM scratch\nCOPY --from=app:base /a /b\n")
    new = renamed(Recipe("app", (base, final)), "s")
    assert new.images[1].dockerfile.text == "FROM scratch\nCOPY --from=s-0 /a /b\n"


def test_a_stage_of_the_same_name_as_an_image_is_not_that_image() -> None:
    base = _image("base", "app", "FROM scratch\n", BUILD)
    text = "FROM scratch AS app\nFROM app\n"
    new = renamed(Recipe("p", (base, _image("x", "x", text))), "s")
    assert new.images[1].dockerfile.text == text


def test_of_two_images_with_one_tag_a_later_from_means_the_last() -> None:
    images = (
        _image("a", "app", "FROM scratch\n", BUILD),
        _image("b", "app", "FROM scratch\n", BUILD),
        _image("c", "c", "FROM app\n"),
    )
    assert renamed(Recipe("p", images), "s").images[2].dockerfile.text == "FROM s-1\n"


def test_an_independent_image_is_not_mistaken_for_the_base() -> None:
    again = _image("app", "app", "FROM app\n")
    assert renamed(Recipe("p", (again,)), "s").images[0].dockerfile.text == "FROM app\n"


def test_all_images_but_build_images_ship_and_the_last_one_always() -> None:
    build = _image("build", "b", "FROM scratch\n", BUILD)
    runtime = _image("app", "app", "FROM scratch\n")
    assert shipped(Recipe("p", (build, runtime))) == (runtime,)
    assert shipped(Recipe("p", (runtime, build))) == (runtime, build)
