"""A file of known findings: only new ones are reported.

One line per finding, in order, with its rule, file, fingerprint and message: so branches merge line
by line, and a fixed finding is a removed line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from bpkit.errors import InputError, Place
from bpkit.findings import Finding, fingerprint
from bpkit.project import NewFile, as_it_is, write_together

_HEAD = "# Findings of bpkit lint that are known; renew it with: bpkit lint --write-baseline\n"
_DIGITS = 16


def baseline_text(findings: Iterable[Finding]) -> str:
    """The file for these findings."""
    return _HEAD + "".join(f"{line}\n" for line in sorted(map(_line, findings)))


def _line(finding: Finding) -> str:
    file = finding.place.file if finding.place else "-"
    message = " ".join(finding.message.split())
    return f"{finding.rule.id} {_mark(finding)} {file}: {message}"


def _mark(finding: Finding) -> str:
    return fingerprint(finding)[:_DIGITS]


def known_findings(file: str) -> Counter[str]:
    """The fingerprints in a baseline, each as often as it occurs. Raises InputError."""
    text = as_it_is(Path(), file)
    if text is None:
        raise InputError(
            "the baseline doesn't exist",
            place=Place(file),
            hint=f"run 'bpkit lint --write-baseline {file}'",
        )
    known: Counter[str] = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        words = line.split(" ", 2)
        if len(words) < 3 or len(words[1]) != _DIGITS:
            raise InputError(
                "not a valid line of a baseline",
                place=Place(file, number),
                hint="renew it with --write-baseline",
            )
        known[words[1]] += 1
    return known


def without_known(findings: Iterable[Finding], known: Counter[str]) -> tuple[Finding, ...]:
    """The findings that the baseline doesn't have."""
    left = Counter(known)
    kept = []
    for finding in findings:
        mark = _mark(finding)
        if left[mark] > 0:
            left[mark] -= 1
        else:
            kept.append(finding)
    return tuple(kept)


def write_baseline(file: str, findings: Iterable[Finding]) -> None:
    """Write the baseline, replacing an existing one. Raises InputError."""
    there = as_it_is(Path(), file)
    if there is not None and not there.startswith("# Findings of bpkit lint"):
        raise InputError("the file is not a baseline", place=Place(file), hint="name another file")
    # Its first line marks it as bpkit's own: no copy is kept.
    Path(file).unlink(missing_ok=True)
    write_together(Path(), [NewFile(file, baseline_text(findings))])
