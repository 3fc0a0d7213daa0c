"""BPK207: the user that ships is only a name."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile import copy_of, expand
from bpkit.verbs.lint.rules.root_user import last_user
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK207",
    "warning",
    "the shipped user is only a name",
    "Kubernetes refuses an image with `runAsNonRoot` whose user is a name: it can't tell whether "
    "that is root. On an empty base a name fails already at `docker run`, because no "
    "`/etc/passwd` says who it is. A number works everywhere.",
    failing='FROM debian:12-slim\nRUN useradd app\nCOPY app /app\nUSER app\nENTRYPOINT ["/app"]\n',
    passing="FROM debian:12-slim\nRUN useradd -u 10001 app\nCOPY app /app\nUSER 10001\n"
    'ENTRYPOINT ["/app"]\n',
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """The last USER of what ships, if it is a name other than root."""
    step = last_user(subject)
    if step is None or step.state.unresolved(step.instruction.args[0]):
        return
    written = expand(step.instruction.args[0], step.state.env, step.instruction.escape)
    user, _, group = written.partition(":")
    names = [name for name in (user, group) if name and not name.isdecimal()]
    if not names or user == "root":
        return
    empty = subject.shipped[0].is_scratch and not _has_passwd(subject)
    yield Finding(
        RULE,
        f"USER {written} is a name; give its number",
        step.stage.place(step.instruction),
        written,
        engine_says=f"docker run will say 'unable to find user {user}': on scratch no /etc/passwd "
        "says who that is."
        if empty
        else "",
        fix=("USER 65532:65532",),
    )


def _has_passwd(subject: LintSubject) -> bool:
    copies = [
        copy_of(step.instruction, step.state.env)
        for step in subject.shipped_steps()
        if step.instruction.keyword in {"COPY", "ADD"}
    ]
    return any(
        "passwd" in copy.destination
        or copy.destination == "/"
        or any("passwd" in source or source.rstrip("/").endswith("etc") for source in copy.sources)
        for copy in copies
    )
