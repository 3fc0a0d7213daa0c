"""BPK117: LD_PRELOAD names a library that isn't there."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.verbs.check.packages import packages_line
from bpkit.verbs.check.rules.other_machine import fits
from bpkit.verbs.check.subject import CheckSubject

RULE = Rule(
    id="BPK117",
    severity="warning",
    title="A library that LD_PRELOAD names is not in the image",
    why="The loader warns and goes on without it: the allocator or shim that it should have "
    "loaded is not in use.",
    failing='FROM debian:bookworm-slim\nENV LD_PRELOAD=libjemalloc.so.2\nCMD ["true"]\n',
    passing='FROM debian:bookworm-slim\nENV LD_PRELOAD=libm.so.6\nCMD ["true"]\n',
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The libraries that LD_PRELOAD has a started program's loader load first."""
    for node in subject.binaries:
        if not fits(subject, node) or (found := subject.closure(node)).kind == "no loader":
            continue
        for missing in found.missing:
            if missing.preload:
                yield Finding(
                    RULE,
                    f"LD_PRELOAD names {missing.name}, which is not where the loader looks",
                    subject.image.places.of("ENV"),
                    missing.name,
                    "The loader writes “cannot be preloaded: ignored” and starts the program.",
                    (
                        *(packages_line(subject.rootfs, missing.name) or ()),
                        "# or, to do without it, remove LD_PRELOAD",
                    ),
                )
