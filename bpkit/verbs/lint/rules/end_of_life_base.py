"""BPK224: the runtime base image is past its end of life."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.verbs.lint.base_images import base_image
from bpkit.verbs.lint.end_of_life import end_of_life
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK224",
    "warning",
    "the runtime base image is past its end of life",
    "Its vulnerabilities are no longer fixed: an image that is built again tomorrow still has "
    "those of the day when support ended. The days are those that the projects publish for free "
    "support; paid extensions (Ubuntu Pro, RHEL ELS) don't count. Nothing is reported for an "
    "image that is not in the table, or whose tag has no version.",
    fix="Start from a release that is supported, and name its number, so that its end of life is "
    "reported too.",
    failing='FROM debian:10-slim\nCOPY app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
    passing='FROM debian:13-slim\nCOPY app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """The FROM of the runtime base image, if its support has ended."""
    if not subject.shipped or subject.shipped[0].unresolved:
        return
    root = subject.shipped[0]
    found = end_of_life(base_image(root.base_image), subject.today)
    if found is not None:
        yield Finding(
            RULE,
            f"{found.what} ({root.base_image}) has had no security updates since {found.day}",
            root.place(root.from_),
            root.base_image,
        )
