"""The import graph of a package, read from the source without running it."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

Graph = Mapping[str, frozenset[str]]


def module_names(root: Path, package: str) -> dict[str, Path]:
    """The modules of ``package``, a directory below ``root``: dotted name to file.

    Files in a directory ``data`` are not modules.
    """
    found = {}
    for file in sorted((root / package).rglob("*.py")):
        parts = file.relative_to(root).with_suffix("").parts
        if "data" in parts:
            continue
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def import_graph(modules: Mapping[str, Path]) -> Graph:
    """Each module's imports from ``modules``, at the top, in functions and for types alike."""
    return {
        name: frozenset(_within(imported_names(file.read_text()), modules) - {name})
        for name, file in modules.items()
    }


@functools.cache
def import_statements(source: str) -> tuple[ast.Import | ast.ImportFrom, ...]:
    """Every import statement of ``source``, in functions and for types too."""
    nodes = _statements(ast.parse(source).body)
    return tuple(node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))


def _statements(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The statements and those in their blocks; expressions, most of the tree, are skipped."""
    for node in body:
        yield node
        for block in ("body", "handlers", "orelse", "finalbody", "cases"):
            inner = getattr(node, block, ())
            if isinstance(inner, list):
                yield from _statements(inner)


@functools.cache
def imported_names(source: str) -> frozenset[str]:
    """Every dotted name that ``source`` imports: for ``from a import b`` it is ``a.b``."""
    return frozenset(name for node in import_statements(source) for name in _imported(node))


def circles(graph: Graph) -> list[tuple[str, ...]]:
    """The groups of modules that import each other, directly or through others."""
    reached = {name: _reachable(graph, name) for name in graph}
    groups = {
        frozenset({other for other in reached[name] if name in reached[other]}) for name in graph
    }
    return sorted(tuple(sorted(group)) for group in groups if group)


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif node.module:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _within(names: frozenset[str], modules: Mapping[str, Path]) -> set[str]:
    """Names as modules: ``bpkit.core.arguments.Lit`` is in the module ``bpkit.core.arguments``."""
    # If the name itself is a module, nothing of the package's own is imported.
    nearest = (name if name in modules else name.rpartition(".")[0] for name in names)
    return {name for name in nearest if name in modules}


def _reachable(graph: Graph, start: str) -> frozenset[str]:
    seen: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        if (name := waiting.pop()) not in seen:
            seen.add(name)
            waiting += graph[name]
    return frozenset(seen)
