"""BPK218: an instruction that Dockerfiles don't have."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.errors import Place
from bpkit.findings import Finding, Rule
from bpkit.formats.text import nearest
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK218",
    "error",
    "an instruction that does not exist",
    "Dockerfiles have eighteen instructions (https://docs.docker.com/reference/dockerfile/), and "
    "this is none of them: the build ends with `unknown instruction`. Most often a letter is "
    "wrong, or the `\\` at the end of the line before is missing.",
    failing="FROM alpine:3.20\nCOYP app /app\nUSER 65532\n",
    passing="FROM alpine:3.20\nCOPY app /app\nUSER 65532\n",
)

_INSTRUCTIONS = (
    *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL"),
    *("MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """Each instruction that no builder knows."""
    for instruction in subject.file.instructions:
        keyword = instruction.keyword
        if keyword not in _INSTRUCTIONS:
            near = nearest(keyword, _INSTRUCTIONS)
            hint = f"; did you mean {near}?" if near else ""
            place = Place(subject.file.name, instruction.line)
            yield Finding(RULE, f"there is no instruction {keyword}{hint}", place, keyword)
