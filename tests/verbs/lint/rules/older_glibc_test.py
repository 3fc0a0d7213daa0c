"""BPK204: built on a newer release than it runs on."""

from bpkit.verbs.lint.rules import older_glibc
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    older_glibc.RULE,
    fails=(
        "FROM debian:13 AS b // RUN gcc -o /app a.c // FROM debian:12 // COPY --from=b /app /",
        "FROM ubuntu:24.04 AS b // RUN gcc -o /app a.c // FROM ubuntu:22.04"
        " // COPY --from=b /app /",
        "FROM golang:1.22-trixie AS b // RUN go build -o /app // FROM debian:bookworm-slim"
        " // COPY --from=b /app /",
        "FROM rust:1.80-bookworm AS b // RUN cargo build // FROM ubuntu:jammy"
        " // COPY --from=b /src/target/release/app /",
        "FROM fedora:41 AS b // RUN gcc -o /app a.c // FROM rockylinux:9 // COPY --from=b /app /",
        "FROM gcc:14-trixie AS b // RUN gcc -o /app a.c"
        " // FROM gcr.io/distroless/cc-debian12:nonroot // COPY --from=b /app /",
    ),
    passes=(
        "FROM debian:11 AS b // RUN gcc -o /app a.c // FROM debian:12 // COPY --from=b /app /",
        "FROM debian:12 AS b // RUN gcc -o /app a.c // FROM debian:12-slim // COPY --from=b /app /",
        "FROM debian AS b // RUN gcc -o /app a.c // FROM debian:12 // COPY --from=b /app /",
        "FROM debian:13 AS b // RUN gcc -static -o /app a.c // FROM debian:11"
        " // COPY --from=b /app /",
        "FROM golang:1.22-trixie AS b // RUN CGO_ENABLED=0 go build -o /app // FROM debian:11"
        " // COPY --from=b /app /",
        "FROM ubuntu:22.04 AS b // RUN gcc -o /app a.c // FROM debian:12 // COPY --from=b /app /",
    ),
)
