"""BPK104: the image's user may not execute the program, or not read the script."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from bpkit.findings import Finding, Rule
from bpkit.image import mode_text
from bpkit.verbs.check.entry import user_of
from bpkit.verbs.check.subject import CheckSubject

RULE = Rule(
    id="BPK104",
    severity="warning",
    title="The image's USER may not execute the program",
    why="The mode lets its owner execute it and not the USER of the image; or a directory on the "
    "way to it is closed to that user. This happens to programs installed below /root. A script "
    "must be readable too, since its interpreter opens it. Docker 20.10 refuses to start it; 26.1 "
    "starts a binary all the same, with rights that the program then loses.",
    says="permission denied|Permission denied|can't open",
    failing="FROM alpine:latest\nRUN chmod 700 /root && cp /bin/busybox /root/true\n"
    'USER 1000\nCMD ["/root/true"]\n',
    passing='FROM alpine:latest\nRUN cp /bin/busybox /true\nUSER 1000\nCMD ["/true"]\n',
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """A program that its user can't execute, and scripts that it can't read."""
    if subject.problem == "not allowed":
        yield _closed(subject)
    image = subject.image
    for script, _ in pairwise(subject.links):
        node = script.node
        if node and script.line is not None and not image.rootfs.allowed(node, script.who, 4):
            yield Finding(
                RULE,
                f"{user_of(image)} may execute the script {node.path} but not read it "
                f"({mode_text(node)})",
                image.places.of_path(node.path),
                node.path,
                "The message is the interpreter's, which can't open the script.",
                (f"RUN chmod a+rx {node.path}",),
            )


def _closed(subject: CheckSubject) -> Finding:
    image, link = subject.image, subject.links[0]
    barred, blocked = link.lookup.barred, link.lookup.blocked
    assert blocked is not None
    if barred:
        return Finding(
            RULE,
            f"{user_of(image)} may not enter {barred.path} ({mode_text(barred)}), "
            f"where {link.name} is",
            image.command_place,
            blocked.path,
            "Docker says “permission denied” about the program, whose own mode is right.",
            (
                "# put it where everyone has access, or open the directory:",
                f"RUN chmod a+x {barred.path}",
            ),
        )
    return Finding(
        RULE,
        f"{user_of(image)} may not execute {blocked.path} ({mode_text(blocked)})",
        image.places.of_path(blocked.path) or image.command_place,
        blocked.path,
        "Docker says “permission denied”, as it does for a directory that may not be entered.",
        (
            "# where the file is created, or with COPY --chmod=755 (BuildKit):",
            f"RUN chmod a+rx {blocked.path}",
        ),
    )
