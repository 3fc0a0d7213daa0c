"""Cases of the rules on stages and instructions: names, order, form."""

from __future__ import annotations

from tests.verbs.lint.case import Cases

STAGES: dict[str, Cases] = {
    "BPK205": Cases(
        fails=(
            "FROM debian AS b // FROM scratch // COPY app /",
            "FROM debian // FROM scratch // COPY app /",
            "FROM debian AS base // FROM base AS test // RUN test // FROM scratch // COPY app /",
            "FROM debian AS a // FROM debian AS b // FROM scratch // COPY --from=b /app /",
            "FROM debian AS a // FROM alpine AS b // COPY --from=a /x / // FROM scratch",
        ),
        passes=(
            "FROM debian AS b // FROM scratch // COPY --from=b /app /",
            "FROM debian // FROM scratch // COPY --from=0 /app /",
            "FROM debian AS b // FROM b",
            "FROM debian AS b // FROM alpine // RUN --mount=type=bind,from=b,target=/b true",
            "FROM debian AS a // FROM a AS b // FROM scratch // COPY --from=b /app /",
            "FROM debian",
        ),
    ),
    "BPK209": Cases(
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
            "FROM scratch",
            "FROM debian AS builder // FROM scratch // COPY --from=Builder /app /",
            "FROM debian AS builder // FROM scratch // COPY --from=nginx:1.27 /app /",
            "FROM debian AS build1 // FROM build2",
            "FROM rust AS trust // FROM rust",
            "FROM example.com/golnag",
            "FROM code",
            "FROM debian // FROM scratch // COPY --from=0 /app /",
            "FROM debian AS alpin // FROM alpine:3.20 // COPY --from=alpin /a /",
        ),
    ),
    "BPK210": Cases(
        fails=(
            "FROM debian // COPY --from=build /app / // FROM debian AS build",
            "FROM debian AS x // COPY --from=x /app /",
            "FROM debian // COPY --from=0 /app /",
            "FROM debian // FROM scratch // COPY --from=2 /app /",
            "FROM debian // RUN --mount=type=bind,from=late,target=/x true // FROM debian AS late",
        ),
        passes=(
            "FROM debian AS build // FROM scratch // COPY --from=build /app /",
            "FROM debian // FROM scratch // COPY --from=0 /app /",
            "FROM scratch // COPY --from=busybox:1.36 /bin/busybox /",
            "FROM debian // COPY --from=nginx /x / // FROM nginx AS nginx",
        ),
    ),
    "BPK216": Cases(
        fails=(
            "FROM scratch // COPY app / // CMD /app",
            "FROM scratch // COPY app / // ENTRYPOINT /app",
            "FROM scratch // COPY app / // RUN /app",
            'FROM scratch // COPY app / // HEALTHCHECK CMD /app // CMD ["/app"]',
            "FROM gcr.io/distroless/base-debian12 // CMD /app",
            "FROM scratch // COPY --from=busybox /bin/busybox /app // CMD /app",
            "FROM scratch AS base // COPY app / // FROM base AS x // COPY y / // FROM scratch"
            " // COPY --from=x /app / // CMD /app",
        ),
        passes=(
            'FROM scratch // COPY app / // CMD ["/app"]',
            "FROM scratch // COPY app / // HEALTHCHECK NONE",
            'FROM scratch // COPY app / // HEALTHCHECK CMD ["/app"]',
            "FROM gcr.io/distroless/base-debian12:debug // CMD /app",
            "FROM scratch // COPY --from=busybox /bin/busybox /bin/sh // CMD /app",
            "FROM scratch // COPY rootfs/ / // CMD /app",
            "FROM scratch // ADD root.tar.gz / // CMD /app",
            "FROM alpine:3.20 // CMD /app",
            'FROM scratch // COPY app / // SHELL ["/app"] // CMD /app',
        ),
    ),
    "BPK218": Cases(
        fails=(
            "FROM alpine:3.20 // COYP app /app",
            "FROM alpine:3.20 // RUN true && // apk add curl",
            "FROM alpine:3.20 // INCLUDE other",
        ),
        passes=(
            "FROM alpine:3.20 // copy app /app",
            "FROM alpine:3.20 // MAINTAINER me",
            "FROM alpine:3.20 // RUN true && \\ // apk add curl",
        ),
    ),
}
