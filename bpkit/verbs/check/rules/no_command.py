"""BPK101: an image with nothing to start."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.verbs.check.fixes import json_form
from bpkit.verbs.check.subject import CheckSubject

RULE = Rule(
    id="BPK101",
    severity="error",
    title="The image has no command",
    why="Neither ENTRYPOINT nor CMD names a program, and none comes with the base image, so "
    "`docker run IMAGE` has nothing to start. `FROM scratch` starts without any.",
    says="No command specified|no command specified",
    failing="FROM alpine:latest AS build\nFROM scratch\nCOPY --from=build /bin/busybox /true\n",
    passing="FROM alpine:latest AS build\nFROM scratch\nCOPY --from=build /bin/busybox /true\n"
    'ENTRYPOINT ["/true"]\n',
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """An image with neither ENTRYPOINT nor CMD."""
    if subject.image.config.argv:
        return
    programs = [n.path for n in subject.artifacts if n.kind == "file" and n.mode & 0o111]
    name = programs[0] if programs else "/path/of/the/program"
    fix = f"ENTRYPOINT {json_form([name])}"
    yield Finding(
        RULE,
        "neither ENTRYPOINT nor CMD is set, here or in the base image",
        subject.image.places.of("FROM"),
        engine_says="Docker says “No command specified”, which is right.",
        fix=(fix if programs else f"# {fix}",),
    )
