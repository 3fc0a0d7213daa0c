"""BPK152: a USER given by name."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.image import AccountError, accounts, identity_of, is_numeric
from bpkit.verbs.check.subject import CheckSubject

RULE = Rule(
    id="BPK152",
    severity="warning",
    title="USER is a name, which Kubernetes can't tell from root",
    why="With `runAsNonRoot: true` a pod is refused if its image names its user: the "
    "kubelet does not read the image's /etc/passwd.",
    failing='FROM alpine:latest\nRUN echo "app:x:1000:1000::/:" >> /etc/passwd\nUSER app\n'
    'CMD ["true"]\n',
    passing='FROM alpine:latest\nUSER 1000\nCMD ["true"]\n',
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """A user given by name, other than root."""
    user = subject.image.config.user
    try:
        who = identity_of(subject.rootfs, user)
    except AccountError:
        return
    if who.uid == 0 or is_numeric(user):
        return
    account = next((a for a in accounts(subject.rootfs) if a.uid == who.uid), None)
    group = account.gid if account else who.uid
    yield Finding(
        RULE,
        f"USER {user} is a name; its UID is {who.uid}",
        subject.image.places.of("USER"),
        engine_says="Docker starts it; Kubernetes says “container has runAsNonRoot and image "
        "has non-numeric user”.",
        fix=(f"USER {who.uid}:{group}",),
    )
