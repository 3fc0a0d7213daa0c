"""BPK108: the program of HEALTHCHECK is not in the image."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.image import follow
from bpkit.verbs.check.fixes import install, is_package
from bpkit.verbs.check.subject import CheckSubject

RULE = Rule(
    id="BPK108",
    severity="warning",
    title="The program of HEALTHCHECK is not in the image",
    why="The container starts, then is reported unhealthy and killed by an orchestrator. Small "
    "images have no curl and often no shell: let the program check itself.",
    failing='FROM debian:bookworm-slim\nHEALTHCHECK CMD curl -f http://localhost/\nCMD ["true"]\n',
    passing='FROM debian:bookworm-slim\nHEALTHCHECK CMD ["true"]\nCMD ["true"]\n',
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """Programs of the health check that don't exist."""
    image = subject.image
    for link in follow(image, image.config.healthcheck):
        if link.node is None and link.how in {"engine", "shell", "wrapper"}:
            installed = install(image.rootfs, link.name) if is_package(link.name) else ()
            yield Finding(
                RULE,
                f"HEALTHCHECK runs {link.name}, which is not in the image",
                image.places.of("HEALTHCHECK"),
                link.lookup.path,
                "Docker starts the container and reports it as unhealthy; the reason is only in "
                "'docker inspect'.",
                (
                    *installed,
                    "# or have the program check itself, or do without a health check:",
                    "HEALTHCHECK NONE",
                ),
            )
