"""BPK212: a compiler ships."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile import Command, run_commands
from bpkit.verbs.lint.base_images import root_image
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK212",
    "warning",
    "a compiler ships",
    "The stage that ships starts from the image of a toolchain, or installs one and leaves it "
    "there: hundreds of megabytes that the program doesn't use, with vulnerabilities of their "
    "own. Build in one stage and copy the result into another, or remove the packages in the "
    "RUN that installs them.",
    failing="FROM golang:1.22\nCOPY main.go .\nRUN CGO_ENABLED=0 go build -o /app main.go\n"
    'USER 65532\nENTRYPOINT ["/app"]\n',
    passing="FROM golang:1.22 AS build\nCOPY main.go .\n"
    "RUN CGO_ENABLED=0 go build -o /app main.go\n"
    'FROM scratch\nCOPY --from=build /app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
)

_INSTALLERS = frozenset({"apk", "apt", "apt-get", "dnf", "microdnf", "yum", "zypper", "tdnf"})
_REMOVERS = frozenset({"purge", "remove", "autoremove", "del", "erase"})
_PACKAGES = frozenset(
    {"alpine-sdk", "build-base", "build-essential", "cargo", "clang", "default-jdk", "g++", "gcc"}
    | {"gcc-c++", "gfortran", "go", "golang", "golang-go", "rust", "rustc"}
    | {f"openjdk-{n}-jdk" for n in (8, 11, 17, 21)}
    | {f"openjdk{n}" for n in (8, 11, 17, 21)}
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """The runtime base image if it has a compiler, and each RUN that leaves one in the image."""
    if not subject.shipped:
        return
    root = subject.shipped[0]
    if subject.profile == "base":
        return
    if not root.unresolved and root_image(root).compiler:
        yield Finding(
            RULE,
            f"base image {root.base_image} of the stage that ships has a compiler",
            root.place(root.from_),
            root.base_image,
        )
    for step in subject.shipped_steps():
        commands = run_commands(step.instruction)
        if any(_removes(command) for command in commands):
            continue
        packages = dict.fromkeys(p for command in commands for p in _installed(command))
        if packages:
            yield Finding(
                RULE,
                f"installed in the stage that ships, and not removed: {', '.join(packages)}",
                step.stage.place(step.instruction),
                " ".join(packages),
            )


def _installed(command: Command) -> list[str]:
    if command.program not in _INSTALLERS or not {"install", "add", "in"} & set(command.plain[:1]):
        return []
    names = [word.partition("=")[0].partition(":")[0] for word in command.plain[1:]]
    return [name for name in names if name in _PACKAGES]


def _removes(command: Command) -> bool:
    return command.program in _INSTALLERS and bool(_REMOVERS & set(command.plain[:1]))
