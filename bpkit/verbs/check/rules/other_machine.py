"""BPK111: a program for another machine than the image."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.image import Node
from bpkit.verbs.check.subject import CheckSubject

RULE = Rule(
    id="BPK111",
    severity="error",
    title="The program is for another machine than the image",
    why="The image says which platform it is for; its program was compiled for another one. It "
    "starts where an emulator is registered with the kernel (binfmt_misc), and nowhere else.",
    says="exec format error",
    failing="FROM golang:latest AS build\n"
    "RUN printf 'package main\\nfunc main() {}\\n' > main.go"
    " && GOARCH=s390x go build -o /app main.go\n"
    'FROM scratch\nCOPY --from=build /app /app\nCMD ["/app"]\n',
    passing="FROM golang:latest AS build\n"
    "RUN printf 'package main\\nfunc main() {}\\n' > main.go && go build -o /app main.go\n"
    'FROM scratch\nCOPY --from=build /app /app\nCMD ["/app"]\n',
)
#: What the kernels of these platforms start besides their own (CONFIG_COMPAT).
_ALSO = {"amd64": {"386", "x32"}, "arm64": {"arm"}}


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The programs that are started."""
    for node in subject.binaries:
        yield from of_program(subject, node)


def of_program(subject: CheckSubject, node: Node) -> Iterator[Finding]:
    """The finding about one program, if it is for another machine."""
    if node.elf is None or fits(subject, node):
        return
    config = subject.image.config
    platform = f"{config.os}/{config.architecture}"
    yield Finding(
        RULE,
        f"{node.path} is a program for {node.elf.machine}, and the image is for {platform}",
        subject.image.places.of_path(node.path),
        node.path,
        "Docker says “exec format error”, as it does for a script without “#!”.",
        (
            f"# compile it for {platform} (Go: GOARCH={config.architecture}; with BuildKit, ARG",
            "# TARGETARCH names the target machine)",
            "# or build the image for the program: docker build --platform "
            f"{config.os}/{node.elf.machine}",
        ),
    )


def fits(subject: CheckSubject, node: Node) -> bool:
    """Whether the image's kernel starts programs of this machine."""
    wanted = subject.image.config.architecture
    return node.elf is None or node.elf.machine in {wanted, *_ALSO.get(wanted, set())}
