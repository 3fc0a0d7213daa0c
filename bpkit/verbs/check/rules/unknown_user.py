"""BPK151: the image doesn't have its USER."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.image import AccountError, identity_of
from bpkit.verbs.check.subject import CheckSubject

RULE = Rule(
    id="BPK151",
    severity="error",
    title="The image's USER is not in its /etc/passwd",
    why="The engine looks a name up in the image's own /etc/passwd (a group in /etc/group). "
    "`FROM scratch` has neither file. A number needs no entry.",
    says="unable to find (user|group)|no matching entries",
    failing="FROM alpine:latest AS build\nFROM scratch\nCOPY --from=build /bin/busybox /true\n"
    'USER app\nCMD ["/true"]\n',
    passing="FROM alpine:latest AS build\nFROM scratch\nCOPY --from=build /bin/busybox /true\n"
    'USER 65532:65532\nCMD ["/true"]\n',
)
NOBODY = 65532


def check(subject: CheckSubject) -> Iterator[Finding]:
    """A USER that the engine will not find."""
    user = subject.image.config.user
    try:
        identity_of(subject.rootfs, user)
    except AccountError as error:
        yield Finding(
            RULE,
            f"USER is {user}: {error}",
            subject.image.places.of("USER"),
            "/etc/passwd",
            "Docker says “unable to find user … no matching entries in passwd file”, even if "
            "the image has no such file at all.",
            (
                f"USER {NOBODY}:{NOBODY}",
                "# or copy /etc/passwd and /etc/group from the stage that creates the account",
            ),
        )
