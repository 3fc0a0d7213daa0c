"""The text of a derived ``.dockerignore``: what was derived first, then the user's own lines.

What the user excludes stays excluded, whether the line was below the derived part or in a
file that the derived one replaces.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bpkit.formats.context import ContextNeeds, ContextSource, Needed, Tree
from bpkit.formats.dockerfile import Dockerfile
from bpkit.formats.dockerignore import BUILDKIT, Dialect, Pattern, names_for, read_line
from bpkit.verbs.ignore.derivation import AllowList, excluding, literal
from bpkit.verbs.ignore.sent import Sent
from bpkit.verbs.ignore.wanted import WantedFile

OWN = "# Lines below this one are yours to edit; they stay when the file is renewed:"
# The wording in files that earlier versions wrote.
_EARLIER_OWN = "# Your own lines, kept as they are:"
_CATCH_ALL = frozenset({"*", "**", "*/**", "**/*"})


@dataclass(frozen=True)
class Own:
    """Lines that a person wrote, and which of them can't be kept beside an allow-list."""

    lines: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Derivation:
    """A derived file called ``name`` in ``context``, and what it changes.

    ``there`` is the present text, ``state`` how the two compare. ``before`` and ``after`` are
    what is not excluded by the present .dockerignore (or without one), and by this one, as
    ``builder`` reads them. ``left_out`` is excluded though the whole context is copied,
    ``wanted`` would be if no RUN might read it.
    """

    name: str
    text: str
    there: str | None
    state: str
    context: Path
    dockerfiles: tuple[Dockerfile, ...]
    build_args: Mapping[str, str]
    allowed: AllowList
    found: ContextNeeds
    needed: Needed
    own: Own
    before: Sent
    after: Sent
    tree: Tree = field(repr=False)
    builder: Dialect = BUILDKIT
    wanted: tuple[WantedFile, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def others(self) -> tuple[str, ...]:
        """Ignore files of single Dockerfiles, which BuildKit reads instead of this one."""
        names = (names_for(one.name)[0] for one in self.dockerfiles)
        return tuple(name for name in names if name in self.tree and name != self.name)


def derived_text(
    allowed: AllowList, dockerfiles: Sequence[str], unwanted: Sequence[str] = ()
) -> str:
    """The derived part, including the line that the user's own lines follow.

    ``unwanted`` are paths to exclude if the whole context is copied.
    """
    if allowed.whole is not None:
        return _deny_text(allowed.whole, unwanted)
    files = " and ".join(dockerfiles)
    take = "take" if len(dockerfiles) > 1 else "takes"
    out = [f"# Only what {files} {take} from the build context.", "*"]
    if allowed.openings:
        out += ["", "# Directories of which only a part is copied", *allowed.openings]
    for file, lines in allowed.sources:
        out += ["", f"# {file}", *lines]
    return "\n".join([*out, "", OWN, ""])


def _deny_text(whole: ContextSource, unwanted: Sequence[str]) -> str:
    reason = "takes the whole context" if whole.known else "may take anything of the context"
    said = f"{whole.keyword} {whole.text}" if whole.text != "/" else f"{whole.keyword} --mount"
    out = [
        f"# {whole.place.file} {reason} ({said}): which part it needs is not known.",
        "# Excluded is what images rarely need; to include some of it, add below: !NAME",
        *(_line(path) for path in unwanted),
    ]
    return "\n".join([*out, "", OWN, ""])


def _line(path: str) -> str:
    return excluding("/".join(literal(part) for part in path.split("/")))


def split_text(text: str) -> tuple[str, tuple[str, ...]]:
    """The derived part of a text, with its last line, and the user's lines below it."""
    mark = OWN if f"{OWN}\n" in text else _EARLIER_OWN
    derived, mark, own = text.partition(f"{mark}\n")
    return derived + mark, tuple(own.splitlines())


def with_own(derived: str, own: Sequence[str]) -> str:
    """The whole file."""
    return derived + "".join(f"{line}\n" for line in own)


def taken_over(text: str, needs: ContextNeeds, *, keep_all: bool = False) -> Own:
    """The lines of a file that a person wrote, as far as they are compatible with an allow-list.

    Its exclusions are kept, except for a line that excludes everything, as the allow-list does. A
    ``!`` line is kept if it may include something needed, or with ``keep_all``, if others may need
    it. If the whole context is copied, all lines are kept.
    Raises LineError for a line that Docker refuses.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    if needs.everything is not None:
        return Own(tuple(lines))
    kept: list[str] = []
    dropped: list[str] = []
    excluding = False
    for line in lines:
        pattern = read_line(line)
        if pattern is None:
            kept.append(line)
        elif pattern.negated:
            is_kept = _lets_in(pattern, needs) if excluding else False
            (kept if is_kept or (keep_all and not _is_said(pattern, needs)) else dropped).append(
                line
            )
        elif pattern.text in _CATCH_ALL:
            dropped.append(line)
        else:
            excluding = True
            kept.append(line)
    return Own(tuple(kept), tuple(dropped))


def _lets_in(pattern: Pattern, needs: ContextNeeds) -> bool:
    """Whether a ``!`` line may include something needed; in doubt, yes."""
    if set("*?[") & set(pattern.text):
        return True
    return any(
        not fixed or _one_in_other(pattern.text, fixed)
        for fixed in (_fixed(source) for source in needs.sources)
    )


def _is_said(pattern: Pattern, needs: ContextNeeds) -> bool:
    """Whether a derived line includes the same path."""
    return any(not source.glob and source.pattern == pattern.text for source in needs.sources)


def _fixed(source: ContextSource) -> str:
    """The path of the source up to its first wildcard."""
    if not source.glob:
        return source.pattern
    return re.split(r"[*?\[\\]", source.pattern, maxsplit=1)[0].rpartition("/")[0]


def _one_in_other(one: str, other: str) -> bool:
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")
