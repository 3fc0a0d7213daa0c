"""BPK224: the runtime base image is past its end of life."""

from bpkit.verbs.lint.rules import end_of_life_base
from tests.verbs.lint.spec import check_cases

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    end_of_life_base.RULE,
    fails=(
        "FROM debian:10",
        "FROM ubuntu:18.04 // CMD app",
        "FROM alpine:3.14",
        "FROM node:16-alpine",
        "FROM python:2.7",
        "FROM python:3.13-slim-buster",
        "FROM php:8.1-apache",
        "FROM centos:7",
        "FROM openjdk:17-jdk-slim",
        "FROM mcr.microsoft.com/dotnet/aspnet:6.0",
        "FROM docker.io/library/debian:stretch-slim",
        "FROM mirror.example:5000/library/postgres:12",
        "FROM node:24-alpine3.18",
        "FROM postgres:14",
        "FROM postgres:9.4",
        "FROM node:25-slim",
        "FROM nginx:1.19-alpine",
        "FROM ubuntu:25.10 // CMD app",
    ),
    passes=(
        "FROM debian:13",
        "FROM ubuntu:24.04",
        "FROM alpine:3.22",
        "FROM alpine",
        "FROM node:lts",
        "FROM node:22",
        "FROM nginx:1.29",
        "FROM postgres:15",
        "FROM fedora:43 // CMD app",
        "FROM openjdk:25-ea-jdk-slim",
        "FROM mcr.microsoft.com/dotnet/framework/aspnet:3.5",
        "FROM python:3",
        "FROM example.com/debian:10",
        "FROM debian:10 AS b // FROM debian:13 // COPY --from=b /app /",
        "FROM golang:1.16",
        "FROM centos/postgresql-12-centos7",
        "FROM debian:10 AS test // CMD app",
        "ARG V=10 // FROM debian:$V-$TARGETARCH",
    ),
)
