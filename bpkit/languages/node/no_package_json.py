"""BPK134: ``npm start`` without a package.json."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bpkit.findings import Finding, Rule
from bpkit.image import Link, Subject, join

RULE = Rule(
    id="BPK134",
    severity="error",
    title="There is no package.json in WORKDIR for npm",
    why="`npm start` and `npm run` read package.json of the directory that they are started in.",
    says="package.json|ENOENT",
    failing='FROM node:lts-slim\nWORKDIR /app\nCMD ["npm", "start"]\n',
    passing="FROM node:lts-slim\nWORKDIR /app\n"
    'RUN echo \'{"scripts": {"start": "true"}}\' > package.json\n'
    'CMD ["npm", "start"]\n',
)


def check(subject: Subject, links: Sequence[Link]) -> Iterator[Finding]:
    """The package.json that a package manager, started first, will not find."""
    first = links[0]
    name = first.name.rpartition("/")[2]
    if name not in {"npm", "yarn", "pnpm"} or first.argv[1:2] not in (("start",), ("run",)):
        return
    path = join(subject.config.workdir, "package.json")
    if subject.rootfs.resolve(path) or "--prefix" in first.argv:
        return
    yield Finding(
        RULE,
        f"{name} is to read {path}, which is not in the image",
        subject.command_place,
        path,
        f"The message is of {name}; Docker itself says nothing, the container just ends.",
        (f"# COPY package.json {path}, or WORKDIR where it is",),
    )
