"""A small image on a base: what the base has is not brought, and directories stay directories."""

from __future__ import annotations

import pytest

from bpkit.errors import InputError
from bpkit.libraries import closure
from bpkit.rootfs import Rootfs
from bpkit.shrinking.bases import base_image, is_dynamic, on_base
from bpkit.shrinking.choose import Choice
from bpkit.shrinking.draft import Wishes
from tests.checks.made import directory, glibc, musl, program, rootfs, static, text
from tests.shrinking.made import LIBRARIES, chosen, fat

APP = program("/app", "libz.so.1", "libc.so.6")
FAT = fat(APP, entrypoint=("/app",)).rootfs
CHOICE = chosen(APP, entrypoint=("/app",))


def laid(base: Rootfs, choice: Choice = CHOICE, image: Rootfs = FAT) -> Choice:
    return on_base(choice, image, base, {})


def test_libraries_are_brought_where_the_base_has_not_all() -> None:
    found = laid(rootfs(*glibc()))
    assert f"{LIBRARIES}/libz.so.1.2.13" in found.selection.paths
    assert closure(found.rootfs, "/app").complete


def test_libraries_are_not_brought_where_the_base_has_them() -> None:
    base = Rootfs({path: node for path, node in FAT.nodes.items() if path != "/app"})
    assert laid(base).selection.paths == ("/app",)


def test_where_a_link_meets_a_directory_links_in_it_are_made() -> None:
    base = rootfs(*musl(), directory("/lib"), static("/bin/busybox"))
    found = laid(base)
    assert [(link.path, link.target) for link in found.selection.linked] == [
        ("/lib/x86_64-linux-gnu", "../usr/lib/x86_64-linux-gnu")
    ]
    assert "/lib" not in found.selection.paths
    assert closure(found.rootfs, "/app").complete


def test_a_directory_for_a_file_is_refused() -> None:
    nodes = (static("/app"), text("/etc/thing", b"x", 0o644))
    choice = chosen(*nodes, wishes=Wishes(keep=("/etc/thing",)), entrypoint=("/app",))
    image = fat(*nodes).rootfs
    with pytest.raises(InputError, match="/etc/thing is a file in the image and a directory"):
        laid(rootfs(directory("/etc/thing")), choice, image)


def test_short_names_stand_for_images_that_fit_the_program() -> None:
    assert is_dynamic(CHOICE)
    assert not is_dynamic(chosen(static("/app"), entrypoint=("/app",)))
    assert base_image("distroless", dynamic=True) == "gcr.io/distroless/cc-debian12"
    assert base_image("distroless", dynamic=False) == "gcr.io/distroless/static-debian12"
    assert base_image("my/base:1", dynamic=True) == "my/base:1"
