"""Kinds are told by the path, in time that grows with its length and no more."""

from __future__ import annotations

import pytest

from bpkit.image import Node
from bpkit.verbs.size.kinds import kind_of


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/usr/bin/curl", "program"),
        ("/usr/bin/x86_64-linux-gnu-gcc-12", "development"),
        ("/usr/bin/gcc-ar-12", "development"),
        ("/usr/bin/ld.gold", "development"),
        ("/usr/bin/g++", "development"),
        ("/usr/bin/c99-gcc", "development"),
        ("/usr/bin/clang-cpp-14", "development"),
        ("/usr/bin/ldd", "program"),
        ("/usr/bin/arch", "program"),
        ("/usr/bin/nmap", "program"),
        ("/usr/bin/ldapsearch", "program"),
        ("/usr/bin/save-as", "program"),
        ("/usr/lib/x86_64-linux-gnu/libz.so.1", "library"),
        ("/usr/lib/python3/dist-packages/numpy/core/tests/test_a.py", "test"),
        ("/usr/lib/python3.11/test/test_a.py", "test"),
        ("/usr/lib/python3.11/unittest/main.py", "library"),
        ("/srv/node_modules/a/README.md", "documentation"),
        ("/srv/node_modules/a/__tests__/x.js", "test"),
        ("/srv/node_modules/a/index.js", "library"),
        ("/usr/share/doc/x/copyright", "documentation"),
        ("/usr/share/locale/de/LC_MESSAGES/x.mo", "locale"),
        ("/root/.cache/pip/http/x", "cache"),
        ("/root/.cache/pip/site-packages/tests/x", "cache"),
        ("/usr/local/bundle/cache/rack-3.0.0.gem", "cache"),
        ("/srv/gems/rack-3.0.0.gem", "data"),
        ("/srv/.git/objects/ab/cd", "version control"),
        ("/usr/include/stdio.h", "development"),
        ("/var/lib/dpkg/status", "package database"),
        ("/var/log/dpkg.log", "log"),
    ],
)
def test_a_path_determines_its_kind(path: str, kind: str) -> None:
    assert kind_of(Node(path, "file", 0o644 if kind == "data" else 0o755)) == kind


def test_without_a_sign_the_mode_decides() -> None:
    assert kind_of(Node("/srv/data.bin", "file", 0o644)) == "data"
    assert kind_of(Node("/srv/main", "file", 0o755)) == "program"
