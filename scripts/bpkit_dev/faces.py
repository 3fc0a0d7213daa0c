"""Writes the derived half of every face: ``python -m scripts.bpkit_dev.faces``.

The hand-written part of a package's ``__init__.py`` is its docstring and the names that others may
use (the imports under ``TYPE_CHECKING``). From these, this module writes ``__all__``, with the
first sentence of each name's docstring above it, and the table that loads a name on first use.
"""

from __future__ import annotations

import ast
import functools
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_LINE = 100


def face_files(root: Path = ROOT) -> Iterator[Path]:
    """The ``__init__.py`` of every package of bpkit that has a face.

    That of bpkit itself, the library, is written by hand; ``tests/library_test.py`` checks it.
    """
    for path in sorted((root / "bpkit").glob("*/**/__init__.py")):
        if "\n__getattr__, __dir__ = face(" in path.read_text():
            yield path


def renewed(path: Path, root: Path = ROOT) -> str:
    """The text that a face's file should have, from its docstring and its imports."""
    text = path.read_text()
    by_hand, _, _ = text.partition("\n__all__ = [")
    package = ".".join(path.parent.relative_to(root).parts)
    homes = _public_names(by_hand)
    named = sorted(
        ((name, module) for module, names in homes.items() for name in names),
        key=lambda pair: (not pair[0].isupper(), not pair[0][0].isupper(), pair[0]),
    )
    lines = [by_hand.rstrip("\n"), "", "__all__ = ["]
    for name, module in named:
        if sentence := _first_sentence(root, module, name):
            lines += textwrap.wrap(
                sentence, _LINE - 6, initial_indent="    # ", subsequent_indent="    # "
            )
        lines.append(f'    "{name}",')
    lines += ["]", "", "__getattr__, __dir__ = face(", "    __name__,", "    {"]
    for module, names in sorted(homes.items()):
        lines += _entry(module.removeprefix(f"{package}."), sorted(names))
    return "\n".join([*lines, "    },", ")", ""])


def _public_names(by_hand: str) -> dict[str, list[str]]:
    """The public names by the module that each is imported from."""
    homes: dict[str, list[str]] = {}
    for node in ast.walk(ast.parse(by_hand)):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name):
            for statement in node.body:
                if isinstance(statement, ast.ImportFrom) and statement.module:
                    names = homes.setdefault(statement.module, [])
                    names += [alias.name for alias in statement.names]
    return homes


def _entry(module: str, names: list[str]) -> list[str]:
    entry = f'        "{module}": "{" ".join(names)}",'
    if len(entry) <= _LINE:
        return [entry]
    joined = " ".join(names)
    if len(joined) + 14 <= _LINE:
        strings = [f'"{joined}"']
    else:
        *pieces, last = textwrap.wrap(joined, _LINE - 16)
        strings = [*(f'"{piece} "' for piece in pieces), f'"{last}"']
    return [f'        "{module}": (', *(f"            {one}" for one in strings), "        ),"]


def _first_sentence(root: Path, module: str, name: str) -> str:
    """The first sentence of a class's or function's docstring, or a constant's ``#:`` comment."""
    source = root.joinpath(*module.split(".")).with_suffix(".py").read_text()
    lines = source.splitlines()
    for node in _parsed(source).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name:
            paragraph = (ast.get_docstring(node) or "").partition("\n\n")[0]
            return " ".join(paragraph.split()).partition(". ")[0]
        if isinstance(node, ast.Assign | ast.AnnAssign) and name in ast.unparse(node).split("=")[0]:
            return _comment_above(lines[: node.lineno - 1])
    return ""


@functools.cache
def _parsed(source: str) -> ast.Module:
    return ast.parse(source)


def _comment_above(lines: list[str]) -> str:
    """The first sentence of the ``#:`` comment that these lines end with."""
    found: list[str] = []
    while lines and lines[-1].startswith("#"):
        line = lines.pop()
        found.insert(0, line.removeprefix("#").removeprefix(":").strip())
        if line.startswith("#:") and not (lines and lines[-1].startswith("#:")):
            return " ".join(found).partition(". ")[0]
    return ""


def main() -> int:
    for path in face_files():
        path.write_text(renewed(path))
    return 0


if __name__ == "__main__":
    sys.exit(main())
