"""The findings of ``docker build --check`` as bpkit's.

It came with Dockerfile 1.8 and buildx 0.15 (https://docs.docker.com/build/checks/); its JSON is
``LintResults`` of BuildKit's frontend/subrequests/lint/lint.go.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from bpkit.errors import Place
from bpkit.findings import Finding, Rule
from bpkit.light import dataclass, regex

# The messages of a client or a frontend that is too old.
_TOO_OLD = regex(
    r"unknown flag: --call|unsupported request frontend\.lint|unknown option.*--call"
    r"|does not support.*(?:lint|subrequest)",
    re.IGNORECASE,
)


def arguments(file: str, context: str, build_args: Mapping[str, str]) -> tuple[str, ...]:
    """The arguments of ``docker`` to check one Dockerfile."""
    given = (
        word for name, value in build_args.items() for word in ("--build-arg", f"{name}={value}")
    )
    return ("build", "--call", "check,format=json", *given, "-f", file, context)


def is_too_old(stderr: str) -> bool:
    """Whether this is the message of an engine without checks."""
    return _TOO_OLD.search(stderr) is not None


@dataclass(frozen=True)
class BuildCheck:
    """The findings, and why the check stopped early (empty if it didn't)."""

    findings: tuple[Finding, ...]
    stopped: str = ""


def read_answer(output: str, file: str) -> BuildCheck:
    """The content of the JSON, with the Dockerfile called ``file``.

    Raises ValueError if it isn't valid JSON.
    """
    said = json.loads(output)
    findings = tuple(_finding(one, file) for one in said.get("warnings") or ())
    return BuildCheck(findings, str((said.get("buildError") or {}).get("message") or ""))


def _finding(said: dict[str, Any], file: str) -> Finding:
    name = str(said["ruleName"])
    page = said.get("url") or "https://docs.docker.com/reference/build-checks/"
    rule = Rule(
        name,
        "warning",
        str(said.get("description") or name),
        f"docker's check: {page}",
        page=str(page),
    )
    ranges = (said.get("location") or {}).get("ranges") or ()
    line = int(ranges[0]["start"]["line"]) if ranges else None
    return Finding(rule, str(said.get("detail") or rule.title), Place(file, line))
