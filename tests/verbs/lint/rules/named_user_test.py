"""BPK207: the user that ships is a name, not a number."""

from bpkit.verbs.lint.rules import named_user
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    named_user.RULE,
    fails=(
        "FROM debian:12 // USER app",
        "FROM scratch // USER 1000:app",
        "FROM scratch // USER nobody",
        "FROM debian:12 // ENV U=app // USER $U",
        "FROM debian:12 AS base // USER app // FROM base",
    ),
    passes=(
        "ARG V // FROM mcr.microsoft.com/windows/nanoserver:$V // USER app",
        "FROM example.com/tools // USER ContainerUser",
        "FROM debian:12 // USER 1000:app",
        "FROM mcr.microsoft.com/windows/nanoserver:ltsc2025 // USER ContainerUser",
        "FROM --platform=windows/amd64 example.com/base // USER ContainerUser",
        "FROM debian:12 AS test // USER app",
        "FROM debian:12 // USER 1000",
        "FROM debian:12 // USER 1000:1000",
        "FROM debian:12 // USER root",
        "FROM debian:12 // USER app // USER 1000",
        "FROM debian:12 // ARG U=1000 // USER $U",
        "FROM debian:12 AS b // USER app // FROM scratch // USER 1",
    ),
)
