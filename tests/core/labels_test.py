"""Labels: what is written onto an image is read off it again."""

from __future__ import annotations

import pytest

from bpkit.core.labels import image_label, owner_of


@pytest.mark.parametrize("project", ["hellogo", "team/hellogo", "a=b"])
def test_an_image_tells_the_project_and_the_role_it_was_labelled_with(project: str) -> None:
    name, _, value = image_label(project, "build").partition("=")
    assert owner_of({name: value}) == (project, "build")


@pytest.mark.parametrize("value", ["", "hellogo", "/build"])
def test_a_label_that_is_not_as_bpkit_writes_it_names_nobody(value: str) -> None:
    assert owner_of({"io.bpkit.image": value}) == ("", "")


def test_an_image_without_the_label_is_nobodys() -> None:
    assert owner_of({"io.bpkit.project": "hellogo"}) == ("", "")
