"""The edits of findings, applied to the text of their files: ``bpkit lint --fix``."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bpkit.findings import Finding, TextEdit
from bpkit.project import NewFile, read_dockerfile, write_together

# As builders count lines: U+2028 and similar characters don't end one.
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True)
class FixedFile:
    """A file before and after its edits; ``rules`` are those whose findings they fix."""

    path: str
    before: str
    after: str
    rules: tuple[str, ...]

    @property
    def diff(self) -> str:
        """The change as a unified diff."""
        old, new = (_LINE.findall(text) for text in (self.before, self.after))
        shown = difflib.unified_diff(old, new, f"a/{self.path}", f"b/{self.path}")
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in shown)


def fixed_files(findings: Iterable[Finding]) -> tuple[FixedFile, ...]:
    """The files with the edits of these findings. Raises InputError if one can't be read.

    A finding whose edits overlap those of another is left for the next run.
    """
    accepted: dict[str, list[TextEdit]] = {}
    rules: dict[str, list[str]] = {}
    for finding in findings:
        if finding.edits and not any(_overlaps(e, accepted.get(e.file, ())) for e in finding.edits):
            for edit in finding.edits:
                accepted.setdefault(edit.file, []).append(edit)
                rules.setdefault(edit.file, []).append(finding.rule.id)
    texts = {path: read_dockerfile(Path(), path).text for path in accepted}
    return tuple(
        FixedFile(path, texts[path], edited(texts[path], edits), tuple(dict.fromkeys(rules[path])))
        for path, edits in accepted.items()
        if edited(texts[path], edits) != texts[path]
    )


def _overlaps(edit: TextEdit, others: Iterable[TextEdit]) -> bool:
    """Whether two edits touch the same lines; two insertions at one place do not."""
    return any(
        edit != other
        and not (edit.end_line < edit.line and other.end_line < other.line)
        and edit.line <= max(other.end_line, other.line - 1)
        and other.line <= max(edit.end_line, edit.line - 1)
        for other in others
    )


def edited(text: str, edits: Iterable[TextEdit]) -> str:
    """The text with these edits, its own line ends kept."""
    lines: list[str] = _LINE.findall(text)
    line_end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    for edit in sorted(dict.fromkeys(edits), key=lambda e: (e.line, e.end_line), reverse=True):
        new = [f"{line}{line_end}" for line in edit.text.splitlines()]
        start = edit.line - 1
        if start > 0 and start == len(lines) and not lines[-1].endswith("\n"):
            lines[-1] += line_end
        lines[start : max(edit.end_line, start)] = new
    return "".join(lines)


def fixes_json(files: Iterable[FixedFile]) -> dict[str, object]:
    """The edits as data for ``json.dumps``."""
    return {"files": [{"file": f.path, "rules": list(f.rules), "diff": f.diff} for f in files]}


def write_fixed(files: Iterable[FixedFile]) -> None:
    """Write the files, or leave all as they were. Raises InputError."""
    found: dict[str, list[NewFile]] = {}
    for file in files:
        folder, name = os.path.split(file.path)
        found.setdefault(folder or ".", []).append(NewFile(name, file.after, file.before))
    for folder, new in found.items():
        write_together(Path(folder), new, force=True)
