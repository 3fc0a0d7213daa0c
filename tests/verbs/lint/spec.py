"""What one rule's spec is: Dockerfiles in a line each, instructions with `` // `` between."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile import parse
from bpkit.verbs.lint.subject import Context, LintSubject
from bpkit.verbs.lint.table import findings

GCC_BUILD = "FROM gcc:13-bookworm AS b // RUN gcc -o /app a.c"
GO_STAGE = "FROM golang:1.22-bookworm AS b"
RUST_STAGE = "FROM rust:1.80-bookworm AS b"
TO_ALPINE = "FROM alpine:3.22 // COPY --from=b /app /app"
TO_SCRATCH = "FROM scratch // COPY --from=b /app /app"

Test = Callable[[str], None]


def subject(text: str, build: str = "", context: Context | None = None) -> LintSubject:
    """One Dockerfile (with the build file of its pair) as the rules see it."""
    return LintSubject(
        parse(text, "Dockerfile"),
        build=parse(build, "Dockerfile.build") if build else None,
        context=context or Context(),
    )


def found(line: str, rule: str, **others: object) -> list[Finding]:
    """What one rule finds in a Dockerfile written on one line."""
    text = line.replace(" // ", "\n") + "\n"
    return [f for f in findings([subject(text, **others)]) if f.rule.id == rule]  # type: ignore[arg-type]


def check_cases(rule: Rule, fails: tuple[str, ...], passes: tuple[str, ...]) -> tuple[Test, Test]:
    """The two tests of a spec.

    Each line of ``fails`` breaks the rule once; each line of ``passes`` looks much like it and
    doesn't. Whether a line breaks other rules too is theirs to say.
    """

    @pytest.mark.parametrize("line", fails)
    def breaks(line: str) -> None:
        assert len(found(line, rule.id)) == 1

    @pytest.mark.parametrize("line", passes)
    def keeps(line: str) -> None:
        assert found(line, rule.id) == []

    return breaks, keeps
