"""The tar reader against the standard library's writer, in each of its formats."""

from __future__ import annotations

import contextlib
import io
import itertools
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.formats.elf.clues import find_clues
from bpkit.formats.elf.read import read_elf
from bpkit.image.read import TarError, read_directory, read_tar
from bpkit.image.rootfs import Node

PROGRAM = Path(sys.executable).resolve()
FORMATS = [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]


def member(name: str, kind: bytes = tarfile.REGTYPE, **fields: object) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    for key, value in fields.items():
        setattr(info, key, value)
    return info


def archive(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> io.BytesIO:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as tar:
        for info, content in members:
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    stream.seek(0)
    return stream


class Keeper:
    """A witness that keeps what it is shown of the files of which it wants so many bytes."""

    def __init__(self, **wanted: int) -> None:
        self.wanted = {f"/{name}": most for name, most in wanted.items()}
        self.seen: dict[str, bytes] = {}

    def wants(self, node: Node) -> int:
        return self.wanted.get(node.path, 0)

    def sees(self, node: Node, content: memoryview) -> None:
        self.seen[node.path] = bytes(content)

    def sees_again(self, path: str, first: str) -> None:
        self.seen[path] = self.seen.get(first, b"unseen")


@pytest.mark.parametrize("form", FORMATS)
def test_every_kind_of_member_is_read(form: int) -> None:
    script = b"#!/bin/sh\r\n" + b"x" * 5000
    stream = archive(
        (member("usr/", tarfile.DIRTYPE, mode=0o751), b""),
        (member("./usr/run", mode=0o4755, uid=7, gid=8), script),
        (member("usr/hard", tarfile.LNKTYPE, linkname="./usr/run"), b""),
        (member("usr/link", tarfile.SYMTYPE, linkname="/usr/run"), b""),
        (member("data", mode=0o644), b"x" * 1_500_000),
        (member("etc/passwd", mode=0o644), b"root:x:0:0::/:\n"),
        form=form,
    )
    rootfs = read_tar(stream)
    run = rootfs.nodes["/usr/run"]
    assert (run.mode, run.uid, run.gid, run.size) == (0o4755, 7, 8, len(script))
    # A script of a shell is kept whole: its text tells what it starts.
    assert run.text == script
    assert rootfs.nodes["/usr"].mode == 0o751
    assert rootfs.nodes["/usr/hard"].text == run.text
    assert rootfs.nodes["/usr/link"].target == "/usr/run"
    assert rootfs.nodes["/data"].size == 1_500_000
    assert rootfs.nodes["/data"].text is None
    assert rootfs.text("/etc/passwd") == "root:x:0:0::/:\n"
    assert set(rootfs.nodes) == {
        *("/", "/usr", "/usr/run", "/usr/hard", "/usr/link", "/data", "/etc", "/etc/passwd")
    }


@pytest.mark.parametrize("form", FORMATS[1:])
def test_long_names_and_big_numbers_are_read(form: int) -> None:
    deep = "d" * 120 + "/" + "ü" * 90
    stream = archive(
        (member(deep, uid=2**31), b"content"),
        (member("link", tarfile.SYMTYPE, linkname=f"/{deep}"), b""),
        form=form,
    )
    rootfs = read_tar(stream)
    node = rootfs.resolve("/link")
    assert node is not None
    assert (node.path, node.uid, node.size) == (f"/{deep}", 2**31, 7)


def test_clues_in_a_binary_are_read_only_if_they_are_wanted() -> None:
    program = PROGRAM.read_bytes()
    stream = archive((member("app", mode=0o755), program), (member("lib", mode=0o644), program))
    rootfs = read_tar(stream, look_into=lambda path: path == "/app")
    app, library = rootfs.nodes["/app"], rootfs.nodes["/lib"]
    assert app.elf is not None
    assert app.elf == library.elf
    assert app.clues is not None
    assert library.clues is None


@pytest.mark.skipif(not shutil.which("gcc"), reason="needs gcc")
def test_a_binary_too_large_to_hold_is_read_by_its_beginning_and_its_dynamic_section(
    tmp_path: Path,
) -> None:
    source = """
    #include <pwd.h>
    const char much[20 << 20] = {1}, text[] = "/etc/ssl/certs/ca-certificates.crt";
    int main(void) { return much[5] || text[3] || getpwuid(0) == 0; }"""
    flags = ["-Wl,--no-as-needed", "-lm", "-Wl,-rpath,/opt/lib"]
    command = ["gcc", "-xc", "-", "-xnone", "-o", str(tmp_path / "app"), *flags]
    subprocess.run(command, input=source.encode(), check=True)
    program = (tmp_path / "app").read_bytes()
    stream = archive((member("app", mode=0o755), program), (member("after"), b"x"))
    rootfs = read_tar(stream, look_into=lambda _: True)
    app = rootfs.nodes["/app"]
    assert app.elf == read_elf(program)
    assert app.elf.needed == ("libm.so.6", "libc.so.6")
    assert app.clues == find_clues(program)
    assert app.clues.tls_roots
    assert app.clues.accounts
    assert rootfs.nodes["/after"].size == 1
    stream.seek(0)
    assert read_tar(stream, lambda _: True, Keeper(app=len(program))) == rootfs


def test_a_loaders_own_directories_are_read_from_it() -> None:
    loader = Path("/lib64/ld-linux-x86-64.so.2")
    if not loader.exists():
        pytest.skip("this machine has another loader")
    content = loader.read_bytes()
    node = read_tar(archive((member("ld.so", mode=0o755), content))).nodes["/ld.so"]
    said = subprocess.run([loader, "--list-diagnostics"], capture_output=True, check=True).stdout
    expected = re.findall(r'path\.system_dirs\[\w+\]="(.*)"', said.decode())
    assert node.elf is not None
    assert list(node.elf.default_directories) == expected != []


def test_a_broken_binary_is_kept_with_its_error() -> None:
    rootfs = read_tar(archive((member("app", mode=0o755), b"\x7fELF\x02\x01\x01 and no more")))
    assert rootfs.nodes["/app"].elf is None
    assert "ends before" in rootfs.nodes["/app"].broken


class Trickle:
    """A pipe whose writer is never more than some bytes ahead."""

    def __init__(self, content: bytes, sizes: list[int]) -> None:
        self.stream = io.BytesIO(content)
        self.sizes = itertools.cycle(sizes)

    def readinto(self, buffer: memoryview, /) -> int:
        return self.stream.readinto(buffer[: next(self.sizes)])


@given(st.lists(st.integers(1, 1500) | st.integers(1, 1 << 20), min_size=1, max_size=9))
def test_the_pieces_of_a_stream_make_no_difference(sizes: list[int]) -> None:
    long = "a" * 60 + "/" + "b" * 80
    whole = archive(
        (member("script", mode=0o755), b"#!/bin/sh\n" * 70),
        (member(long), b"x" * 511),
        (member("etc/passwd"), b"root:x:0:0::/:\n" * 99),
        (member("empty"), b""),
        (member("last", mode=0o755), b"#!last"),
    ).getvalue()
    keeper, other = Keeper(script=700, last=3), Keeper(script=700, last=3)
    assert read_tar(Trickle(whole, sizes), witness=keeper) == read_tar(
        io.BytesIO(whole), witness=other
    )
    assert keeper.seen == other.seen == {"/script": b"#!/bin/sh\n" * 70, "/last": b"#!l"}


@pytest.mark.parametrize("ahead", [1 << 14, (1 << 20) - 1, 1 << 22])
def test_files_larger_than_the_buffer_come_in_pieces_of_any_size(ahead: int) -> None:
    program = PROGRAM.read_bytes()
    large = program + bytes(range(256)) * (18 << 12)
    whole = archive(
        (member("text"), b"x" * (3 << 20)),
        (member("large", mode=0o755), large),
        (member("seen"), large),
        (member("after", mode=0o755), b"#!/bin/sh"),
    ).getvalue()
    keeper = Keeper(seen=len(large))
    rootfs = read_tar(Trickle(whole, [ahead]), lambda _: True, keeper)
    assert rootfs.nodes["/large"].elf == read_elf(program)
    assert rootfs.nodes["/large"].clues == find_clues(large)
    assert keeper.seen == {"/seen": large}
    assert rootfs.nodes["/after"].text == b"#!/bin/sh"


@given(st.data())
def test_a_truncated_stream_is_an_error(data: st.DataObject) -> None:
    whole = archive((member("a"), b"x" * 700), (member("b/c"), b"y" * 300)).getvalue()
    # The last ten kilobytes are the end mark, of which the first block alone is needed.
    ended = whole.rindex(b"y") + 512
    length = data.draw(st.integers(0, ended - ended % 512 - 1))
    with pytest.raises(TarError):
        read_tar(io.BytesIO(whole[:length]))


@given(st.binary(min_size=1, max_size=2000))
def test_what_is_not_a_tar_raises_nothing_but_tar_error(content: bytes) -> None:
    if content.strip(b"\0"):
        with pytest.raises(TarError):
            read_tar(io.BytesIO(content))


@given(st.integers(0, 511), st.integers(0, 255))
def test_a_changed_header_raises_nothing_but_tar_error(at: int, value: int) -> None:
    content = bytearray(archive((member("a"), b"x" * 700)).getvalue())
    content[at] = value
    with contextlib.suppress(TarError):
        read_tar(io.BytesIO(content))


def test_a_directory_is_read_as_the_root_of_an_image(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "run").write_text("#!/bin/sh\n")
    (tmp_path / "bin" / "run").chmod(0o755)
    (tmp_path / "link").symlink_to("/bin/run")
    rootfs = read_directory(tmp_path)
    node = rootfs.resolve("/link")
    assert node is not None
    assert (node.path, node.text, node.uid) == ("/bin/run", b"#!/bin/sh\n", 0)


def test_a_witness_sees_wanted_files_without_changing_the_result() -> None:
    program = PROGRAM.read_bytes()
    large = program + b"\0" * (17 << 20)
    members = (
        (member("large", mode=0o755), large),
        (member("part", mode=0o755), program),
        (member("other", mode=0o755), program),
        (member("link", tarfile.LNKTYPE, linkname="large"), b""),
        (member("script", mode=0o755), b"#!/bin/sh\n"),
    )
    keeper = Keeper(large=len(large), part=1000)
    read = read_tar(archive(*members), witness=keeper)
    assert read == read_tar(archive(*members))
    assert keeper.seen == {"/large": large, "/part": program[:1000], "/link": large}
