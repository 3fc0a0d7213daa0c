"""Findings as text, and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from bpkit.findings import SEVERITIES, Finding, Severity
from bpkit.report.escaping import shown
from bpkit.report.invocation import as_started
from bpkit.report.sizes import human

_WIDTH = 96
_COLOURS: dict[Severity, str] = {"error": "31", "warning": "33", "note": "36"}


def findings_text(findings: Iterable[Finding], *, colour: bool = False) -> str:
    """A paragraph for each finding, ``file:line: severity RULE: message`` first, then a count.

    Editors and CI systems recognize that first line. Ends with a line end.
    """
    found = tuple(findings)
    paragraphs = ["\n".join(_paragraph(finding, colour)) for finding in found]
    return "\n\n".join([*paragraphs, count_text(found)]) + "\n"


def count_text(findings: Sequence[Finding]) -> str:
    """``1 error, 2 warnings``; ``nothing found`` if there are none."""
    counts = {s: sum(f.severity == s for f in findings) for s in SEVERITIES}
    parts = [f"{n} {s}{'s' * (n != 1)}" for s, n in counts.items() if n]
    return ", ".join(parts) or "nothing found"


def findings_json(findings: Iterable[Finding]) -> list[dict[str, object]]:
    """The findings as data for ``json.dumps``; ``file`` and ``line`` are null if unknown."""
    return [
        {
            "rule": finding.rule.id,
            "severity": finding.severity,
            "title": finding.rule.title,
            "message": finding.message,
            "file": finding.place.file if finding.place else None,
            "line": finding.place.line if finding.place else None,
            "subject": finding.subject,
            "engine_says": finding.engine_says,
            "fix": list(finding.fix),
            **({} if finding.size is None else {"size": finding.size}),
            **({} if finding.seconds is None else {"seconds": round(finding.seconds, 1)}),
        }
        for finding in findings
    ]


def message_of(finding: Finding) -> str:
    """The message, with the finding's cost if it was measured."""
    if finding.size is not None:
        return f"{finding.message} ({human(finding.size)})"
    if finding.seconds is not None:
        return f"{finding.message} ({finding.seconds:.1f} s)"
    return finding.message


def _paragraph(finding: Finding, colour: bool) -> Iterator[str]:
    where = shown(f"{finding.place}: ") if finding.place else ""
    level = _painted(f"{finding.severity} {finding.rule.id}", finding.severity, colour)
    yield f"{where}{level}: {shown(message_of(finding))}"
    if finding.engine_says:
        yield from _wrapped(shown(finding.engine_says))
    if finding.fix:
        yield "  To fix it:"
        lines = (line for text in finding.fix for line in as_started(text).split("\n"))
        yield from (f"    {shown(line)}" for line in lines)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent="  ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _painted(text: str, severity: Severity, colour: bool) -> str:
    return f"\033[1;{_COLOURS[severity]}m{text}\033[0m" if colour else text
