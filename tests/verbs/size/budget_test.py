"""A budget names what exceeds it, and who is to blame; an image within it has nothing to say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bpkit.project import ProjectChoices, load
from bpkit.project.budget import Budget, Growth
from bpkit.verbs.size.budget import budget_json, budget_markdown, budget_text, exceeded, unmatched
from bpkit.verbs.size.history import HISTORY, SizeRecord, add_record
from bpkit.verbs.size.run import unknown_growth
from tests.image.saved.images import Files
from tests.verbs.size.made import sized

FILES = {
    "lib/apk/db/installed": b"P:big\nV:1\nF:usr/lib\nR:big.so\n",
    "usr/lib/big.so": b"1" * 40_000,
    "usr/share/x": b"2" * 9_000,
    "var/cache/apk/z": b"3" * 20_000,
}


def test_an_image_within_the_budget_has_no_excess(tmp_path: Path) -> None:
    image = sized(tmp_path, FILES)
    everything = Budget(
        image.size, Growth(bytes=0), {"/usr": 49_000, "/none": 0}, {"big": 40_000, "absent": 0}
    )
    last = SizeRecord("2026-01-01", "", image.name, "", image.size)
    assert exceeded(everything, image, last) == ()
    assert budget_text(()) == budget_markdown(()) == ""


def test_one_byte_over_is_over(tmp_path: Path) -> None:
    image = sized(tmp_path, FILES)
    (one,) = exceeded(Budget(image.size - 1), image)
    assert (one.size, one.limit) == (image.size, image.size - 1)
    assert "apk add --no-cache" in one.reason
    assert "apk add --no-cache" in budget_text([one])


def test_paths_and_packages_name_their_largest_files(tmp_path: Path) -> None:
    image = sized(tmp_path, FILES)
    budget = Budget(None, None, {"/usr": 1000, "/usr/share/x": 10}, {"big": 39_999})
    found = {one.what: one for one in exceeded(budget, image)}
    assert found.keys() == {"/usr", "/usr/share/x", "package big"}
    assert found["/usr"].culprits[0] == ("/usr/lib/big.so", 40_000)
    assert found["package big"].size == 40_000
    assert [one["over"] for one in budget_json(list(found.values()))] == [48_000, 8_990, 1]


@pytest.mark.parametrize(
    "path", ["//usr/lib", "/./usr/lib", "/usr/../lib64", "/lib64", "/lib64/", "/deep/to/../to/lib"]
)
def test_a_path_is_that_of_the_directory_however_it_is_written(tmp_path: Path, path: str) -> None:
    """Debian's /lib is a link, and a budget for it is one for /usr/lib."""
    links: Files = {"lib64": "usr/lib", "deep/to/lib": "../../lib64"}
    image = sized(tmp_path, {**FILES, **links})
    (one,) = exceeded(Budget(paths={path: 39_999}), image)
    assert (one.size, one.culprits) == (40_000, (("/usr/lib/big.so", 40_000),))
    assert ("which is /usr/lib," in one.what) == ("lib64" in path or "deep" in path)
    assert unmatched(Budget(paths={path: 0}), image) == ""


def test_each_name_of_a_file_has_its_bytes(tmp_path: Path) -> None:
    image = sized(tmp_path, {"a": b"1" * 500, "b": "a"})
    (one,) = exceeded(Budget(paths={"/b": 499}), image)
    assert (one.size, one.what) == (500, "/b, which is /a,")


def test_what_a_budget_names_and_the_image_lacks_is_named(tmp_path: Path) -> None:
    image = sized(tmp_path, {**FILES, "broken": "nowhere", "loop": "loop"})
    present = Budget(paths={"/": 10**9, "/usr/share/x": 10**9}, packages={"big": 10**9})
    assert unmatched(present, image) == ""
    absent = Budget(paths={"/usr*": 0, "/broken": 0, "/loop/x": 0}, packages={"Big": 0, "big": 0})
    assert exceeded(replace(absent, packages={"Big": 0}), image) == ()
    said = unmatched(absent, image)
    assert said.endswith(": path /usr*, path /broken, path /loop/x, package Big")


def test_growth_is_held_against_the_last_record(tmp_path: Path) -> None:
    image = sized(tmp_path, FILES)
    last = SizeRecord("2026-01-02T", "", image.name, "", image.size - 100, groups={"cache": 19_990})
    assert exceeded(Budget(growth=Growth(bytes=100)), image, last) == ()
    (one,) = exceeded(Budget(growth=Growth(bytes=99)), image, last)
    assert "2026-01-02" in one.what
    assert ("cache since the record", 10) in one.culprits or len(one.culprits) == 3
    assert exceeded(Budget(growth=Growth(bytes=0)), image, None) == ()


def test_growth_without_a_record_is_reported_as_unchecked(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY a /a\n")
    settings = tmp_path / "bpkit.toml"
    settings.write_text('budget = "1 MB"\n')
    choices = ProjectChoices(directory=tmp_path)
    assert unknown_growth("app:1", load(choices)) == ""
    settings.write_text('[budget]\ngrowth = "5 %"\n')
    said = unknown_growth("app:1", load(choices))
    assert said.startswith("the growth of app:1 was not checked")
    add_record(tmp_path, SizeRecord("2026-01-02T", "", "app:2", "", 100))
    assert unknown_growth("app:1", load(choices)) == said
    add_record(tmp_path, SizeRecord("2026-01-02T", "", "app:1", "", 100))
    assert unknown_growth("app:1", load(choices)) == ""
    with (tmp_path / HISTORY).open("a") as file:
        file.write("garbage\n")
    assert unknown_growth("app:1", load(choices)).endswith("line 3 can't be read, and is left out")
