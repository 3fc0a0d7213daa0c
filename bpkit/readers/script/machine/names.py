"""Names for a script's images: words for stages, derived from the script's tags."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from bpkit.core import BUILD

# Tags that name an image's purpose; any other tag is a version.
_SAYING = re.compile(r"(?:build|builder|compile|compiler|dev|deps|base|test|assets|dist)[a-z]*")


def stage_word(tag: str, final_tag: str, path: str | None, common: str = "") -> str:
    """A word for the image ``tag`` beside the one that ships: ``build`` for ``me/app:build``.

    ``common`` is the common beginning of all image names in the script.
    """
    repository, version = split_tag(tag)
    if _SAYING.fullmatch(version):
        return version
    name = repository.rpartition("/")[2].lower()
    final = split_tag(final_tag)[0].rpartition("/")[2].lower()
    for start in (final, common):
        rest = _without(name, start)
        if rest and rest != name:
            return rest
    if name and name != final:
        return name
    return _of_path(path) or BUILD


def common_start(tags: Sequence[str]) -> str:
    """The common beginning of all these image names, up to a dash; empty for a single name."""
    names = {split_tag(tag)[0].rpartition("/")[2].lower() for tag in tags}
    words = [re.split(r"[-_.]", name) for name in names]
    columns = zip(*words, strict=False)
    start = "-".join(each[0] for each in takewhile(lambda each: len(set(each)) == 1, columns))
    return "" if len(names) < 2 or start in names else start


def split_tag(tag: str) -> tuple[str, str]:
    """The repository and the tag of ``tag``; the tag is empty if there is none."""
    head, slash, last = tag.rpartition("/")
    name, _, version = last.partition(":")
    return f"{head}{slash}{name}", version


def _without(name: str, final: str) -> str:
    """``name`` without ``final``: ``builder`` for app-builder and app."""
    for start in (f"{final}-", f"{final}_", f"{final}."):
        if final and name.startswith(start):
            return name[len(start) :]
    for end in (f"-{final}", f"_{final}"):
        if final and name.endswith(end):
            return name[: -len(end)]
    return ""


def _of_path(path: str | None) -> str:
    """``build`` for ``Dockerfile.build`` and for ``build/Dockerfile``."""
    if not path:
        return ""
    directory, _, name = path.rpartition("/")
    word = re.sub(r"(?i)\.?dockerfile[.-]?", "", name) or directory.rpartition("/")[2]
    return re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-")
