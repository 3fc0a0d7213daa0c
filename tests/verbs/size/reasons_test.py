"""Reasons say what was seen, and no byte is saved twice."""

from __future__ import annotations

from pathlib import Path

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
        "removed by layer 2, and still in the layers below": BIG,
    }
    assert sum(saved.values()) <= image.files_size


def test_an_image_that_wastes_nothing_has_no_reason(tmp_path: Path) -> None:
    assert sized(tmp_path, {"app": b"a" * BIG, "etc/conf": b"c" * BIG}).reasons == ()


def test_debconf_is_no_cache(tmp_path: Path) -> None:
    assert sized(tmp_path, {"var/cache/debconf/templates.dat": b"t" * BIG}).reasons == ()
