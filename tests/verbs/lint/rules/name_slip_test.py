"""BPK209: a slip in the name of a stage or a base."""

from bpkit.verbs.lint.rules import name_slip
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    name_slip.RULE,
    fails=(
        "FROM sratch",
        "FROM debian AS builder // FROM scratch // COPY --from=bulider /app /",
        "FROM debian AS base // FROM bse",
        "FROM golnag:1.22",
        "FROM apline:3.20",
        "FROM debian AS b // RUN --mount=type=bind,from=scrach,target=/x true",
        "FROM debian AS builder // FROM scratch // COPY --from=buidler /app /",
    ),
    passes=(
        "FROM mono:6.12",
        "FROM rubi:3",
        "FROM known:1",
        "FROM scratch",
        "FROM debian AS builder // FROM scratch // COPY --from=Builder /app /",
        "FROM debian AS builder // FROM scratch // COPY --from=nginx:1.27 /app /",
        "FROM debian AS build1 // FROM build2",
        "FROM rust AS trust // FROM rust",
        "FROM example.com/golnag",
        "FROM code",
        "FROM debian // FROM scratch // COPY --from=0 /app /",
        "FROM debian AS alpin // FROM alpine:3.22 // COPY --from=alpin /a /",
    ),
)
