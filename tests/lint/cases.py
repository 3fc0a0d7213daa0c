"""The spec of the lint rules: Dockerfiles in a line each, instructions with `` // `` between.

A line in ``fails`` breaks the rule once, a line in ``passes`` never. Whether a line breaks other
rules too is theirs to say.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cases:
    """What breaks a rule, and what looks much like it and doesn't."""

    fails: tuple[str, ...]
    passes: tuple[str, ...]


C = "FROM gcc:13-bookworm AS b // RUN gcc -o /app a.c"
GO = "FROM golang:1.22-bookworm AS b"
RUST = "FROM rust:1.80-bookworm AS b"
TO_ALPINE = "FROM alpine:3.20 // COPY --from=b /app /app"
TO_SCRATCH = "FROM scratch // COPY --from=b /app /app"

CASES: dict[str, Cases] = {
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
    "BPK206": Cases(
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
    ),
    "BPK207": Cases(
        fails=(
            "FROM debian:12 // USER app",
            "FROM debian:12 // USER 1000:app",
            "FROM scratch // USER nobody",
            "FROM debian:12 // ENV U=app // USER $U",
            "FROM debian:12 AS base // USER app // FROM base",
        ),
        passes=(
            "FROM debian:12 // USER 1000",
            "FROM debian:12 // USER 1000:1000",
            "FROM debian:12 // USER root",
            "FROM debian:12 // USER app // USER 1000",
            "FROM debian:12 // ARG U=1000 // USER $U",
            "FROM debian:12 AS b // USER app // FROM scratch // USER 1",
        ),
    ),
    "BPK208": Cases(
        fails=(
            "FROM alpine",
            "FROM alpine:latest",
            "FROM gcr.io/distroless/static",
            "FROM localhost:5000/base",
            "FROM alpine AS base // FROM base",
            "ARG BASE=alpine // FROM $BASE",
        ),
        passes=(
            "FROM alpine:3.20",
            "FROM scratch",
            "FROM alpine@sha256:" + "0" * 64,
            "FROM golang AS b // FROM scratch // COPY --from=b /app /",
            "ARG V=3.20 // FROM alpine:$V",
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
    "BPK211": Cases(
        fails=(
            "FROM python:3.12-slim // COPY . /app",
            "FROM python:3.12-slim // WORKDIR /app // COPY ./ .",
            "FROM python:3.12-slim // ADD . /app",
            "FROM python:3.12-slim AS base // COPY . /app // FROM base",
            "FROM python:3.12-slim // ARG D=. // COPY $D /app",
        ),
        passes=(
            "FROM golang AS b // COPY . . // FROM scratch // COPY --from=b /app /",
            "FROM python:3.12-slim // COPY app /app",
            "FROM scratch // COPY --from=alpine . /",
            "FROM python:3.12-slim // COPY --exclude=.git . /app",
            "FROM python:3.12-slim // RUN --mount=type=bind,target=/src true",
        ),
    ),
    "BPK212": Cases(
        fails=(
            "FROM golang:1.22",
            "FROM golang:1.22-alpine AS base // FROM base",
            "FROM maven:3-eclipse-temurin-21",
            "FROM mcr.microsoft.com/dotnet/sdk:8.0",
            "FROM python:3.12",
            "FROM eclipse-temurin:21",
            "FROM eclipse-temurin:21-jdk-alpine",
            "FROM debian:12 // RUN apt-get update && apt-get install -y gcc make",
            "FROM alpine:3.20 // RUN apk add --no-cache build-base",
            "FROM fedora:41 // RUN dnf -y install gcc-c++",
        ),
        passes=(
            "FROM golang:1.22 AS b // FROM scratch // COPY --from=b /app /",
            "FROM python:3.12-slim",
            "FROM node:20-alpine",
            "FROM eclipse-temurin:21-jre",
            "FROM mcr.microsoft.com/dotnet/runtime:8.0",
            "FROM debian:12 // RUN apt-get install -y gcc && make && apt-get purge -y gcc",
            "FROM alpine:3.20 // RUN apk add --virtual .b gcc && make && apk del .b",
            "FROM debian:12 // RUN apt-get install -y ca-certificates libgcc-s1",
        ),
    ),
    "BPK213": Cases(
        fails=(
            "FROM debian:12 // RUN apt-get update && apt-get install -y curl",
            "FROM debian:12 // RUN apt-get update // RUN rm -rf /var/lib/apt/lists/*",
            "FROM alpine:3.20 // RUN apk add curl",
            "FROM python:3.12-slim // RUN pip install flask",
            "FROM fedora:41 // RUN dnf install -y curl",
            "FROM node:20-slim // RUN npm ci --omit=dev",
            "FROM debian:12 AS base // RUN apt-get update // FROM base",
        ),
        passes=(
            "FROM debian:12 // RUN apt-get update && apt-get install -y curl"
            " && rm -rf /var/lib/apt/lists/*",
            "FROM debian:12 // RUN --mount=type=cache,target=/var/lib/apt apt-get update",
            "FROM alpine:3.20 // RUN apk add --no-cache curl",
            "FROM alpine:3.20 // RUN apk add curl && rm -rf /var/cache/apk/*",
            "FROM python:3.12-slim // RUN pip install --no-cache-dir flask",
            "FROM python:3.12-slim // ENV PIP_NO_CACHE_DIR=1 // RUN pip install flask",
            "FROM python:3.12-slim // RUN --mount=type=cache,target=/root/.cache/pip pip install x",
            "FROM fedora:41 // RUN dnf install -y curl && dnf clean all",
            "FROM node:20-slim // RUN npm ci && npm cache clean --force",
            "FROM debian:12 AS b // RUN apt-get update // FROM scratch // COPY --from=b /app /",
            "FROM debian:12 // RUN echo apt-get update",
        ),
    ),
    "BPK214": Cases(
        fails=(
            "FROM alpine:3.20 // COPY .git /app/.git",
            "FROM alpine:3.20 // COPY app/.git/config /x",
            "FROM alpine:3.20 // RUN apk add git && git clone https://example.com/x.git",
            "FROM alpine:3.20 // ADD --keep-git-dir=true https://example.com/x.git /x",
        ),
        passes=(
            "FROM alpine:3.20 // COPY .gitignore /app/",
            "FROM alpine:3.20 AS b // COPY .git /g // FROM scratch // COPY --from=b /app /",
            "FROM alpine:3.20 // RUN git clone https://example.com/x.git && rm -rf x/.git",
            "FROM alpine:3.20 // RUN git clone https://example.com/x.git && make -C x && rm -rf x",
            "FROM alpine:3.20 // ADD https://example.com/x.git /x",
        ),
    ),
    "BPK215": Cases(
        fails=(
            "FROM alpine:3.20 // ARG GITHUB_TOKEN",
            "FROM alpine:3.20 // ENV DB_PASSWORD=hunter2",
            "FROM alpine:3.20 // ENV AWS_SECRET_ACCESS_KEY=abc",
            "FROM alpine:3.20 // ARG npm_token=x",
            "ARG API_KEY // FROM alpine:3.20",
            "FROM alpine:3.20 AS b // ENV PGPASSWORD=x // FROM scratch",
            "FROM alpine:3.20 // ENV URL=postgres://me:secret@db/x",
            "FROM alpine:3.20 // ENV X=AKIAABCDEFGHIJKLMNOP",
        ),
        passes=(
            "FROM alpine:3.20 // ENV DB_PASSWORD_FILE=/run/secrets/db",
            "FROM alpine:3.20 // ENV DB_PASSWORD=",
            "FROM alpine:3.20 // ARG TARGETARCH",
            "FROM alpine:3.20 // ENV TOKENIZERS_PARALLELISM=false",
            "FROM alpine:3.20 // ENV GPG_KEY=ABCDEF",
            "FROM alpine:3.20 // ENV PUBLIC_KEY_URL=https://example.com/key",
            "FROM alpine:3.20 // ENV PASSWORD=$PASSWORD",
            "FROM alpine:3.20 // ENV URL=postgres://me:$PASSWORD@db/x",
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
