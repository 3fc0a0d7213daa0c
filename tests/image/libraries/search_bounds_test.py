"""The search for thousands of libraries in many directories takes seconds."""

from __future__ import annotations

import pytest

from bpkit.errors import InputError
from bpkit.formats.elf import Elf
from bpkit.image.libraries import model
from bpkit.image.libraries.model import SearchStart
from bpkit.image.rootfs import Node, Rootfs


def start(*paths: str) -> SearchStart:
    nodes = {path: Node(path, "file") for path in paths}
    shelf = {"/": Node("/", "directory"), "/shelf": Node("/shelf", "directory")}
    return SearchStart(Rootfs({**shelf, **nodes}), "/lib/ld.so", Elf(64, True, 62, 0, 0, 3))


def test_a_directory_is_searched_once() -> None:
    search = start("/shelf/libware.so")
    assert search.may_hold("/shelf", "libware.so")
    assert not search.may_hold("/shelf", "libother.so")
    assert not search.may_hold("/no-shelf", "libware.so")


def test_a_search_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    search = start()
    monkeypatch.setattr(model, "_MOST_LOOKS", 10)
    for _ in range(10):
        search.may_hold("/shelf", "libware.so")
    with pytest.raises(InputError, match="more directories than any program names"):
        search.may_hold("/shelf", "libware.so")
