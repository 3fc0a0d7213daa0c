"""BPK227: a removal that frees nothing."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile import Command, Instruction, mounts_of, run_commands
from bpkit.light import regex
from bpkit.verbs.lint.edits import joined
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK227",
    "warning",
    "a removal that frees nothing",
    "What an earlier layer holds stays in the image: a RUN of its own that removes caches or "
    "downloads only hides them, and adds a layer.",
    fix="Remove them in the RUN that creates them: join the two with `&&`.",
    failing="FROM debian:13-slim\nRUN apt-get update && apt-get install -y ca-certificates\n"
    'RUN rm -rf /var/lib/apt/lists/*\nCOPY app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
    passing="FROM debian:13-slim\nRUN apt-get update && apt-get install -y ca-certificates "
    '&& rm -rf /var/lib/apt/lists/*\nCOPY app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
)

_CLEANERS = {
    "apt-get": {"clean", "autoclean", "autoremove", "purge", "remove", "dist-clean"},
    "apt": {"clean", "autoclean", "autoremove", "purge", "remove"},
    "apk": {"del"}, "yum": {"clean", "remove"}, "dnf": {"clean", "remove"}, "microdnf": {"clean"},
    "zypper": {"clean"}, "npm": {"cache"}, "yarn": {"cache"}, "pip": {"cache"}, "pip3": {"cache"},
    "conda": {"clean"},
}  # fmt: skip
# Paths that are removed for their size; a base image's file is often removed for what it does.
_FOR_SIZE = regex(
    r"^/var/(?:lib/apt|cache|tmp|log)|^/tmp(?:/|$)|^/usr/share/(?:doc|man|locale)|(?:^|/)\.cache|/\.npm"
    r"|\.(?:tar|tgz|gz|xz|bz2|zip|deb|rpm|whl|apk)$"
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """Each RUN in a stage that ships that only removes files."""
    last: Instruction | None = None
    for step in subject.shipped_steps():
        commands = run_commands(step.instruction)
        is_cleaning = any(c.program != "true" for c in commands) and all(map(_cleans, commands))
        if is_cleaning and last is not None and not mounts_of(step.instruction):
            yield Finding(
                RULE,
                "what this RUN removes stays in the layers below: nothing is freed",
                step.stage.place(step.instruction),
                commands[0].program,
                edits=joined(step.stage.file, last, step.instruction),
            )
        last = step.instruction if commands else last


def _cleans(command: Command) -> bool:
    if command.program in _CLEANERS:
        return bool(_CLEANERS[command.program] & set(command.plain[:1]))
    if command.program in {"rm", "find"}:
        targets = command.plain[:1] if command.program == "find" else command.plain
        return bool(targets) and all(_FOR_SIZE.search(target) for target in targets)
    return command.program == "true"
