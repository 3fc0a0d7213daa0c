"""An image's size as Markdown, for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterable

from bpkit.report import human
from bpkit.verbs.size.report import (
    base_remark,
    count,
    printable,
    registry_size,
    shortened,
    shortened_path,
)
from bpkit.verbs.size.result import ImageSize

_ROWS = 8


def size_markdown(image: ImageSize) -> str:
    """A heading with the sizes, the layers, and how to remove bytes."""
    hidden = f", {human(image.lost_size)} hidden by later layers" if image.lost else ""
    lines = [
        f"### {code(image.name)}: {human(image.size)}",
        "",
        f"{registry_size(image)}, {count(len(image.files), 'file')}, "
        f"{count(len(image.layers), 'layer')}{hidden}.",
        "",
        *table(
            ("Layer", "Size", "Made by"),
            (
                (
                    str(layer.number + 1),
                    human(layer.size),
                    code(shortened(f"{layer.place or ''} {layer.created_by}", 90)),
                )
                for layer in image.layers
            ),
        ),
    ]
    if packages := image.by_package():
        rows = ((code(str(p)), p.manager, human(size)) for p, size, _ in packages[:_ROWS])
        lines += ["", *folded("Largest packages", table(("Package", "By", "Size"), rows))]
    if image.reasons:
        reasons = (
            (human(one.saves), text(one.title), text(one.fix), _paths(one.paths))
            for one in image.reasons
        )
        lines += [
            "",
            *folded(
                "What would reduce the size",
                (*table(("Saves", "Why", "How", "Where"), reasons), *_below(base_remark(image))),
            ),
        ]
    return "\n".join(lines) + "\n"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """The lines of a table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def folded(title: str, lines: Iterable[str]) -> list[str]:
    """The lines, collapsed below a title."""
    return [f"<details><summary>{title}</summary>", "", *lines, "", "</details>"]


def code(value: str) -> str:
    """Text from outside as code: nothing in it acts as Markdown, HTML or a cell's end."""
    clean = printable(" ".join(value.split())).replace("`", "'").replace("|", "\\|")
    return f"`{clean}`" if clean else ""


def text(value: str) -> str:
    """One of bpkit's sentences, escaped for Markdown."""
    clean = printable(value)
    for mark in "\\`*_[]<>|":
        clean = clean.replace(mark, f"\\{mark}")
    return clean


def _below(remark: str) -> tuple[str, ...]:
    return ("", text(remark)) if remark else ()


def _paths(paths: tuple[str, ...]) -> str:
    return "<br>".join(code(shortened_path(path, 60)) for path in paths[:2])
