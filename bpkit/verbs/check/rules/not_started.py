"""BPK107: what a shell, a wrapper or a script is sure to start is not in the image."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.image import Link
from bpkit.verbs.check.fixes import command, copy_into, install, is_package
from bpkit.verbs.check.scripts import ScriptStart
from bpkit.verbs.check.subject import CheckSubject

RULE = Rule(
    id="BPK107",
    severity="error",
    title="A program that a shell, a script or a wrapper such as tini starts is not in the image",
    why="The engine starts the shell, script or wrapper successfully; that one then finds "
    "no program of that name, and the container ends with status 127 (126 if it may not be "
    "executed). A JSON array in single quotes isn't JSON: Docker reads it as a shell command.",
    says="not found|No such file",
    failing="FROM debian:bookworm-slim\nCMD curl --version\n",
    passing="FROM debian:bookworm-slim\nCMD echo hello && date\n",
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Programs of the chain after the first, and those that a script is sure to end with."""
    links = subject.links
    # A script's shebang that asks env for its interpreter has a rule of its own.
    if not any(link.how == "shebang" for link in links[:-1]):
        for link in links[1:]:
            if link.how in {"shell", "wrapper"} and link.node is None:
                yield _of_link(subject, link)
    for start in subject.starts:
        if start.is_fatal and start.lookup.node is None:
            yield _of_script(subject, start)


def _of_link(subject: CheckSubject, link: Link) -> Finding:
    image = subject.image
    problem = "is not in the image" if link.lookup.blocked is None else "can't be executed"
    if link.name.startswith("["):
        words = [word.strip("[],'") for word in link.argv]
        fix = ["# a JSON array needs double quotes:", command(image, words)]
    else:
        fix = _fix(subject, link.name, link.lookup.path, closed=link.lookup.blocked is not None)
    return Finding(
        RULE,
        f"{image.config.argv[0]} starts {link.name}, which {problem}",
        image.command_place,
        link.lookup.path,
        "Docker starts the container; it ends at once with status 127 and a message of "
        f"{image.config.argv[0]}, if it has one.",
        tuple(fix),
    )


def _of_script(subject: CheckSubject, start: ScriptStart) -> Finding:
    path = start.script.path
    closed = start.lookup.blocked is not None
    problem = "can't be executed" if closed else "is not in the image"
    return Finding(
        RULE,
        f"{path} starts {start.name} in line {start.line}, which {problem}",
        subject.image.places.of_path(path),
        start.lookup.path,
        f"Docker starts the script; it ends in line {start.line} with status "
        f"{126 if closed else 127}.",
        tuple(_fix(subject, start.name, start.lookup.path, closed=closed)),
    )


def _fix(subject: CheckSubject, name: str, path: str, *, closed: bool) -> list[str]:
    base = name.rpartition("/")[2]
    same = [
        one
        for one, node in subject.rootfs.nodes.items()
        if one.endswith(f"/{base}") and node.kind == "file" and node.mode & 0o111
    ]
    if closed:
        return [f"RUN chmod a+rx {path}"]
    if same and "/" not in name:
        return [f"ENV PATH={same[0].rpartition('/')[0]}:$PATH"]
    if same:
        return [f"# it is at {same[0]}: name that path, or link it:", f"RUN ln -s {same[0]} {path}"]
    if "/" not in name and is_package(name):
        return list(install(subject.rootfs, name)) or [f"# use a base image that has {name}"]
    if "/" in name:
        return [copy_into(subject.image, base, path)]
    return [f"# install {name}, or copy it from the stage that has it"]
