"""BPK105: a command in shell form, without a shell."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.image import shell_text
from bpkit.verbs.check.entry import keyword_of
from bpkit.verbs.check.fixes import command
from bpkit.verbs.check.subject import CheckSubject

RULE = Rule(
    id="BPK105",
    severity="error",
    title="The shell form needs a shell, and the image has none",
    why='`CMD app` is `CMD ["/bin/sh", "-c", "app"]`. In `FROM scratch` and distroless images '
    "there isn't one.",
    says="/bin/sh.*no such file or directory",
    failing="FROM alpine:latest AS build\nFROM scratch\nCOPY --from=build /bin/busybox /true\n"
    "CMD /true\n",
    passing="FROM alpine:latest AS build\nFROM scratch\nCOPY --from=build /bin/busybox /true\n"
    'CMD ["/true"]\n',
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """A shell form whose shell doesn't exist."""
    if subject.problem != "no shell":
        return
    image, link = subject.image, subject.links[0]
    text = shell_text(link.argv) or ""
    fix: tuple[str, ...]
    if any(c in text for c in "$`|&;<>()*?\"'\\"):
        fix = (
            "# the command needs a shell: start from a base image that has one, or write",
            "# what it does in JSON form",
        )
    else:
        fix = (command(image, text.split()),)
    yield Finding(
        RULE,
        f"{keyword_of(image)} is in shell form, and the image has no {link.name}",
        image.command_place,
        link.name,
        f"Docker says that {link.name} doesn't exist, which the Dockerfile never names.",
        fix,
    )
