"""A comparison of two images, for a terminal of 80 columns, as Markdown and as data."""

from __future__ import annotations

from collections.abc import Sequence

from bpkit.report import human
from bpkit.verbs.size.comparison import Change, SizeComparison
from bpkit.verbs.size.markdown import code, folded, table
from bpkit.verbs.size.report import WIDTH, printable, shortened, shortened_path

_ROWS = 10
_LABEL = WIDTH - 2 - 9 - 2 - 8 - 2


def signed(size: int) -> str:
    """A difference in size: ``+1.2MB``, ``-30kB``, ``0B``."""
    return f"{'+' if size > 0 else '-' if size < 0 else ''}{human(abs(size))}"


def comparison_text(found: SizeComparison) -> str:
    """The differences, the largest first."""
    before, after = found.before, found.after
    whole = f"{signed(found.delta)}, {found.delta:+,} bytes"
    if before.size:
        whole += f", {100 * found.delta / before.size:+.1f} %"
    lines = [
        f"{printable(before.name)} → {printable(after.name)}",
        f"  {human(before.size)} → {human(after.size)}: {whole}",
        "",
    ]
    for heading, changes in _sections(found):
        lines += _section(heading, changes, is_path=heading in {"By path", "By directory"})
    if not any(changes for _, changes in _sections(found)):
        lines.append("No file, package or layer differs in size or content.")
    return "\n".join(lines).rstrip("\n") + "\n"


def _sections(found: SizeComparison) -> tuple[tuple[str, tuple[Change, ...]], ...]:
    return (
        ("By layer", found.layers),
        ("By package", found.packages),
        ("By kind, judging by the path", found.kinds),
        ("By directory", found.directories),
        ("By path", found.paths),
    )


def _section(heading: str, changes: Sequence[Change], *, is_path: bool) -> list[str]:
    if not changes:
        return []
    counts = ", ".join(
        f"{number:,} {fate}"
        for fate in ("added", "removed", "changed")
        if (number := sum(one.fate == fate for one in changes))
    )
    lines = [f"{heading} ({counts})"]
    for one in changes[:_ROWS]:
        shorten = shortened_path if is_path else shortened
        name = shorten(f"{one.name} {one.note}".strip() if not is_path else one.name, _LABEL)
        lines.append(f"  {signed(one.delta):>9}  {one.fate:<8} {name}")
    if len(changes) > _ROWS:
        lines.append(f"             and {len(changes) - _ROWS:,} more")
    return [*lines, ""]


def comparison_markdown(found: SizeComparison) -> str:
    """The difference, as a comment on a pull request."""
    before, after = found.before, found.after
    lines = [
        f"### {code(after.name)}: {human(after.size)}, {signed(found.delta)}",
        "",
        f"Before: {code(before.name)}, {human(before.size)}.",
    ]
    for heading, changes in _sections(found):
        if changes:
            rows = (
                (signed(one.delta), one.fate, code(shortened(f"{one.name} {one.note}", 90)))
                for one in changes[:_ROWS]
            )
            title = f"{heading}: {len(changes):,} differ"
            lines += ["", *folded(title, table(("Size", "", "What"), rows))]
    return "\n".join(lines) + "\n"


def comparison_json(found: SizeComparison) -> dict[str, object]:
    """The comparison as data; all changes, not only the largest."""
    return {
        "before": {"name": found.before.name, "id": found.before.id, "size": found.before.size},
        "after": {"name": found.after.name, "id": found.after.id, "size": found.after.size},
        "delta": found.delta,
        **{
            name: [
                {
                    "name": one.name,
                    "fate": one.fate,
                    "before": one.before,
                    "after": one.after,
                    "delta": one.delta,
                    "note": one.note or None,
                }
                for one in changes
            ]
            for name, changes in (
                ("layers", found.layers),
                ("packages", found.packages),
                ("kinds", found.kinds),
                ("directories", found.directories),
                ("paths", found.paths),
            )
        },
    }
