"""BPK103: the command names a file that nobody may execute."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.image import Node, Subject, mode_text
from bpkit.verbs.check.fixes import renamed
from bpkit.verbs.check.subject import CheckSubject

RULE = Rule(
    id="BPK103",
    severity="error",
    title="The program of ENTRYPOINT or CMD can't be executed: mode, or a directory",
    why="COPY keeps the mode that a file has in the build context or in the stage it comes from. "
    "A file that nobody may execute can't be started, not even by root.",
    says="permission denied|is a directory",
    failing="FROM alpine:latest\nRUN printf '#!/bin/sh\\necho hi\\n' > /start\nCMD [\"/start\"]\n",
    passing="FROM alpine:latest\nRUN printf '#!/bin/sh\\necho hi\\n' > /start && chmod +x /start\n"
    'CMD ["/start"]\n',
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """A first program that is a directory, or has no execute permission."""
    if subject.problem != "not executable":
        return
    image, link = subject.image, subject.links[0]
    node = link.lookup.blocked
    assert node is not None
    if node.kind == "file":
        yield Finding(
            RULE,
            f"{node.path} is in the image, but nobody may execute it ({mode_text(node)})",
            image.places.of_path(node.path) or image.command_place,
            node.path,
            "Docker says “permission denied”, as it does for a directory that may not be entered.",
            (
                "# where the file is created, or with COPY --chmod=755 (BuildKit):",
                f"RUN chmod a+rx {node.path}",
            ),
        )
        return
    yield Finding(
        RULE,
        f"{link.name} is a {node.kind}, not a program",
        image.command_place,
        node.path,
        "Docker says “permission denied” or “is a directory”; chmod doesn't help.",
        tuple(_programs_in(image, node)),
    )


def _programs_in(subject: Subject, node: Node) -> Iterator[str]:
    inside = [
        one.path
        for one in subject.rootfs.below(node.path)
        if one.kind == "file" and one.mode & 0o111
    ]
    base = node.path.rpartition("/")[2]
    same = [path for path in inside if path.rpartition("/")[2] == base]
    if chosen := (same or inside)[:1]:
        yield renamed(subject, chosen[0])
    else:
        yield f"# name a program; there is none below {node.path}"
