"""BPK15x: the image's USER is known to it, and is one that a cluster can tell from root."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.image import AccountError, Subject, accounts, identity_of, is_numeric

UNKNOWN = Rule(
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
NAMED = Rule(
    id="BPK152",
    severity="warning",
    title="USER is a name, which Kubernetes can't tell from root",
    why="With `runAsNonRoot: true` a pod is refused if its image gives the user by name: the "
    "kubelet does not read the image's /etc/passwd.",
    failing='FROM alpine:latest\nRUN echo "app:x:1000:1000::/:" >> /etc/passwd\nUSER app\n'
    'CMD ["true"]\n',
    passing='FROM alpine:latest\nUSER 1000\nCMD ["true"]\n',
)
ROOT_USER = Rule(
    id="BPK153",
    severity="note",
    title="The program runs as root",
    why="Without USER the process is root in its container: a fault in the program can then write "
    "to all of it, and to what is mounted. Ports below 1024 need no root in a container any more.",
    failing='FROM alpine:latest\nCMD ["true"]\n',
    passing='FROM alpine:latest\nUSER 65532:65532\nCMD ["true"]\n',
)

RULES = (UNKNOWN, NAMED, ROOT_USER)
_NOBODY = 65532


def findings(subject: Subject) -> Iterator[Finding]:
    """What the engine or a cluster will say of the image's USER."""
    user = subject.config.user
    place = subject.places.of("USER")
    try:
        who = identity_of(subject.rootfs, user)
    except AccountError as error:
        yield _unknown(subject, error)
        return
    if who.uid == 0:
        yield Finding(
            ROOT_USER,
            "the program runs as root",
            place,
            engine_says="Docker starts it; Kubernetes refuses it where runAsNonRoot is set.",
            fix=(f"USER {_NOBODY}:{_NOBODY}",),
        )
    elif not is_numeric(user):
        account = next((a for a in accounts(subject.rootfs) if a.uid == who.uid), None)
        group = account.gid if account else who.uid
        yield Finding(
            NAMED,
            f"USER {user} is a name; its number is {who.uid}",
            place,
            engine_says="Docker starts it; Kubernetes says “container has runAsNonRoot and image "
            "has non-numeric user”.",
            fix=(f"USER {who.uid}:{group}",),
        )


def _unknown(subject: Subject, error: AccountError) -> Finding:
    return Finding(
        UNKNOWN,
        f"USER is {subject.config.user}: {error}",
        subject.places.of("USER"),
        "/etc/passwd",
        "Docker says “unable to find user … no matching entries in passwd file”, also where "
        "there is no such file at all.",
        (
            f"USER {_NOBODY}:{_NOBODY}",
            "# or bring the accounts along from the stage that made them:",
            "COPY --from=build /etc/passwd /etc/group /etc/",
        ),
    )
