"""Cases of the rules on artifacts: what is made in one stage or file, and runs in another."""

from __future__ import annotations

from tests.verbs.lint.case import Cases

C = "FROM gcc:13-bookworm AS b // RUN gcc -o /app a.c"
GO = "FROM golang:1.22-bookworm AS b"
RUST = "FROM rust:1.80-bookworm AS b"
TO_ALPINE = "FROM alpine:3.20 // COPY --from=b /app /app"
TO_SCRATCH = "FROM scratch // COPY --from=b /app /app"

FLOWS: dict[str, Cases] = {
    "BPK201": Cases(
        fails=(
            "FROM debian AS b // RUN gcc -o /hellogo a.c // FROM scratch"
            " // COPY --from=b /helogo /",
            "FROM debian AS b // RUN cp a /out/app // FROM scratch // COPY --from=b /out/apq /",
            "FROM scratch AS b // COPY app /app // FROM alpine // COPY --from=b /other /",
            "FROM debian AS b // RUN make -o /x/app // FROM scratch // COPY --from=b /x/ap /",
            "FROM debian AS b // RUN cc -o /app a.c // FROM scratch // COPY --from=0 /appp /",
        ),
        passes=(
            "FROM debian AS b // RUN gcc -o /hellogo a.c // FROM scratch"
            " // COPY --from=b /hellogo /",
            "FROM debian AS b // RUN gcc -o /out/app a.c // FROM scratch // COPY --from=b /out /",
            "FROM debian AS b // RUN make // FROM scratch // COPY --from=b /src/app /",
            "FROM debian AS b // RUN cp a /app // FROM scratch // COPY --from=b /etc/passwd /etc/",
            "FROM scratch AS b // COPY . / // FROM alpine // COPY --from=b /other /",
            "FROM scratch AS b // ADD root.tar / // FROM alpine // COPY --from=b /other /",
            "FROM scratch AS b // COPY etc /etc // FROM alpine // COPY --from=b /etc/app.conf /",
            "FROM debian AS b // RUN cc -o /app1 a.c // FROM scratch // COPY --from=b /app* /",
            "FROM debian AS b // RUN cc -o /app1 a // FROM scratch // ARG N"
            " // COPY --from=b /app$N /",
            "FROM scratch // COPY --from=alpine /hellogo /",
        ),
    ),
    "BPK202": Cases(
        fails=(
            f"{C} // {TO_ALPINE}",
            f"{C} // {TO_SCRATCH}",
            f"{C} // FROM gcr.io/distroless/static-debian12 // COPY --from=b /app /app",
            f"{C} // FROM busybox:1.36-musl // COPY --from=b /app /app",
            "FROM alpine:3.20 AS b // RUN apk add gcc && gcc -o /app a.c"
            " // FROM debian:12-slim // COPY --from=b /app /app",
            f"{RUST} // RUN cargo build --release // FROM alpine:3.20"
            " // COPY --from=b /src/target/release/app /app",
            f"{RUST} // RUN rustc -o /app a.rs // {TO_SCRATCH}",
            "FROM debian:12 AS base // FROM base AS b // RUN cc -o /app a.c"
            " // FROM alpine:3.20 AS r"
            " // FROM r // COPY --from=b /app /app",
            "FROM gcc:13 AS b // WORKDIR /s // RUN cd x && g++ -o app a.cc // FROM scratch"
            " // COPY --from=b /s/x/app /app",
            "FROM gcc:13 AS b // RUN ['gcc', '-o', '/app', 'a.c']".replace("'", '"')
            + f" // {TO_SCRATCH}",
        ),
        passes=(
            f"FROM gcc:13 AS b // RUN gcc -static -o /app a.c // {TO_ALPINE}",
            f"FROM gcc:13 AS b // ENV LDFLAGS=-static // RUN cc $LDFLAGS -o /app a.c"
            f" // {TO_ALPINE}",
            f"{C} // FROM debian:12-slim // COPY --from=b /app /app",
            f"{C} // FROM gcr.io/distroless/base-debian12 // COPY --from=b /app /app",
            f"{C} // FROM example.com/base // COPY --from=b /app /app",
            f"{C} // {TO_SCRATCH} // COPY --from=b /lib/x86_64-linux-gnu/libc.so.6 /lib/",
            f"{C} // FROM scratch // COPY --from=b /rootfs/ /",
            f"{C} // FROM alpine:3.20 // COPY --from=b /usr/share/zoneinfo /usr/share/zoneinfo",
            f"{C} // FROM alpine:3.20 // COPY --from=b /other /other",
            f"{RUST} // RUN cargo build // FROM alpine:3.20 // COPY --from=b /src/.env /src/",
            f"FROM gcc:13 AS b // RUN gcc -c a.c && gcc --version // {TO_ALPINE}",
            f"{RUST} // RUN cargo build --target x86_64-unknown-linux-musl // {TO_SCRATCH}",
            f"{RUST} // ENV RUSTFLAGS='-C target-feature=+crt-static' // RUN cargo build"
            f" // {TO_SCRATCH}",
            f"FROM rust:1.80-alpine AS b // RUN cargo build --release // {TO_SCRATCH}",
            f"{GO} // RUN go build -o /app // {TO_ALPINE}",
            "FROM node:20 AS b // RUN npm run build // FROM nginx:1.27-alpine"
            " // COPY --from=b /src/dist /usr/share/nginx/html",
            "FROM gcc:13 // RUN gcc -o /app a.c",
        ),
    ),
    "BPK203": Cases(
        fails=(
            f"{GO} // RUN go build -o /app // {TO_ALPINE}",
            f"{GO} // RUN go build -o /app // {TO_SCRATCH}",
            f"{GO} // ENV CGO_ENABLED=1 // RUN go build -o /app // {TO_SCRATCH}",
            f"{GO} // RUN CGO_ENABLED=1 go install ./... // FROM alpine:3.20"
            " // COPY --from=b /go/bin/app /app",
            "FROM golang:1.22-alpine AS b // RUN apk add --no-cache gcc musl-dev"
            f" // RUN go build -o /app // {TO_SCRATCH}",
            f"FROM debian:12 AS b // RUN make && make install // {TO_ALPINE}",
        ),
        passes=(
            f"{GO} // RUN CGO_ENABLED=0 go build -o /app // {TO_ALPINE}",
            f"{GO} // ENV CGO_ENABLED=0 // RUN go build -o /app // {TO_SCRATCH}",
            f"{GO} // ARG CGO_ENABLED=0 // RUN go build -o /app // {TO_SCRATCH}",
            f"{GO} // RUN export CGO_ENABLED=0 && go build -o /app // {TO_SCRATCH}",
            f"{GO} // RUN go build -ldflags '-linkmode external -extldflags -static' -o /app"
            f" // {TO_SCRATCH}",
            f"FROM golang:1.22-alpine AS b // RUN go build -o /app // {TO_SCRATCH}",
            f"{GO} // RUN go build -o /app // FROM debian:12-slim // COPY --from=b /app /app",
            f"{GO} // RUN go build -o /app // FROM alpine:3.20"
            " // COPY --from=b /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/",
            f"{GO} // RUN go test ./... && go mod download // {TO_ALPINE}",
            f"FROM debian:12 AS b // RUN make LDFLAGS=-static // {TO_ALPINE}",
            f"{GO} // RUN make // {TO_ALPINE}",
        ),
    ),
    "BPK204": Cases(
        fails=(
            "FROM debian:13 AS b // RUN gcc -o /app a.c // FROM debian:12 // COPY --from=b /app /",
            "FROM ubuntu:24.04 AS b // RUN gcc -o /app a.c // FROM ubuntu:22.04"
            " // COPY --from=b /app /",
            "FROM golang:1.22-trixie AS b // RUN go build -o /app // FROM debian:bookworm-slim"
            " // COPY --from=b /app /",
            "FROM rust:1.80-bookworm AS b // RUN cargo build // FROM ubuntu:jammy"
            " // COPY --from=b /src/target/release/app /",
            "FROM fedora:41 AS b // RUN gcc -o /app a.c // FROM rockylinux:9"
            " // COPY --from=b /app /",
            "FROM gcc:14-trixie AS b // RUN gcc -o /app a.c"
            " // FROM gcr.io/distroless/cc-debian12:nonroot // COPY --from=b /app /",
        ),
        passes=(
            "FROM debian:11 AS b // RUN gcc -o /app a.c // FROM debian:12 // COPY --from=b /app /",
            "FROM debian:12 AS b // RUN gcc -o /app a.c // FROM debian:12-slim"
            " // COPY --from=b /app /",
            "FROM debian AS b // RUN gcc -o /app a.c // FROM debian:12 // COPY --from=b /app /",
            "FROM debian:13 AS b // RUN gcc -static -o /app a.c // FROM debian:11"
            " // COPY --from=b /app /",
            "FROM golang:1.22-trixie AS b // RUN CGO_ENABLED=0 go build -o /app // FROM debian:11"
            " // COPY --from=b /app /",
            "FROM ubuntu:22.04 AS b // RUN gcc -o /app a.c // FROM debian:12"
            " // COPY --from=b /app /",
        ),
    ),
    "BPK217": Cases(
        fails=(
            "FROM --platform=$BUILDPLATFORM golang:1.22 AS b // RUN CGO_ENABLED=0 go build -o /app"
            f" // {TO_SCRATCH}",
            "FROM --platform=$BUILDPLATFORM rust:1.80 AS b // RUN cargo build"
            " // FROM debian:12 // COPY --from=b /src/target/release/app /",
        ),
        passes=(
            f"FROM golang:1.22 AS b // RUN CGO_ENABLED=0 go build -o /app // {TO_SCRATCH}",
            "FROM --platform=$BUILDPLATFORM golang:1.22 AS b // ARG TARGETARCH"
            f" // RUN CGO_ENABLED=0 GOARCH=$TARGETARCH go build -o /app // {TO_SCRATCH}",
            "FROM --platform=$BUILDPLATFORM node:20 AS b // RUN npm run build // FROM nginx:1.27"
            " // COPY --from=b /src/dist /usr/share/nginx/html",
            "FROM --platform=$BUILDPLATFORM rust:1.80 AS b // RUN cargo build --target $T"
            " // FROM debian:12 // COPY --from=b /src/target/release/app /",
        ),
    ),
}
