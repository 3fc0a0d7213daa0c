"""What is read of Bake files: targets, what they inherit, and groups of groups."""

from __future__ import annotations

import json

import pytest

from bpkit.errors import InputError
from bpkit.readers.workspace import bake_bases, bake_names, needs_buildx, read_bake

FILE = json.dumps(
    {
        "group": {"default": {"targets": ["all"]}, "all": {"targets": ["api", "web"]}},
        "target": {
            "common": {"args": {"A": "1", "B": "2"}, "platforms": ["linux/amd64"]},
            "api": {
                "inherits": ["common"],
                "context": "api",
                "args": {"B": "3"},
                "tags": ["api:1"],
                "contexts": {"base": "target:common"},
                "cache-from": [{"type": "registry", "ref": "r/c"}],
                "network": "host",
            },
            "web": {"dockerfile": "web.Dockerfile", "secret": "id=x,src=y"},
        },
    },
    indent=1,
)


def test_own_values_of_a_target_override_inherited_ones() -> None:
    api = read_bake(FILE, "docker-bake.json").target("api")
    assert api.build_args == (("A", "1"), ("B", "3"))
    assert api.platforms == ("linux/amd64",)
    assert api.contexts == (("base", "target:common"),)
    assert api.cache_from == ("type=registry,ref=r/c",)
    assert api.unread == ("network",)
    assert api.place is not None
    assert api.place.line == FILE.splitlines().index('  "api": {') + 1


def test_a_group_of_groups_is_expanded_to_its_targets() -> None:
    workspace = read_bake(FILE, "docker-bake.json")
    assert workspace.chosen(["default"]) == ("api", "web")
    assert workspace.chosen(["web", "all"]) == ("web", "api")


def test_an_unknown_image_is_refused_with_a_similar_name() -> None:
    with pytest.raises(InputError, match="has no image 'wep'") as caught:
        read_bake(FILE, "docker-bake.json").chosen(["wep"])
    assert caught.value.hint == "did you mean 'web'?"


@pytest.mark.parametrize("text", ['target "a" {}', '{"target": {"a": {"tags": ["${T}"]}}}'])
def test_a_file_that_only_buildx_can_evaluate_is_recognized(text: str) -> None:
    assert needs_buildx(text)
    with pytest.raises(InputError, match="only buildx"):
        read_bake(text, "docker-bake.json")


@pytest.mark.parametrize(
    "target",
    [{"inherits": ["a"]}, {"inherits": ["nowhere"]}],
)
def test_circular_and_missing_inheritance_are_refused(target: dict[str, object]) -> None:
    with pytest.raises(InputError, match="inherit"):
        read_bake(json.dumps({"target": {"a": target}}), "docker-bake.json")


@pytest.mark.parametrize("text", ["{", "[" * 100_000, '{"target": []}', "{}"])
def test_what_is_not_a_bake_file_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_bake(text, "docker-bake.json")


def test_groups_and_targets_that_name_others_twice_are_read_once() -> None:
    """Each doubles what the one before it stands for: sixty of them would never end."""
    groups = {f"g{n}": {"targets": [f"g{n + 1}"] * 2} for n in range(60)}
    groups["g60"] = {"targets": ["t0", "t45"]}
    targets: dict[str, object] = {f"t{n}": {"inherits": [f"t{n + 1}"] * 2} for n in range(45)}
    targets["t45"] = {"tags": ["till"]}
    found = read_bake(json.dumps({"group": groups, "target": targets}), "docker-bake.json")
    assert found.groups["g0"] == ("t0", "t45")
    assert found.targets[0].tags == ("till",)


def test_too_many_targets_are_refused() -> None:
    targets: dict[str, object] = {f"t{number}": {} for number in range(2_001)}
    with pytest.raises(InputError, match="2,001 targets"):
        read_bake(json.dumps({"target": targets}), "docker-bake.json")


def test_a_target_that_others_only_inherit_from_is_not_an_image() -> None:
    targets = {
        "_common": {"args": {"A": "1"}},
        "named": {"tags": ["n"]},
        "a": {"inherits": ["_common", "named"], "contexts": {"x": "target:b"}},
        "b": {"inherits": ["b-base"]},
        "b-base": {},
    }
    text = json.dumps({"group": {"g": {"targets": ["b-base"]}}, "target": targets})
    found = read_bake(text, "f.json")
    assert [target.name for target in found.targets] == ["named", "a", "b", "b-base"]
    assert found.notes == ("f.json: '_common' is only inherited from",)


def test_the_names_in_an_hcl_file_are_its_groups_and_built_targets() -> None:
    text = (
        'group "default" {\n  targets = ["a"]\n}\n'
        'target "common" {}\ntarget "meta" {\n}\n'
        'target "a" {\n  inherits = [\n    "common", "meta"\n  ]\n}\n'
        'target "b" { inherits = ["a"] }\n'
    )
    assert bake_names(text) == ("default", "a", "b")


def test_the_names_in_json_with_expressions_are_found_too() -> None:
    file = {
        "group": {"g": {"targets": ["b"]}},
        "target": {"_a": {}, "b": {"inherits": ["_a"], "tags": ["${T}"]}, "c": {}},
    }
    assert bake_names(json.dumps(file)) == ("g", "b", "c")
    assert bake_names("{") == bake_names('{"target": []}') == ()


@pytest.mark.parametrize(
    ("output", "tags"),
    [
        ("type=cacheonly", ()),
        ("./bin", ()),
        ({"type": "local", "dest": "bin"}, ()),
        ("type=image,push=true", ("app:1",)),
        ("type=docker", ("app:1",)),
    ],
)
def test_only_an_image_takes_the_tags_of_its_target(output: object, tags: tuple[str, ...]) -> None:
    document = {"target": {"app": {"tags": ["app:1"], "output": [output]}}}
    found = read_bake(json.dumps(document), "docker-bake.json").target("app")
    assert found.tags == tags
    assert found.outputs
    assert found.only_baked == (() if output == "type=docker" else ("output",))


def test_attestations_are_kept_for_buildx() -> None:
    attest = ["type=sbom", {"type": "provenance", "mode": "max"}]
    document = {"target": {"app": {"attest": attest}}}
    found = read_bake(json.dumps(document), "docker-bake.json").target("app")
    assert found.attests == ("type=sbom", "type=provenance,mode=max")
    assert found.only_baked == ("attest",)


@pytest.mark.parametrize("written", ["${P}%{x}", "$${P}%%{x}"])
def test_what_buildx_has_evaluated_has_no_expressions(written: str) -> None:
    text = json.dumps({"target": {"app": {"args": {"P": written}}}})
    found = read_bake(text, "docker-bake.hcl", evaluated=True).target("app")
    assert found.build_args == (("P", "${P}%{x}"),)
    assert str(found.place) == "docker-bake.hcl"


def test_an_argument_that_is_null_is_not_passed() -> None:
    text = json.dumps({"target": {"app": {"args": {"A": None, "B": ""}}}})
    assert read_bake(text, "docker-bake.json").target("app").build_args == (("B", ""),)


def test_targets_that_are_only_inherited_from_are_known() -> None:
    text = (
        'target "_common" {}\ntarget "image" {\n  inherits = ["_common"]\n}\n'
        'target "cross" {\n  inherits = ["image"]\n}\ngroup "g" {\n  targets = ["image"]\n}\n'
    )
    assert bake_bases([text, "{}"]) == ("_common",)
    assert set(bake_names(text)) == {"image", "cross", "g"}
