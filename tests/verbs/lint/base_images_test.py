"""What the name of a base image says, and what it doesn't."""

from __future__ import annotations

import pytest

from bpkit.verbs.lint.base_images import base_image

DIGEST = "@sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("reference", "libc"),
    [
        ("alpine:3.22", "musl"),
        ("golang:1.22-alpine", "musl"),
        ("golang:1.22-alpine3.20", "musl"),
        ("example.com/team/app:2-alpine", "musl"),
        ("busybox:1.36-musl", "musl"),
        ("caddy:2", "musl"),
        ("debian:12", "glibc 2.36"),
        ("debian:12.5-slim", "glibc 2.36"),
        ("debian:bookworm-slim", "glibc 2.36"),
        ("docker.io/library/debian:13", "glibc 2.41"),
        ("python:3.13-slim-bullseye", "glibc 2.31"),
        ("golang:1.22-bookworm" + DIGEST, "glibc 2.36"),
        ("ubuntu:22.04", "glibc 2.35"),
        ("ubuntu:noble", "glibc 2.39"),
        ("mcr.microsoft.com/dotnet/sdk:8.0-jammy", "glibc 2.35"),
        ("mcr.microsoft.com/dotnet/runtime:8.0", "glibc"),
        ("mcr.microsoft.com/dotnet/runtime:8.0-alpine", "musl"),
        ("fedora:41", "glibc 2.40"),
        ("registry.access.redhat.com/ubi9/ubi-minimal:9.4", "glibc 2.34"),
        ("registry.access.redhat.com/ubi9:latest", "glibc 2.34"),
        ("amazonlinux:2023", "glibc 2.34"),
        ("golang:1.22", "glibc"),
        ("golang", "glibc"),
        ("gcr.io/distroless/static-debian12", "no libc"),
        ("gcr.io/distroless/base-debian12:nonroot", "glibc 2.36"),
        ("gcr.io/distroless/cc", "glibc"),
        ("cgr.dev/chainguard/static", "no libc"),
        ("scratch", "no libc"),
        ("busybox", "None"),
        ("example.com/base:1", "None"),
        ("", "None"),
    ],
)
def test_the_libc_is_told_from_the_name_where_it_can_be(reference: str, libc: str) -> None:
    assert base_image(reference).libc_text == libc


@pytest.mark.parametrize(
    ("reference", "name", "tag", "pinned"),
    [
        ("alpine", "alpine", "", False),
        ("localhost:5000/alpine", "alpine", "", False),
        ("localhost:5000/alpine:3.22", "alpine", "3.22", False),
        ("Example.com/Team/App:V1", "app", "V1", False),
        ("alpine:3.22" + DIGEST, "alpine", "3.22", True),
        ("alpine" + DIGEST, "alpine", "", True),
    ],
)
def test_a_port_is_no_tag_and_a_digest_pins(
    reference: str, name: str, tag: str, pinned: bool
) -> None:
    image = base_image(reference)
    assert (image.name, image.tag, image.pinned) == (name, tag, pinned)


@pytest.mark.parametrize(
    "reference", ["scratch", "gcr.io/distroless/base", "cgr.dev/chainguard/static"]
)
def test_an_image_without_a_shell_is_known(reference: str) -> None:
    assert base_image(reference).shell is False


def test_of_an_unknown_image_no_shell_is_claimed_or_denied() -> None:
    assert base_image("example.com/base:1").shell is None
    assert base_image("gcr.io/distroless/base:debug").shell is True


def test_of_a_digest_alone_the_variant_is_not_known() -> None:
    image = base_image(f"python@sha256:{'0a' * 32}")
    assert (image.libc, image.compiler, image.shell, image.root) == (None, False, None, True)
    assert base_image(f"golang@sha256:{'0a' * 32}").compiler
    static = base_image(f"gcr.io/distroless/static@sha256:{'0a' * 32}")
    assert (static.libc, static.root) == ("none", None)
    assert base_image(f"python:3.13-slim@sha256:{'0a' * 32}").libc == "glibc"
