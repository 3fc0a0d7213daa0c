"""BPK129: a byte order mark before the first line of a script."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.image import Node
from bpkit.verbs.check.subject import CheckSubject

_START = "RUN printf '{}#!/bin/sh\\necho hi\\n' > /start && chmod +x /start\n"
RULE = Rule(
    id="BPK129",
    severity="error",
    title="The script begins with a byte order mark",
    why="Some editors save a text in UTF-8 with three bytes in front. The kernel looks for `#!` in "
    "the first two bytes of a script, and takes a file that begins with anything else for no "
    "program.",
    says="exec format error",
    failing="FROM alpine:latest\n" + _START.format("\\357\\273\\277") + 'CMD ["/start"]\n',
    passing="FROM alpine:latest\n" + _START.format("") + 'CMD ["/start"]\n',
)
MARK = b"\xef\xbb\xbf"


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The scripts that the engine or the kernel starts."""
    for node in scripts(subject):
        yield Finding(
            RULE,
            f"{node.path} is a script with a byte order mark before its “#!”",
            subject.image.places.of_path(node.path),
            node.path,
            "Docker says “exec format error”, as it does for a program for another machine.",
            tuple(fix(node)),
        )


def scripts(subject: CheckSubject) -> Iterator[Node]:
    """The files of the chain that begin with the mark and would be scripts without it."""
    for link in subject.links:
        node = link.node
        if (
            node
            and link.how in {"engine", "shebang"}
            and (node.text or b"").startswith(MARK + b"#!")
        ):
            yield node


def fix(node: Node) -> Iterator[str]:
    """The RUN that removes the mark; the file keeps its mode and owner."""
    path = node.path
    # busybox's sed and dash's printf don't agree on how a byte is written.
    yield f"RUN tail -c +4 {path} > {path}.new && cat {path}.new > {path} && rm {path}.new"
    yield "# or, better, save the script as UTF-8 without a byte order mark (BOM)"
