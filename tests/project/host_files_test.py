"""Which host files go into a staged build context, and that a change in any of them is seen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from bpkit.core.options import WHOLE, HostFiles
from bpkit.core.recipe import BUILD, RUNTIME, Artifact, Image, Recipe
from bpkit.formats.dockerfile.parser import parse
from bpkit.project.host_files import MOST_BYTES, digest, staged_files
from tests.core.recipes import with_image


def recipe(build: str, runtime: str, artifact: str = "app") -> Recipe:
    return Recipe(
        "p",
        (
            Image(BUILD, "p-build", parse(build), role=BUILD),
            Image(RUNTIME, "p", parse(runtime), artifacts=(Artifact(BUILD, "/x", artifact),)),
        ),
    )


def fill(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def staged(
    root: Path, found: Recipe, *, buildkit: bool = False, patterns: bool = True
) -> dict[str, HostFiles]:
    return staged_files(found, root, {}, buildkit=buildkit, patterns=patterns)


GO = "FROM golang\nCOPY main.go .\n"
SMALL = "FROM alpine\nCOPY app .\n"


def test_the_classic_builder_gets_just_what_is_named(tmp_path: Path) -> None:
    fill(tmp_path, {"main.go": "", "other/large": "x" * 1000})
    found = staged(tmp_path, recipe(GO, SMALL))
    assert found == {BUILD: HostFiles(("main.go",)), RUNTIME: HostFiles()}


def test_buildkit_fetches_what_it_needs_by_itself(tmp_path: Path) -> None:
    fill(tmp_path, {"main.go": ""})
    assert staged(tmp_path, recipe(GO, SMALL), buildkit=True) == {RUNTIME: HostFiles()}


def test_host_files_stand_beside_the_artifacts(tmp_path: Path) -> None:
    fill(tmp_path, {"main.go": "", "conf/a.yml": "", "conf/b.yml": "", "run.sh": ""})
    runtime = f"{SMALL}COPY conf /etc/conf\nCOPY run.sh conf/a.yml /\n"
    found = staged(tmp_path, recipe(GO, runtime), buildkit=True)
    assert found[RUNTIME] == HostFiles(("conf", "run.sh"))


def test_what_lies_in_an_artifact_is_not_a_host_file(tmp_path: Path) -> None:
    fill(tmp_path, {"main.go": ""})
    runtime = "FROM nginx\nCOPY dist/index.html dist/css /srv/\nCOPY dist/ /all/\n"
    assert staged(tmp_path, recipe(GO, runtime, "dist"))[RUNTIME] == HostFiles()
    assert staged(tmp_path, recipe(GO, runtime, "."))[RUNTIME] == HostFiles()


def test_artifacts_that_fill_the_context_stand_beside_host_files(tmp_path: Path) -> None:
    """An old file that the pattern matches stays where it is: it would be shipped with the new."""
    fill(tmp_path, {"main.go": "", "conf": "", "old.jar": "", "note.txt": ""})
    runtime = "FROM alpine\nCOPY *.jar conf /x/\nCOPY *.txt /\n"
    wanted = recipe(GO, runtime)
    image = wanted.final
    jars = Artifact(BUILD, "/src/.", ".", pattern="*.jar")
    wanted = with_image(wanted, replace(image, artifacts=(jars,)))
    assert staged(tmp_path, wanted)[RUNTIME].paths == ("conf", "note.txt")


def test_patterns_are_looked_up_when_they_may_be(tmp_path: Path) -> None:
    fill(tmp_path, {"a.go": "", "b.go": "", "c.txt": ""})
    project = recipe("FROM golang\nCOPY *.go ./\n", SMALL)
    assert staged(tmp_path, project)[BUILD].paths == ("a.go", "b.go")
    # A script must hold for the files of another day.
    assert BUILD not in staged(tmp_path, project, patterns=False)


def test_a_source_that_is_not_there_is_the_engines_to_tell(tmp_path: Path) -> None:
    assert BUILD not in staged(tmp_path, recipe(GO, SMALL))


@pytest.mark.parametrize("copy", ["COPY . .", "ADD . /src", "COPY $WHAT /", "COPY --parents a/b /"])
def test_who_wants_all_or_the_unknown_gets_the_context_as_it_is(tmp_path: Path, copy: str) -> None:
    fill(tmp_path, {"a/b": ""})
    found = staged(tmp_path, recipe(f"FROM golang\nARG WHAT\n{copy}\n", f"{SMALL}{copy}\n"))
    assert BUILD not in found
    assert found[RUNTIME].paths == (WHOLE,)


def test_a_large_context_is_not_copied_once_more(tmp_path: Path) -> None:
    fill(tmp_path, {"main.go": ""})
    os.truncate(tmp_path / "main.go", MOST_BYTES + 1)
    assert BUILD not in staged(tmp_path, recipe(GO, SMALL))


def test_the_ignore_file_holds_for_the_staged_files_too(tmp_path: Path) -> None:
    fill(tmp_path, {"main.go": "", "src/a.go": "", ".dockerignore": "src/a.go\n"})
    found = staged(tmp_path, recipe("FROM golang\nCOPY src src\n", SMALL))
    assert found[BUILD] == HostFiles(("src",), "src/a.go\n")
    assert found[RUNTIME] == HostFiles()


def test_a_digest_tells_content_mode_kind_and_name_apart(tmp_path: Path) -> None:
    files = HostFiles(("src",))
    seen = set()

    def note() -> None:
        seen.add(digest(tmp_path, files))

    fill(tmp_path, {"src/a": "one", "unrelated": ""})
    note()
    fill(tmp_path, {"unrelated": "changed"})
    note()
    assert len(seen) == 1
    fill(tmp_path, {"src/a": "two"})
    note()
    (tmp_path / "src" / "a").chmod(0o700)
    note()
    (tmp_path / "src" / "a").rename(tmp_path / "src" / "b")
    note()
    (tmp_path / "src" / "link").symlink_to("b")
    note()
    (tmp_path / "src" / "link").unlink()
    (tmp_path / "src" / "link").symlink_to("c")
    note()
    assert len(seen) == 6
    assert digest(tmp_path, HostFiles(("src",), "b\n")) not in seen


def test_names_that_are_not_utf8_have_a_digest_too(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"o\xffd")).write_text("x")
    (tmp_path / os.fsdecode(b"l\xff")).symlink_to(os.fsdecode(b"o\xffd"))
    names = (os.fsdecode(b"o\xffd"), os.fsdecode(b"l\xff"))
    assert digest(tmp_path, HostFiles(names)) != digest(tmp_path, HostFiles(names[:1]))


def test_an_attribute_counts_which_a_builder_brings_into_the_image(tmp_path: Path) -> None:
    fill(tmp_path, {"app": "x"})
    before = digest(tmp_path, HostFiles(("app",)))
    os.setxattr(tmp_path / "app", "user.kind", b"program")
    assert digest(tmp_path, HostFiles(("app",))).content != before.content


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a file capabilities")
def test_a_file_with_capabilities_is_not_staged_where_they_would_be_lost(tmp_path: Path) -> None:
    fill(tmp_path, {"src": "x"})
    found = recipe("FROM a\nCOPY src /src\n", "FROM b\nCOPY app /\n")
    assert staged(tmp_path, found)["build"] == HostFiles(("src",))
    net_raw = bytes.fromhex("0100000200200000000000000000000000000000")
    os.setxattr(tmp_path / "src", "security.capability", net_raw)
    assert "build" not in staged(tmp_path, found)
