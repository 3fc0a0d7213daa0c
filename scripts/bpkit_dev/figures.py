"""The figures that ``make lint`` prints: code that has grown large, and import cycles.

    python -m scripts.bpkit_dev.figures [--all]

A module over 400 lines is listed, because modules should be shorter. A module over 600 lines, a
function with more than 7 parameters and an import circle are faults, and make the status 1.
``--all`` also lists modules over 300 lines and functions over 40, which are worth a look.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.bpkit_dev.imports import circles, import_graph, module_names

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("bpkit", "scripts", "tests")
LONG_MODULE, OVERLONG_MODULE, TOO_LONG_MODULE = 300, 400, 600
LONG_FUNCTION = 40
MOST_PARAMETERS = 7


@dataclass(frozen=True)
class Figure:
    """Something larger than it should be; ``fault`` if it has to be changed."""

    place: str
    what: str
    fault: bool = False
    #: Over the limit, not only worth a look.
    over: bool = False

    def __str__(self) -> str:
        return f"{'fault' if self.fault else 'large'}: {self.place}: {self.what}"


def main(words: Sequence[str]) -> int:
    """Print the figures that are over a limit, or all with ``--all``; 1 if one is a fault."""
    found = list(figures(ROOT, PACKAGES))
    shown = [f for f in found if f.fault or f.over or "--all" in words]
    # Faults last, so that they are on the screen.
    for figure in sorted(shown, key=lambda figure: (figure.fault, figure.place)):
        print(figure)
    faults = sum(figure.fault for figure in found)
    print(
        f"figures: {len(found) - faults} large, {faults} faults{_unseen(len(found) - len(shown))}"
    )
    return 1 if faults else 0


def _unseen(count: int) -> str:
    """A hint that shows how to list the figures that were not printed."""
    return f" ({count} not listed: python -m scripts.bpkit_dev.figures --all)" if count else ""


def figures(root: Path, packages: Sequence[str]) -> Iterator[Figure]:
    """Everything too large below ``root``, and each package's import cycles."""
    for package in packages:
        modules = module_names(root, package)
        for file in modules.values():
            yield from of_module(str(file.relative_to(root)), file.read_text())
        # The package re-exports its modules, which import the version from it: not a circle.
        inside = {n: o - {package} for n, o in import_graph(modules).items() if n != package}
        for circle in circles(inside):
            yield Figure(package, f"import circle: {', '.join(circle)}", fault=True)


def of_module(place: str, source: str) -> Iterator[Figure]:
    """The figures of one module. Tests may have as many parameters as their fixtures need."""
    if (lines := len(source.splitlines())) > LONG_MODULE:
        yield Figure(place, f"{lines} lines", lines > TOO_LONG_MODULE, over=lines > OVERLONG_MODULE)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _of_function(f"{place}:{node.lineno}", node)


def _of_function(place: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Figure]:
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if lines > LONG_FUNCTION:
        yield Figure(place, f"{node.name} has {lines} lines")
    arguments = node.args
    names = [arg.arg for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    count = len([name for name in names if name not in ("self", "cls")])
    if count > MOST_PARAMETERS and not node.name.startswith("test_"):
        yield Figure(place, f"{node.name} has {count} parameters", fault=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
