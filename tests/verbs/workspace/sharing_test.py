"""What images of a workspace share: names, whole builds, stages."""

from __future__ import annotations

import pytest

from bpkit.errors import InputError, Place
from bpkit.readers.workspace import Target
from bpkit.verbs.workspace.sharing import check_names, taking_turns

WEB = Target("web", context="app", tags=("shop",), place=Place("compose.yaml", 2))
TWICE = Target("job", context="app", tags=("shop",), place=Place("compose.yaml", 3))
STAGE = Target("dev", context="app", stage="dev", tags=("shop-dev",))
OTHER = Target("other", context="other", tags=("other",))


def test_an_image_declared_twice_is_not_a_clash() -> None:
    check_names([WEB, TWICE, STAGE, OTHER])


def test_two_images_of_one_name_are_refused_with_the_place_of_the_second() -> None:
    clash = Target("x", context="other", tags=("more", "shop"), place=Place("compose.yaml", 9))
    with pytest.raises(InputError) as caught:
        check_names([WEB, OTHER, clash])
    assert caught.value.place == Place("compose.yaml", 9)
    assert "'web' and 'x' are built differently, and both are called 'shop'" in str(caught.value)


def test_a_second_declaration_waits_for_the_first() -> None:
    assert taking_turns([WEB, STAGE, TWICE, OTHER], buildkit=True) == {"job": "web"}


def test_images_of_one_dockerfile_take_turns_on_the_classic_builder() -> None:
    found = taking_turns([WEB, STAGE, OTHER, TWICE], buildkit=False)
    assert found == {"dev": "web", "job": "dev"}


def test_a_name_with_explicit_defaults_is_the_same_name() -> None:
    clash = Target("x", context="other", tags=("docker.io/library/shop:latest",))
    with pytest.raises(InputError, match="both are called"):
        check_names([WEB, clash])
