"""hadolint's findings as bpkit's (https://github.com/hadolint/hadolint); in the extra ``lint``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from bpkit.errors import EngineError, Place
from bpkit.findings import Finding, Rule, Severity
from bpkit.light import dataclass

PROGRAM = "hadolint"
#: Its id for a syntax error.
SYNTAX = "DL1000"
# Rules on pipes, cd, sudo, wget, which are a Unix shell's, and on user numbers.
_OF_UNIX = frozenset({"DL3003", "DL3004", "DL3066", "DL4001", "DL4005", "DL4006"})
_SEVERITIES: dict[str, Severity] = {
    "error": "error",
    "warning": "warning",
    "info": "note",
    "style": "note",
}


@dataclass(frozen=True)
class HadolintAnswer:
    """hadolint's findings, and the files that it can't parse, with the line where it stopped."""

    findings: tuple[Finding, ...]
    unread: Mapping[str, int | None] = field(default_factory=dict)


def arguments(files: Sequence[str]) -> tuple[str, ...]:
    """The arguments of hadolint; the files as the report should name them."""
    return ("--no-fail", "--format", "json", "--", *files)


def read_findings(
    output: str, without_shell: frozenset[tuple[str, int]] = frozenset()
) -> HadolintAnswer:
    """The findings in hadolint's JSON; ``without_shell`` are lines that no Unix shell reads.

    Its syntax errors are left out: it can't parse all that builders accept (heredocs, new flags),
    and bpkit has read the file. Its rules on shell scripts don't apply to PowerShell. Raises
    EngineError if it isn't such JSON: then hadolint failed, and gave the reason elsewhere.
    """
    try:
        found = json.loads(output)
    except ValueError:
        raise EngineError("hadolint did not answer in JSON") from None
    every = tuple(_finding(one) for one in found)
    unread = {f.place.file: f.place.line for f in every if f.rule.id == SYNTAX and f.place}
    return HadolintAnswer(tuple(f for f in every if _is_of_use(f, without_shell)), unread)


def _is_of_use(finding: Finding, without_shell: frozenset[tuple[str, int]]) -> bool:
    if finding.rule.id == SYNTAX:
        return False
    is_of_shell = finding.rule.id.startswith("SC") or finding.rule.id in _OF_UNIX
    place = finding.place
    return not (is_of_shell and place and (place.file, place.line) in without_shell)


def _finding(said: dict[str, Any]) -> Finding:
    code = str(said["code"])
    # Its message on a syntax error has several lines.
    message = " ".join(str(said["message"]).split())
    rule = Rule(
        code,
        _SEVERITIES.get(said["level"], "note"),
        message,
        _page(code),
        page=_page(code).rpartition(" ")[2],
    )
    return Finding(rule, message, Place(str(said["file"]), int(said["line"])))


def _page(code: str) -> str:
    if code.startswith("SC"):
        return f"ShellCheck's rule: https://www.shellcheck.net/wiki/{code}"
    return f"hadolint's rule: https://github.com/hadolint/hadolint/wiki/{code}"
