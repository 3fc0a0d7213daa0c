"""BPK213: a package manager's cache ships."""

from bpkit.verbs.lint.rules import package_cache_ships
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    package_cache_ships.RULE,
    fails=(
        "FROM continuumio/miniconda3 // RUN conda env create -f environment.yml",
        "FROM continuumio/miniconda3 // RUN mamba install -y numpy",
        "FROM node:24 // RUN npm ci --omit=dev && rm -rf /tmp/.??* /root/.[a-c]*",
        "FROM debian:12 // RUN apt-get update && apt-get install -y curl",
        "FROM debian:12 // RUN apt-get update // RUN rm -rf /var/lib/apt/lists/*",
        "FROM alpine:3.22 // RUN apk add -U curl",
        "FROM alpine:3.22 // RUN apk update && apk add curl",
        "FROM python:3.13-slim // RUN pip install flask",
        "FROM python:3.13-slim // RUN python -m pip install flask",
        "FROM fedora:41 // RUN dnf install -y curl",
        "FROM node:24-slim // RUN npm ci --omit=dev",
        "FROM debian:12 AS base // RUN apt-get update // FROM base",
    ),
    passes=(
        "FROM continuumio/miniconda3 // RUN conda env update -f e.yml && conda clean -afy",
        "FROM continuumio/miniconda3 // RUN conda env export > e.yml && conda init bash",
        "FROM miniconda3 // RUN --mount=type=cache,target=/opt/conda/pkgs conda install x",
        "FROM node:24 // RUN npm ci --omit=dev && rm -rf /tmp/* /root/.??*",
        "FROM debian:13 // RUN pip install x && rm -rf ~/.[a-c]*",
        "FROM debian:13 // RUN apt-get update; apt-get install -y x; apt-get dist-clean",
        "FROM debian:12 // RUN apt-get update && apt-get install -y x && rm -rf /var/lib/{apt,x}",
        "FROM debian:12 // RUN apt-get update && apt-get install -y x && /usr/bin/clean-layer.sh",
        "FROM debian:12 AS ci // RUN apt-get update",
        "FROM alpine:3.22 // RUN apk add curl",
        "FROM alpine:3.22 // RUN apk add --no-network curl",
        "FROM python:3.12 // ENV PIP_CACHE_DIR=/tmp // RUN pip install x",
        "FROM debian:12 // RUN apt-get update && apt-get install -y curl"
        " && rm -rf /var/lib/apt/lists/*",
        "FROM debian:12 // RUN --mount=type=cache,target=/var/lib/apt apt-get update",
        "FROM alpine:3.22 // RUN apk add --no-cache curl",
        "FROM alpine:3.22 // RUN apk add curl && rm -rf /var/cache/apk/*",
        "FROM python:3.13-slim // RUN pip install --no-cache-dir flask",
        "FROM python:3.13-slim // ENV PIP_NO_CACHE_DIR=1 // RUN pip install flask",
        "FROM python:3.13-slim // RUN --mount=type=cache,target=/root/.cache/pip pip install x",
        "FROM fedora:41 // RUN dnf install -y curl && dnf clean all",
        "FROM node:24-slim // RUN npm ci && npm cache clean --force",
        "FROM debian:12 AS b // RUN apt-get update // FROM scratch // COPY --from=b /app /",
        "FROM debian:12 // RUN echo apt-get update",
    ),
)
