"""A graph of images as text, Graphviz DOT, Mermaid and SVG.

An arrow points from an image to the one that it needs. The SVG puts the images of a wave in one
column, so that images that can be built at the same time are together; it needs no Graphviz.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape

from bpkit.readers.workspace import Graph, Need

_ROW, _COLUMN, _HEIGHT, _MARGIN, _LETTER = 44, 60, 28, 16, 7.5


def drawn(graph: Graph, form: str) -> str:
    """The graph in one of ``FORMATS``. Raises KeyError for another."""
    return FORMATS[form](graph)


def _text(graph: Graph) -> str:
    """The images that nothing needs, each with its needs below it; repeats are marked."""
    needs = _needs(graph)
    needed = {need.of for need in graph.needs}
    shown: set[str] = set()

    def lines(name: str, depth: int) -> Iterator[str]:
        again = name in shown and bool(needs[name])
        yield f"{'  ' * depth}{name}{' (see above)' if again else ''}"
        shown.add(name)
        if not again:
            for other in needs[name]:
                yield from lines(other, depth + 1)

    roots = [name for name in graph.names if name not in needed]
    return "".join(f"{line}\n" for root in roots for line in lines(root, 0))


def _dot(graph: Graph) -> str:
    lines = ["digraph images {", "  rankdir=RL;", "  node [shape=box];"]
    lines += [f"  {_quoted(name)};" for name in graph.names]
    lines += [f"  {_quoted(need.by)} -> {_quoted(need.of)};" for need in graph.needs]
    return "\n".join([*lines, "}", ""])


def _quoted(name: str) -> str:
    """A DOT string, in which only the quote and the backslash are special."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _mermaid(graph: Graph) -> str:
    ids = {name: f"i{number}" for number, name in enumerate(graph.names)}
    lines = ["graph RL"]
    # Mermaid takes entity codes in a label.
    lines += [f'  {ids[name]}["{_entities(name)}"]' for name in graph.names]
    lines += [f"  {ids[need.by]} --> {ids[need.of]}" for need in graph.needs]
    return "\n".join([*lines, ""])


def _entities(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_./: " else f"#{ord(c)};" for c in name)


def _svg(graph: Graph) -> str:
    columns = list(graph.waves())
    widths = [max(len(name) for name in column) * _LETTER + 20 for column in columns]
    left = [_MARGIN + sum(widths[:n]) + n * _COLUMN for n in range(len(columns))]
    boxes = {
        name: (left[n], _MARGIN + row * _ROW, widths[n])
        for n, column in enumerate(columns)
        for row, name in enumerate(column)
    }
    width = left[-1] + widths[-1] + _MARGIN if columns else 2 * _MARGIN
    height = 2 * _MARGIN + max((len(column) for column in columns), default=0) * _ROW
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}"'
        f' viewBox="0 0 {width:g} {height:g}" role="img" aria-label="images and their needs">',
        "<style>text{font:13px monospace;fill:#222}rect{fill:#eef4fb;stroke:#4a7ebb}"
        "path{fill:none;stroke:#777}@media(prefers-color-scheme:dark){text{fill:#eee}"
        "rect{fill:#223}path{stroke:#aaa}}</style>",
    ]
    lines += [_arrow(need, boxes) for need in graph.needs]
    for name, (x, y, w) in boxes.items():
        lines.append(f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{_HEIGHT}" rx="4"/>')
        lines.append(f'<text x="{x + 10:g}" y="{y + 19:g}">{escape(name)}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _arrow(need: Need, boxes: Mapping[str, tuple[float, float, float]]) -> str:
    to_x, to_y, to_width = boxes[need.of]
    x, y, _ = boxes[need.by]
    start, end = (x, y + _HEIGHT / 2), (to_x + to_width, to_y + _HEIGHT / 2)
    bend = (start[0] + end[0]) / 2
    title = escape(f"{need.by} needs {need.of}" + (f" ({need.place})" if need.place else ""))
    return (
        f'<path d="M{start[0]:g} {start[1]:g} C{bend:g} {start[1]:g} {bend:g} {end[1]:g}'
        f' {end[0]:g} {end[1]:g}"><title>{title}</title></path>'
    )


def _needs(graph: Graph) -> dict[str, list[str]]:
    return {name: [n.of for n in graph.needs if n.by == name] for name in graph.names}


def graph_json(graph: Graph) -> dict[str, object]:
    """The graph as JSON: the images in waves, and each need with its place."""
    return {
        "images": list(graph.names),
        "waves": [list(wave) for wave in graph.waves()],
        "needs": [
            {"by": n.by, "of": n.of, "place": str(n.place) if n.place else None}
            for n in graph.needs
        ],
    }


FORMATS: Mapping[str, Callable[[Graph], str]] = {
    "text": _text,
    "dot": _dot,
    "mermaid": _mermaid,
    "svg": _svg,
}
