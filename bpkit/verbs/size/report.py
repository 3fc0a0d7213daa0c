"""An image's size, for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from bpkit.report import bar, human
from bpkit.verbs.size.result import ImageSize, Reason

WIDTH = 80
_ROWS = 10
_BAR = 12
_LABEL = WIDTH - 2 - 8 - 2 - _BAR - 2


def size_text(image: ImageSize) -> str:
    """The image's bytes by layer, kind, package and directory, and how to remove them."""
    parts = [
        _head(image),
        _section("By layer, from the base up", _layers(image), image.size),
        _section("By kind, judging by the path", _kinds(image), image.files_size),
        _section("By package", _packages(image), image.files_size),
        _section("By directory", _directories(image), image.files_size),
        _reasons(image),
        _remarks(image),
    ]
    return "\n".join(part for part in parts if part)


def printable(text: str) -> str:
    """Text from outside without terminal control sequences."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else _escape(one) for one in text)


def _escape(one: str) -> str:
    code = ord(one)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def shortened(text: str, width: int) -> str:
    """The text, cut at the end to fit ``width``."""
    clean = printable(" ".join(text.split()))
    return clean if len(clean) <= width else f"{clean[: width - 1]}…"


def shortened_path(path: str, width: int) -> str:
    """The path, or its end if it is too long."""
    clean = printable(path)
    return clean if len(clean) <= width else f"…{clean[1 - width :]}"


def count(number: int, what: str) -> str:
    """``1 file``, ``2,000 files``."""
    return f"{number:,} {what}{'s' * (number != 1)}"


def registry_size(image: ImageSize) -> str:
    """The compressed size and its source; an estimate is rounded to two digits."""
    if not image.is_estimated:
        return f"{human(image.compressed)} compressed (read from its layers)"
    rounded = round(image.compressed, 2 - len(str(image.compressed)))
    return f"about {human(rounded)} compressed (estimated from a sample)"


def _head(image: ImageSize) -> str:
    counted = {layer.counted for layer in image.layers}
    how = "according to the engine" if counted == {"engine"} else "counted from its files"
    lines = [
        f"{printable(image.name)}  {human(image.size)}, {image.size:,} bytes {how}",
        f"  {registry_size(image)}; {count(len(image.files), 'file')}"
        f" in {count(len(image.layers), 'layer')}",
    ]
    if image.lost:
        lines.append(
            f"  {human(image.lost_size)} of it in {len(image.lost):,}"
            f" {'file' if len(image.lost) == 1 else 'files'} that later layers hide"
        )
    return "\n".join(lines) + "\n"


Row = tuple[int, str]


def _layers(image: ImageSize) -> Iterator[Row]:
    for layer in image.layers:
        where = f"{layer.place}: " if layer.place else ""
        yield layer.size, f"{where}{layer.created_by or layer.digest[:19]}"


def _kinds(image: ImageSize) -> Iterator[Row]:
    yield from ((size, f"{kind} ({count(files, 'file')})") for kind, size, files in image.by_kind())
    if image.lost:
        yield image.lost_size, "hidden by later layers"


def _packages(image: ImageSize) -> Iterator[Row]:
    rows = image.by_package()
    for package, size, _ in rows[:_ROWS]:
        yield size, f"{package.manager}: {package}"
    if len(rows) > _ROWS:
        yield sum(size for _, size, _ in rows[_ROWS:]), f"{len(rows) - _ROWS:,} other packages"
    if rows and (rest := sum(one.size for one in image.files if one.package is None)):
        yield rest, "files in no package"


def _directories(image: ImageSize) -> Iterator[Row]:
    """The most informative directories: none with nearly everything in one subdirectory."""
    sizes = image.by_directory()
    largest: dict[str, int] = {}
    for directory, size in sizes.items():
        if directory != "/":
            above = directory.rpartition("/")[0] or "/"
            largest[above] = max(largest.get(above, 0), size)
    telling = {
        directory: size
        for directory, size in sizes.items()
        if directory != "/" and largest.get(directory, 0) < 0.5 * size
    }
    # Files in the root itself are in no other directory.
    telling["/ (files there)"] = sum(one.size for one in image.files if one.path.count("/") == 1)
    for directory, size in sorted(telling.items(), key=lambda one: (-one[1], one[0]))[:_ROWS]:
        if size:
            yield size, directory


def _section(heading: str, rows: Iterable[Row], whole: int) -> str:
    lines = [
        f"  {human(size):>8}  {bar(size, whole, _BAR)}  {shortened(label, _LABEL)}"
        for size, label in rows
    ]
    return "\n".join([heading, *lines]) + "\n" if lines else ""


def _reasons(image: ImageSize) -> str:
    if not image.reasons:
        return "No cause of more than 10 kB was found.\n"
    lines = ["What would reduce the size, the largest first"]
    for one in image.reasons:
        lines += _reason(image, one)
    if remark := base_remark(image):
        lines += textwrap.wrap(remark, WIDTH, initial_indent="  ", subsequent_indent="  ")
    return "\n".join(lines) + "\n"


def base_remark(image: ImageSize) -> str:
    """The remark on the base image's layers, which no line of the Dockerfile made."""
    if image.base is not None or len(image.layers) < 2:
        return ""
    return (
        "It isn't known which layers are the base image's; only another base image removes what is"
        " in those."
    )


def _reason(image: ImageSize, reason: Reason) -> Iterator[str]:
    rule = f" ({reason.rule})" if reason.rule else ""
    brought = ", ".join(image.layers[number].label for number in reason.layers[:4])
    more = ", …" if len(reason.layers) > 4 else ""
    yield from _wrapped(f"{printable(reason.title)}{rule}", f"  {human(reason.saves):>8}  ")
    yield from _wrapped(f"→ {reason.fix}")
    yield from _wrapped(f"evidence: {reason.evidence}")
    if brought:
        yield from _wrapped(f"in {brought}{more}")
    for path in reason.paths[:3]:
        yield f"            {shortened_path(path, WIDTH - 12)}"


def _wrapped(text: str, first: str = " " * 12) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=" " * 12)


def _remarks(image: ImageSize) -> str:
    lines = [f"not read: {printable(one)}" for one in image.unread]
    if image.lines_note:
        lines.append(printable(image.lines_note))
    return "\n".join(lines) + "\n" if lines else ""
