"""BPK212: a compiler ships."""

from bpkit.verbs.lint.rules import compiler_ships
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    compiler_ships.RULE,
    fails=(
        "FROM golang:1.22 // EXPOSE 80",
        "FROM golang:1.22-alpine AS base // FROM base // EXPOSE 80",
        "FROM maven:3-eclipse-temurin-21 // EXPOSE 80",
        "FROM mcr.microsoft.com/dotnet/sdk:8.0 // EXPOSE 80",
        "FROM python:3.12 // EXPOSE 80",
        "FROM eclipse-temurin:21 // EXPOSE 80",
        "FROM eclipse-temurin:21-jdk-alpine // EXPOSE 80",
        "FROM debian:12 // RUN apt-get update && apt-get install -y gcc make // EXPOSE 80",
        "FROM alpine:3.22 // RUN apk add --no-cache build-base // EXPOSE 80",
        "FROM fedora:41 // RUN dnf -y install gcc-c++ // EXPOSE 80",
    ),
    passes=(
        # Others start from it, or it stays at home: then the compiler is what it is for.
        "FROM golang:1.22",
        "FROM golang:1.22 AS dev // CMD go run .",
        "FROM debian:12 // RUN apt-get install -y make libssl-dev python3-dev // CMD app",
        "FROM golang:1.22 AS b // FROM scratch // COPY --from=b /app /",
        "FROM python:3.13-slim",
        "FROM node:24-alpine",
        "FROM eclipse-temurin:21-jre",
        "FROM mcr.microsoft.com/dotnet/runtime:8.0",
        "FROM debian:12 // RUN apt-get install -y gcc && make && apt-get purge -y gcc",
        "FROM alpine:3.22 // RUN apk add --virtual .b gcc && make && apk del .b",
        "FROM debian:12 // RUN apt-get install -y ca-certificates libgcc-s1",
    ),
)
