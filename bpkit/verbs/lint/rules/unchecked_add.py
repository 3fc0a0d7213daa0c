"""BPK230: an ADD of a URL without a checksum."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.light import regex
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK230",
    "note",
    "an ADD of a URL without a checksum",
    "The server may send another file next month, and the build takes it without a warning. "
    "`ADD --checksum` (BuildKit) makes it fail instead, and lets the cache know the file.",
    fix="`ADD --checksum=sha256:… URL DESTINATION`; `curl -sL URL | sha256sum` prints the digits, "
    "and `bpkit lint --fix` fills in those of what the server sends now.",
    failing="FROM scratch\nADD https://example.com/app /app\nUSER 65532\n",
    passing="FROM scratch\nADD --checksum=sha256:"
    + "24454f830cdb571e2c4ad15481119c43" * 2
    + " https://example.com/app /app\nUSER 65532\n",
)
_GIT = regex(r"\.git(?:#|$)|^git@")
# Added so that the cache ends there if it changed: it is meant to change.
_CHANGES = regex(
    r"^https://api\.|/refs/heads/|/(?:commits|branches|latest)(?:[/?]|$)|[?&](?:ts|v|_)="
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """Each ADD of a file from an https server in the stages that are used."""
    for stage in subject.used:
        for instruction in stage.instructions:
            if instruction.keyword != "ADD" or instruction.flag("checksum"):
                continue
            urls = [
                word
                for word in instruction.args[:-1]
                if word.startswith("https://")
                and not _GIT.search(word)
                and not _CHANGES.search(word)
            ]
            if urls:
                yield Finding(
                    RULE,
                    f"nothing checks what {urls[0]} sends",
                    stage.place(instruction),
                    urls[0],
                    fix=(f"ADD --checksum=sha256:… {' '.join(instruction.args)}",),
                )
