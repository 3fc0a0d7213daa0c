"""What is read of Compose files: the services that are built, and what decides their images."""

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


def test_every_key_that_decides_the_image_is_read() -> None:
    api = targets(FILE)["api"]
    assert (api.context, api.dockerfile, api.stage) == ("./api", "docker/Dockerfile", "runtime")
    assert api.build_args == (("VERSION", "1.10"), ("FROM_SHELL", None))
    assert api.contexts == (("base", "service:base"),)
    assert api.place == Place("compose.yaml", 5)


def test_an_ignored_key_is_reported() -> None:
    assert targets(FILE)["api"].unread == ("shm_size",)


def test_an_image_has_the_name_that_compose_forms() -> None:
    assert targets(FILE)["api"].tags == ("registry.example/api:dev",)
    assert targets(FILE, TAG="2")["api"].tags == ("registry.example/api:2",)
    assert targets(FILE)["base"].tags == ("shop-base",)
    assert targets(FILE.replace("name: shop\n", ""))["base"].tags == ("dir-base",)


def test_what_is_not_read_is_reported() -> None:
    text = (
        "include: [other.yaml]\nservices:\n  a:\n    build: .\n    extends: {service: b, file: f}\n"
    )
    notes = read_compose(text, "compose.yaml", "d", {}).notes
    assert [note.split(":")[0] for note in notes] == ["compose.yaml"] * 2
    assert "'other.yaml' is not read; its services are missing" in notes[0]
    assert notes[1] == "compose.yaml:3: 'f', which 'a' extends, is not read"


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


def of_files(first: str, *more: str, **files: str) -> dict[str, Target]:
    """The targets of ``compose.yaml`` and of files over it; ``__`` in a name is a slash."""
    texts = {name.replace("__", "/").replace("_yaml", ".yaml"): t for name, t in files.items()}
    found = read_compose(first, "compose.yaml", "shop", {"REGISTRY": "r"}, more, texts.get)
    return {target.name: target for target in found.targets}


def test_an_override_joins_what_it_names_and_replaces_the_rest() -> None:
    first = (
        "services:\n  a: {image: a:1, build: {context: a, args: {X: 1, Y: 1}, tags: [t1]}}\n"
        "  b: {image: b}\n"
    )
    over = (
        "services:\n  a: {build: {dockerfile: Dev, args: [Y=2], tags: [t2]}}\n  b: {build: ./b}\n"
    )
    found = of_files(first, "over.yaml", over_yaml=over)
    assert found["a"].build_args == (("X", "1"), ("Y", "2"))
    assert (found["a"].context, found["a"].dockerfile) == ("a", "Dev")
    assert found["a"].tags == ("a:1", "t1", "t2")
    assert (found["b"].context, found["b"].tags) == ("./b", ("b",))


def test_an_included_file_has_paths_and_variables_of_its_own() -> None:
    found = of_files(
        "include:\n  - team/compose.yaml\nservices: {a: {build: a}}\n",
        team__compose_yaml="services: {b: {image: '${REGISTRY}/b:${TAG}', build: ./src}}\n",
        **{"team__.env": "TAG=7\nREGISTRY=never\n"},
    )
    assert list(found) == ["b", "a"]
    assert (found["b"].context, found["b"].tags) == ("team/src", ("r/b:7",))
    assert found["b"].place == Place("team/compose.yaml", 1)


def test_an_included_file_of_a_directory_named_for_it() -> None:
    include = "include:\n  - {path: [x/one.yaml, x/two.yaml], project_directory: ., env_file: v}\n"
    found = of_files(
        include,
        x__one_yaml="services: {b: {build: src}}\n",
        x__two_yaml="services: {b: {image: 'b:${V}'}}\n",
        v="V=3\n",
    )
    assert (found["b"].context, found["b"].tags) == ("src", ("b:3",))


def test_a_service_that_extends_another_has_its_build() -> None:
    found = of_files(
        "services:\n"
        "  web: {extends: {file: common/base.yaml, service: app}, build: {target: web}}\n"
        "  job: {extends: web, image: job}\n",
        common__base_yaml="services:\n  app: {build: {context: ., args: {A: 1}}}\n",
    )
    assert (found["web"].context, found["web"].stage) == ("common", "web")
    assert (found["job"].stage, found["job"].build_args) == ("web", (("A", "1"),))
    assert (found["web"].tags, found["job"].tags) == (("shop-web",), ("job",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "services:\n  a: {extends: b}\n",
            "compose.yaml:2: 'a' extends 'b', which is not declared",
        ),
        ("services:\n  a: {extends: {service: b, file: no}}\n", "compose.yaml:2: 'no', which 'a'"),
        ("services:\n  a: {extends: a}\n", "compose.yaml:2: 'a' extends 'a', which extends it"),
        ("include: [no.yaml]\n", "compose.yaml: the included file 'no.yaml' is not found"),
        (
            "include: [compose.yaml]\n",
            "compose.yaml: the included file 'compose.yaml' is not found",
        ),
        (
            "include: [b.yaml]\nservices: {b: {}}\n",
            "compose.yaml:2: the service 'b' is declared here",
        ),
        ("services:\n  a: {build: {context: ., secrets: [s]}}\n", "compose.yaml:2: the secret 's'"),
    ],
)
def test_what_is_missing_is_reported_with_its_line(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        of_files(text, b_yaml="services: {b: {build: .}}\n")
    assert str(caught.value).startswith(said)


def test_secrets_are_those_that_the_file_declares() -> None:
    found = of_files(
        "services:\n"
        "  a: {build: {context: ., secrets: [one, {source: two, target: t}]}}\n"
        "secrets: {one: {file: ./one.txt}, two: {environment: TWO}}\n"
    )
    assert found["a"].secrets == ("id=one,src=./one.txt", "id=t,env=TWO")


def test_a_dockerfile_in_the_file_itself_and_the_platform_of_a_service() -> None:
    text = "services:\n  a:\n    platform: linux/arm64\n    build:\n      dockerfile_inline: |\n"
    found = of_files(f"{text}        FROM busybox\n        RUN true\n")["a"]
    assert found.inline == "FROM busybox\nRUN true\n"
    assert (found.platforms, found.unread) == (("linux/arm64",), ())


def test_a_project_is_named_as_compose_names_it() -> None:
    file = "services: {a: {build: .}}\n"
    tags = read_compose(file, "compose.yaml", "My_App.v2", {}).targets[0].tags
    assert tags == ("my_appv2-a",)
    named = {"COMPOSE_PROJECT_NAME": "other"}
    assert read_compose(file, "compose.yaml", "d", named).targets[0].tags == ("other-a",)


def test_an_argument_without_a_value_has_that_of_the_variables_and_extends_is_filled() -> None:
    text = (
        "services:\n"
        "  base: {build: {context: ., args: [REGISTRY, OTHER]}}\n"
        "  job: {extends: '${BASE:-base}'}\n"
    )
    assert of_files(text)["job"].build_args == (("REGISTRY", "r"), ("OTHER", None))


@pytest.mark.parametrize(
    ("over", "build_args", "labels"),
    [
        ("{args: {X: !reset null}}", (("Y", "1"),), (("l", "1"),)),
        ("{args: !reset null, labels: {m: 2}}", (), (("l", "1"), ("m", "2"))),
        ("{args: !override {Z: 3}}", (("Z", "3"),), (("l", "1"),)),
        ("!override {context: a, args: {X: 9}}", (("X", "9"),), ()),
    ],
)
def test_a_reset_or_overridden_value_is_not_merged_with_earlier_ones(
    over: str, build_args: tuple[object, ...], labels: tuple[object, ...]
) -> None:
    first = "services: {a: {build: {context: a, args: {X: 1, Y: 1}, labels: {l: 1}}}}\n"
    found = of_files(first, "over.yaml", over_yaml=f"services:\n  a:\n    build: {over}\n")["a"]
    assert (found.context, found.build_args, found.labels) == ("a", build_args, labels)


def test_a_service_whose_build_or_image_is_reset_has_none() -> None:
    first = "services: {a: {image: one, build: a}, b: {image: two, build: b}, c: {build: c}}\n"
    over = "services: {a: {build: !reset null}, b: {image: !reset null}, c: !reset null}\n"
    found = of_files(first, "over.yaml", over_yaml=over)
    assert {name: target.tags for name, target in found.items()} == {"b": ("shop-b",)}


def test_a_service_resets_what_it_extends() -> None:
    found = of_files(
        "services:\n"
        "  a: {build: {context: a, args: {X: 1}, target: t}}\n"
        "  b: {extends: a, build: {args: !reset null, target: !reset null, dockerfile: D}}\n"
    )
    assert (found["b"].context, found["b"].dockerfile) == ("a", "D")
    assert (found["b"].build_args, found["b"].stage) == ((), "")


def test_a_build_without_a_context_keeps_the_one_that_it_is_merged_over() -> None:
    found = of_files(
        "include: [{path: [team/one.yaml, team/two.yaml]}]\n"
        "services: {web: {extends: {file: base/b.yaml, service: web}, build: {target: t}}}\n",
        team__one_yaml="services: {job: {build: {context: src}}, here: {build: {target: x}}}\n",
        team__two_yaml="services: {job: {build: {args: {A: 1}}}}\n",
        base__b_yaml=(
            "services:\n  top: {build: {context: ../web}}\n"
            "  web: {extends: top, build: {args: {B: 1}}}\n"
        ),
    )
    assert {name: target.context for name, target in found.items()} == {
        "job": "team/src", "here": "team", "web": "web",
    }  # fmt: skip


def test_a_key_that_is_written_twice_is_refused_as_compose_does() -> None:
    text = "services:\n  app: {build: a}\n  web: {build: w}\n  app: {build: b}\n"
    with pytest.raises(InputError) as caught:
        targets(text)
    assert str(caught.value) == "compose.yaml:4: the key 'app' is written twice"
    merged = "x: &x {build: a}\nservices:\n  a: {<<: *x, build: b}\n"
    assert targets(merged)["a"].context == "b"


def test_caches_are_for_buildx_and_named_as_the_file_does() -> None:
    found = targets("services: {a: {build: {context: ., cache_to: [type=inline]}}}\n")["a"]
    assert (found.cache_to, found.only_baked) == (("type=inline",), ("cache_to",))
