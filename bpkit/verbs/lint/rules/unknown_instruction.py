"""BPK218: an instruction that doesn't exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpkit.findings import Finding, Rule, TextEdit
from bpkit.formats.dockerfile import KEYWORDS, Refusal
from bpkit.formats.text import nearest
from bpkit.verbs.lint.edits import instead
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK218",
    "error",
    "an instruction that doesn't exist",
    "Dockerfiles have eighteen instructions (https://docs.docker.com/reference/dockerfile/), "
    "and this is not one of them: the build ends with `unknown instruction`. Most often a "
    "letter is wrong, or the `\\` at the end of the line before is missing.",
    failing="FROM alpine:3.22\nCOYP app /app\nUSER 65532\n",
    passing="FROM alpine:3.22\nCOPY app /app\nUSER 65532\n",
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """Each instruction that no builder knows."""
    for one in subject.refusals:
        if one.keyword and one.keyword not in KEYWORDS:
            message = f"{one.message}; {one.hint}" if one.hint else one.message
            near = nearest(one.keyword, sorted(KEYWORDS))
            yield Finding(RULE, message, one.place, one.keyword, edits=_edits(subject, one, near))


def _edits(subject: LintSubject, one: Refusal, near: str | None) -> tuple[TextEdit, ...]:
    """The instruction with the keyword that is almost the same."""
    for instruction in subject.file.instructions if near else ():
        if instruction.line == one.place.line and not instruction.heredocs:
            text = re.sub(r"\S+", near or "", instruction.text, count=1)
            return (instead(subject.file.name, instruction, text),)
    return ()
