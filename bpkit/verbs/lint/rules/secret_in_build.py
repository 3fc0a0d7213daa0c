"""BPK215: a secret in an ARG or an ENV."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpkit.errors import Place
from bpkit.findings import Finding, Rule
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK215",
    "warning",
    "a secret in ARG or ENV",
    "An ENV is in the image for everyone to read (`docker inspect`); an ARG is in its history and "
    "in the builder's cache. Give a secret to the one RUN that needs it with "
    "`RUN --mount=type=secret,id=…`, and to the program when it runs.",
    failing="FROM alpine:3.20\nARG GITHUB_TOKEN\nUSER 65532\n",
    passing="FROM alpine:3.20\nRUN --mount=type=secret,id=github_token true\nUSER 65532\n",
)

_NAME = re.compile(
    r"(?:^|_)(?:API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|SECRET(?:_?KEY)?|TOKEN|PASSWORD|PASSWD|PASSPHRASE"
    r"|CREDENTIALS?)(?:_BASE64|_VALUE)?$|^(?:PGPASSWORD|MYSQL_PWD|NPM_TOKEN|SECRET_\w*KEY)$",
    re.IGNORECASE,
)
# Formats that their issuers document: a PEM key, AWS, GitHub, GitLab, Slack, a URL with a password.
_VALUE = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}"
    r"|\bglpat-[\w-]{20}|\bxox[baprs]-[\w-]{10,}|://[^/\s:@$]+:[^/\s:@$]+@"
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """Each ARG and ENV that names a secret, or holds what looks like one."""
    instructions = [(i, i.line) for i in subject.stages.head]
    instructions += [(i, i.line) for stage in subject.stages for i in stage.instructions]
    for instruction, line in instructions:
        for name, value in instruction.pairs if instruction.keyword in {"ARG", "ENV"} else ():
            if _names_a_secret(instruction.keyword, name, value) or _VALUE.search(value or ""):
                yield Finding(
                    RULE,
                    f"{instruction.keyword} {name} holds a secret that everyone with the image "
                    "or the builder can read",
                    Place(subject.file.name, line),
                    name,
                    fix=(f"RUN --mount=type=secret,id={name.lower()} …",),
                )


def _names_a_secret(keyword: str, name: str, value: str | None) -> bool:
    if not _NAME.search(name):
        return False
    # An ENV that is empty, or hands an ARG on, says nothing that the ARG doesn't.
    plain = (value or "").strip("\"'")
    return keyword == "ARG" or bool(plain and not re.fullmatch(r"\$\{?\w+\}?", plain))
