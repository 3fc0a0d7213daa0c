"""What a Go file imports, and whether that can link it to a libc."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.verbs.lint.go_imports import imports_of, needs_no_libc, uses_no_cgo

SOURCE = """package main

// import "net"
import "fmt"
import (
	"os"
	str "strings"
	_ "example.com/driver"
	// "os/user"
)

var text = "import"
"""


def test_imports_are_read_one_by_one_and_in_blocks() -> None:
    assert imports_of(SOURCE) == {"fmt", "os", "strings", "example.com/driver"}


@pytest.mark.parametrize("package", ["fmt", "os", "encoding/json", "text/template", "log/slog"])
def test_much_of_the_standard_library_needs_no_libc(package: str) -> None:
    assert uses_no_cgo([package])


@pytest.mark.parametrize("package", ["C", "net", "net/http", "os/user", "plugin", "example.com/x"])
def test_what_reaches_the_resolver_or_is_unknown_may_need_one(package: str) -> None:
    assert not uses_no_cgo(["fmt", package])


def test_a_project_needs_no_libc_if_none_of_its_files_does(tmp_path: Path) -> None:
    plain, net, gone = (tmp_path / name for name in ("a.go", "b.go", "gone.go"))
    plain.write_text('package main\n\nimport "fmt"\n')
    net.write_text('package main\n\nimport "net"\n')

    assert needs_no_libc([plain])
    assert not needs_no_libc([plain, net])
    assert not needs_no_libc([])
    assert not needs_no_libc([plain, gone])
    assert not needs_no_libc([plain] * 501)
