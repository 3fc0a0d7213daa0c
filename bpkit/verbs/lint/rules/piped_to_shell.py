"""BPK231: a downloaded script is run without a check."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.light import regex
from bpkit.verbs.lint.downloads import checks_downloads
from bpkit.verbs.lint.subject import LintSubject, steps

RULE = Rule(
    "BPK231",
    "warning",
    "a downloaded script is run without a check",
    "`curl … | sh` runs, as root, whatever the server sends on that day; and without "
    "`pipefail` a download that breaks off doesn't fail the build.",
    fix="Download the script, compare its checksum with one in the Dockerfile, then run it; or "
    "install a package.",
    failing="FROM debian:13-slim\nRUN curl -fsSL https://example.com/install.sh | sh\nUSER 65532\n",
    passing="FROM debian:13-slim\nADD --checksum=sha256:"
    + "24454f830cdb571e2c4ad15481119c43" * 2
    + " https://example.com/install.sh /install.sh\nRUN sh /install.sh\nUSER 65532\n",
)

_SHELL = r"(?:/(?:usr/)?bin/)?(?:env\s+)?(?:bash|sh|zsh|ash|dash|python3?|perl|php|ruby|node)"
_PIPED = regex(
    rf"\b(?:curl|wget)\b[^|;&\n]*\|\s*(?:sudo\s+(?:-\w+\s+)*)?(?:\w+=\S+\s+)*{_SHELL}(?=\s|$|;|&|\))"
    rf"|{_SHELL}\s+(?:-\w+\s+)*(?:<\(|-c\s+[\"']?\$\()\s*(?:curl|wget)\b"
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """Each RUN in the stages that are used that feeds a download to an interpreter."""
    for stage in subject.used:
        for step in steps(stage):
            run = step.instruction
            if run.keyword != "RUN" or run.json or checks_downloads(run):
                continue
            text = re.sub(r"\\\r?\n", " ", run.text)
            found = _PIPED.search(text)
            if found and "http://localhost" not in found.group():
                url = re.search(r"https?://[^\s\"')]+", found.group())
                what = url.group() if url else "a download"
                yield Finding(
                    RULE,
                    f"{what} is run as it arrives, and nothing checks it",
                    stage.place(run),
                    what,
                )
