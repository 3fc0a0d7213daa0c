"""How a project's own Dockerfile could be improved, compared to the one that ``init`` writes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpkit.errors import InputError
from bpkit.formats.dockerfile import Dockerfile, DockerfileError, parse, stages
from bpkit.verbs.lint import own_file_findings

_LOCKED = {
    "npm install": "npm ci",
    "yarn install": "yarn install --frozen-lockfile",
    "pnpm install": "pnpm install --frozen-lockfile",
    "bundle install": "BUNDLE_FROZEN=true",
    "cargo build": "cargo build --locked",
    "composer update": "composer install",
}


def improvements(own: str, file: str, made: str) -> tuple[str, ...]:
    """The improvements, a sentence each; empty if the file can't be read."""
    try:
        theirs, ours = parse(own, file), parse(made, "Dockerfile")
        return tuple(_reasons(theirs, ours))
    except (DockerfileError, InputError):
        return ()


def _reasons(theirs: Dockerfile, ours: Dockerfile) -> Iterator[str]:
    last = stages(theirs).last
    if len(stages(theirs)) == 1 and len(stages(ours)) > 1:
        yield "it has a single stage, so the image contains what only the build needs"
    for finding in own_file_findings(theirs):
        line = f"line {finding.place.line}: " if finding.place and finding.place.line else ""
        yield f"{line}{finding.message} ({finding.rule.id})"
    for one in theirs.instructions:
        for loose, locked in _LOCKED.items():
            is_loose = re.search(rf"\b{loose}\b(?!.*--(?:frozen|locked|immutable))", one.text)
            if one.keyword == "RUN" and is_loose and locked in _text(ours):
                yield f"line {one.line}: '{loose}' may install other versions than the lock file"
    keywords = {one.keyword for one in last.instructions}
    if "HEALTHCHECK" not in keywords and "HEALTHCHECK" in {
        one.keyword for one in ours.instructions
    }:
        yield "it has no HEALTHCHECK"
    shell = [
        one for one in last.instructions if one.keyword in {"CMD", "ENTRYPOINT"} and not one.json
    ]
    if shell:
        yield (
            f"line {shell[0].line}: a shell runs between"
            f" the engine and the program, which therefore gets no signals"
        )


def _text(dockerfile: Dockerfile) -> str:
    return "".join(one.text for one in dockerfile.instructions)
