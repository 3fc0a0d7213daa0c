"""Symbols that a build left in the application's programs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bpkit.image.packages import Package, Packages
from bpkit.image.rootfs import Node, Rootfs
from bpkit.verbs.shrink.symbols import stripping, symbols_note, symbols_size, with_symbols
from tests.verbs.check.made import program, rootfs, static

STRIP = static("/usr/bin/strip")


def with_sections(path: str, size: int, loaded: int, end: int) -> Node:
    node = program(path, "libc.so.6")
    assert node.elf
    return node._replace(size=size, elf=replace(node.elf, loaded_end=loaded, sections_end=end))


TILL = with_sections("/app/till", 3_000_000, 1_000_000, 3_000_000)


def test_sections_after_the_loaded_part_are_symbols_if_they_reach_the_end() -> None:
    assert symbols_size(TILL) == 2_000_000
    # A program that carries something behind its sections would lose it.
    assert symbols_size(TILL._replace(size=9_000_000)) == 0
    assert symbols_size(static("/app/x")) == 0


@pytest.mark.parametrize(
    "path", ["/opt/venv/lib/python3.11/site-packages/x.so", "/app/node_modules/x/x.node"]
)
def test_prebuilt_libraries_of_package_managers_are_not_stripped(path: str) -> None:
    node = TILL._replace(path=path)
    assert with_symbols(Rootfs({path: node}), Packages()) == ()


def test_programs_of_the_distribution_and_small_ones_are_not_stripped() -> None:
    small = with_sections("/app/small", 20_000, 10_000, 20_000)
    shop = with_sections("/usr/bin/shop", 3_000_000, 1_000_000, 3_000_000)
    nodes = {node.path: node for node in (TILL, small, shop)}
    packages = Packages({"shop": Package("shop", ("/usr/bin/shop",))})
    assert with_symbols(Rootfs(nodes), packages) == (TILL,)


def test_symbols_are_removed_if_the_image_has_strip_with_a_note_in_any_case() -> None:
    image = rootfs(STRIP)
    (command,) = stripping(image, [TILL], "/rootfs", "\\")
    assert command == "strip -p --strip-unneeded /rootfs/app/till"
    assert "pass --strip" in symbols_note(image, (TILL,), strip=False)
    assert symbols_note(image, (TILL,), strip=True).startswith("stripped symbols from /app/till")
    assert symbols_note(image, (), strip=True) == ""


def test_an_image_without_strip_keeps_symbols_with_a_note() -> None:
    image = rootfs(static("/usr/bin/other"))
    assert stripping(image, [TILL], "/rootfs", "\\") == ()
    assert "the image has no 'strip'" in symbols_note(image, (TILL,), strip=True)
