"""BPK10x: the image's command leads to a program that its user may execute."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise

from bpkit.findings import Finding
from bpkit.image import Link, Node, Rootfs, Subject, chain, follow, join, mode_text, shell_text
from bpkit.verbs.check.entry_rules import (
    BAD_WORKDIR,
    NO_COMMAND,
    NO_SHELL,
    NOT_ALLOWED,
    NOT_EXECUTABLE,
    NOT_STARTED,
    NOT_THERE,
    PROBE_FAILS,
    RULES,
)

__all__ = ["RULES", "findings"]


def findings(subject: Subject) -> Iterator[Finding]:
    """What keeps the engine, a shell or a wrapper from starting the image's program."""
    yield from _of_workdir(subject)
    if not subject.config.argv:
        yield _no_command(subject)
        return
    links = chain(subject)
    yield from _of_first(subject, links[0])
    for link in links[1:]:
        if link.how in {"shell", "wrapper"} and link.node is None and not _by_env(links):
            yield _not_started(subject, link)
    yield from _of_script(subject, links)
    yield from _of_probe(subject)


def _by_env(links: tuple[Link, ...]) -> bool:
    """Whether a script's shebang asks ``env`` for its interpreter: a rule for scripts."""
    return any(link.how == "shebang" for link in links[:-1])


def _no_command(subject: Subject) -> Finding:
    programs = [p for p in subject.artifacts if (n := subject.rootfs.file(p)) and n.mode & 0o111]
    name = programs[0] if programs else "/the/program"
    return Finding(
        NO_COMMAND,
        "neither ENTRYPOINT nor CMD is set, here or in the base image",
        subject.places.of("FROM"),
        engine_says="Docker says “No command specified”, which is right.",
        fix=(f"ENTRYPOINT {json.dumps([name])}",),
    )


def _of_workdir(subject: Subject) -> Iterator[Finding]:
    workdir = subject.config.workdir
    node = subject.rootfs.resolve(workdir)
    if node and node.kind == "file":
        place = subject.places.of("WORKDIR")
        yield Finding(
            BAD_WORKDIR,
            f"WORKDIR is {workdir}, which is a file in the image",
            place,
            workdir,
            "Docker's message speaks of mkdir: it tries to make the directory at each start.",
            (f"# put the file into the directory: COPY … {workdir}/", f"WORKDIR {workdir}"),
        )


def _of_first(subject: Subject, link: Link) -> Iterator[Finding]:
    lookup, place = link.lookup, subject.command_place
    if lookup.node:
        return
    if shell_text(link.argv) is not None and lookup.blocked is None:
        yield _no_shell(subject, link)
    elif lookup.barred and lookup.blocked:
        yield Finding(
            NOT_ALLOWED,
            f"{_user(subject)} may not enter {lookup.barred.path} ({mode_text(lookup.barred)}), "
            f"where {link.name} is",
            place,
            lookup.blocked.path,
            "Docker says “permission denied” of the program, whose own mode is right.",
            (
                "# put it where everyone may enter, or open the directory:",
                f"RUN chmod a+x {lookup.barred.path}",
            ),
        )
    elif lookup.blocked is None or lookup.blocked.kind == "link":
        yield _not_there(subject, link)
    else:
        yield _not_executable(subject, link, lookup.blocked)


def _not_there(subject: Subject, link: Link) -> Finding:
    path, blocked = link.lookup.path, link.lookup.blocked
    message = f"{link.name} is not in the image"
    if blocked:
        message = f"{path} is a link to {blocked.target}, which is not in the image"
    elif "/" not in link.name:
        message += f": it is in no directory of PATH ({subject.config.process_env['PATH']})"
    elif path != link.name:
        message += f": WORKDIR is {subject.config.workdir}, and there is no {path}"
    mend = tuple(_instead(subject, link))
    says = "Docker says “no such file or directory”"
    if "/" not in link.name:
        says = "Docker says “executable file not found in $PATH”, also of a file that is in WORKDIR"
    return Finding(NOT_THERE, message, subject.command_place, path, f"{says}.", mend)


def _instead(subject: Subject, link: Link) -> Iterator[str]:
    """The command with a program that is there, if there is one of this name."""
    keyword = "ENTRYPOINT" if subject.config.entrypoint else "CMD"
    rest = list(subject.config.entrypoint or subject.config.cmd)[1:]
    words = link.name.split()
    if len(words) > 1 and not rest:
        yield "# each word is a string of its own:"
        yield f"{keyword} {json.dumps(words)}"
        return
    same = list(_of_same_name(subject.rootfs, link.name.rpartition("/")[2]))
    here = join(subject.config.workdir, link.name)
    if "/" not in link.name and here in same:
        yield f"{keyword} {json.dumps([f'./{link.name}', *rest])}"
    elif same:
        yield f"{keyword} {json.dumps([same[0], *rest])}"
    else:
        yield f"COPY {link.name.rpartition('/')[2]} {link.lookup.path}"


def _of_same_name(rootfs: Rootfs, name: str) -> Iterator[str]:
    for path, node in rootfs.nodes.items():
        if path.endswith(f"/{name}") and node.kind == "file" and node.mode & 0o111:
            yield path


def _not_executable(subject: Subject, link: Link, node: Node) -> Finding:
    if node.kind != "file":
        return Finding(
            NOT_EXECUTABLE,
            f"{link.name} is a {node.kind}, no program",
            subject.command_place,
            node.path,
            "Docker says “permission denied” or “is a directory”; no chmod helps.",
            (f'# name the program in it: ENTRYPOINT ["{node.path}/…"]',),
        )
    forbidden = bool(node.mode & 0o111)
    who = _user(subject) if forbidden else "nobody"
    return Finding(
        NOT_ALLOWED if forbidden else NOT_EXECUTABLE,
        f"{node.path} is there, but {who} may execute it ({mode_text(node)})"
        if not forbidden
        else f"{who} may not execute {node.path} ({mode_text(node)})",
        subject.places.of_path(node.path) or subject.command_place,
        node.path,
        "Docker says “permission denied”, as it does for a closed directory.",
        (
            "# where the file is made, or by COPY --chmod=755 (BuildKit):",
            f"RUN chmod a+rx {node.path}",
        ),
    )


def _no_shell(subject: Subject, link: Link) -> Finding:
    keyword = "ENTRYPOINT" if subject.config.entrypoint else "CMD"
    text = shell_text(link.argv) or ""
    words = text.split()
    plain = not any(c in text for c in "$`|&;<>()*?\"'\\")
    mend = (
        (f"{keyword} {json.dumps(words)}",)
        if plain
        else (
            "# start from an image with a shell, for what the command needs it for:",
            "FROM alpine:latest",
        )
    )
    return Finding(
        NO_SHELL,
        f"{keyword} is in shell form, and there is no {link.name} in the image",
        subject.command_place,
        link.name,
        f"Docker says that {link.name} does not exist, which the Dockerfile nowhere names.",
        mend,
    )


def _not_started(subject: Subject, link: Link) -> Finding:
    blocked = link.lookup.blocked
    problem = "is not in the image" if blocked is None else "can't be executed"
    array = link.name.startswith("[")
    mend = ["# a JSON array has double quotes:"] if array else []
    keyword = "ENTRYPOINT" if subject.config.entrypoint else "CMD"
    words = [word.strip("[],'") for word in link.argv] if array else list(link.argv)
    if array:
        mend.append(f"{keyword} {json.dumps(words)}")
    else:
        mend += list(_instead(subject, link))[-1:]
    return Finding(
        NOT_STARTED,
        f"{subject.config.argv[0]} is to start {link.name}, which {problem}",
        subject.command_place,
        link.lookup.path,
        "Docker starts the container; it ends at once with status 127 and a message of "
        f"{subject.config.argv[0]}, if it has one.",
        tuple(mend),
    )


def _of_script(subject: Subject, links: tuple[Link, ...]) -> Iterator[Finding]:
    """A script is opened by its interpreter: who may execute it must be able to read it."""
    for script, _ in pairwise(links):
        node = script.node
        if node and script.line is not None and not subject.rootfs.allowed(node, script.who, 4):
            yield Finding(
                NOT_ALLOWED,
                f"{_user(subject)} may execute the script {node.path} and not read it "
                f"({mode_text(node)})",
                subject.places.of_path(node.path),
                node.path,
                "The message is of the interpreter, which can't open the script.",
                (f"RUN chmod a+rx {node.path}",),
            )


def _of_probe(subject: Subject) -> Iterator[Finding]:
    for link in follow(subject, subject.config.healthcheck):
        if link.node is None and link.how in {"engine", "shell", "wrapper"}:
            yield Finding(
                PROBE_FAILS,
                f"HEALTHCHECK is to start {link.name}, which is not in the image",
                subject.places.of("HEALTHCHECK"),
                link.lookup.path,
                "Docker starts the container and calls it unhealthy; why stands only in "
                "`docker inspect`.",
                ("# let the program probe itself, or do without:", "HEALTHCHECK NONE"),
            )


def _user(subject: Subject) -> str:
    return f"USER {subject.config.user}" if subject.config.user else "root"
