"""BPK214: a .git directory ships."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile import copy_of, run_commands
from bpkit.verbs.lint.subject import LintSubject, Step

RULE = Rule(
    "BPK214",
    "warning",
    "a .git directory ships",
    "A `.git` directory holds every version of every file, including those that were removed "
    "because they were secret. Name it in `.dockerignore`, copy what is needed by name, or "
    "clone in a stage that doesn't ship.",
    failing="FROM alpine:3.22\nCOPY .git /app/.git\nUSER 65532\n",
    passing="FROM alpine:3.22\nCOPY app /app\nUSER 65532\n",
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """Each instruction in a stage that ships that copies a .git."""
    whole = {s.place.line for s in subject.taken if s.pattern == "." and s.known}
    for step in subject.shipped_steps():
        is_whole = step.instruction.line in whole and subject.context.sends_git
        if reason := _reason(step, is_whole):
            yield Finding(RULE, reason, step.stage.place(step.instruction), ".git")


def _reason(step: Step, is_whole: bool) -> str:
    if step.instruction.keyword in {"COPY", "ADD"}:
        copy = copy_of(step.instruction, step.state.env)
        if any(".git" in source.strip("/").split("/") for source in copy.sources):
            return "a .git directory is copied into the image"
        if copy.keep_git_dir:
            return "--keep-git-dir keeps a .git directory in the image"
        if is_whole and copy.from_ is None:
            return (
                ".git is in the build context, no .dockerignore excludes it, and the context ships"
            )
    commands = run_commands(step.instruction)
    if any(command.program == "git" and command.says("clone") for command in commands):
        removed = [c for c in commands if c.program in {"rm", "find"}]
        if not any(".git" in word for command in removed for word in command.words):
            # `rm -rf /tmp/*`, `rm -rf "$DIR"`: perhaps it, perhaps not.
            unclear = any("*" in w or "$" in w for command in removed for w in command.words)
            names = {w.rstrip("/").rpartition("/")[2] for c in removed for w in c.plain}
            removes_all = unclear or bool(names & _cloned(step))
            return "" if removes_all else "git clone leaves its .git directory in the image"
    return ""


def _cloned(step: Step) -> set[str]:
    """The directories that clones of this RUN make, as the commands name them."""
    found: set[str] = set()
    for command in run_commands(step.instruction):
        if command.program == "git" and command.says("clone") and len(command.plain) > 1:
            last = command.plain[-1]
            found |= {last, last.rstrip("/").rpartition("/")[2].removesuffix(".git")}
    return found
