"""BPK206: what ships runs as root."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile import final_state
from bpkit.verbs.lint.programs import root_image
from bpkit.verbs.lint.subject import LintSubject, Step

RULE = Rule(
    "BPK206",
    "warning",
    "what ships runs as root",
    "Without a USER in the shipped stage its program runs as root, and a flaw in it is a flaw of "
    "root, with the host's kernel in reach. A numeric user (`USER 65532:65532`) needs no "
    "`/etc/passwd` and works on every base, `scratch` too.",
    failing='FROM scratch\nCOPY app /app\nENTRYPOINT ["/app"]\n',
    passing='FROM scratch\nCOPY app /app\nUSER 65532:65532\nENTRYPOINT ["/app"]\n',
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """The last USER of what ships if it is root; the FROM if there is none."""
    if not subject.shipped:
        return
    last = subject.shipped[-1]
    user = last_user(subject)
    if user is None:
        if root_image(last).root and not subject.shipped[0].unresolved:
            yield Finding(
                RULE,
                "the shipped stage has no USER, so that it runs as root",
                last.place(last.from_),
                fix=("USER 65532:65532",),
            )
        return
    name = final_state(last).user.partition(":")[0]
    if name in {"root", "0"}:
        yield Finding(
            RULE,
            f"the shipped stage runs as {name}",
            user.stage.place(user.instruction),
            fix=("USER 65532:65532",),
        )


def last_user(subject: LintSubject) -> Step | None:
    """The USER instruction that holds in the image that ships."""
    users = [step for step in subject.shipped_steps() if step.instruction.keyword == "USER"]
    return users[-1] if users else None
