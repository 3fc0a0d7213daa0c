"""The recorded sizes: one line per image in a file of the repository.

``.bpkit/size-history.jsonl`` is only appended to. Branches that both append to it merge without a
conflict, because the .gitattributes beside it selects git's union driver. The order of lines and
duplicates don't matter; a line that can't be read is left out, and named.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from bpkit.core import ProgramMissingError, output
from bpkit.errors import InputError, Place
from bpkit.report import bar, human
from bpkit.verbs.size.comparison_report import signed
from bpkit.verbs.size.report import printable
from bpkit.verbs.size.result import ImageSize

HISTORY = ".bpkit/size-history.jsonl"
_ATTRIBUTES = "*.jsonl merge=union\n"
_MOST = 64 << 20


@dataclass(frozen=True)
class SizeRecord:
    """One line: the date, the revision (``+`` if files differed from it), the image, the size.

    ``revision`` is empty if it isn't known which one the image was built from.
    """

    date: str
    revision: str
    image: str
    id: str
    size: int
    compressed: int = 0
    estimated: bool = True
    groups: Mapping[str, int] = field(default_factory=dict, hash=False)


def record_of(image: ImageSize, revision: str = "") -> SizeRecord:
    """The record of an image as it is now; ``revision`` is the one that it was built from."""
    moment = os.environ.get("SOURCE_DATE_EPOCH", "")
    when = (
        datetime.fromtimestamp(int(moment), timezone.utc)
        if moment.isdigit()
        else datetime.now(timezone.utc)
    )
    return SizeRecord(
        when.strftime("%Y-%m-%dT%H:%M:%SZ"),
        revision,
        image.name,
        image.id,
        image.size,
        image.compressed,
        image.is_estimated,
        {kind: size for kind, size, _ in image.by_kind()},
    )


def revision_of(directory: Path) -> str:
    """The git revision of the directory; empty if there is none."""
    try:
        head = output(["git", "rev-parse", "HEAD"], cwd=str(directory))
        if head.status != 0:
            return ""
        changed = output(
            ["git", "status", "--porcelain", "--untracked-files=no"], cwd=str(directory)
        )
    except ProgramMissingError:
        return ""
    return head.stdout.strip() + ("+" if changed.stdout.strip() else "")


def read_history(directory: Path) -> tuple[SizeRecord, ...]:
    """The records, the oldest first, each once. Raises InputError if the file can't be read."""
    found = {one: None for line in _lines(directory) if (one := _record(line)) is not None}
    return tuple(sorted(found, key=lambda one: one.date))


def unread_lines(directory: Path) -> str:
    """A sentence with the lines of the history that can't be read; empty if there are none."""
    lines = enumerate(_lines(directory), 1)
    found = [str(number) for number, line in lines if line.strip() and _record(line) is None]
    if not found:
        return ""
    which = f"line {found[0]}" if len(found) == 1 else f"lines {', '.join(found[:5])}"
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    are = "is" if len(found) == 1 else "are"
    return f"{directory / HISTORY}: {which}{more} can't be read, and {are} left out"


def _lines(directory: Path) -> list[str]:
    path = directory / HISTORY
    try:
        if path.stat().st_size > _MOST:
            raise InputError(f"the history is larger than {_MOST:,} bytes", place=Place(str(path)))
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InputError(f"can't be read: {error.strerror}", place=Place(str(path))) from None
    return text.splitlines()


def _record(line: str) -> SizeRecord | None:
    try:
        said = json.loads(line)
        groups = {str(name): int(size) for name, size in (said.get("groups") or {}).items()}
        return SizeRecord(
            str(said["date"]),
            str(said.get("revision") or ""),
            str(said["image"]),
            str(said.get("id", "")),
            int(said["size"]),
            int(said.get("compressed", 0)),
            bool(said.get("estimated", True)),
            groups,
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def add_record(directory: Path, record: SizeRecord) -> bool:
    """Append a record; False if the last one of the same revision and image is the same.

    A record without a revision adds nothing to one of the same image with it. Raises InputError.
    """
    last = last_record(read_history(directory), record.image)
    if last and last.id == record.id and record.revision in {"", last.revision}:
        return False
    path = directory / HISTORY
    line = json.dumps(
        {
            "date": record.date,
            "revision": record.revision or None,
            "image": record.image,
            "id": record.id,
            "size": record.size,
            "compressed": record.compressed,
            "estimated": record.estimated,
            "groups": dict(record.groups),
        }
    )
    try:
        path.parent.mkdir(exist_ok=True)
        attributes = path.with_name(".gitattributes")
        if not attributes.exists():
            attributes.write_text(_ATTRIBUTES, encoding="utf-8")
        # Write the whole line at once: concurrent runs don't mix their lines.
        with path.open("ab", buffering=0) as file:
            file.write(f"{line}\n".encode())
    except OSError as error:
        raise InputError(f"can't be written: {error.strerror}", place=Place(str(path))) from None
    return True


def last_record(history: Iterable[SizeRecord], image: str) -> SizeRecord | None:
    """The newest record of the image of this name and tag."""
    return next((one for one in reversed(tuple(history)) if same_image(one.image, image)), None)


def same_image(name: str, other: str) -> bool:
    """Whether two names mean the same repository and tag."""
    return _in_full(name) == _in_full(other)


def records_of(history: Iterable[SizeRecord], image: str) -> tuple[SizeRecord, ...]:
    """The records of an image; of all its tags if ``image`` has none.

    Raises InputError if there are none.
    """
    found = _records(history, image)
    if not found:
        raise InputError(
            f"{HISTORY} has no record of '{image}'",
            hint=f"'bpkit size --history' shows all; 'bpkit size {image} --record' adds one",
        )
    return found


def _records(history: Iterable[SizeRecord], image: str) -> tuple[SizeRecord, ...]:
    if _TAGGED.search(image):
        return tuple(one for one in history if same_image(one.image, image))
    repository = _TAGGED.sub("", _in_full(image))
    return tuple(one for one in history if _TAGGED.sub("", _in_full(one.image)) == repository)


#: A tag, or a digest, at the end of a name; a registry's port comes before a slash.
_TAGGED = re.compile(r"[@:][^/]*\Z")


def _in_full(image: str) -> str:
    """The name with its tag, without the registry that engines add to a short name."""
    for prefix in ("docker.io/library/", "docker.io/", "localhost/"):
        image = image.removeprefix(prefix)
    return image if _TAGGED.search(image) else f"{image}:latest"


def history_text(history: Iterable[SizeRecord]) -> str:
    """One line per record, with a bar, and the growth since the same image's previous record."""
    records = tuple(history)
    if not records:
        return f"{HISTORY} has no records; 'bpkit size --record' adds one.\n"
    largest = max(one.size for one in records)
    before: dict[str, int] = {}
    lines = []
    for one in records:
        name = _in_full(one.image)
        grown = signed(one.size - before[name]) if name in before else ""
        before[name] = one.size
        shown = printable(name.removesuffix(":latest"))[:20]
        revision = f"{one.revision[:9]}{'+' if one.revision.endswith('+') else ''}"
        lines.append(
            f"{printable(one.date[:10]):<10}  {printable(revision):<10}  {human(one.size):>8}"
            f"  {grown:>9}  {bar(one.size, largest, 12)}  {shown}"
        )
    return "\n".join(lines) + "\n"


def history_json(history: Iterable[SizeRecord]) -> dict[str, object]:
    """The records as data."""
    return {
        "history": [
            {
                "date": one.date,
                "revision": one.revision or None,
                "image": one.image,
                "id": one.id,
                "size": one.size,
                "compressed": {"size": one.compressed, "estimated": one.estimated},
                "groups": dict(one.groups),
            }
            for one in history
        ]
    }
