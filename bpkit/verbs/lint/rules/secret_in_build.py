"""BPK215: a secret in ARG or ENV."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpkit.errors import Place
from bpkit.findings import Finding, Rule
from bpkit.light import regex
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK215",
    "warning",
    "a secret in ARG or ENV",
    "An ENV is in the image for everyone to read (`docker inspect`); an ARG is in its history "
    "and in the builder's cache. Pass a secret to the RUN that needs it with `RUN "
    "--mount=type=secret,id=…`, and to the program when it starts.",
    failing="FROM alpine:3.22\nARG GITHUB_TOKEN\nUSER 65532\n",
    passing="FROM alpine:3.22\nRUN --mount=type=secret,id=github_token true\nUSER 65532\n",
)

_NAME = regex(
    r"(?:^|_)(?:API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|SECRET(?:_?KEY)?|TOKEN|PASSWORD|PASSWD|PASSPHRASE"
    r"|CREDENTIALS?)(?:_BASE64|_VALUE)?$|^(?:PGPASSWORD|MYSQL_PWD|NPM_TOKEN|SECRET_\w*KEY)$",
    re.IGNORECASE,
)
# Variables that a bundler puts into its pages, for everyone to read: that is intended.
_PUBLIC = regex(
    r"(?:NEXT_PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|PUBLIC|VITE|REACT_APP|VUE_APP|GATSBY|STORYBOOK)_"
)
# Formats that their issuers document: a PEM key, AWS, GitHub, GitLab, Slack, a URL with a password.
_VALUE = regex(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}"
    r"|\bglpat-[\w-]{20}|\bxox[baprs]-[\w-]{10,}|://[^/\s:@$]+:[^/\s:@$]+@"
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """Each ARG and ENV that names a secret, or holds what looks like one."""
    instructions = [(i, i.line) for i in subject.stages.head]
    instructions += [(i, i.line) for stage in subject.stages for i in stage.instructions]
    for instruction, line in instructions:
        for name, value in instruction.pairs if instruction.keyword in {"ARG", "ENV"} else ():
            is_named = _names_a_secret(instruction.keyword, name, value)
            # A test's token protects nothing, unless it is written like a real one.
            is_named = is_named and subject.profile != "development"
            if is_named or _is_secret(value or ""):
                yield Finding(
                    RULE,
                    f"{instruction.keyword} {name} looks like a secret, and anyone with the image "
                    "or the builder's cache can read it",
                    Place(subject.file.name, line),
                    name,
                    fix=(f"RUN --mount=type=secret,id={name.lower()} …",),
                )


def _is_secret(value: str) -> bool:
    """Whether a value is written like a secret, and not one for a local machine."""
    found = _VALUE.search(value)
    if found is None:
        return False
    if not found.group().startswith("://"):
        return True
    host = re.match(r"[^/:?#\s\"']*", value[found.end() :])
    name = host.group().lower() if host else ""
    is_near = name in {"localhost", "127.0.0.1", "0.0.0.0", ""} or "." not in name
    return not is_near and not _DUMMY.search(found.group().rpartition(":")[2].rstrip("@"))


def _names_a_secret(keyword: str, name: str, value: str | None) -> bool:
    if not _NAME.search(name) or _PUBLIC.match(name):
        return False
    # An ENV that is empty, or hands an ARG on, says nothing that the ARG doesn't.
    plain = (value or "").strip("\"'")
    if plain and (_DUMMY.search(plain) or _NO_SECRET.fullmatch(plain)):
        return False
    return keyword == "ARG" or bool(plain and not re.fullmatch(r"\$\{?\w+\}?", plain))


# Placeholders for a secret that is given later, or values for a local machine only.
_DUMMY = regex(
    r"change.?me|dummy|example|placeholder|fake|fixme|todo|replace|insert|your|xxx|sample|test"
    r"|insecure|not.?(?:a|so)?.?(?:real|secret|secure)|default|unused|ignored|^<.*>$|^\{.*\}$|^\[.*\]$|^(?:\*+|\.+)$"
    r"|^(?:password|passwd|pass|secret|token|root|admin|postgres|guest|user|key|none|null|abc123)$"
    r"|^12345",
    re.IGNORECASE,
)
# Switches, numbers, paths, and another variable's name.
_NO_SECRET = regex(
    r"true|false|yes|no|on|off|[0-9]{1,4}|/[\w./-]+|\$\{?\w+(?::?-)?\}?", re.IGNORECASE
)
