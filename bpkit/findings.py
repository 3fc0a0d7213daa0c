"""Rules and findings of check and lint; each finding names the rule that is broken.

A rule is a value, so that the rules page is generated from the same table that the checks use, and
the tests can build and run its two examples. BPK1xx are rules of ``check`` (an existing image),
BPK2xx of ``lint`` (a Dockerfile that may never have been built).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from bpkit.errors import Place
from bpkit.light import dataclass, regex

Severity = Literal["error", "warning", "note"]

# Line numbers in a message: `line 4`, `lines 4, 9`, `Dockerfile:4`.
_NUMBERS = regex(r"(?<=\bline )\d+(?:, \d+)*|(?<=\blines )\d+(?:, \d+)*|(?<=\w:)\d+\b")

#: Most severe first.
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True)
class Rule:
    """One thing that can be wrong.

    ``title`` says in one line what is wrong, ``why`` explains it and ``fix`` says what to do, both
    in a few sentences of Markdown. ``failing`` and ``passing`` are whole Dockerfiles that need no
    other file. ``says`` is what ``docker run`` prints for the failing one (part of a line), empty
    if that is nothing useful: the program starts and goes wrong later, or the rule is one of
    ``lint``. ``page`` is the address of another linter's rule.
    """

    id: str
    severity: Severity
    title: str
    why: str
    failing: str = ""
    passing: str = ""
    says: str = ""
    fix: str = ""
    page: str = ""


@dataclass(frozen=True)
class TextEdit:
    """A replacement for some lines of a file.

    The lines ``line`` to ``end_line`` (counted from 1, both included) become ``text``; with an
    ``end_line`` before ``line`` nothing is replaced and ``text`` is put in front of ``line``.
    ``text`` ends with a newline, or is empty.
    """

    file: str
    line: int
    end_line: int
    text: str


@dataclass(frozen=True)
class Finding:
    """A place where a rule is broken.

    ``place`` is the line of the Dockerfile, if there is one. ``subject`` is the path in the image
    that the finding is about. ``engine_says`` gives the engine's message and why it misleads.
    ``fix`` holds lines for a Dockerfile, with comments if the user has to choose. ``edits``
    together fix the finding; they are empty if a text edit can't, or if the fix needs a decision.
    ``size`` is the number of bytes that it costs in a measured image, ``seconds`` the time that it
    costs a build.
    """

    rule: Rule
    message: str
    place: Place | None = None
    subject: str = ""
    engine_says: str = ""
    fix: tuple[str, ...] = ()
    edits: tuple[TextEdit, ...] = ()
    size: int | None = None
    seconds: float | None = None

    @property
    def severity(self) -> Severity:
        return self.rule.severity


@dataclass(frozen=True)
class Checked:
    """The findings for an image.

    ``size`` is the image's, in bytes; ``is_saved`` is true for an image on disk, not in an engine.
    """

    image: str
    size: int
    findings: tuple[Finding, ...]
    is_saved: bool = False


def fingerprint(finding: Finding) -> str:
    """A key that stays the same when the finding moves to other lines."""
    file = finding.place.file if finding.place else ""
    message = _NUMBERS.sub("", finding.message)
    parts = "\0".join((finding.rule.id, file, finding.subject, message))
    # Imported late: the import is slow, and only some report formats need it.
    import hashlib

    return hashlib.sha256(parts.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, each once, the most severe first, then by file, line, rule and subject."""
    return tuple(sorted(dict.fromkeys(findings), key=_key))


def _key(finding: Finding) -> tuple[int, str, int, str, str]:
    place = finding.place or Place("")
    return (
        SEVERITIES.index(finding.severity),
        place.file,
        place.line or 0,
        finding.rule.id,
        finding.subject,
    )


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The highest severity among the findings; None if there are none."""
    found = {finding.severity for finding in findings}
    return next((severity for severity in SEVERITIES if severity in found), None)


def exit_status(findings: Iterable[Finding], *, strict: bool = False) -> int:
    """1 if there is an error (with ``strict``, a warning too), else 0."""
    return int(worst(findings) in ({"error", "warning"} if strict else {"error"}))
