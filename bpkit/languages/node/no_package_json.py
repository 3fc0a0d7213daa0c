"""BPK134: ``npm start`` without a package.json."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpkit.findings import Finding, Rule
from bpkit.image import Link, Subject, join

RULE = Rule(
    id="BPK134",
    severity="error",
    title="There is no package.json in WORKDIR for npm",
    why="`npm start` and `npm run` read package.json in the directory where they are started.",
    says="package.json|ENOENT",
    failing='FROM node:lts-slim\nWORKDIR /app\nCMD ["npm", "start"]\n',
    passing="FROM node:lts-slim\nWORKDIR /app\n"
    'RUN echo \'{"scripts": {"start": "true"}}\' > package.json\n'
    'CMD ["npm", "start"]\n',
)


def check(subject: Subject, links: Sequence[Link]) -> Iterator[Finding]:
    """The package.json that a package manager, the command's first program, will not find."""
    first = links[0]
    name = first.name.rpartition("/")[2]
    if name not in {"npm", "yarn", "pnpm"} or first.argv[1:2] not in (("start",), ("run",)):
        return
    path = join(subject.config.workdir, "package.json")
    if subject.rootfs.resolve(path) or "--prefix" in first.argv:
        return
    yield Finding(
        RULE,
        f"{name} needs {path}, which is not in the image",
        subject.command_place,
        path,
        f"The error is reported by {name}, not by Docker: the container just exits.",
        (f"# COPY package.json {path}, or WORKDIR where it is",),
    )
