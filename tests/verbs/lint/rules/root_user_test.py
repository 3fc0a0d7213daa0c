"""BPK206: what ships runs as root."""

from bpkit.verbs.lint.rules import root_user
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    root_user.RULE,
    fails=(
        "FROM scratch // COPY app /",
        "FROM debian:12 // USER root",
        "FROM debian:12 // USER 0:0",
        "FROM debian:12 // USER app // RUN true // USER root",
        "FROM debian:12 AS b // USER 1000 // FROM scratch // COPY --from=b /app /",
        "FROM gcr.io/distroless/static-debian12",
    ),
    passes=(
        "FROM scratch // USER 65532",
        "FROM debian:12 // USER app",
        "FROM debian:12 // USER root // RUN true // USER 1000:0",
        "FROM debian:12 AS base // USER 1000 // FROM base",
        "FROM gcr.io/distroless/static-debian12:nonroot",
        "FROM cgr.dev/chainguard/static:latest",
        "FROM nginxinc/nginx-unprivileged:1.27",
        "FROM debian:12 // ARG U=1000 // USER $U",
    ),
)
