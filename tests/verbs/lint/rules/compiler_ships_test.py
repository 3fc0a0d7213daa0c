"""BPK212: a compiler ships."""

from bpkit.verbs.lint.rules import compiler_ships
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    compiler_ships.RULE,
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
)
