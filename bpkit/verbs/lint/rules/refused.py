"""BPK219: an instruction that the builder refuses."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.errors import InputError, Place
from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile import KEYWORDS, Refusal
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK219",
    "error",
    "an instruction that the builder refuses",
    "The build ends before its first step, because BuildKit can't read the instruction: a "
    "flag that doesn't exist, too few arguments, a port, time or signal that is not valid, a "
    "mount with an unknown type or option, a variable in `--from`, stages that are made of "
    "each other. The checks are those of BuildKit itself (frontend/dockerfile's "
    "`instructions` and `dockerfile2llb`); values that only a build knows are skipped.",
    fix="Correct the word that the message names; where it is close to a valid one, that is "
    "suggested. The [Dockerfile reference](https://docs.docker.com/reference/dockerfile/) "
    "lists the flags of each instruction.",
    failing="FROM alpine:3.22\nCOPY --chwon=65532 app /app\nUSER 65532\n",
    passing="FROM alpine:3.22\nCOPY --chown=65532 app /app\nUSER 65532\n",
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """Each instruction at which a build of the file, or of one that starts from it, ends."""
    for one in subject.refusals:
        # BPK210 reports stages in the wrong order.
        if one.kind == "" and (one.keyword == "" or one.keyword in KEYWORDS):
            yield refused(one.message, one.place, one.hint, _engine_says(one))


def _engine_says(one: Refusal) -> str:
    if one.phase == "child":
        return "this image still builds; a build of an image that starts from it ends here."
    return ""


def refused(message: str, place: Place, hint: str = "", engine_says: str = "") -> Finding:
    """The finding for a refused instruction at ``place``."""
    text = f"{message}; {hint}" if hint else message
    return Finding(RULE, text, place, engine_says=engine_says)


def unreadable(error: InputError, file: str) -> Finding:
    """The finding for a file that could not be read to its end."""
    return refused(error.message, error.place or Place(file), error.hint)
