"""Each rule by small cases: an image in a few values, and the ids of what is wrong with it."""

from __future__ import annotations

import pytest

from bpkit.errors import Place
from bpkit.formats.dockerfile.parser import parse
from bpkit.formats.dockerfile.stage import stages
from bpkit.formats.elf.clues import Clues
from bpkit.image.config import ImageConfig
from bpkit.image.subject import Subject, places_of
from bpkit.verbs.check.table import check_image
from tests.verbs.check.made import (
    binary,
    directory,
    elf,
    glibc,
    library,
    link,
    musl,
    program,
    rootfs,
    static,
    subject,
    text,
)

APP = static("/app")
SH = static("/bin/sh")
QUIET = {"user": "65532"}
PASSWD = text("/etc/passwd", b"root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/:\n", 0o644)
GROUP = text("/etc/group", b"root:x:0:\nstaff:x:50:app\n", 0o644)
GLIBC_APP = program("/app", "libc.so.6")
PYTHON = static("/usr/bin/python3.11")
PYTHON3 = link("/usr/bin/python3", "python3.11")
JAVA = static("/usr/bin/java")
NODE = static("/usr/bin/node")
ENV = static("/usr/bin/env")
SOURCE = text("/srv/app.py", b"", 0o644)
TOOL = text("/app", b"#! /bin/sh\n")
BUSYBOX = (static("/bin/busybox"), link("/bin/sh", "busybox"))


def ids(checked: Subject) -> list[str]:
    """The ids of all that is found, but for the note on root."""
    return [f.rule.id for f in check_image(checked) if f.rule.id != "BPK153"]


def command(*argv: str, **more: object) -> dict[str, object]:
    return {"entrypoint": argv, **QUIET, **more}


CASES = [
    # The command
    ("BPK101", subject(APP, **QUIET)),
    ("", subject(APP, **command("/app"))),
    ("", subject(APP, cmd=("/app",), **QUIET)),
    ("BPK102", subject(APP, **command("/ap"))),
    ("BPK102", subject(APP, **command("app"))),
    ("BPK102", subject(APP, **command("/app --serve"))),
    ("BPK102", subject(link("/app", "/gone"), **command("/app"))),
    ("", subject(link("/app", "bin/app"), static("/bin/app"), **command("/app"))),
    ("", subject(static("/bin/app"), **command("app"))),
    ("BPK102", subject(static("/bin/app"), **command("app", env={"PATH": "/usr/bin"}))),
    ("", subject(static("/srv/app"), **command("./app", workdir="/srv"))),
    ("BPK102", subject(static("/srv/app"), **command("app", workdir="/srv"))),
    ("BPK102", subject(static("/srv/app"), **command("app", env={"PATH": "."}, workdir="/srv"))),
    ("BPK103", subject(static("/app", 0o644), **command("/app"))),
    ("BPK103", subject(directory("/app"), **command("/app"))),
    ("BPK103", subject(static("/app", 0o644), entrypoint=("/app",))),
    ("BPK104", subject(static("/app", 0o744), **command("/app"))),
    ("", subject(static("/app", 0o744), entrypoint=("/app",))),
    ("BPK104", subject(directory("/root", 0o700), static("/root/app"), **command("/root/app"))),
    (
        "",
        subject(
            directory("/root", 0o700),
            directory("/root/in", 0o755),
            static("/root/in/app"),
            **command("./app", workdir="/root/in"),
        ),
    ),
    ("BPK104", subject(SH, text("/app", b"#!/bin/sh\n", 0o711), **command("/app"))),
    ("BPK105", subject(APP, **command("/bin/sh", "-c", "/app"))),
    ("", subject(SH, APP, **command("/bin/sh", "-c", "/app && date"))),
    ("BPK106", subject(APP, **command("/app", workdir="/app"))),
    ("BPK107", subject(SH, **command("/bin/sh", "-c", "exec curl -f x"))),
    ("BPK107", subject(SH, **command("/bin/sh", "-c", "['/app', '--serve']"))),
    ("BPK107", subject(static("/sbin/tini"), **command("/sbin/tini", "-g", "--", "/app"))),
    ("", subject(static("/sbin/tini"), APP, **command("/sbin/tini", "-g", "--", "/app"))),
    ("", subject(SH, **command("/bin/sh", "-c", "curl -f x || true"))),
    ("", subject(SH, **command("/bin/sh", "-c", "$PROGRAM -f x"))),
    (
        "",
        subject(
            static("/bin/busybox"), link("/bin/sh", "busybox"), cmd=("sh", "-c", "ls"), **QUIET
        ),
    ),
    ("BPK108", subject(APP, SH, **command("/app", healthcheck=("/bin/sh", "-c", "curl -f x")))),
    ("BPK108", subject(APP, **command("/app", healthcheck=("/bin/sh", "-c", "true")))),
    # Binaries
    ("BPK111", subject(binary("/app", elf(machine=183)), **command("/app"))),
    ("", subject(binary("/app", elf(machine=3, bits=32)), **command("/app"))),
    ("", subject(binary("/app", elf(machine=183)), **command("/app", architecture="arm64"))),
    ("BPK112", subject(GLIBC_APP, **command("/app"))),
    ("BPK112", subject(*musl(), GLIBC_APP, **command("/app"))),
    ("", subject(*glibc(), GLIBC_APP, **command("/app"))),
    ("BPK113", subject(*glibc(), program("/app", "libz.so.1", "libc.so.6"), **command("/app"))),
    ("BPK115", subject(text("/app", b"echo hello\n"), **command("/app"))),
    ("BPK115", subject(text("/app", b"\xef\xbb\xbf#!/bin/sh\n"), SH, **command("/app"))),
    ("BPK115", subject(text("/app", b"!<arch>\n"), **command("/app"))),
    ("", subject(SH, text("/app", b"echo hello\n"), **command("/bin/sh", "-c", "/app"))),
    ("BPK117", subject(*glibc(), GLIBC_APP, **command("/app", env={"LD_PRELOAD": "libx.so"}))),
    # Scripts
    ("BPK121", subject(text("/app", b"#!/bin/bash\n"), **command("/app"))),
    ("BPK122", subject(SH, text("/app", b"#!/bin/sh\r\necho\r\n"), **command("/app"))),
    ("BPK122", subject(SH, text("/app", b"#!/bin/sh -e\r\necho\r\n"), **command("/app"))),
    (
        "BPK123",
        subject(ENV, text("/app", b"#!/usr/bin/env ruby\n"), **command("/app")),
    ),
    (
        "BPK123",
        subject(ENV, text("/app", b"#!/usr/bin/env -S ruby -w\n"), **command("/app")),
    ),
    ("BPK124", subject(static("/bin/sh", 0o644), text("/app", b"#!/bin/sh\n"), **command("/app"))),
    (
        "BPK112",
        subject(program("/bin/sh", "libc.so.6"), TOOL, **command("/app")),
    ),
    ("", subject(SH, text("/app", b"#! /bin/sh -e\n"), **command("/app"))),
    # Languages
    (
        "BPK131",
        subject(PYTHON, PYTHON3, **command("python3", "-u", "app.py")),
    ),
    (
        "",
        subject(
            PYTHON,
            text("/srv/app.py", b"", 0o644),
            **command("python3.11", "app.py", workdir="/srv"),
        ),
    ),
    ("", subject(PYTHON, **command("python3.11", "--some-option", "value"))),
    ("BPK131", subject(NODE, **command("node", "-r", "./hook", "server"))),
    (
        "",
        subject(NODE, text("/server.js", b"", 0o644), **command("node", "server")),
    ),
    ("BPK131", subject(JAVA, **command("java", "-Xmx1g", "-jar", "/app.jar"))),
    ("BPK132", subject(JAVA, **command("java", "-cp", "/a:/b/*", "Main"))),
    ("", subject(JAVA, directory("/b"), **command("java", "-cp", "/a:/b/*", "Main"))),
    ("BPK133", subject(PYTHON, **command("python3.11", "-m", "flask", "run"))),
    (
        "",
        subject(
            PYTHON,
            text("/usr/lib/python3/dist-packages/flask/__main__.py", b"", 0o644),
            **command("python3.11", "-m", "flask", "run"),
        ),
    ),
    ("BPK134", subject(static("/usr/bin/npm"), **command("npm", "start", workdir="/srv"))),
    # What a program will want
    ("BPK141", subject(static("/app", clues=Clues(tls_roots=True)), **command("/app"))),
    (
        "BPK141",
        subject(
            *glibc(),
            library("/usr/lib/libssl.so.3", "libc.so.6"),
            program("/app", "libssl.so.3"),
            **command("/app"),
        ),
    ),
    (
        "",
        subject(
            static("/app", clues=Clues(tls_roots=True)),
            text("/etc/ssl/certs/ca-certificates.crt", b"-----", 0o644),
            **command("/app"),
        ),
    ),
    ("BPK142", subject(static("/app", clues=Clues(zoneinfo=True, go=True)), **command("/app"))),
    ("BPK142", subject(APP, **command("/app", env={"TZ": "Europe/Berlin"}))),
    ("", subject(APP, **command("/app", env={"TZ": "UTC"}))),
    ("BPK143", subject(static("/app", clues=Clues(accounts=True)), **command("/app"))),
    ("BPK144", subject(static("/app", clues=Clues(resolver=True, go=True)), **command("/app"))),
    ("BPK146", subject(static("/app", clues=Clues(temporary_files=True)), **command("/app"))),
    (
        "BPK146",
        subject(
            directory("/tmp"), static("/app", clues=Clues(temporary_files=True)), **command("/app")
        ),
    ),
    (
        "",
        subject(
            directory("/tmp", 0o1777),
            static("/app", clues=Clues(temporary_files=True)),
            **command("/app"),
        ),
    ),
    ("BPK147", subject(static("/app", clues=Clues(opens=("libx.so.1",))), **command("/app"))),
    # Users
    ("BPK151", subject(APP, entrypoint=("/app",), user="app")),
    ("BPK151", subject(APP, PASSWD, GROUP, entrypoint=("/app",), user="app:wheel")),
    ("BPK151", subject(APP, entrypoint=("/app",), user="4294967296")),
    ("BPK152", subject(APP, PASSWD, entrypoint=("/app",), user="app")),
    ("", subject(APP, entrypoint=("/app",), user="1000")),
]


@pytest.mark.parametrize(("expected", "checked"), CASES)
def test_a_fault_is_found_once_and_nothing_else(expected: str, checked: Subject) -> None:
    assert ids(checked) == ([expected] if expected else [])


def test_libc_before_2_34_wants_its_resolver_modules() -> None:
    old = (
        *glibc()[:3],
        binary(
            "/usr/lib/x86_64-linux-gnu/libc.so.6",
            elf(soname="libc.so.6", offers=frozenset({"GLIBC_2.2.5", "GLIBC_2.31"})),
        ),
    )
    app = program("/app", "libc.so.6", clues=Clues(resolver=True))
    assert ids(subject(*old, app, **command("/app"))) == ["BPK145"]
    module = library("/usr/lib/x86_64-linux-gnu/libnss_dns.so.2")
    assert ids(subject(*old, module, app, **command("/app"))) == []
    assert ids(subject(*glibc(), app, **command("/app"))) == []


def test_an_older_library_is_told_in_one_finding_for_all_versions() -> None:
    wants = {"libc.so.6": ("GLIBC_2.37", "GLIBC_2.38")}
    app = binary("/app", elf("libc.so.6", interpreter="/lib64/ld-linux-x86-64.so.2", wants=wants))
    (finding,) = [
        f for f in check_image(subject(*glibc(), app, **command("/app"))) if f.rule.id == "BPK114"
    ]
    assert "GLIBC_2.37, GLIBC_2.38" in finding.message
    assert "ends with GLIBC_2.36" in finding.message


DOCKERFILE = """\
FROM gcc AS build
RUN gcc -o /app app.c
FROM alpine
WORKDIR /srv
COPY --from=build /app ./
COPY --from=build /tool /usr/bin/
USER 65532
ENTRYPOINT ["./app"]
"""


def of_dockerfile(*nodes: object, **config: object) -> Subject:
    places = places_of(stages(parse(DOCKERFILE)).last, "labs/one")
    image = ImageConfig(entrypoint=("./app",), user="65532", workdir="/srv", **config)  # type: ignore[arg-type]
    return Subject(
        rootfs(*nodes),  # type: ignore[arg-type]
        image,
        places,
        tuple(path for path, _ in places.copies),
    )


def test_a_fault_of_a_file_is_at_the_line_that_copied_it() -> None:
    (finding,) = check_image(of_dockerfile(program("/srv/app", "libc.so.6")))
    assert finding.rule.id == "BPK112"
    assert finding.place == Place("labs/one/Dockerfile", 5)


def test_a_fault_of_the_command_is_at_the_line_of_the_command() -> None:
    (finding,) = check_image(of_dockerfile())
    assert (finding.rule.id, finding.place) == ("BPK102", Place("labs/one/Dockerfile", 8))


def test_an_artifact_beside_the_command_is_a_warning_only() -> None:
    nodes = (static("/srv/app"), program("/usr/bin/tool", "libc.so.6"))
    (finding,) = check_image(of_dockerfile(*nodes))
    assert (finding.rule.id, finding.severity) == ("BPK116", "warning")
    assert finding.place == Place("labs/one/Dockerfile", 6)


def test_programs_in_a_directory_that_was_copied_are_artifacts_too() -> None:
    nodes = (static("/srv/app"), program("/srv/tool", "libc.so.6"), library("/srv/x.so", "gone.so"))
    (finding,) = check_image(of_dockerfile(*nodes))
    assert (finding.rule.id, finding.subject) == ("BPK116", "/srv/tool")


def test_every_finding_says_why_the_engine_misleads_and_how_to_fix_it() -> None:
    for _, checked in CASES:
        for finding in check_image(checked):
            assert finding.engine_says.endswith(".")
            assert finding.fix
            assert all("\n" not in line for line in finding.fix)
