"""Findings in SARIF 2.1.0, which code hosts show beside the lines of a change.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0 (section numbers below).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from bpkit import __version__
from bpkit.errors import Place
from bpkit.findings import Finding, Rule, fingerprint
from bpkit.report.findings import message_of

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


#: bpkit's address. The pages of its rules are in the package (``bpkit explain``) and, for readers
#: of the log, in ``help``; the fragment gives each rule its own address.
_HOME = "https://pypi.org/project/docker-bpkit/"


def findings_sarif(findings: Iterable[Finding], rules: Sequence[Rule]) -> dict[str, object]:
    """A SARIF log of one run for ``json.dumps``.

    ``rules`` are all rules that were applied, broken or not, including those of the findings.
    """
    index = {rule.id: number for number, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "bpkit",
                "version": __version__,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, index[finding.rule.id]) for finding in findings],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, object]:
    """A reportingDescriptor (3.49)."""
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.why, "markdown": _help(rule)},
        "helpUri": rule.page or f"{_HOME}#{rule.id.lower()}",
        "defaultConfiguration": {"level": rule.severity},
    }


def _help(rule: Rule) -> str:
    parts = [rule.why, *([rule.fix] if rule.fix else [])]
    for heading, example in (("Fails", rule.failing), ("Passes", rule.passing)):
        if example:
            parts.append(f"{heading}:\n\n```dockerfile\n{example.rstrip()}\n```")
    return "\n\n".join(parts)


def _result(finding: Finding, rule_index: int) -> dict[str, object]:
    """A result (3.27)."""
    text = [message_of(finding), finding.engine_says]
    if finding.fix:
        text.append("To fix it:\n" + "\n".join(finding.fix))
    result: dict[str, object] = {
        "ruleId": finding.rule.id,
        "ruleIndex": rule_index,
        "level": finding.severity,
        "message": {"text": "\n\n".join(part for part in text if part)},
        "partialFingerprints": {"bpkit/v1": fingerprint(finding)},
    }
    location: dict[str, object] = {}
    if finding.place:
        location["physicalLocation"] = _physical(finding.place)
    if finding.subject:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.subject, "kind": "resource"}]
    if location:
        result["locations"] = [location]
    return result


def _physical(place: Place) -> dict[str, object]:
    """A physicalLocation (3.29); its URI is relative if the file's name is (3.4.4)."""
    prefix = "file://" if place.file.startswith("/") else ""
    physical: dict[str, object] = {
        "artifactLocation": {"uri": prefix + quote(place.file, errors="surrogateescape")}
    }
    if place.line is not None:
        physical["region"] = {"startLine": place.line}
    return physical
