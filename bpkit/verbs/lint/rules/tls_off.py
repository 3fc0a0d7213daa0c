"""BPK232: certificates are not checked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile import Instruction, run_commands
from bpkit.light import regex
from bpkit.verbs.lint.downloads import checks_downloads, is_near, urls_of
from bpkit.verbs.lint.subject import LintSubject, steps

RULE = Rule(
    "BPK232",
    "warning",
    "certificates are not checked",
    "Without this check https is no better than http: anyone between the builder and the "
    "server can change what is downloaded. As an ENV it holds for the program that runs, too. "
    "A RUN that compares a checksum is not reported.",
    fix="Install `ca-certificates`, or the certificate of your own authority "
    "(`COPY ca.crt /usr/local/share/ca-certificates/` and `update-ca-certificates`).",
    failing="FROM debian:13-slim\nRUN curl -k -o /app https://example.com/app\nUSER 65532\n",
    passing="FROM debian:13-slim\nRUN curl -o /app https://example.com/app\nUSER 65532\n",
)

_OFF = {"NODE_TLS_REJECT_UNAUTHORIZED": {"0"}, "PYTHONHTTPSVERIFY": {"0"},
        "GIT_SSL_NO_VERIFY": {"1", "true"}, "NPM_CONFIG_STRICT_SSL": {"false"},
        "npm_config_strict_ssl": {"false"}}  # fmt: skip
_SETTINGS = regex(
    r"\bgit\s+config\b[^&;|\n]*http\.sslVerify[\s=]+[\"']?false|strict-ssl[\s=]+[\"']?false"
    r"|--trusted-host\b|Verify-Peer[\"']?=[\"']?false|\bsslverify\s*=\s*(?:0|false)",
    re.IGNORECASE,
)
_SWITCHES = {"curl": {"--insecure"}, "wget": {"--no-check-certificate"}}


def check(subject: LintSubject) -> Iterator[Finding]:
    """The first place in each instruction of the used stages that turns the check off."""
    for stage in subject.used:
        for step in steps(stage):
            instruction = step.instruction
            found = ""
            if instruction.keyword == "ENV":
                values = ((n, (v or "").strip("\"'").lower()) for n, v in instruction.pairs)
                found = next((f"{n}={v}" for n, v in values if v in _OFF.get(n, ())), "")
            elif instruction.keyword == "RUN" and not checks_downloads(instruction):
                setting = _SETTINGS.search(instruction.text)
                found = setting.group() if setting else _switch(instruction)
            if found:
                message = f"'{found}' turns off the check of certificates"
                yield Finding(RULE, message, stage.place(instruction), found)


def _switch(instruction: Instruction) -> str:
    for command in run_commands(instruction):
        hosts = [host for _, host, _ in urls_of(command)]
        if command.program not in _SWITCHES or (hosts and all(is_near(h) for h in hosts)):
            continue
        for word in command.words[1:]:
            is_short = command.program == "curl" and re.fullmatch(r"-[a-zA-Z]*k[a-zA-Z]*", word)
            if word in _SWITCHES[command.program] or is_short:
                return f"{command.program} {word}"
    return ""
