"""BPK208: the runtime base image has no version."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.verbs.lint.base_images import base_image
from bpkit.verbs.lint.official_images import OFFICIAL
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK208",
    "warning",
    "the runtime base image has no version",
    "`latest`, or no tag, is a different image next month: the same Dockerfile then ships "
    "other libraries although nothing in it changed. Name a version, or a digest.",
    failing='FROM alpine\nCOPY app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
    passing='FROM alpine:3.22\nCOPY app /app\nUSER 65532\nENTRYPOINT ["/app"]\n',
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """The FROM of the runtime base image, if it leaves the version open."""
    if not subject.shipped:
        return
    root = subject.shipped[0]
    image = base_image(root.base_image)
    if root.unresolved or root.is_scratch or image.pinned or image.tag not in {"", "latest"}:
        return
    if "/" not in root.base_image and image.name not in OFFICIAL:
        # A local image made just before, or a placeholder that a build argument replaces.
        return
    tag = "has the tag 'latest'" if image.tag else "has no tag"
    yield Finding(
        RULE,
        f"base image {root.base_image} of the stage that ships {tag}",
        root.place(root.from_),
        image.name,
    )
