"""Reasons say what was seen, and no byte is saved twice."""

from __future__ import annotations

from pathlib import Path

from bpkit.verbs.size.reasons import reasons
from bpkit.verbs.size.report import size_text
from bpkit.verbs.size.result import ImageSize
from tests.verbs.size.made import sized

BIG = 50_000


def test_no_byte_has_two_reasons(tmp_path: Path) -> None:
    cache = b"c" * BIG
    image = sized(
        tmp_path,
        {
            "var/lib/apt/lists/a": cache,
            "var/lib/apt/lists/b": cache,
            "usr/include/x.h": b"h" * BIG,
            "srv/one": b"s" * BIG,
            "srv/two": b"s" * BIG,
            "old": b"o" * BIG,
        },
        {".wh.old": b""},
    )
    saved = {one.title: one.saves for one in image.reasons}
    assert saved == {
        "package lists that apt downloaded": 2 * BIG,
        "compilers, headers and other development tools": BIG,
        "the same contents at several paths": BIG,
        "removed by layer 2, but still in the layers below": BIG,
    }
    assert sum(saved.values()) <= image.files_size


def test_an_image_without_waste_has_no_reasons(tmp_path: Path) -> None:
    assert sized(tmp_path, {"app": b"a" * BIG, "etc/conf": b"c" * BIG}).reasons == ()


def test_debconf_is_not_a_cache(tmp_path: Path) -> None:
    assert sized(tmp_path, {"var/cache/debconf/templates.dat": b"t" * BIG}).reasons == ()


def saved(image: ImageSize, base: int = 0) -> dict[str, int]:
    found = reasons(image.layers, image.files, image.lost, image.duplicates, base)
    return {one.title: one.saves for one in found}


def test_the_base_images_content_is_not_blamed_on_the_dockerfile(tmp_path: Path) -> None:
    image = sized(
        tmp_path,
        {"usr/share/doc/x/a": b"d" * BIG, "srv/data": b"s" * BIG, "old": b"o" * BIG},
        {"usr/share/doc/y/b": b"e" * 2 * BIG, "srv/again": b"s" * BIG, ".wh.old": b""},
    )
    removed = "removed by layer 2, but still in the layers below"
    assert saved(image) == {
        "documentation": 3 * BIG,
        "the same contents at several paths": BIG,
        removed: BIG,
    }
    assert saved(image, base=1) == {
        "documentation": 2 * BIG,
        "the same contents at several paths": BIG,
        f"in the base image: {removed}; documentation": 2 * BIG,
    }
    assert list(saved(image, base=2).values()) == [4 * BIG]


def test_a_copy_that_only_the_base_image_has_can_stay(tmp_path: Path) -> None:
    image = sized(tmp_path, {"one": b"s" * BIG, "two": b"s" * BIG}, {"app": b"a" * BIG})
    assert saved(image, base=1) == {}
    assert saved(image, base=0) == {"the same contents at several paths": BIG}


def test_a_cache_that_is_written_again_is_one_reason_with_the_older_one(tmp_path: Path) -> None:
    image = sized(
        tmp_path,
        {"var/cache/apt/pkgcache.bin": b"1" * BIG, "etc/x": b"1" * BIG},
        {"var/cache/apt/pkgcache.bin": b"2" * BIG, "etc/x": b"2" * BIG},
    )
    assert saved(image) == {
        "apt's index, and packages that it kept, if any": 2 * BIG,
        "replaced by layer 2, but still in the layers below": BIG,
    }


def test_an_unknown_base_image_is_reported(tmp_path: Path) -> None:
    image = sized(tmp_path, {"usr/share/doc/a": b"d" * BIG}, {"app": b"a"})
    assert "It isn't known which layers are the base image's" in size_text(image)
    alone = sized(tmp_path, {"usr/share/doc/a": b"d" * BIG})
    assert "base image's" not in size_text(alone)
