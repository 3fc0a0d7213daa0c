"""The list of images: docker's columns, and what each small image saves."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from bpkit.core.engine import ImageInfo
from bpkit.verbs.images.inventory import ListedImage
from bpkit.verbs.images.report import images_json, images_text, since

NOW = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)


def info(letter: str, size: int, *tags: str, created: str = "2026-11-25T11:00:00.1Z") -> ImageInfo:
    return ImageInfo(f"sha256:{letter * 64}", tags, size, created, "linux", "amd64", "", ())


LARGE = info("a", 700_000_000, "p-build:v1")
SMALL = info("b", 7_000_000, "p:v1", "localhost/alias:latest")
IMAGES = (
    ListedImage(SMALL, "p", "runtime", LARGE),
    ListedImage(LARGE, "p", "build"),
    ListedImage(info("c", 5), "p", "stage"),
)


def test_each_tag_is_a_row_and_an_untagged_image_has_one() -> None:
    head, *rows = images_text(IMAGES, NOW).splitlines()
    assert head.split("  ")[0] == "REPOSITORY"
    assert [row.split()[:3] for row in rows] == [
        ["p", "v1", "b" * 12],
        ["alias", "latest", "b" * 12],
        ["p-build", "v1", "a" * 12],
        ["<none>", "<none>", "c" * 12],
    ]
    assert rows[0].endswith("693MB less, -99.0 %, 100x smaller")
    assert "60 minutes ago" in rows[0]
    assert rows[2].endswith("700MB")


def test_without_images_there_is_a_sentence() -> None:
    assert images_text(()) == "this engine has no images with bpkit's label\n"
    assert "that it built from shop" in images_text((), whose="shop")


def test_json_has_the_bytes() -> None:
    shown = json.loads(json.dumps(images_json(IMAGES)))["images"]
    assert [image["size"] for image in shown] == [7_000_000, 700_000_000, 5]
    assert shown[0]["reduction"]["bytes"] == 693_000_000
    assert "reduction" not in shown[1]


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=1), "just now"),
        (timedelta(seconds=59), "59 seconds ago"),
        (timedelta(minutes=119), "119 minutes ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=20), "2 weeks ago"),
        (timedelta(days=75), "2 months ago"),
        (timedelta(days=800), "2 years ago"),
    ],
)
def test_ages_use_dockers_words(ago: timedelta, text: str) -> None:
    assert since((NOW - ago).isoformat(), NOW) == text


def test_an_engine_without_times_leaves_the_column_empty() -> None:
    assert since("", NOW) == ""
    assert since("yesterday", NOW) == ""
