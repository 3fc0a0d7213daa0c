"""What ``bpkit clean`` lists and what it says it has done."""

from __future__ import annotations

import json
from pathlib import Path

from bpkit.core.engine import ImageInfo
from bpkit.core.staging import Staging
from bpkit.verbs.clean.report import leftovers_json, leftovers_text, removed_text
from bpkit.verbs.images.inventory import LeftContainer, Leftovers, ListedImage, Removed


def image(letter: str, *tags: str) -> ListedImage:
    info = ImageInfo(f"sha256:{letter * 64}", tags, 2_000_000, "", "linux", "amd64", "", ())
    return ListedImage(info, "p", "stage")


ALL = Leftovers(
    ("p",),
    (Path(),),
    containers=(LeftContainer("1", "p-container-x", "p", "x"),),
    images=(image("a", "p:latest", "p:v1"), image("b")),
    files=(Path("setup_builder_pattern.sh"),),
    staging=(Staging(Path("/tmp/bpkit.p.h.1.x"), "x"),),
    busy=(LeftContainer("2", "p-container-y", "p", "y"),),
    others=(image("c", "theirs:1"),),
)


def test_every_leftover_has_a_line_and_every_kept_thing_a_reason() -> None:
    assert leftovers_text(ALL).splitlines() == [
        "container  p-container-x",
        "image      p:latest, p:v1  2MB",
        "image      <none> bbbbbbbbbbbb (stage)  2MB",
        "file       setup_builder_pattern.sh",
        "directory  /tmp/bpkit.p.h.1.x",
        "kept: container p-container-y, whose run is still active",
        "kept: image theirs:1, which carries the project's label but may be "
        "another directory's (--all removes it too)",
    ]


def test_nothing_to_remove_is_reported_even_if_something_is_kept() -> None:
    only_busy = Leftovers(("p",), (Path(),), busy=ALL.busy)
    assert leftovers_text(only_busy).splitlines() == [
        "nothing to remove for project p",
        "kept: container p-container-y, whose run is still active",
    ]


def test_in_a_workspace_all_its_projects_are_named() -> None:
    nothing = Leftovers(("api", "web"), (Path("api"), Path("web")))
    assert leftovers_text(nothing) == "nothing to remove for projects api, web\n"
    assert leftovers_json(nothing)["project"] == "api, web"


def test_failed_removals_are_reported_with_the_reason() -> None:
    done = Removed(("p:latest",), (("p:v1", "conflict: it is being used"),))
    assert removed_text(done) == "removed 1\nnot removed: p:v1: conflict: it is being used\n"
    shown = json.loads(json.dumps(leftovers_json(ALL, done)))
    assert shown["removed"] == ["p:latest"]
    assert shown["not_removed"] == {"p:v1": "conflict: it is being used"}
    assert shown["left_alone"] == ["p-container-y", "theirs:1"]
    assert "removed" not in leftovers_json(ALL)
