"""What the C in a program in Go is compiled against."""

from __future__ import annotations

import pytest

from tests.languages.listings import detected

MAIN = 'package main\n\n/*\n#cgo {}\n*/\nimport "C"\n\nfunc main() {{}}\n'
MODULE = "module example.com/till\n\ngo 1.24\n"


@pytest.mark.parametrize(
    ("line", "build", "ships"),
    [
        ("LDFLAGS: -lz -lm", "zlib1g-dev", "zlib1g ca-certificates"),
        ("linux LDFLAGS: -L/usr/lib -lssl", "libssl-dev", "libssl3 ca-certificates"),
        ("pkg-config: libsodium", "libsodium-dev pkg-config", "libsodium23 ca-certificates"),
        ("LDFLAGS: -lncurses", "libncurses-dev", "libncurses-dev ca-certificates"),
        ("LDFLAGS: -lm", "", "ca-certificates"),
    ],
)
def test_the_libraries_that_it_names_are_installed(line: str, build: str, ships: str) -> None:
    found = detected({"go.mod": MODULE, "main.go": MAIN.format(line)})
    assert found.template == "go/cgo"
    assert (found.values["build_packages"], found.values["runtime_packages"]) == (build, ships)
    assert not any("the Debian package" in note for note in found.notes)


def test_an_unknown_library_is_noted_unless_it_is_the_projects_own() -> None:
    files = {"go.mod": MODULE, "main.go": MAIN.format("LDFLAGS: -L. -ltill -lscale9")}
    (note,) = (n for n in detected({**files, "libtill.a": ""}).notes if "the Debian package" in n)
    assert "scale9" in note
