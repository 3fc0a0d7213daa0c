"""hadolint's findings as bpkit's (https://github.com/hadolint/hadolint); the extra ``lint``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bpkit.errors import EngineError, Place
from bpkit.findings import Finding, Rule, Severity

PROGRAM = "hadolint"
_SEVERITIES: dict[str, Severity] = {
    "error": "error",
    "warning": "warning",
    "info": "note",
    "style": "note",
}


def arguments(files: Sequence[str]) -> tuple[str, ...]:
    """What hadolint is called with; the files as the report should name them."""
    return ("--no-fail", "--format", "json", "--", *files)


def read_findings(output: str) -> tuple[Finding, ...]:
    """The findings in hadolint's JSON.

    Raises EngineError where it is no such JSON: then hadolint failed, and said why elsewhere.
    """
    try:
        found = json.loads(output)
    except ValueError:
        raise EngineError("hadolint did not answer in JSON") from None
    return tuple(_finding(one) for one in found)


def _finding(said: dict[str, Any]) -> Finding:
    code = str(said["code"])
    # What it says of a syntax error goes over several lines.
    message = " ".join(str(said["message"]).split())
    rule = Rule(code, _SEVERITIES.get(said["level"], "note"), message, _page(code))
    return Finding(rule, message, Place(str(said["file"]), int(said["line"])))


def _page(code: str) -> str:
    if code.startswith("SC"):
        return f"ShellCheck's rule: https://www.shellcheck.net/wiki/{code}"
    return f"hadolint's rule: https://github.com/hadolint/hadolint/wiki/{code}"
