"""Java's own packages that a jar names."""

from __future__ import annotations

import io
import tarfile
import zipfile

import pytest

from bpkit.image.java_archives import packages_named
from bpkit.image.read import read_tar


def jar(**classes: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for name, content in classes.items():
            opened.writestr(name.replace("__", "/"), content)
    return made.getvalue()


TILL = jar(**{"till__Main.class": b"\x01\x00\x0fLjava/sql/Driver;\x01java/util/logging/Logger"})


def test_packages_are_those_of_classes_that_classes_name() -> None:
    assert packages_named(TILL) == b"java/sql\njava/util/logging"


@pytest.mark.parametrize(
    "classes",
    [
        # A text that is no class, another's package, and no class at all.
        {"A.class": b"java/sql/ is a path"},
        {"A.class": b"org/till/sql/Driver"},
        {"notes.txt": b"java/sql/Driver"},
        # What the archive brings itself.
        {"javax__naming__Context.class": b"", "A.class": b"javax/naming/Context"},
    ],
)
def test_names_that_are_not_java_classes_are_ignored(classes: dict[str, bytes]) -> None:
    assert packages_named(jar(**classes)) == b""


def test_a_file_that_is_not_an_archive_names_nothing() -> None:
    assert packages_named(b"PK\3\4 and no more") == b""


def test_only_the_requested_jar_in_an_image_is_read() -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as packed:
        for name in ("app/till.jar", "app/lib/other.jar", "java/release"):
            content = TILL if name.endswith(".jar") else b'JAVA_VERSION="17"\nMODULES="a b"\n'
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            packed.addfile(entry, io.BytesIO(content))
    stream.seek(0)
    found = read_tar(stream, lambda path: path == "/app/till.jar").nodes
    assert found["/app/till.jar"].text == b"java/sql\njava/util/logging"
    assert found["/app/lib/other.jar"].text is None
    assert (found["/java/release"].text or b"").endswith(b'MODULES="a b"\n')
