"""BPK122: the first line of a script ends with a carriage return."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.image import Node
from bpkit.verbs.check.subject import CheckSubject

_START = "RUN printf '#!/bin/sh{}\\necho hi{}\\n' > /start{} && chmod +x /start\n"
RULE = Rule(
    id="BPK122",
    severity="error",
    title="The script's first line ends with a carriage return",
    why="A script saved with Windows line ends has a carriage return before each line feed. It "
    "belongs to the name of the interpreter then (or to its argument), and there is no `/bin/sh` "
    "with a carriage return in its name. Git creates such files if `core.autocrlf` is on.",
    says="no such file or directory|not found|No such file",
    failing="FROM alpine:latest\n" + _START.format("\\r", "\\r", "") + 'CMD ["/start"]\n',
    passing="FROM alpine:latest\n" + _START.format("", "", "") + 'CMD ["/start"]\n',
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The scripts that the kernel is to start: those of the chain, and what scripts end with."""
    for node, starter in scripts(subject):
        by = f", which {starter} is to start," if starter else ""
        yield Finding(
            RULE,
            f"{node.path}{by} has Windows line ends: its first line ends with a carriage return",
            subject.image.places.of_path(node.path),
            node.path,
            f"The message is that {node.path} does not exist, or of its interpreter, of a name "
            "that looks right: the carriage return doesn't show.",
            (
                f"RUN sed -i 's/\\r$//' {node.path}",
                "# or, better, in .gitattributes: *.sh text eol=lf",
            ),
        )


def scripts(subject: CheckSubject) -> Iterator[tuple[Node, str]]:
    """The scripts with such a first line, and the path of the script that starts each."""
    found: set[str] = set()
    for link in subject.links:
        if link.node and "\r" in (link.line or "") and link.node.path not in found:
            found.add(link.node.path)
            yield link.node, ""
    for start in subject.starts:
        node = start.lookup.node
        head = (node.text or b"").split(b"\n", 1)[0] if node and not node.elf else b""
        is_broken = head.startswith(b"#!") and head.endswith(b"\r")
        if node and start.is_fatal and is_broken and node.path not in found:
            found.add(node.path)
            yield node, start.script.path
