"""The Dockerfile that comes of a selection: the old text as it was, and two stages after it."""

from __future__ import annotations

from dataclasses import replace

from bpkit.formats.dockerfile.parser import parse
from bpkit.formats.dockerfile.stage import stages
from bpkit.image.selection import FileGroup, LeftOut, Linked, MadeFile, Selection
from bpkit.verbs.shrink.writing import Carried, appended
from tests.verbs.check.made import library, link, rootfs, static, text

HERE = "/usr/lib/x86_64-linux-gnu"
IMAGE = rootfs(
    static("/app/server"),
    text("/app/__pycache__/x.pyc", b"", 0o644),
    text("/app/old/x", b"", 0o644),
    library(f"{HERE}/libz.so.1.2.13"),
    link(f"{HERE}/libz.so.1", "libz.so.1.2.13"),
    library(f"{HERE}/libm.so.6"),
    text("/etc/my file", b"", 0o644),
)
SELECTION = Selection(
    groups=(
        FileGroup("programs that are started", ("/app",)),
        FileGroup(
            "libraries",
            (f"{HERE}/libz.so.1", f"{HERE}/libz.so.1.2.13", f"{HERE}/libm.so.6", "/etc/my file"),
        ),
    ),
    left_out=("/app/old",),
    left_out_names=(LeftOut("/app", ("__pycache__", "*.tmp")),),
    made=(MadeFile("/tmp", 0o1777),),
    linked=(Linked("/lib/x", "../usr/lib/x"),),
    given=("/data",),
    opened=("/app",),
)
CARRIED = Carried("scratch", ("USER 65532", 'ENTRYPOINT ["/app/server"]'), owner="65532")
OLD = "# my image\nFROM gcc:latest AS build\nRUN make  # all\nENTRYPOINT /app/server\n"


def new_text(old: str = OLD, carried: Carried = CARRIED, selection: Selection = SELECTION) -> str:
    return appended(parse(old), IMAGE, selection, carried)


def test_the_stages_are_written_after_the_old_text() -> None:
    assert new_text() == OLD + (
        "\n"
        "# Only what the program needs; chosen by bpkit shrink.\n"
        "FROM build AS rootfs\n"
        "RUN mkdir /rootfs && cd / && cp -a --parents \\\n"
        "    # programs that are started\n"
        "    app \\\n"
        "    # libraries\n"
        "    usr/lib/x86_64-linux-gnu/libz.so.1* \\\n"
        "    usr/lib/x86_64-linux-gnu/libm.so.6 \\\n"
        "    'etc/my file' \\\n"
        "    /rootfs \\\n"
        " && cd /rootfs/app && rm -rf old \\\n"
        " && find /rootfs/app -mindepth 1 -name __pycache__ -prune -exec rm -rf {} + \\\n"
        " && mkdir -p -m 1777 /rootfs/tmp \\\n"
        " && mkdir -p /rootfs/lib && ln -s ../usr/lib/x /rootfs/lib/x \\\n"
        " && chmod -R a+rX /rootfs/app \\\n"
        " && chown -R 65532 /rootfs/data\n"
        "\n"
        "FROM scratch\n"
        "COPY --from=rootfs /rootfs/ /\n"
        "USER 65532\n"
        'ENTRYPOINT ["/app/server"]\n'
    )


def test_the_new_text_adds_two_stages() -> None:
    every = stages(parse(new_text()))
    assert [stage.name for stage in every] == ["build", "rootfs", None]
    assert every.last.is_scratch


def test_a_pattern_that_matches_more_than_the_kept_files_is_not_used() -> None:
    image = rootfs(*IMAGE.nodes.values(), library(f"{HERE}/libz.so.1.9"))
    lines = appended(parse(OLD), image, SELECTION, CARRIED)
    assert "libz.so.1*" not in lines
    assert f"    {HERE[1:]}/libz.so.1 \\\n    {HERE[1:]}/libz.so.1.2.13 \\\n" in lines


def test_the_escape_character_and_the_line_ends_are_those_of_the_file() -> None:
    old = "# escape=`\r\nFROM gcc AS build\r\n"
    new = new_text(old)
    assert new.startswith(old)
    assert "cp -a --parents `\r\n" in new
    assert "\n" not in new.replace("\r\n", "")


def test_a_file_without_an_end_of_line_gets_one() -> None:
    assert new_text(OLD.rstrip("\n")) == new_text()


def test_the_gathering_stage_runs_as_root_with_a_posix_shell() -> None:
    new = new_text(carried=replace(CARRIED, user="app", shell=True))
    assert 'AS rootfs\nUSER 0\nSHELL ["/bin/sh", "-c"]\nRUN mkdir' in new


def test_names_in_use_are_avoided() -> None:
    old = "FROM gcc AS rootfs\nRUN x\nFROM alpine AS build\nCOPY --from=rootfs /x /x\n"
    image = rootfs(*IMAGE.nodes.values(), text("/rootfs/mine", b"", 0o644))
    new = appended(parse(old), image, SELECTION, CARRIED)
    assert "FROM build AS rootfs-2\nRUN mkdir /rootfs-2 &&" in new
    assert "COPY --from=rootfs-2 /rootfs-2/ /" in new


def test_files_of_an_image_without_a_shell_are_gathered_in_another_stage() -> None:
    new = new_text(carried=replace(CARRIED, tools="compiler"))
    assert (
        "FROM compiler AS rootfs\n"
        "USER 0\n"
        "COPY --from=build / /image/\n"
        "RUN mkdir /rootfs && cd /image && cp -a --parents \\\n"
    ) in new


def test_unused_files_of_a_directory_are_removed_only_while_its_files_are_unchanged() -> None:
    image = rootfs(
        *IMAGE.nodes.values(),
        text("/usr/lib/till/main", b"123", 0o644),
        text("/usr/lib/till/other", b"45", 0o644),
        text("/usr/lib/till/deep/more", b"678", 0o644),
    )
    selection = replace(
        SELECTION,
        groups=(*SELECTION.groups, FileGroup("the library", ("/usr/lib/till",))),
        left_out=("/usr/lib/till/other", "/usr/lib/till/deep/more", "/app/old"),
        unchanged=("/usr/lib/till",),
    )
    written = appended(parse(OLD), image, selection, CARRIED)
    assert (
        " && if [ $(find /usr/lib/till -maxdepth 1 -type f -exec cat {} + | wc -c) -eq 5 ]; "
        "then \\\n"
        "      cd /rootfs/usr/lib/till && rm -rf other \\\n"
        "   && cd /rootfs/usr/lib/till/deep && rm -rf more; fi \\\n"
        " && cd /rootfs/app && rm -rf old \\\n"
    ) in written
