"""BPK208: the runtime base image has no version."""

from bpkit.verbs.lint.rules import latest_base
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    latest_base.RULE,
    fails=(
        "FROM alpine",
        "FROM alpine:latest",
        "FROM gcr.io/distroless/static",
        "FROM localhost:5000/base",
        "FROM alpine AS base // FROM base",
        "ARG BASE=alpine // FROM $BASE",
    ),
    passes=(
        "FROM alpine:3.22",
        "FROM scratch",
        "FROM alpine@sha256:" + "0" * 64,
        "FROM golang AS b // FROM scratch // COPY --from=b /app /",
        "ARG V=3.20 // FROM alpine:$V",
    ),
)
