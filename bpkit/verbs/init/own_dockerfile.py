"""How a project's own Dockerfile could be improved, compared to the one that ``init`` writes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpkit.errors import InputError
from bpkit.formats.dockerfile import (
    Dockerfile,
    DockerfileError,
    Instruction,
    final_state,
    parse,
    stages,
)
from bpkit.verbs.lint import root_image

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
    user, base = final_state(last).user.partition(":")[0], root_image(last)
    if user in {"root", "0"}:
        yield f"it runs as root: its last stage ends with USER {user}"
    elif not user and base.root:
        yield f"it runs as root: its last stage has no USER, and {base.reference} has none"
    for one in theirs.instructions:
        is_loose = one.keyword == "FROM" and re.search(r":latest$|^[^:@$]+$", one.args[0])
        if is_loose and one.args[0] not in {"scratch", *_names(theirs)}:
            yield f"line {one.line}: {one.args[0]} changes from day to day; pin a version"
    yield from _order(theirs)
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


def _names(dockerfile: Dockerfile) -> set[str]:
    return {
        one.args[2]
        for one in dockerfile.instructions
        if one.keyword == "FROM" and len(one.args) > 2
    }


def _text(dockerfile: Dockerfile) -> str:
    return "".join(one.text for one in dockerfile.instructions)


def _order(theirs: Dockerfile) -> Iterator[str]:
    """A note if packages are installed after the whole source is copied."""
    whole: Instruction | None = None
    for one in theirs.instructions:
        if one.keyword == "FROM":
            whole = None
        elif (
            one.keyword in {"COPY", "ADD"}
            and one.args[:1] in ((".",), ("./",))
            and one.flag("from") is None
        ):
            whole = one
        elif (
            whole is not None
            and one.keyword == "RUN"
            and re.search(
                (
                    r"\b(?:pip3? install|npm (?:ci|install)|yarn install|pnpm install|"
                    r"go mod download|bundle install|composer install)\b"
                ),
                one.text,
            )
        ):
            yield (
                f"line {one.line}: packages are installed again after"
                f" every change to the source, which line {whole.line} copies"
            )
            return
