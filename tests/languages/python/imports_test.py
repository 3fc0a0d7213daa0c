"""Which modules of a standard library are reached, and how imports are found in sources."""

from __future__ import annotations

import ast
import sysconfig
from pathlib import Path

import pytest

from bpkit.image import Imports
from bpkit.languages.python.imports import (
    PythonLibrary,
    library_at,
    read_imports,
    unreachable,
)

STANDARD = Path(sysconfig.get_paths()["stdlib"])


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (b"import os\n", {"os"}),
        (b"import os.path, sys as s\n", {"os.path", "sys"}),
        (b"from xml import sax\n", {"xml", "xml.sax"}),
        (b"from a.b import (c,\n  d as e,  # why\n)\n", {"a.b", "a.b.c", "a.b.d"}),
        (b"from . import x\nfrom ..y import z\n", {".", ".x", "..y", "..y.z"}),
        (b"def f():\n    import json\n", {"json"}),
        (b"try: import fast\nexcept ImportError: import slow\n", {"fast", "slow"}),
        (b"x = 1; import late\n", {"late"}),
        (b"from a import \\\n    b\n", {"a", "a.b"}),
        (b"from a import *\n", {"a"}),
        (b'if __name__ == "__main__":\n    import doctest\n\n    doctest.testmod()\n', set()),
        (b"def _test():\n    import doctest\n\nimport os\n", {"os"}),
    ],
)
def test_imports_are_found_anywhere_in_a_module(source: bytes, names: set[str]) -> None:
    assert set(read_imports(source, is_source=True).names) == names


def test_unconditional_imports_are_those_at_the_margin() -> None:
    source = b"import a\ntry:\n    import b\nexcept ImportError:\n    b = None\n"
    assert read_imports(source, is_source=True).certain == {"a"}


def test_strings_that_could_be_module_names_are_found() -> None:
    found = read_imports(b"import_module('json'); x = \"logging.handlers.Y\"", is_source=True)
    assert {"json", "logging.handlers.Y"} <= found.texts
    assert found.dynamic


def test_names_in_a_binary_are_between_zero_bytes() -> None:
    found = read_imports(b"\x7fELF\0collections.abc\0no name\0_x\0", is_source=False)
    assert found.names == {"collections.abc", "_x"}


@pytest.mark.parametrize(
    "path", [p for p in sorted(STANDARD.glob("*.py")) if p.stem < "d"], ids=lambda p: p.name
)
def test_no_import_in_the_standard_library_is_missed(path: Path) -> None:
    """Held against Python's own parser, function bodies and all."""
    content = path.read_bytes()
    found = read_imports(content, is_source=True).names
    for node in ast.walk(_without_main(ast.parse(content))):
        if isinstance(node, ast.Import):
            assert {alias.name for alias in node.names} <= found
        elif isinstance(node, ast.ImportFrom) and not node.level:
            assert node.module in found


def _without_main(tree: ast.Module) -> ast.Module:
    kept = [
        node
        for node in tree.body
        if not (isinstance(node, ast.If) and "__main__" in ast.dump(node.test))
        and not (isinstance(node, ast.FunctionDef) and node.name == "_test")
    ]
    return ast.Module(kept, [])


def library(*names: str) -> PythonLibrary:
    return PythonLibrary({name: f"/lib/{name.replace('.', '/')}.py" for name in names})


def test_only_modules_imported_by_reachable_ones_are_reachable() -> None:
    imports = {
        "/app/main.py": Imports(frozenset({"json"})),
        "/lib/json.py": Imports(frozenset({"math"})),
        "/lib/wave.py": Imports(frozenset({"chunk"})),
    }
    gone = unreachable(library("json", "math", "wave", "chunk"), imports, ["/app/main.py"])
    assert gone == ("/lib/chunk.py", "/lib/wave.py")


def test_a_module_named_in_an_application_string_is_kept() -> None:
    imports = {"/app/main.py": Imports(texts=frozenset({"wave"}))}
    assert unreachable(library("wave"), imports, ["/app/main.py"]) == ()


def test_library_strings_count_if_the_library_imports_by_them() -> None:
    texts = frozenset({"xml.sax.reader"})
    modules = PythonLibrary({n: f"/lib/{n}.py" for n in ("xml", "xml.sax", "xml.sax.reader")})
    for dynamic, gone in ((True, ()), (False, ("/lib/xml.sax.reader.py",))):
        imports = {
            "/app/main.py": Imports(frozenset({"xml.sax"})),
            "/lib/xml.sax.py": Imports(texts=texts, dynamic=dynamic),
        }
        assert unreachable(modules, imports, ["/app/main.py"]) == gone


def test_relative_imports_are_resolved_in_the_modules_package() -> None:
    modules = PythonLibrary(
        {
            "email": "/lib/email/__init__.py",
            "email.message": "/lib/email/message.py",
            "email.utils": "/lib/email/utils.py",
            "utils": "/lib/utils.py",
        }
    )
    imports = {
        "/app/main.py": Imports(frozenset({"email.message"})),
        "/lib/email/message.py": Imports(frozenset({".utils"})),
    }
    assert unreachable(modules, imports, ["/app/main.py"]) == ("/lib/utils.py",)


def test_all_encodings_are_kept_as_data_names_them() -> None:
    modules = library("encodings", "encodings.big5", "wave")
    assert unreachable(modules, {}, []) == ("/lib/wave.py",)


def test_a_python_fallback_is_removed_if_the_c_module_exists() -> None:
    imports = {"/app/main.py": Imports(frozenset({"_decimal", "_pydecimal"}))}
    both = library("_decimal", "_pydecimal")
    assert unreachable(both, imports, ["/app/main.py"]) == ("/lib/_pydecimal.py",)
    assert unreachable(library("_pydecimal"), imports, ["/app/main.py"]) == ()


def test_a_library_is_read_without_packages_installed_in_it() -> None:
    paths = (
        "/usr/lib/python3.11/json/__init__.py",
        "/usr/lib/python3.11/lib-dynload/_json.cpython-311-x86_64-linux-gnu.so",
        "/usr/lib/python3.11/site-packages/flask/app.py",
        "/usr/lib/python3.11/test/support.py",
        "/usr/lib/python3/dist-packages/six.py",
    )
    found = library_at("/usr/lib/python3.11", paths, ("/usr/lib/python3.11/test",))
    assert found.modules == {"json": paths[0], "_json": paths[1]}
