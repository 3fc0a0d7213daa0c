"""BPK102: the program of the command is not in the image."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.image import Link, Subject, join
from bpkit.verbs.check.fixes import command, copy_from, copy_into, renamed
from bpkit.verbs.check.links import link_end
from bpkit.verbs.check.subject import CheckSubject

RULE = Rule(
    id="BPK102",
    severity="error",
    title="The program of ENTRYPOINT or CMD is not in the image",
    why="A name with a slash is looked for at that path (from WORKDIR, if it is relative), any "
    "other name in the directories of PATH, and never in WORKDIR. An exec form with one long "
    "string is one name, spaces and all. A link counts as what it points to.",
    says="no such file or directory|executable file not found",
    failing='FROM alpine:latest\nWORKDIR /srv\nRUN cp /bin/busybox true\nCMD ["./srv/true"]\n',
    passing='FROM alpine:latest\nWORKDIR /srv\nRUN cp /bin/busybox true\nCMD ["./true"]\n',
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """A first program that doesn't exist."""
    if subject.problem != "missing":
        return
    image, link = subject.image, subject.links[0]
    path, end = link.lookup.path, link_end(image.rootfs, link.lookup.path)
    message = f"{link.name} is not in the image"
    if end:
        message = f"{path} is a link to {end}, which is not in the image"
    elif "/" not in link.name:
        message += f": it is in no directory of PATH ({image.config.process_env['PATH']})"
    elif path != link.name:
        message += f": WORKDIR is {image.config.workdir}, and there is no {path}"
    says = "Docker says “no such file or directory”"
    if "/" not in link.name:
        says = "Docker says “executable file not found in $PATH”, even for a file in WORKDIR"
    fix = tuple(_fix(image, link, end))
    yield Finding(RULE, message, image.command_place, path, f"{says}.", fix)


def _fix(subject: Subject, link: Link, end: str) -> Iterator[str]:
    if end:
        yield "# copy the link's target as well, to the same path:"
        yield copy_from(subject, link.lookup.path, end)
        return
    rest = (subject.config.entrypoint or subject.config.cmd)[1:]
    words = link.name.split()
    if len(words) > 1 and not rest:
        yield "# write each word as its own string:"
        yield command(subject, words)
        return
    base = link.name.rpartition("/")[2]
    same = [
        path
        for path, node in subject.rootfs.nodes.items()
        if path.endswith(f"/{base}") and node.kind == "file" and node.mode & 0o111
    ]
    if "/" not in link.name and join(subject.config.workdir, link.name) in same:
        yield renamed(subject, f"./{link.name}")
    elif same:
        yield renamed(subject, same[0])
    else:
        yield copy_into(subject, base, link.lookup.path)
