"""Common files that programs expect in every image."""

from __future__ import annotations

from tests.verbs.check.made import directory, program, static
from tests.verbs.shrink.made import chosen


def test_an_image_with_libraries_has_a_directory_for_temporary_files() -> None:
    till = program("/usr/bin/till", "libc.so.6")
    choice = chosen(till, directory("/tmp"), cmd=("till",))
    assert choice.rootfs.nodes["/tmp"].mode == 0o1777


def test_a_static_program_without_temporary_files_is_kept_alone() -> None:
    choice = chosen(static("/usr/bin/till"), directory("/tmp"), cmd=("till",))
    assert "/tmp" not in choice.rootfs.nodes
