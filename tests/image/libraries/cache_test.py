"""The reader of ld.so.cache against ldconfig's own listing, and against damaged files."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.image.libraries.cache import read_cache

CACHE = Path("/etc/ld.so.cache")
LDCONFIG = shutil.which("ldconfig") or shutil.which("/sbin/ldconfig")
needs_ldconfig = pytest.mark.skipif(
    not (LDCONFIG and CACHE.exists()), reason="this machine has no ldconfig"
)


@needs_ldconfig
def test_the_entries_are_those_that_ldconfig_lists() -> None:
    listing = subprocess.run([str(LDCONFIG), "-p"], capture_output=True, text=True, check=True)
    expected = re.findall(r"^\t(\S+) \((.*)\) => (\S+)$", listing.stdout, re.MULTILINE)
    entries = read_cache(CACHE.read_bytes())
    assert len(entries) > 5
    assert sorted((e.name, e.path) for e in entries) == sorted((n, p) for n, _, p in expected)
    wide = {path for _, flags, path in expected if "libc6,x86-64" in flags}
    assert {entry.path for entry in entries if entry.fits("amd64")} == wide


@needs_ldconfig
@given(st.data())
def test_a_damaged_cache_raises_nothing(data: st.DataObject) -> None:
    content = bytearray(CACHE.read_bytes())
    for _ in range(4):
        content[data.draw(st.integers(0, min(4000, len(content) - 1)))] = data.draw(
            st.integers(0, 255)
        )
    read_cache(bytes(content[: data.draw(st.integers(0, len(content)))]))


@pytest.mark.parametrize("content", [b"", b"ld.so-1.7.0\0", b"glibc-ld.so.cache1.1", b"#!/bin/sh"])
def test_what_is_not_a_cache_has_no_entries(content: bytes) -> None:
    assert read_cache(content) == ()
