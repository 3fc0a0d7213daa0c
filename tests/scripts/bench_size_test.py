"""What the table of sizes is made of; the builds themselves take minutes."""

from __future__ import annotations

from scripts.bpkit_dev.bench_cases import CASES, CASES_DIRECTORY
from scripts.bpkit_dev.bench_floor import opened_paths, opened_sizes
from scripts.bpkit_dev.bench_size import Row
from tests.verbs.check.made import GLIBC_LOADER, link, program, rootfs, static, text

TRACE = """\
12 execve("/usr/bin/app", ["app"], 0x7ffc /* 5 vars */) = -1 ENOENT (No such file or directory)
12 execve("./app", ["app"], 0x7ffc /* 5 vars */) = 0
12 openat(AT_FDCWD</srv>, "/etc/gone", O_RDONLY) = -1 ENOENT (No such file or directory)
12 openat(AT_FDCWD</srv>, "data", O_RDONLY|O_CLOEXEC) = 3</srv/data>
13 open("/lib/libz.so.1", O_RDONLY) = 3</usr/lib/libz.so.1.2>
13 openat(AT_FDCWD</srv>, "data", O_RDONLY) = 4</srv/data>
"""


def test_only_successfully_opened_files_count() -> None:
    assert list(opened_paths(TRACE)) == [
        "./app",
        "/srv/data",
        "/usr/lib/libz.so.1.2",
        "/srv/data",
    ]


def test_each_file_counts_once_with_the_loader_and_the_interpreter_that_the_kernel_opens() -> None:
    image = rootfs(
        program("/srv/app"),
        static("/usr/lib/ld.so"),
        link(GLIBC_LOADER, "/usr/lib/ld.so"),
        text("/srv/data", b"12345", 0o644),
        text("/usr/lib/libz.so.1.2", b"123", 0o644),
    )
    assert sorted(opened_sizes(image, TRACE, "/srv")) == [3, 5, 1000, 1000]
    script = rootfs(text("/srv/app", b"#!/bin/sh -e\n"), static("/bin/sh"))
    assert sorted(opened_sizes(script, TRACE, "/srv")) == [len(b"#!/bin/sh -e\n"), 1000]


def test_a_row_marks_a_size_over_the_goal() -> None:
    row = Row(CASES[0], 5000, 400, None, 102, 100, (2_000_000, 50_000), (0.5, 0.25))
    assert row.cells() == (
        "Go hello",
        "5,000",
        "400",
        "–",
        "102",
        "100",
        "1.020 (too much)",
        "2.0 → 0.1 MB",
        "0.50 → 0.25 s",
    )


def test_every_case_has_all_its_forms() -> None:
    for case in CASES:
        forms = ("Dockerfile", "Dockerfile.build", "Dockerfile.runtime", "Dockerfile.stages")
        for name in forms[:1] if case.is_program else forms:
            assert (CASES_DIRECTORY / case.directory / name).is_file(), (case, name)
        assert case.runs or ((case.routes or case.clients) and case.port)
