"""BPK226: the same files in two layers."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from bpkit.findings import Finding, Rule, TextEdit
from bpkit.formats.dockerfile import Command, copy_of, run_commands, with_flag
from bpkit.light import regex
from bpkit.verbs.lint.commands import expanded
from bpkit.verbs.lint.subject import LintSubject, Step

RULE = Rule(
    "BPK226",
    "warning",
    "the same files in two layers",
    "A layer holds whole files: `RUN chown -R` (or `chmod -R`) on what an earlier COPY added "
    "stores each of the files a second time, and the image grows by their size.",
    fix="Set the owner where the files are copied: `COPY --chown=65532:65532`, and the mode with "
    "`--chmod` (BuildKit).",
    failing="FROM debian:13-slim\nCOPY app /app\nRUN chown -R 65532:65532 /app\nUSER 65532\n"
    'ENTRYPOINT ["/app/run"]\n',
    passing="FROM debian:13-slim\nCOPY --chown=65532:65532 app /app\nUSER 65532\n"
    'ENTRYPOINT ["/app/run"]\n',
)

_PROGRAMS = frozenset({"chown", "chmod", "chgrp"})
# What the files in the context may be already.
_ONLY_ADDS = regex(r"[ugoa]*\+[rwxX]+")


def check(subject: LintSubject) -> Iterator[Finding]:
    """Each RUN in a stage that ships that only changes owners or modes of copied files."""
    copied: list[tuple[str, Step]] = []
    for step in subject.shipped_steps():
        if step.instruction.keyword in {"COPY", "ADD"}:
            target = copy_of(step.instruction, step.state.env).destination
            copied.append((posixpath.normpath(posixpath.join(step.state.workdir, target)), step))
            continue
        commands = run_commands(step.instruction)
        if not commands or any(c.program not in _PROGRAMS for c in commands):
            continue
        for command in commands:
            if _is_recursive(command) and (taken := _taken(command, step, copied)):
                yield _finding(command, commands, step, taken)
                break


def _is_recursive(command: Command) -> bool:
    if len(command.plain) < 2:
        return False
    return any(
        w == "--recursive" or (w[:1] == "-" and w[1:2] != "-" and "R" in w) for w in command.words
    )


def _taken(command: Command, step: Step, copied: list[tuple[str, Step]]) -> list[Step]:
    """The COPYs whose files are in the directories that the command changes."""
    env = {name: value or "" for name, value in step.state.env.items()}
    paths = (expanded(path, env) for path in command.plain[1:])
    roots = [posixpath.normpath(posixpath.join(step.state.workdir, path)) for path in paths]
    return [
        one
        for path, one in copied
        if any(path == root or path.startswith(f"{root.rstrip('/')}/") for root in roots)
        and _may_change(command, one)
    ]


def _may_change(command: Command, copied: Step) -> bool:
    """Whether the files certainly change: a layer leaves out files that stay the same."""
    wanted = command.plain[0]
    if command.program == "chmod":
        return not _ONLY_ADDS.fullmatch(wanted)
    has = (copied.instruction.flag("chown") or "0:0").replace("root", "0")
    return wanted.replace("root", "0").partition(":")[0] != has.partition(":")[0]


def _finding(
    command: Command, commands: tuple[Command, ...], step: Step, taken: list[Step]
) -> Finding:
    lines = ", ".join(str(one.instruction.line) for one in taken)
    edits: tuple[TextEdit, ...] = ()
    owner = command.plain[0]
    is_sure = command.program == "chown" and len(commands) == len(taken) == 1
    if is_sure and owner.replace(":", "").isdecimal() and not taken[0].instruction.flag("chown"):
        copy, file = taken[0].instruction, step.stage.file
        edits = (
            TextEdit(file, copy.line, copy.end_line, with_flag(copy, "chown", owner).text),
            TextEdit(file, step.instruction.line, step.instruction.end_line, ""),
        )
    return Finding(
        RULE,
        f"{command.program} stores the files of COPY (line {lines}) a second time",
        step.stage.place(step.instruction),
        " ".join(command.words),
        fix=(f"COPY --{'chown' if command.program != 'chmod' else 'chmod'}={owner} …",),
        edits=edits,
    )
