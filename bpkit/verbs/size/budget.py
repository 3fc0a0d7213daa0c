"""Checks an image against its project's budget: what exceeds it, by how much, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bpkit.project import Budget
from bpkit.report import human
from bpkit.verbs.size.history import SizeRecord
from bpkit.verbs.size.markdown import code, text
from bpkit.verbs.size.report import printable, shortened_path
from bpkit.verbs.size.result import ImageSize, SizedFile

_MOST_CULPRITS = 3


@dataclass(frozen=True)
class Excess:
    """An exceeded limit; ``is_growth`` if it limits the growth since the last record.

    ``culprits`` have most of the bytes, ``reason`` is the largest possible saving.
    """

    what: str
    size: int
    limit: int
    culprits: tuple[tuple[str, int], ...] = ()
    reason: str = ""
    is_growth: bool = False

    def __str__(self) -> str:
        over = self.size - self.limit
        return (
            f"{printable(self.what)} has {human(self.size)}, {human(over)} over its budget of"
            f" {human(self.limit)}"
        )


def exceeded(
    budget: Budget, image: ImageSize, last: SizeRecord | None = None
) -> tuple[Excess, ...]:
    """The exceeded limits of the budget; growth is compared with the ``last`` record."""
    return tuple(_exceeded(budget, image, last))


def _exceeded(budget: Budget, image: ImageSize, last: SizeRecord | None) -> Iterator[Excess]:
    if budget.total is not None and image.size > budget.total:
        yield Excess(image.name, image.size, budget.total, _largest(image), _reason(image))
    if budget.growth and last and image.size > (limit := budget.growth.limit(last.size)):
        what = f"{image.name}, which may grow by {budget.growth} since {last.date[:10]},"
        yield Excess(what, image.size, limit, _grown(image, last), _reason(image), True)
    sizes = image.by_directory()
    for path, limit in budget.paths.items():
        real = image.real_path(path)
        node = image.rootfs.nodes.get(real)
        # A file with several names has its bytes at each of them.
        alone = node.size if node and node.kind == "file" else 0
        size = sizes.get(real, alone)
        if size > limit:
            below = [one for one in image.files if one.path.startswith(f"{real.rstrip('/')}/")]
            what = f"{path}, which is {real}," if image.is_linked(path) else path
            yield Excess(what, size, limit, _largest_files(below))
    packages = _package_sizes(image)
    for name, limit in budget.packages.items():
        if packages.get(name, 0) > limit:
            own = [one for one in image.files if one.package and one.package.name == name]
            yield Excess(f"package {name}", packages[name], limit, _largest_files(own))


def unmatched(budget: Budget, image: ImageSize) -> str:
    """A sentence with the limits that nothing in the image matches; empty if there are none.

    Such a path or package may be absent as wanted, or be written wrongly.
    """
    packages = _package_sizes(image)
    names = [f"path {path}" for path in budget.paths if not image.real_path(path)]
    absent = [f"package {name}" for name in budget.packages if name not in packages]
    if not (names or absent):
        return ""
    said = f"nothing in {image.name} matches these names in the budget: {', '.join(names + absent)}"
    unread = f" (not read: {', '.join(image.unread)})" if absent and image.unread else ""
    return printable(f"{said}{unread}")


def _package_sizes(image: ImageSize) -> dict[str, int]:
    found: dict[str, int] = {}
    for package, size, _ in image.by_package():
        found[package.name] = found.get(package.name, 0) + size
    return found


def _largest(image: ImageSize) -> tuple[tuple[str, int], ...]:
    """The largest layers, by their Dockerfile lines."""
    layers = sorted(image.layers, key=lambda one: -one.size)[:_MOST_CULPRITS]
    return tuple(
        (" ".join(f"{one.label}: {one.created_by}".split())[:200], one.size) for one in layers
    )


def _grown(image: ImageSize, last: SizeRecord) -> tuple[tuple[str, int], ...]:
    """The kinds of file that have grown most since the record."""
    grown = [(str(kind), size - last.groups.get(str(kind), 0)) for kind, size, _ in image.by_kind()]
    largest = sorted(grown, key=lambda one: -one[1])[:_MOST_CULPRITS]
    return tuple((f"{kind} since the record", size) for kind, size in largest if size > 0)


def _largest_files(files: Sequence[SizedFile]) -> tuple[tuple[str, int], ...]:
    ordered = sorted(files, key=lambda one: (-one.size, one.path))
    return tuple((one.path, one.size) for one in ordered[:_MOST_CULPRITS])


def _reason(image: ImageSize) -> str:
    if not image.reasons:
        return ""
    first = image.reasons[0]
    return f"{human(first.saves)} could be saved: {first.title} → {first.fix}"


def budget_text(found: Sequence[Excess]) -> str:
    """The exceeded limits, each with its culprits; ends with a line break."""
    lines = []
    for one in found:
        lines.append(f"over budget: {one}")
        lines += [
            f"  {human(size):>8}  {shortened_path(name, 68) if name[:1] == '/' else _cut(name)}"
            for name, size in one.culprits
        ]
        if one.reason:
            lines.append(f"  {printable(one.reason)}")
    return "\n".join(lines) + "\n" if lines else ""


def _cut(name: str) -> str:
    clean = printable(name)
    return clean if len(clean) <= 68 else f"{clean[:67]}…"


def budget_markdown(found: Sequence[Excess]) -> str:
    """The same for a comment on a pull request."""
    lines = []
    for one in found:
        culprits = ", ".join(f"{code(name[:90])} {human(size)}" for name, size in one.culprits)
        lines.append(f"- **over budget:** {text(str(one))}{f' ({culprits})' if culprits else ''}")
        if one.reason:
            lines.append(f"  {text(one.reason)}")
    return "\n".join(lines) + "\n" if lines else ""


def unchecked_markdown(sentences: Sequence[str]) -> str:
    """What the budget says that couldn't be checked, for a comment on a pull request."""
    return "".join(f"- {text(one)}\n" for one in sentences)


def budget_json(found: Sequence[Excess]) -> list[dict[str, object]]:
    """The same as data."""
    return [
        {
            "what": one.what,
            "size": one.size,
            "limit": one.limit,
            "over": one.size - one.limit,
            "culprits": [{"name": name, "size": size} for name, size in one.culprits],
            "reason": one.reason or None,
        }
        for one in found
    ]
