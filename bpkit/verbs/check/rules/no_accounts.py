"""BPK143: a program that looks users up, and no /etc/passwd."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.verbs.check.examples import CProgram
from bpkit.verbs.check.subject import CheckSubject
from bpkit.verbs.check.wanted import clues_of, last_program

_PROGRAM = CProgram("#include <pwd.h>", "return getpwuid(65532) != 0;")
RULE = Rule(
    id="BPK143",
    severity="note",
    title="Accounts: the program can look users up, and the image has no /etc/passwd",
    why="It won't find a name or home directory for its own user. Evidence: it imports "
    "`getpwuid` or a similar function, or Go's os/user.",
    failing=_PROGRAM.image("RUN rm /etc/passwd\n"),
    passing=_PROGRAM.image(),
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The last program that is started."""
    node = last_program(subject)
    if node and clues_of(node).accounts and subject.rootfs.file("/etc/passwd") is None:
        stage = subject.image.places.stage_of(node.path)
        copy = f"COPY --from={stage or 'STAGE'} /etc/passwd /etc/group /etc/"
        yield Finding(
            RULE,
            f"{node.path} can look up users, and the image has no /etc/passwd",
            subject.image.places.of_path(node.path),
            "/etc/passwd",
            "Docker says nothing; the program finds its user unknown.",
            (copy if stage else f"# {copy}",),
        )
