"""BPK218: an instruction that Dockerfiles don't have."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile import KEYWORDS
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK218",
    "error",
    "an instruction that does not exist",
    "Dockerfiles have eighteen instructions (https://docs.docker.com/reference/dockerfile/), and "
    "this is none of them: the build ends with `unknown instruction`. Most often a letter is "
    "wrong, or the `\\` at the end of the line before is missing.",
    failing="FROM alpine:3.22\nCOYP app /app\nUSER 65532\n",
    passing="FROM alpine:3.22\nCOPY app /app\nUSER 65532\n",
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """Each instruction that no builder knows."""
    for one in subject.refusals:
        if one.keyword and one.keyword not in KEYWORDS:
            message = f"{one.message}; {one.hint}" if one.hint else one.message
            yield Finding(RULE, message, one.place, one.keyword)
