"""Cases of the rules on what ships: user, base, files, caches, secrets."""

from __future__ import annotations

from tests.verbs.lint.case import Cases

SHIPPED: dict[str, Cases] = {
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
}
