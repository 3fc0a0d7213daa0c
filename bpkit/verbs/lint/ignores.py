"""``# bpkit:ignore=ID reason``: findings that were reviewed and are kept.

Above an instruction it holds for that instruction, before the first one for the whole file. Ids are
bpkit's, hadolint's or docker's, separated by commas. A reason is required, and an ignore that
ignores nothing is a finding itself: the fault it excused is gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bpkit.errors import Place
from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile import Dockerfile, Filler, Instruction
from bpkit.light import dataclass, regex
from bpkit.verbs.lint.same_fault import Report

UNREASONED = Rule(
    "BPK290",
    "warning",
    "an ignore without a reason",
    "`# bpkit:ignore=ID` must say why, on the same line, so that a later reader can tell whether "
    "the reason still holds. Without a reason it ignores nothing.",
    failing="# bpkit:ignore=BPK206\nFROM debian:12-slim\nEXPOSE 80\n",
    passing="# bpkit:ignore=BPK206 binds port 80, then drops its rights by itself\n"
    "FROM debian:12-slim\nEXPOSE 80\n",
)
UNUSED = Rule(
    "BPK291",
    "warning",
    "an ignore that ignores nothing",
    "No finding with this id is at the instruction below (or in the file, where the ignore stands "
    "before the first instruction). The finding is gone, or the id has a typo: remove the "
    "comment.",
    failing="# bpkit:ignore=BPK208 the digest is checked elsewhere\nFROM debian:12-slim\n"
    "USER 65532\n",
    passing="FROM debian:12-slim\nUSER 65532\n",
)

_COMMENT = regex(r"^\s*#\s*bpkit:ignore(?:=(?P<ids>[\w,]*))?(?P<reason>.*)$", re.IGNORECASE)


@dataclass(frozen=True)
class LintIgnore:
    """One comment: its ids, the lines (None: the whole file), its place, and the reason."""

    ids: tuple[str, ...]
    lines: range | None
    place: Place
    reason: str

    def covers(self, report: Report) -> bool:
        """Whether the finding is of one of these ids, at one of these lines."""
        place = report.finding.place
        if place is None or place.file != self.place.file or not self.ids_of(report):
            return False
        return self.lines is None or (place.line is not None and place.line in self.lines)

    def ids_of(self, report: Report) -> set[str]:
        """The ids of this comment that match the finding."""
        return {one for one in self.ids if one.lower() in {i.lower() for i in report.ids}}


def ignores_of(dockerfile: Dockerfile) -> tuple[LintIgnore, ...]:
    """The ignores in the comments of a file."""
    return tuple(_ignores(dockerfile))


def _ignores(dockerfile: Dockerfile) -> Iterator[LintIgnore]:
    seen_instruction = False
    for part, following in zip(dockerfile.parts, (*dockerfile.parts[1:], None), strict=True):
        if not isinstance(part, Filler):
            seen_instruction = True
            continue
        for number, text in enumerate(part.text.splitlines(), part.line):
            found = _COMMENT.match(text)
            if not found:
                continue
            ids = tuple(one for one in (found["ids"] or "").split(",") if one)
            lines = _lines(part, number, following) if seen_instruction else None
            place = Place(dockerfile.name, number)
            yield LintIgnore(ids, lines, place, found["reason"].strip(" :-"))


def _lines(filler: Filler, number: int, following: object) -> range:
    """The lines of the instruction below the comment, unless an empty line is between them."""
    below = filler.text.splitlines()[number - filler.line + 1 :]
    if not isinstance(following, Instruction) or any(not line.strip() for line in below):
        return range(0)
    return range(following.line, following.end_line + 1)


def without_ignored(
    reports: Sequence[Report], ignores: Iterable[LintIgnore], ran: Mapping[str, bool]
) -> tuple[Report, ...]:
    """The findings that nothing ignores, and those about the ignores themselves.

    ``ran`` has the linters (``hadolint``, ``docker``) that ran: an ignore for another one isn't
    called unused.
    """
    kept = list(reports)
    of_ignores: list[Report] = []
    for ignore in ignores:
        if not ignore.ids or not ignore.reason:
            of_ignores.append(_report(UNREASONED, _unreasoned(ignore), ignore.place))
            continue
        covered = [report for report in reports if ignore.covers(report)]
        kept = [report for report in kept if report not in covered]
        used = {one for report in covered for one in ignore.ids_of(report)}
        unused = [one for one in ignore.ids if one not in used and ran.get(_source(one), True)]
        if unused:
            message = f"nothing here is ignored by {', '.join(unused)}"
            of_ignores.append(_report(UNUSED, message, ignore.place))
    return (*kept, *of_ignores)


def _unreasoned(ignore: LintIgnore) -> str:
    if not ignore.ids:
        return "this ignore names no rule: write # bpkit:ignore=ID reason"
    return f"why is {', '.join(ignore.ids)} ignored? Write # bpkit:ignore=ID reason"


def _source(one: str) -> str:
    """The linter that the id belongs to."""
    upper = one.upper()
    if upper.startswith("BPK"):
        return "bpkit"
    return "hadolint" if re.fullmatch(r"(?:DL|SC)\d+", upper) else "docker"


def _report(rule: Rule, message: str, place: Place) -> Report:
    return Report(Finding(rule, message, place, message))
