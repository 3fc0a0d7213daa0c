"""A new image on a base: what the base has is not brought, and directories stay directories."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bpkit.errors import InputError
from bpkit.image.libraries.search import closure
from bpkit.image.rootfs import Rootfs
from bpkit.verbs.shrink.bases import base_image, is_dynamic, on_base
from bpkit.verbs.shrink.choose import Choice
from bpkit.verbs.shrink.draft import ShrinkWishes
from tests.verbs.check.made import GLIBC_LOADER as LOADER
from tests.verbs.check.made import directory, elf, glibc, musl, program, rootfs, static, text
from tests.verbs.shrink.made import LIBRARIES, chosen, fat

APP = program("/app", "libz.so.1", "libc.so.6")
FAT = fat(APP, entrypoint=("/app",)).rootfs
NEW = "GLIBC_2.99"
CHOICE = chosen(APP, entrypoint=("/app",))


def laid(base: Rootfs, choice: Choice = CHOICE, image: Rootfs = FAT) -> Choice:
    return on_base(choice, image, base, {})


def test_libraries_are_added_if_the_base_lacks_some() -> None:
    found = laid(rootfs(*glibc()))
    assert found.selection.paths == (
        "/app",
        f"{LIBRARIES}/libz.so.1",
        f"{LIBRARIES}/libz.so.1.2.13",
    )
    assert closure(found.rootfs, "/app").complete


def test_all_libraries_are_added_if_the_versions_on_the_base_do_not_fit() -> None:
    newer = APP._replace(elf=elf("libc.so.6", interpreter=LOADER, wants={"libc.so.6": (NEW,)}))
    libc = fat().rootfs.nodes[f"{LIBRARIES}/libc.so.6"]
    assert libc.elf
    offers = libc.elf.version_definitions | {NEW}
    newest = libc._replace(elf=replace(libc.elf, version_definitions=offers))
    choice = chosen(newer, newest, entrypoint=("/app",))
    found = laid(rootfs(*glibc()), choice, fat(newer, newest).rootfs)
    assert f"{LIBRARIES}/libc.so.6" in found.selection.paths
    assert f"{LIBRARIES}/ld-linux-x86-64.so.2" in found.selection.paths
    assert closure(found.rootfs, "/app").complete


def test_libraries_that_the_base_has_are_not_added() -> None:
    base = Rootfs({path: node for path, node in FAT.nodes.items() if path != "/app"})
    assert laid(base).selection.paths == ("/app",)


def test_a_link_that_is_a_directory_in_the_base_becomes_links_inside_it() -> None:
    base = rootfs(*musl(), directory("/lib"), static("/bin/busybox"))
    found = laid(base)
    assert [(link.path, link.target) for link in found.selection.linked] == [
        ("/lib/x86_64-linux-gnu", "../usr/lib/x86_64-linux-gnu")
    ]
    assert "/lib" not in found.selection.paths
    assert closure(found.rootfs, "/app").complete


def test_a_directory_for_a_file_is_refused() -> None:
    nodes = (static("/app"), text("/etc/thing", b"x", 0o644))
    choice = chosen(*nodes, wishes=ShrinkWishes(keep=("/etc/thing",)), entrypoint=("/app",))
    image = fat(*nodes).rootfs
    with pytest.raises(InputError, match="/etc/thing is a file in the image and a directory"):
        laid(rootfs(directory("/etc/thing")), choice, image)


def test_short_names_of_bases_depend_on_the_kind_of_program() -> None:
    assert is_dynamic(CHOICE)
    assert not is_dynamic(chosen(static("/app"), entrypoint=("/app",)))
    assert base_image("distroless", dynamic=True) == "gcr.io/distroless/cc-debian12"
    assert base_image("distroless", dynamic=False) == "gcr.io/distroless/static-debian12"
    assert base_image("my/base:1", dynamic=True) == "my/base:1"
