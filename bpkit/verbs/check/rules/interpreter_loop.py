"""BPK125: scripts whose interpreters are scripts, without end."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.verbs.check.subject import CheckSubject

#: As many interpreters as the kernel follows, the last of which must be a binary (fs/exec.c).
_DEEPEST = 5

_SCRIPT = "RUN printf '#!{}\\necho hi\\n' > /start && chmod +x /start\n"
RULE = Rule(
    id="BPK125",
    severity="error",
    title="The script's interpreter is a script, and so on, without ever reaching a program",
    why="The interpreter in a script's first line may be a script itself, which has an interpreter "
    "in turn. The kernel follows five of them and gives up with “too many levels of symbolic "
    "links”. The same happens to a script that names itself.",
    says="too many levels of symbolic links",
    failing="FROM alpine:latest\n" + _SCRIPT.format("/start") + 'CMD ["/start"]\n',
    passing="FROM alpine:latest\n" + _SCRIPT.format("/bin/sh") + 'CMD ["/start"]\n',
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """A chain of more interpreters than the kernel follows."""
    scripts = [link for link in subject.links if link.line is not None and link.node]
    if len(scripts) <= _DEEPEST:
        return
    paths = [link.node.path for link in scripts if link.node]
    first = paths[0]
    yield Finding(
        RULE,
        f"{first} is run by {paths[1]}"
        + (", itself: it" if paths[1] == first else ", a script: the chain")
        + " never reaches a program",
        subject.image.places.of_path(first),
        first,
        "Docker says “too many levels of symbolic links”, though no link is involved.",
        (
            f"# name the program that reads {first} in its first line; for a shell:",
            f"RUN sed -i '1s|.*|#!/bin/sh|' {first}",
        ),
    )
