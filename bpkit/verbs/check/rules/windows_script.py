"""BPK127: a script that a shell reads has Windows line ends or a byte order mark."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.image import Node
from bpkit.verbs.check.rules import byte_order_mark, carriage_return
from bpkit.verbs.check.subject import CheckSubject

_TEXT = "RUN printf 'set -e{0}\\necho hi{0}\\n' > /start\n"
RULE = Rule(
    id="BPK127",
    severity="warning",
    title="A script that a shell reads has Windows line ends, or a byte order mark",
    why="A shell reads the carriage return as part of each line's last word: `set -e` has an "
    "option that doesn't exist, `exec app` looks for a program with a carriage return in its name, "
    "and a value ends with one. A byte order mark belongs to the first word. Python, Perl and "
    "others don't mind, and aren't reported.",
    failing="FROM alpine:latest\n" + _TEXT.format("\\r") + 'CMD ["sh", "/start"]\n',
    passing="FROM alpine:latest\n" + _TEXT.format("") + 'CMD ["sh", "/start"]\n',
    says="illegal option|not found",
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The scripts that a shell reads, except those that the kernel refuses first."""
    told = {node.path for node, _ in carriage_return.scripts(subject)}
    told |= {node.path for node in byte_order_mark.scripts(subject)}
    for node in subject.read_scripts:
        if node.path in told:
            continue
        text = node.text or b""
        if b"\r\n" in text:
            yield _of_line_ends(subject, node, text)
        elif text.startswith(b"\xef\xbb\xbf"):
            yield Finding(
                RULE,
                f"{node.path} begins with a byte order mark, which a shell reads as part of its "
                "first word",
                subject.image.places.of_path(node.path),
                node.path,
                "The shell says that the first line's command is not found, and goes on.",
                tuple(byte_order_mark.fix(node)),
            )


def _of_line_ends(subject: CheckSubject, node: Node, text: bytes) -> Finding:
    count, lines = text.count(b"\r\n"), text.count(b"\n")
    return Finding(
        RULE,
        f"{node.path} is read by a shell, and {count} of its {lines} lines end with a carriage "
        "return",
        subject.image.places.of_path(node.path),
        node.path,
        "The shell's messages show words that look right: the carriage return doesn't show.",
        (
            f"RUN sed -i 's/\\r$//' {node.path}",
            "# or, better, in .gitattributes: *.sh text eol=lf",
        ),
    )
