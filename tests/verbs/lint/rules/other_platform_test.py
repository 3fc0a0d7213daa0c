"""BPK217: built for the builder's platform, not the target's."""

from bpkit.verbs.lint.rules import other_platform
from tests.verbs.lint.spec import TO_SCRATCH, check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    other_platform.RULE,
    fails=(
        "FROM --platform=$BUILDPLATFORM golang:1.22 AS b // RUN CGO_ENABLED=0 go build -o /app"
        f" // {TO_SCRATCH}",
        "FROM --platform=$BUILDPLATFORM rust:1.80 AS b // RUN cargo build"
        " // FROM debian:12 // COPY --from=b /src/target/release/app /",
        "FROM --platform=$BUILDPLATFORM python:3.9-alpine // COPY app / // CMD app",
    ),
    passes=(
        f"FROM golang:1.22 AS b // RUN CGO_ENABLED=0 go build -o /app // {TO_SCRATCH}",
        "FROM --platform=$BUILDPLATFORM golang:1.22 AS b // ARG TARGETARCH"
        f" // RUN CGO_ENABLED=0 GOARCH=$TARGETARCH go build -o /app // {TO_SCRATCH}",
        "FROM --platform=$BUILDPLATFORM node:24 AS b // RUN npm run build // FROM nginx:1.27"
        " // COPY --from=b /src/dist /usr/share/nginx/html",
        "FROM --platform=$BUILDPLATFORM rust:1.80 AS b // RUN cargo build --target $T"
        " // FROM debian:12 // COPY --from=b /src/target/release/app /",
    ),
)
