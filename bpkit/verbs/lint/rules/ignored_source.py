"""BPK233: a source that .dockerignore excludes."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK233",
    "error",
    "a source that .dockerignore excludes",
    "A COPY, an ADD or a bind mount names a file that exists, but a line of `.dockerignore` "
    "keeps it from the builder, which says that it is not found: `COPY requirements.txt .` in "
    "the Dockerfile and `*.txt` in `.dockerignore`. Only plain paths are checked, without a "
    "wildcard and without a variable that has no value.",
    fix="Remove the line, or include the file again below it: `!NAME`. `bpkit ignore` derives a "
    "`.dockerignore` that fits the Dockerfile.",
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """Each source of the used stages that exists and is excluded, with all that is in it."""
    for source in subject.taken:
        if source.pattern == "." or source.glob or not source.known:
            continue
        line = subject.context.excluded_by(source.pattern)
        if line:
            yield Finding(
                RULE,
                f"{source.keyword} {source.text}: {source.pattern} is there, but {line} keeps it "
                "out of the build",
                source.place,
                source.text,
                engine_says="docker build will say that it is not found.",
            )
