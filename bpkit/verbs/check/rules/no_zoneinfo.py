"""BPK142: time zones by name, without zoneinfo."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.verbs.check.fixes import install
from bpkit.verbs.check.subject import CheckSubject
from bpkit.verbs.check.wanted import clues_of, last_program

RULE = Rule(
    id="BPK142",
    severity="warning",
    title="Time zones: the program will need zoneinfo, and the image has none",
    why="A zone by name (`Europe/Berlin`) can't be loaded; with TZ set, the C library uses UTC "
    "instead, silently. Evidence: the program can load zones, its Python sources use "
    "`zoneinfo` (which has no data of its own except in the package tzdata), or the image sets TZ.",
    failing='FROM alpine:latest\nENV TZ=Europe/Berlin\nCMD ["date"]\n',
    passing='FROM debian:bookworm-slim\nENV TZ=Europe/Berlin\nCMD ["date"]\n',
)
_IN_PYTHON = re.compile(rb"^\s*(?:from|import)\s+zoneinfo\b|\bZoneInfo\(", re.MULTILINE)
#: Interpreters that have their own time zones.
_WITH_ZONES = ("java", "node")


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The last program that is started, and its Python sources."""
    node = last_program(subject)
    env = subject.image.config.env
    if node is None or "ZONEINFO" in env or "PYTHONTZPATH" in env:
        return
    if subject.rootfs.is_directory("/usr/share/zoneinfo"):
        return
    name = node.path.rpartition("/")[2]
    zone, clues = env.get("TZ", ""), clues_of(node)
    by_name = "/" in zone and not zone.startswith(("/", ":/"))
    place = subject.image.places.of_path(node.path)
    if source := _python_source(subject) if name.startswith("python") else "":
        evidence, place = f"{source} uses zoneinfo", subject.image.places.of_path(source)
    elif by_name and (clues.go or clues.zoneinfo or not name.startswith(_WITH_ZONES)):
        evidence, place = f"TZ is {zone}", subject.image.places.of("ENV")
    elif clues.zoneinfo and clues.go:
        evidence = f"{node.path} can load time zones by name"
    else:
        return
    stage = subject.image.places.stage_of(node.path)
    copy = f"COPY --from={stage or 'STAGE'} /usr/share/zoneinfo /usr/share/zoneinfo"
    installed = tuple(install(subject.rootfs, "tzdata"))
    yield Finding(
        RULE,
        f"{evidence}, and the image has no /usr/share/zoneinfo",
        place,
        "/usr/share/zoneinfo",
        "Docker says nothing; the program says that the zone is not found, or uses UTC.",
        (
            *installed,
            f"# {'or ' if installed else ''}from a stage that has tzdata: {copy}",
            *(('# or, in Go: import _ "time/tzdata"',) if clues.go else ()),
            *(("# or, with pip: tzdata",) if name.startswith("python") else ()),
        ),
    )


def _python_source(subject: CheckSubject) -> str:
    """A source that uses zoneinfo; none if the package tzdata has the data."""
    nodes = subject.rootfs.nodes
    if any(path.endswith("/tzdata/zoneinfo") for path in nodes):
        return ""
    return next(
        (
            path
            for path, node in nodes.items()
            if path.endswith(".py") and node.text and _IN_PYTHON.search(node.text)
        ),
        "",
    )
