"""The search for libraries, rule by rule; tests/engine compares it with the loaders themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.image.libraries.search import Closure, closure
from bpkit.image.rootfs import Identity, Node
from tests.verbs.check.made import (
    GLIBC_LOADER,
    MUSL_LOADER,
    binary,
    elf,
    glibc,
    library,
    link,
    musl,
    program,
    rootfs,
    static,
    text,
)

HERE = "/usr/lib/x86_64-linux-gnu"


def found(closed: Closure) -> dict[str, str]:
    return {library.name: library.path for library in closed.libraries}


def missing(closed: Closure) -> list[str]:
    return [library.name for library in closed.missing]


def test_a_static_program_needs_nothing() -> None:
    closed = closure(rootfs(static("/app")), "/app")
    assert (closed.kind, closed.libraries, closed.complete) == ("static", (), True)


def test_what_is_not_a_binary_is_refused() -> None:
    with pytest.raises(ValueError, match="/start: there is no ELF file"):
        closure(rootfs(text("/start", b"#!/bin/sh\n")), "/start")


def test_a_missing_loader_is_reported() -> None:
    closed = closure(rootfs(program("/app", "libc.so.6")), "/app")
    assert (closed.kind, closed.interpreter, closed.complete) == ("no loader", GLIBC_LOADER, False)


def test_a_loader_with_unknown_rules_has_no_missing_libraries() -> None:
    shim = binary(GLIBC_LOADER, elf(soname="libgcompat.so.0"))
    closed = closure(rootfs(shim, program("/app", "libnowhere.so")), "/app")
    assert (closed.kind, closed.missing, closed.complete) == ("other", (), True)


def test_the_loader_decides_the_rules_not_its_name() -> None:
    nodes = (*musl(), link(GLIBC_LOADER, "/lib/ld-musl-x86_64.so.1"))
    closed = closure(rootfs(*nodes, program("/app", "libc.so.6")), "/app")
    assert (closed.kind, closed.libraries, closed.missing) == ("musl", (), ())


def test_links_on_the_way_to_a_library_and_to_the_loader_are_reported() -> None:
    nodes = (*glibc(), library(f"{HERE}/libz.so.1.2", soname="libz.so.1"))
    nodes = (*nodes, link(f"{HERE}/libz.so.1", "libz.so.1.2"), program("/app", "libz.so.1"))
    closed = closure(rootfs(*nodes), "/app")
    (zlib,) = closed.libraries
    assert (zlib.real, zlib.links) == (f"{HERE}/libz.so.1.2", ("/lib", f"{HERE}/libz.so.1"))
    assert closed.loader is not None
    assert closed.loader.real == f"{HERE}/ld-linux-x86-64.so.2"
    assert closed.loader.links == (GLIBC_LOADER, "/lib")


def test_a_directory_in_ld_so_conf_counts_only_after_ldconfig() -> None:
    conf = text("/etc/ld.so.conf", b"/opt/lib\n", 0o644)
    nodes = (*glibc(), conf, library("/opt/lib/liba.so"), program("/app", "liba.so"))
    assert missing(closure(rootfs(*nodes), "/app")) == ["liba.so"]


def test_the_environment_of_the_image_counts() -> None:
    nodes = (*glibc(), library("/opt/lib/liba.so"), program("/app", "liba.so"))
    closed = closure(rootfs(*nodes), "/app", {"LD_LIBRARY_PATH": "/nothing;lib"}, directory="/opt")
    assert found(closed) == {"liba.so": "/opt/lib/liba.so"}


def test_a_library_for_another_machine_is_skipped_and_reported() -> None:
    other = binary("/opt/liba.so", elf(soname="liba.so", machine=183))
    nodes = (*glibc(), other, program("/app", "liba.so"))
    closed = closure(rootfs(*nodes), "/app", {"LD_LIBRARY_PATH": "/opt"})
    ((rejected,),) = [m.rejected for m in closed.missing]
    assert rejected.path == "/opt/liba.so"
    assert "arm64" in rejected.reason
    nodes = (*nodes, library(f"{HERE}/liba.so"))
    again = closure(rootfs(*nodes), "/app", {"LD_LIBRARY_PATH": "/opt"})
    assert found(again) == {"liba.so": "/lib/x86_64-linux-gnu/liba.so"}


def test_a_library_that_the_user_may_not_read_is_not_found() -> None:
    closed_off = library(f"{HERE}/liba.so")._replace(mode=0o600)
    nodes = rootfs(*glibc(), closed_off, program("/app", "liba.so"))
    assert missing(closure(nodes, "/app")) == []
    assert missing(closure(nodes, "/app", who=Identity(1000, frozenset({1000})))) == ["liba.so"]


def test_a_text_file_with_the_librarys_name_ends_the_search() -> None:
    script = text("/opt/liba.so", b"GROUP ( liba.so.1 )\n", 0o644)
    nodes = rootfs(*glibc(), script, library(f"{HERE}/liba.so"), program("/app", "liba.so"))
    closed = closure(nodes, "/app", {"LD_LIBRARY_PATH": "/opt"})
    assert missing(closed) == ["liba.so"]
    assert closed.missing[0].rejected[0].fatal


def test_builds_for_newer_cpus_are_reported_beside_the_plain_one() -> None:
    newer = f"{HERE}/glibc-hwcaps/x86-64-v3/liba.so"
    nodes = (*glibc(), library(f"{HERE}/liba.so"), library(newer), program("/app", "liba.so"))
    (liba,) = closure(rootfs(*nodes), "/app").libraries
    assert liba.real == f"{HERE}/liba.so"
    assert liba.variants == ("/lib/x86_64-linux-gnu/glibc-hwcaps/x86-64-v3/liba.so",)


def test_libraries_in_ld_preload_are_loaded_first_and_may_be_missing() -> None:
    nodes = rootfs(*glibc(), library(f"{HERE}/libfast.so"), program("/app", "libc.so.6"))
    closed = closure(nodes, "/app", {"LD_PRELOAD": "libfast.so:/opt/libgone.so"})
    assert list(found(closed)) == ["libfast.so", "libc.so.6"]
    assert [(m.name, m.preload) for m in closed.missing] == [("/opt/libgone.so", True)]
    assert closed.complete


def test_a_missing_version_is_reported_with_the_newest_available_one() -> None:
    app = binary(
        "/app",
        elf(
            "libc.so.6",
            interpreter=GLIBC_LOADER,
            wants={"libc.so.6": ("GLIBC_2.2.5", "GLIBC_2.38")},
        ),
    )
    closed = closure(rootfs(*glibc("GLIBC_2.9"), app), "/app")
    (version,) = closed.versions
    assert (version.version, version.offered) == ("GLIBC_2.38", "GLIBC_2.34")
    assert version.library == f"{HERE}/libc.so.6"
    assert not closed.complete


def test_a_library_without_versions_is_accepted() -> None:
    wants = {"liba.so": ("A_1.0",)}
    app = binary("/app", elf("liba.so", interpreter=GLIBC_LOADER, wants=wants))
    closed = closure(rootfs(*glibc(), library(f"{HERE}/liba.so"), app), "/app")
    assert closed.complete


def test_musl_ignores_versions_and_is_its_own_libc() -> None:
    needed = ("libc.musl-x86_64.so.1", "libm.so.6", "libz.so.1")
    wants = {"libc.so.6": ("GLIBC_2.38",)}
    app = binary("/app", elf(*needed, interpreter=MUSL_LOADER, wants=wants))
    closed = closure(rootfs(*musl(), library("/usr/lib/libz.so.1"), app), "/app")
    assert found(closed) == {"libz.so.1": "/usr/lib/libz.so.1"}
    assert closed.complete


def test_musls_path_file_replaces_its_own_directories() -> None:
    app = binary("/app", elf("libz.so.1", interpreter=MUSL_LOADER))
    paths = text("/etc/ld-musl-x86_64.path", b"/opt/lib\n", 0o644)
    nodes = rootfs(*musl(), paths, library("/usr/lib/libz.so.1"), app)
    assert missing(closure(nodes, "/app")) == ["libz.so.1"]


def test_libraries_of_plug_ins_are_marked_as_opened() -> None:
    nodes = (
        *glibc(),
        library(f"{HERE}/libssl.so.3", "libc.so.6"),
        library("/opt/plug.so", "libssl.so.3", "libgone.so"),
        program("/app", "libc.so.6"),
    )
    closed = closure(rootfs(*nodes), "/app", opened=["/opt/plug.so"])
    assert [(x.name, x.opened) for x in closed.libraries] == [
        ("libc.so.6", False),
        ("/opt/plug.so", True),
        ("libssl.so.3", True),
    ]
    assert [(m.name, m.opened) for m in closed.missing] == [("libgone.so", True)]
    assert closed.complete


def test_a_library_on_its_own_counts_as_opened_by_a_program() -> None:
    nodes = rootfs(*glibc(), library("/opt/plug.so", "libc.so.6"))
    closed = closure(nodes, "/opt/plug.so")
    assert (closed.kind, list(found(closed))) == ("glibc", ["libc.so.6"])


NAMES = [f"lib{letter}.so" for letter in "abcdef"]


@given(
    st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=4)),
    st.lists(st.sampled_from(NAMES), max_size=4),
)
def test_any_graph_of_libraries_is_followed_to_its_end_and_each_reported_once(
    graph: dict[str, list[str]], wanted: list[str]
) -> None:
    libraries: list[Node] = [library(f"{HERE}/{name}", *graph[name]) for name in graph]
    closed = closure(rootfs(*glibc(), *libraries, program("/app", *wanted)), "/app")
    reached: set[str] = set()
    waiting = list(wanted)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += graph.get(name, [])
    assert sorted(found(closed)) == sorted(reached & graph.keys())
    assert sorted(missing(closed)) == sorted(reached - graph.keys())
