"""What is read of compose files: the services that are built, and what decides their images."""

from __future__ import annotations

import pytest

from bpkit.errors import InputError, Place
from bpkit.readers.workspace import Target, read_compose

FILE = """\
name: shop
services:
  db:
    image: postgres:16
  api:
    image: registry.example/api:${TAG:-dev}
    build:
      context: ./api
      dockerfile: docker/Dockerfile
      target: runtime
      args:
        VERSION: 1.10
        FROM_SHELL:
      additional_contexts: [base=service:base]
      shm_size: 1g
  base:
    build: ./base
"""


def targets(text: str, **environment: str) -> dict[str, Target]:
    return {t.name: t for t in read_compose(text, "compose.yaml", "Dir", environment).targets}


def test_only_services_with_a_build_section_are_targets() -> None:
    assert list(targets(FILE)) == ["api", "base"]


def test_all_that_decides_the_image_is_read() -> None:
    api = targets(FILE)["api"]
    assert (api.context, api.dockerfile, api.stage) == ("./api", "docker/Dockerfile", "runtime")
    assert api.build_args == (("VERSION", "1.10"), ("FROM_SHELL", None))
    assert api.contexts == (("base", "service:base"),)
    assert api.place == Place("compose.yaml", 5)


def test_a_key_that_is_not_acted_on_is_named() -> None:
    assert targets(FILE)["api"].unread == ("shm_size",)


def test_an_image_takes_its_name_as_compose_gives_it() -> None:
    assert targets(FILE)["api"].tags == ("registry.example/api:dev",)
    assert targets(FILE, TAG="2")["api"].tags == ("registry.example/api:2",)
    assert targets(FILE)["base"].tags == ("shop-base",)
    assert targets(FILE.replace("name: shop\n", ""))["base"].tags == ("dir-base",)


def test_what_is_not_read_is_said() -> None:
    text = "include: [other.yaml]\nservices:\n  a:\n    build: .\n    extends: {service: b}\n"
    notes = read_compose(text, "compose.yaml", "d", {}).notes
    assert [note.split(":")[0] for note in notes] == ["compose.yaml"] * 2
    assert "'include' is not read" in notes[0]
    assert "compose.yaml:3: 'extends' of service 'a'" in notes[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: '3'\n", "compose.yaml: the file has no services"),
        ("services:\n  a:\n    build: [x]\n", "compose.yaml:2: 'build' of service 'a'"),
        ("services:\n  a:\n    build: ${X:?is needed}\n", "compose.yaml:3: the variable X"),
        ("services:\n  a:\n    build: ${}\n", "compose.yaml:3: '${}' is not a valid use"),
    ],
)
def test_what_is_not_a_compose_file_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        targets(text)
    assert str(caught.value).startswith(said)
