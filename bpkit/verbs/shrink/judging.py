"""Decide whether the new image's Dockerfile may be written, and write it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bpkit.findings import Finding
from bpkit.project import NewFile, as_it_is, sealed, write_together
from bpkit.verbs.shrink.request import STDOUT, ShrinkRequest
from bpkit.verbs.shrink.result import Shrunk


def errors_of(findings: tuple[Finding, ...]) -> list[Finding]:
    """The findings that prevent writing the Dockerfile."""
    return [finding for finding in findings if finding.severity == "error"]


def judged(result: Shrunk) -> Shrunk:
    """The result, with the reason why it must not be written if there is one."""
    errors = errors_of(result.findings)
    failed = [probed for probed in result.probes if not probed.same]
    if errors:
        return replace(result, refused=f"its check fails: {errors[0].message}")
    if failed:
        count = len(failed[0].differences)
        more = f", and {count - 1} more" if count > 1 else ""
        what = failed[0].differences[0] if failed[0].differences else "a different answer"
        return replace(result, refused=f"{failed[0].probe}: {what}{more}")
    return result


def written(result: Shrunk, request: ShrinkRequest, directory: Path) -> Shrunk:
    """The result, with its file unless it was refused or goes to standard output."""
    if result.refused or request.output == STDOUT:
        return result
    text = sealed("shrink", result.text)
    file = NewFile(request.output, text, as_it_is(directory, request.output))
    write_together(directory, [file], force=request.force)
    return replace(result, text=text, file=request.output)
