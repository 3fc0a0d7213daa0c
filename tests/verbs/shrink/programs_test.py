"""The libraries of programs as paths, and the loader's cache if it is needed to find one."""

from __future__ import annotations

from bpkit.formats.elf.clues import Clues
from bpkit.verbs.shrink.programs import libraries_of, opened_libraries
from tests.verbs.check.made import binary, elf, library, musl, rootfs, text

APP = binary("/app", elf("libown.so", "libc.so", interpreter="/lib/ld-musl-x86_64.so.1"))
PATHS = text("/etc/ld-musl-x86_64.path", b"/lib\n/opt/own\n", 0o644)


def test_the_path_file_is_kept_if_only_it_leads_to_a_library() -> None:
    image = rootfs(*musl(), APP, PATHS, library("/opt/own/libown.so"))
    assert PATHS.path in libraries_of(image, ["/app"], {})


def test_the_path_file_is_not_kept_if_the_loader_looks_there_by_itself() -> None:
    image = rootfs(*musl(), APP, library("/lib/libown.so"), PATHS)
    assert PATHS.path not in libraries_of(image, ["/app"], {})


def test_opened_libraries_are_those_that_are_named_and_exist() -> None:
    image = rootfs(library("/usr/lib/libplug.so"), library("/usr/lib/libgcc_s.so.1"))
    clues = [Clues(opens=("libplug.so", "libgone.so"))]
    assert opened_libraries(image, clues, frozenset()) == ["libplug.so"]
    ends = frozenset({"pthread_exit"})
    assert opened_libraries(image, [], ends) == ["libgcc_s.so.1"]
