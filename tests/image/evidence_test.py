"""The evidence in the bytes of programs and scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.image.evidence import databases, named_files, read_program
from tests.verbs.check.made import rootfs, text

IMAGE = rootfs(text("/etc/app/conf.ini", b"", 0o644), text("/srv/templates/home.html", b"", 0o644))


def test_the_evidence_of_a_script_is_its_words() -> None:
    found = read_program(b'#!/bin/sh\nset -e\nexec /usr/bin/app --port "$PORT"\n')
    assert {"/usr/bin/app", "/bin/sh", "exec"} <= found.texts
    assert found.symbols == frozenset()


def test_the_scheme_of_a_url_is_no_word_and_a_part_of_a_path_is_one() -> None:
    content = b"exec jar xf a; get http://till.example jar:file:/tmp/x PATH=/bin:/sbin a:b"
    words = read_program(content).texts
    assert {"jar", "/bin", "/sbin"} <= words
    assert "http" not in words
    assert "jar" not in read_program(b"jar:file:/tmp/x").texts


def test_a_broken_binary_still_gives_evidence() -> None:
    found = read_program(b"\x7fELF" + bytes(60) + b"\0/etc/app/conf.ini\0")
    assert "/etc/app/conf.ini" in found.texts
    assert found.symbols == frozenset()


@pytest.mark.parametrize("name", ["/go/src/main.go", "src/main.rs", "crt1.o"])
def test_sources_named_by_debug_information_are_not_paths(name: str) -> None:
    texts = read_program(b"\x7fELF" + bytes(60) + b"\0" + name.encode() + b"\0").texts
    assert named_files(rootfs(text(f"/{name.lstrip('/')}", b"")), texts, "/") == ()


def test_paths_in_texts_count_if_they_are_in_the_image() -> None:
    texts = {"/etc/app/conf.ini", "/etc/app/other.ini", "templates/home.html", "/etc"}
    assert named_files(IMAGE, texts, "/srv") == ("/etc/app/conf.ini", "/srv/templates/home.html")
    assert named_files(IMAGE, {"templates/home.html"}, "/") == ()


def test_imported_functions_show_the_tables_that_they_read() -> None:
    assert databases(frozenset({"getservbyname", "getprotobyname", "printf"})) == (
        "/etc/protocols",
        "/etc/services",
    )


#: What is looked for, as patterns that begin with anything: plain, and slow in machine code.
_PLAIN_PATH = re.compile(rb"[\w.+-]*/[\w.+-][\w.+/-]{1,254}(?=[\0\n\"' :,;)])")
_PLAIN_NAME = re.compile(rb"(?<=\0)[\w-]{1,60}\.[a-z]{2,5}(?=\0)")
_PIECES = st.sampled_from([b"\0", b"/", b".", b"a", b"Z9", b"-", b"etc", b"conf", b" ", b"\xff"])


def _whole_paths(content: bytes) -> Iterator[str]:
    """Texts of their own that are paths with a blank or a letter beyond ASCII."""
    for one in content.split(b"\0")[1:-1]:
        if one.startswith(b"/") and (b" " in one or not one.isascii()) and one[1:2] not in b" /":
            try:
                yield one.decode("utf-8")
            except UnicodeDecodeError:
                continue


def test_a_path_with_a_blank_or_an_umlaut_is_found() -> None:
    names = ("/srv/two words/x.txt", "/srv/größe")
    content = b"\x7fELF" + bytes(60) + b"".join(b"\0" + one.encode() for one in names) + b"\0"
    assert set(names) <= read_program(content).texts


@given(st.lists(_PIECES, max_size=40))
def test_texts_are_found_as_with_a_plain_pattern(pieces: list[bytes]) -> None:
    content = b"\x7fELF" + b"\0" + b"".join(pieces) + b"\0"
    expected = {one.decode() for one in _PLAIN_PATH.findall(content)}
    expected |= {one.decode() for one in _PLAIN_NAME.findall(content)}
    expected |= set(_whole_paths(content))
    assert read_program(content).texts == expected


def test_a_name_that_is_too_long_is_left_out() -> None:
    long, longer = b"n" * 60 + b".conf", b"n" * 61 + b".conf"
    texts = read_program(b"\x7fELF" + bytes(60) + long + b"\0" + longer + b"\0").texts
    assert texts == {long.decode()}
