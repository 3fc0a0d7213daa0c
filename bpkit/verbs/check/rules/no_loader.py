"""BPK112: a dynamic program without its loader."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.image import Node
from bpkit.verbs.check.rules.other_machine import fits
from bpkit.verbs.check.subject import CheckSubject

_HELLO = "echo 'int main(void){return 0;}' | gcc -x c - -o /app"
RULE = Rule(
    id="BPK112",
    severity="error",
    title="The program's dynamic loader is not in the image",
    why="A dynamic program names the loader that the kernel starts in its place: "
    "`/lib64/ld-linux-x86-64.so.2` of glibc, `/lib/ld-musl-x86_64.so.1` of musl. A program from a "
    "Debian stage finds none in `scratch` or Alpine. The kernel then reports the program as "
    "missing.",
    says="no such file or directory",
    failing=f"FROM gcc:latest AS build\nRUN {_HELLO}\n"
    'FROM alpine:latest\nCOPY --from=build /app /app\nCMD ["/app"]\n',
    passing=f"FROM gcc:latest AS build\nRUN {_HELLO} -static\n"
    'FROM alpine:latest\nCOPY --from=build /app /app\nCMD ["/app"]\n',
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The programs that are started."""
    for node in subject.binaries:
        yield from of_program(subject, node)


def of_program(subject: CheckSubject, node: Node) -> Iterator[Finding]:
    """The finding about one program, if it has no loader."""
    if not fits(subject, node):
        return
    found = subject.closure(node)
    if found.kind != "no loader":
        return
    interpreter = found.interpreter or ""
    is_there = subject.rootfs.resolve(interpreter) is not None
    yield Finding(
        RULE,
        f"{node.path} needs the loader {interpreter}, which "
        + ("is not a loader" if is_there else "is not in the image"),
        subject.image.places.of_path(node.path),
        node.path,
        f"Docker says that {node.path} does not exist (“no such file or directory”). It does: what "
        f"does not exist is {interpreter}.",
        tuple(_fix(subject, node, interpreter)),
    )


def _fix(subject: CheckSubject, node: Node, interpreter: str) -> Iterator[str]:
    stage = subject.image.places.stage_of(node.path)
    where = f"in the stage {stage}" if stage else "in the stage that builds it"
    if node.clues and node.clues.go:
        how = "CGO_ENABLED=0 go build"
    elif node.elf and "libstdc++.so.6" in node.elf.needed:
        how = "g++ -static"
    else:
        how = "gcc -static; for Rust, a musl target"
    yield f"# link it statically {where} ({how}),"
    libc = "musl" if "ld-musl" in interpreter else "glibc"
    yield f"# or run it on a base image with {libc}:"
    yield "FROM alpine:latest" if libc == "musl" else "FROM debian:bookworm-slim"
