"""BPK211: the whole context is copied into what ships."""

from bpkit.verbs.lint.rules import whole_context
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    whole_context.RULE,
    fails=(
        "FROM python:3.13-slim // COPY . /app",
        "FROM python:3.13-slim // WORKDIR /app // COPY ./ .",
        "FROM python:3.13-slim // ADD . /app",
        "FROM python:3.13-slim AS base // COPY . /app // FROM base",
        "FROM python:3.13-slim // ARG D=. // COPY $D /app",
    ),
    passes=(
        "FROM golang AS b // COPY . . // FROM scratch // COPY --from=b /app /",
        "FROM python:3.13-slim // COPY app /app",
        "FROM scratch // COPY --from=alpine . /",
        "FROM python:3.13-slim // COPY --exclude=.git . /app",
        "FROM python:3.13-slim // RUN --mount=type=bind,target=/src true",
    ),
)
