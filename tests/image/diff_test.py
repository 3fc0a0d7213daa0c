"""What counts as a difference between two images, and what does not."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from dataclasses import replace

import pytest

from bpkit.image.contents import Contents, ContentsError, read_contents
from bpkit.image.diff import Difference, Snapshot, differences, times_differ, without_noise


def tar(*members: tuple[str, dict[str, object], bytes]) -> bytes:
    """A tar of members: a name, fields of TarInfo, the content."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, fields, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            for field, value in fields.items():
                setattr(info, field, value)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def contents(*members: tuple[str, dict[str, object], bytes]) -> Contents:
    return read_contents(io.BytesIO(tar(*members)))


PLAIN: tuple[str, dict[str, object], bytes] = ("a/file", {"mode": 0o644, "mtime": 5}, b"text")
CHANGES: dict[str, tuple[str, dict[str, object], bytes]] = {
    "mode": ("a/file", {"mode": 0o4755}, b"text"),
    "owner": ("a/file", {"mode": 0o644, "uid": 1000}, b"text"),
    "content": ("a/file", {"mode": 0o644}, b"tex_"),
    "type": ("a/file", {"mode": 0o644, "type": tarfile.SYMTYPE, "linkname": "x"}, b""),
    "path": ("a/other", {"mode": 0o644}, b"text"),
    "attributes": (
        "a/file",
        {"mode": 0o644, "pax_headers": {"SCHILY.xattr.security.capability": "x"}},
        b"text",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_of_a_file_is_a_difference(what: str) -> None:
    before = Snapshot(contents(PLAIN), {})
    found = differences(before, Snapshot(contents(CHANGES[what]), {}))
    assert what in {one.what for one in found}


def test_another_time_is_counted_but_is_not_a_difference() -> None:
    later: tuple[str, dict[str, object], bytes] = ("a/file", {"mode": 0o644, "mtime": 9}, b"text")
    before, after = contents(PLAIN), contents(later)
    assert differences(Snapshot(before, {}), Snapshot(after, {})) == ()
    assert times_differ(before, after) == 1


def test_links_are_compared_by_target_and_hard_links_by_number() -> None:
    link = ("l", {"type": tarfile.SYMTYPE, "linkname": "a"}, b"")
    other = ("l", {"type": tarfile.SYMTYPE, "linkname": "b"}, b"")
    hard = ("h", {"type": tarfile.LNKTYPE, "linkname": "a/file"}, b"")
    copy = ("h", {"mode": 0o644}, b"text")
    before = Snapshot(contents(PLAIN, link, hard), {})  # type: ignore[arg-type]
    after = Snapshot(contents(PLAIN, other, copy), {})  # type: ignore[arg-type]
    assert {(d.subject, d.what) for d in differences(before, after)} == {
        ("/l", "leads to"),
        ("/a/file", "names"),
        ("/h", "names"),
    }


def test_files_that_the_engine_provides_are_not_compared() -> None:
    assert contents(("etc/hosts", {}, b"1"), ("./.dockerenv", {}, b"")).items == {}


@pytest.mark.parametrize(
    ("key", "value", "name"),
    [
        ("Entrypoint", ["x"], "entrypoint"),
        ("Cmd", ["x"], "cmd"),
        ("Env", ["A=b"], "env"),
        ("User", "1", "user"),
        ("WorkingDir", "/w", "workdir"),
        ("ExposedPorts", {"80/tcp": {}}, "ports"),
        ("Volumes", {"/v": {}}, "volumes"),
        ("Labels", {"a": "b"}, "labels"),
        ("Healthcheck", {"Test": ["CMD", "x"]}, "healthcheck"),
        ("StopSignal", "SIGINT", "stop signal"),
        ("Shell", ["bash"], "shell"),
        ("OnBuild", ["RUN x"], "onbuild"),
    ],
)
def test_a_setting_that_differs_is_a_difference(key: str, value: object, name: str) -> None:
    found = differences(Snapshot(Contents(), {key: None}), Snapshot(Contents(), {key: value}))
    assert [(one.subject, one.what) for one in found] == [("configuration", name)]


def test_equivalent_settings_are_not_a_difference() -> None:
    before = {"Env": ["A=1", "B=2"], "WorkingDir": "", "Labels": {"io.bpkit.project": "x"}}
    after = {"Env": ["B=2", "A=1"], "WorkingDir": "/", "Labels": None}
    assert differences(Snapshot(Contents(), before), Snapshot(Contents(), after)) == ()


def test_differences_of_a_second_build_count_as_noise() -> None:
    one, two, three = (contents(("a", {}, text)) for text in (b"1", b"2", b"3"))
    found = differences(Snapshot(one, {}), Snapshot(two, {"User": "1"}))
    noise = differences(Snapshot(one, {}), Snapshot(three, {}))
    counts, shaky = without_noise(found, noise)
    assert [d.what for d in counts] == ["user"]
    assert [d.what for d in shaky] == ["content"]


def test_a_file_named_after_the_time_counts_as_the_same_file() -> None:
    def log(moment: str, *states: str) -> Difference:
        return Difference(f"/root/_logs/2026-11-28T{moment}Z-debug-0.log", "path", *states)

    noise = [log("02_55_10_158", "file", "none"), log("02_55_14_765", "none", "file")]
    other = Difference("/srv/app-1.2.js", "path", "file", "none")
    counts, shaky = without_noise([log("02_55_16_558", "none", "file"), other], noise)
    assert counts == (other,)
    assert len(shaky) == 1
    assert without_noise([other], [replace(other, subject="/srv/app-1.3.js")])[0] == (other,)


@pytest.mark.parametrize("broken", [lambda t: b"no tar at all", lambda t: t[:-1500][:700]])
def test_a_stream_that_is_not_a_tar_or_is_truncated_is_an_error(
    broken: Callable[[bytes], bytes],
) -> None:
    with pytest.raises(ContentsError):
        read_contents(io.BytesIO(broken(tar(("big", {}, b"x" * 9000)))))
