"""Fills in the ``--checksum`` of an ``ADD`` from what the server sends now: ``bpkit lint --fix``.

The only place in lint that uses the network, and only for a fix. It pins the file
that came over https today; whether that is the right one is up to whoever reads the diff.
"""

from __future__ import annotations

import hashlib
import time
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from bpkit.findings import Finding
from bpkit.formats.dockerfile import Instruction, with_flag
from bpkit.project import read_dockerfile
from bpkit.verbs.lint.edits import instead
from bpkit.verbs.lint.rules import unchecked_add

_SECONDS = 60
_BYTES = 1 << 30
_BLOCK = 1 << 16


@dataclass(frozen=True)
class ChecksumResult:
    """The findings, those of ADD with their edits, and a note for each failed one."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()


class DownloadError(Exception):
    """Why the file that a URL names was not read to its end."""


def digest_of(url: str) -> str:
    """The sha256 of what the server sends. Raises DownloadError."""
    digest, size, ends = hashlib.sha256(), 0, time.monotonic() + _SECONDS
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS / 3) as answer:
            while block := answer.read(_BLOCK):
                digest.update(block)
                size += len(block)
                if size > _BYTES or time.monotonic() > ends:
                    raise DownloadError(f"more than 1 GiB, or than {_SECONDS} s")
    except (OSError, ValueError) as error:
        raise DownloadError(str(getattr(error, "reason", error))) from error
    return digest.hexdigest()


def with_checksums(
    findings: Iterable[Finding], digest: Callable[[str], str] = digest_of
) -> ChecksumResult:
    """The findings of ADDs without a checksum, with the edit that gives them one."""
    found: list[Finding] = []
    notes: list[str] = []
    for finding in findings:
        instruction = _add_at(finding) if finding.rule is unchecked_add.RULE else None
        if instruction is None or finding.place is None:
            found.append(finding)
            continue
        try:
            flag = f"sha256:{digest(finding.subject)}"
        except DownloadError as error:
            said = f"no checksum is filled in: {finding.subject} can't be read"
            notes.append(f"{finding.place}: {said}: {error}")
            found.append(finding)
            continue
        text = with_flag(instruction, "checksum", flag).text
        found.append(replace(finding, edits=(instead(finding.place.file, instruction, text),)))
    return ChecksumResult(tuple(found), tuple(notes))


def _add_at(finding: Finding) -> Instruction | None:
    """The ADD of the finding, if it has one source, and no variable in it."""
    if finding.place is None or "$" in finding.subject:
        return None
    for one in read_dockerfile(Path(), finding.place.file).instructions:
        if one.line == finding.place.line and one.keyword == "ADD" and len(one.args) == 2:
            return one
    return None
