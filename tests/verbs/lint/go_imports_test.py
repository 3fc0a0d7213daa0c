"""What a Go file imports, and whether that can link it to a libc."""

from __future__ import annotations

import pytest

from bpkit.verbs.lint.go_imports import imports_of, uses_no_cgo

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
