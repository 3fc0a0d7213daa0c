"""BPK12x: scripts whose first line leads to an interpreter that is there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from bpkit.findings import Finding, Rule
from bpkit.image import Link, Subject, chain, interpreter_of, mode_text

_SCRIPT = "RUN printf '#!{}{}echo hi\\n' > /start && chmod +x /start\n"

NO_INTERPRETER = Rule(
    id="BPK121",
    severity="error",
    title="The script's interpreter is not in the image",
    why="The first line of a script, after `#!`, is the path of the program that runs it. The "
    "kernel reports a missing interpreter as if the script itself were missing. `bash` is not in "
    "Alpine, and no shell at all is in `scratch`.",
    says="no such file or directory",
    failing="FROM alpine:latest\n" + _SCRIPT.format("/bin/bash", "\\n") + 'CMD ["/start"]\n',
    passing="FROM alpine:latest\n" + _SCRIPT.format("/bin/sh", "\\n") + 'CMD ["/start"]\n',
)
CARRIAGE_RETURN = Rule(
    id="BPK122",
    severity="error",
    title="The script's first line ends with a carriage return",
    why="A script saved with Windows line ends has a carriage return before each line feed. It "
    "belongs to the name of the interpreter then (or to its argument), and there is no `/bin/sh` "
    "with a carriage return in its name. Git makes such files where `core.autocrlf` is on.",
    says="no such file or directory|not found|No such file",
    failing="FROM alpine:latest\n" + _SCRIPT.format("/bin/sh", "\\r\\n") + 'CMD ["/start"]\n',
    passing="FROM alpine:latest\n"
    + _SCRIPT.format("/bin/sh", "\\r\\n").replace(
        " && chmod", " && sed -i 's/\\r$//' /start && chmod"
    )
    + 'CMD ["/start"]\n',
)
NOT_ON_PATH = Rule(
    id="BPK123",
    severity="error",
    title="`env` in the script's first line finds no such program",
    why="`#!/usr/bin/env python3` looks for `python3` in the image's PATH.",
    says="No such file or directory|not found|can't execute",
    failing="FROM debian:bookworm-slim\n"
    + _SCRIPT.format("/usr/bin/env node", "\\n")
    + 'CMD ["/start"]\n',
    passing="FROM debian:bookworm-slim\n"
    + _SCRIPT.format("/usr/bin/env bash", "\\n")
    + 'CMD ["/start"]\n',
)
UNUSABLE_INTERPRETER = Rule(
    id="BPK124",
    severity="error",
    title="The script's interpreter may not be executed",
    why="The interpreter is there, but its mode (or a directory on the way) keeps the image's "
    "USER from executing it, or it is a directory.",
    says="permission denied",
    failing="FROM alpine:latest\nRUN mkdir /run.d\n"
    + _SCRIPT.format("/run.d", "\\n")
    + 'CMD ["/start"]\n',
    passing="FROM alpine:latest\n" + _SCRIPT.format("/bin/sh", "\\n") + 'CMD ["/start"]\n',
)

RULES = (NO_INTERPRETER, CARRIAGE_RETURN, NOT_ON_PATH, UNUSABLE_INTERPRETER)


def findings(subject: Subject) -> Iterator[Finding]:
    """What keeps the scripts among the programs that are started from their interpreters."""
    links = chain(subject)
    for script, interpreter in pairwise(links):
        line = script.line
        if line is None:
            continue
        if "\r" in line:
            yield _carriage_return(subject, script)
            return
        if interpreter.node is None:
            yield _no_interpreter(subject, script, interpreter)
    for first, second in pairwise(links):
        if first.how == "shebang" and second.how == "wrapper" and second.node is None:
            yield _not_on_path(subject, links, second)


def _carriage_return(subject: Subject, script: Link) -> Finding:
    path = script.node.path if script.node else script.name
    return Finding(
        CARRIAGE_RETURN,
        f"{path} has Windows line ends: its first line ends with a carriage return",
        subject.places.of_path(path),
        path,
        f"Docker says that {path} does not exist, or its interpreter complains of a name that "
        "looks right: the carriage return is not to be seen.",
        (
            f"RUN sed -i 's/\\r$//' {path}",
            "# better, in .gitattributes: *.sh text eol=lf",
        ),
    )


def _no_interpreter(subject: Subject, script: Link, interpreter: Link) -> Finding:
    path = script.node.path if script.node else script.name
    name = interpreter_of(script.line or "")[0]
    blocked = interpreter.lookup.blocked
    if blocked and blocked.kind != "link":
        return Finding(
            UNUSABLE_INTERPRETER,
            f"{path} is to be run by {name}, which may not be executed ({mode_text(blocked)})",
            subject.places.of_path(path),
            path,
            f"Docker says “permission denied” of {path}, whose own mode is right.",
            (f"# name a program in the first line of {path}, or:", f"RUN chmod a+rx {name}"),
        )
    shell = subject.rootfs.file("/bin/sh") is not None
    mend = (
        (f"# if it is written for any POSIX shell: RUN sed -i '1s|{name}|/bin/sh|' {path}",)
        if shell
        else ("# start from an image with the interpreter:", "FROM alpine:latest")
    )
    return Finding(
        NO_INTERPRETER,
        f"{path} is to be run by {name}, which is not in the image",
        subject.places.of_path(path),
        path,
        f"Docker says that {path} does not exist (“no such file or directory”). It does: what does "
        f"not exist is {name}.",
        (*mend, *_install(subject, name)),
    )


def _not_on_path(subject: Subject, links: tuple[Link, ...], missing: Link) -> Finding:
    script = next(link for link in links if link.line is not None)
    path = script.node.path if script.node else script.name
    return Finding(
        NOT_ON_PATH,
        f"{path} asks env for {missing.name}, which is in no directory of PATH",
        subject.places.of_path(path),
        path,
        f"The message is of env and names {missing.name}; the status is 127.",
        tuple(_install(subject, missing.name)) or ("# use a base image that has it",),
    )


def _install(subject: Subject, program: str) -> Iterator[str]:
    name = program.rpartition("/")[2]
    if subject.rootfs.file("/sbin/apk"):
        yield f"RUN apk add --no-cache {name}"
    elif subject.rootfs.file("/usr/bin/apt-get"):
        package = {"node": "nodejs", "php": "php-cli"}.get(name, name)
        yield (
            f"RUN apt-get update && apt-get install -y --no-install-recommends {package}"
            " && rm -rf /var/lib/apt/lists/*"
        )
