"""The page of ``size --html`` in a real browser: it draws, zooms, filters, and reads aloud."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.verbs.size import ImageSize, size_page
from bpkit.verbs.size.history import SizeRecord
from bpkit.verbs.size.result import LostFile, SizedFile, SizedLayer
from scripts.bpkit_dev.screenshots import picture_of
from scripts.bpkit_dev.webdriver import Browser
from tests.verbs.size.made import sized

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

EVIL = "</script><img src=x onerror=alert(1)>"
HISTORY = [
    SizeRecord("2026-01-01T00:00:00Z", "a" * 40, "app", "x", 30_000),
    SizeRecord("2026-02-01T00:00:00Z", "b" * 40, "app", "y", 80_000),
]


@pytest.fixture
def page(chromium: Browser, tmp_path: Path) -> Browser:
    """The page of an image with four directories, a hidden file and a name that means harm."""
    image = sized(
        tmp_path,
        {
            "usr/lib/libbig.so": b"1" * 50_000,
            "usr/bin/tool": b"2" * 20_000,
            "var/cache/apk/old": b"3" * 15_000,
            f"srv/{EVIL}": b"4" * 9_000,
            "gone": b"5" * 12_000,
        },
        {".wh.gone": b"", "opt/added/file": b"6" * 7_000},
        history=[{"created_by": f"RUN {EVIL}"}, {"created_by": "RUN rm gone"}],
    )
    path = tmp_path / "size.html"
    path.write_text(size_page([image], history=HISTORY), encoding="utf-8")
    chromium.open(path)
    return chromium


TILES = "return [...document.querySelectorAll('.map > .tile')].map((one) => one.ariaLabel)"


def tiles(page: Browser) -> list[str]:
    return [str(label) for label in page.run(TILES)]


def test_each_directory_is_a_tile_as_large_as_its_bytes(page: Browser) -> None:
    labels = tiles(page)
    assert [label.split(",")[0] for label in labels] == [
        *("usr", "var", "hidden by later layers", "srv", "opt")
    ]
    assert "usr, 70 kB, 61.9 %, directory, 2 files" in labels
    areas = page.run(
        "return [...document.querySelectorAll('.map > .tile')]"
        ".map((one) => one.offsetWidth * one.offsetHeight)"
    )
    assert areas == sorted(areas, reverse=True)
    assert 0.58 < areas[0] / sum(areas) < 0.66


def test_a_click_zooms_in_and_a_crumb_out(page: Browser) -> None:
    page.click(".map > .tile")
    assert [label.split(",")[0] for label in tiles(page)] == ["lib", "bin"]
    page.click(".map > .tile")
    assert tiles(page) == ["libbig.so, 50 kB, 100.0 %, library"]
    page.click(".crumbs li:first-child button")
    assert len(tiles(page)) == 5


def test_the_keyboard_alone_does_all(page: Browser) -> None:
    page.run("document.querySelector('.map > .tile').focus()")
    page.press("Enter")
    assert page.run("return document.activeElement.ariaLabel").startswith("lib,")
    page.press("ArrowRight")
    assert page.run("return document.activeElement.ariaLabel").startswith("bin,")
    page.press("Escape")
    assert page.run("return document.activeElement.ariaLabel").startswith("usr,")
    assert len(tiles(page)) == 5


def test_search_and_kind_leave_only_what_matches(page: Browser) -> None:
    page.type("#search", "tool")
    page.until("return document.querySelectorAll('.map > .tile').length === 1")
    assert page.run("return document.getElementById('status').textContent").endswith(
        "20 kB in 1 file shown"
    )
    page.run(
        "document.getElementById('search').value = '';"
        "document.getElementById('kind').value = '6';"
        "document.getElementById('kind').dispatchEvent(new Event('change'))"
    )
    assert [label.split(",")[0] for label in tiles(page)] == ["var"]


def test_nothing_found_is_said(page: Browser) -> None:
    page.type("#search", "no such file")
    page.until("return document.querySelectorAll('.map > .tile').length === 0")
    assert "Nothing here passes" in page.run("return document.querySelector('.map').textContent")


def test_a_layer_shows_its_own_files(page: Browser) -> None:
    page.click(".layers tbody tr:nth-child(2) button")
    assert [label.split(",")[0] for label in tiles(page)] == ["opt"]
    pressed = "return document.querySelectorAll('.layers [aria-pressed=true]').length"
    assert page.run(pressed) == 1
    page.click(".layers tbody tr:nth-child(2) button")
    assert len(tiles(page)) == 5


def test_roles_and_names_are_such_as_a_screen_reader_needs(page: Browser) -> None:
    assert page.role("#search") == "searchbox"
    assert page.label("#search") == "Search"
    assert page.label("#kind") == "Kind"
    assert page.role(".map > .tile") == "button"
    assert page.label(".map > .tile").startswith("usr, 70 kB")
    assert page.role("#status") == "status"
    assert page.role("table") == "table"
    assert page.role("#line svg") in {"image", "img"}
    assert "80 kB on 2026-02-01" in page.label("#line svg")
    unnamed = page.run(
        "return [...document.querySelectorAll('button')]"
        ".filter((one) => !(one.ariaLabel || one.textContent.trim())).length"
    )
    assert unnamed == 0


#: The contrast of each text with what is behind it, WCAG 2.1 (1.4.3): the least of all.
CONTRAST = """
const parse = (text) => text.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map((one) => one / 255)
  .map((one) => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
  .reduce((sum, one, index) => sum + one * [0.2126, 0.7152, 0.0722][index], 0);
let least = [99, ""];
for (const element of document.querySelectorAll("body *")) {
  const own = [...element.childNodes].some((one) => one.nodeType === 3 && one.textContent.trim());
  if (!own || ["SCRIPT", "STYLE", "OPTION"].includes(element.tagName)) continue;
  let behind = element, back = [0, 0, 0, 0];
  while (behind && back[3] === 0) {
    back = parse(getComputedStyle(behind).backgroundColor);
    if (back.length === 3) back.push(1);
    behind = behind.parentElement;
  }
  const style = getComputedStyle(element);
  const fore = parse(element.namespaceURI.endsWith("svg") ? style.fill : style.color);
  const [high, low] = [light(fore), light(back)].sort((one, other) => other - one);
  const ratio = (high + 0.05) / (low + 0.05);
  if (ratio < least[0]) least = [ratio, element.outerHTML.slice(0, 200)];
}
return least;
"""


def test_every_text_can_be_read_in_light_and_in_dark(page: Browser) -> None:
    first = page.run("return document.documentElement.dataset.theme")
    for _ in range(2):
        ratio, where = page.run(CONTRAST)
        assert ratio >= 4.5, where
        page.click("#theme")
    assert page.run("return document.documentElement.dataset.theme") == first
    for theme in ("light", "dark"):
        page.run("theme(arguments[0])", theme)
        for kind in range(12):
            script = (
                "const one = document.querySelector('.tile');"
                f"one.style.background = 'var(--kind-{kind})';{CONTRAST}"
            )
            ratio, where = page.run(script)
            assert ratio >= 4.5, (theme, kind, where)


def test_names_from_the_image_are_text_and_no_code(page: Browser) -> None:
    assert page.run("return document.images.length") == 0
    page.click(".list tbody tr:nth-child(4) button")
    shown = page.run("return document.querySelector('.list tbody').textContent")
    # A slash parts a path, in this name too.
    assert "<" in shown
    assert page.complaints() == []


def test_nothing_is_loaded_and_nothing_complained_of(page: Browser) -> None:
    assert page.complaints() == []
    loaded = page.run("return performance.getEntriesByType('resource').map((one) => one.name)")
    assert [name for name in loaded if not str(name).startswith("data:")] == []


def many(files: int) -> ImageSize:
    """An image of so many files in a tree that is three directories deep."""
    found = tuple(
        SizedFile(
            f"/usr/d{number % 40}/e{number % 900}/file-{number}.py",
            number % 5000 + 1,
            number % 7,
            "library",
            None,
            b"",
        )
        for number in range(files)
    )
    layers = tuple(
        SizedLayer(n, f"{n}", f"RUN {n}", 10**7, 10**7, "files", 10**6, True, 100) for n in range(7)
    )
    lost = (LostFile("/gone", 5, 0, 1, "removed"),)
    return ImageSize("many", "x", "test", "linux/amd64", layers, found, lost, ())


def test_the_pictures_of_the_documentation_show_a_page_that_is_drawn(
    chromium: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "size.html"
    path.write_text(size_page([many(50)]), encoding="utf-8")
    shown = picture_of(chromium, path)
    path.write_text(size_page([many(51)]), encoding="utf-8")
    assert shown.startswith(b"\x89PNG")
    assert picture_of(chromium, path) != shown


def test_fifty_thousand_files_are_painted_and_filtered(chromium: Browser, tmp_path: Path) -> None:
    path = tmp_path / "many.html"
    path.write_text(size_page([many(50_000), many(1000)]), encoding="utf-8")
    chromium.open(path)
    assert chromium.run("return views.map((view) => view.root.files)") == [50_001, 1001]
    # Not every file is an element: that is what keeps the page quick.
    assert chromium.run("return document.querySelectorAll('*').length") < 6000
    assert chromium.run("return performance.getEntriesByName('first-contentful-paint').length") in {
        0,
        1,
    }
    chromium.type("#search", "file-49999.py")
    chromium.until("return views[0].root.files === 1")
    columns = chromium.run(
        "return getComputedStyle(document.querySelector('.images')).gridTemplateColumns"
    )
    assert len(str(columns).split()) == 2
