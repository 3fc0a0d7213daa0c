"""BPK223: the base image depends on an argument without a value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile import AUTOMATIC_ARGS, reference_fault
from bpkit.light import regex
from bpkit.verbs.lint.subject import LintSubject

RULE = Rule(
    "BPK223",
    "warning",
    "the base image depends on an argument without a value",
    "`FROM $BASE` where `BASE` has no default builds only with `--build-arg BASE=…`; without "
    "it the builder says `base name should not be blank`. It also means that nothing can be "
    "said about the base image: which libc it has, or as which user it runs.",
    fix="Give the `ARG` before the first `FROM` a default, or pass `--build-arg` to `bpkit lint` "
    "as to the build. A variable that is declared only inside a stage has no value in a "
    "`FROM`.",
    failing="ARG BASE\nFROM ${BASE}\nUSER 65532\n",
    passing="ARG BASE=debian:12-slim\nFROM ${BASE}\nUSER 65532\n",
)


# `debian:${TAG:-12}` and `debian${TAG:+:$TAG}` have a value without the argument,
# `${REGISTRY}debian:12` most often, too.
_DEFAULT = regex(r"\$\{\w+:?(?:-[^}]|\+)|^\$\{?\w+\}?/?[a-z][\w.-]*(?:/[\w./-]+)?:[\w.-]+$")


def check(subject: LintSubject) -> Iterator[Finding]:
    """Each FROM whose image comes out empty."""
    declared = set(subject.stages.global_args)
    for stage in subject.stages:
        names = sorted(stage.unresolved - AUTOMATIC_ARGS)
        if not names or (_DEFAULT.search(stage.base) and not _is_refused(stage.base, names)):
            continue
        undeclared = [name for name in names if name not in declared]
        said = (
            f"no ARG before the first FROM declares {', '.join(undeclared)}"
            if undeclared
            else f"{', '.join(names)} has no value"
        )
        yield Finding(
            RULE,
            f"FROM {stage.base}: {said}, so the base image is not known",
            stage.place(stage.from_),
            stage.base,
            fix=(f"ARG {names[0]}=…  # before the first FROM",),
        )


def _is_refused(base: str, names: Iterable[str]) -> bool:
    """Whether the name isn't valid if these variables are empty: ``/base:1``."""
    left = base
    for name in names:
        left = re.sub(rf"\$\{{{name}(?::?\+[^}}]*)?\}}|\${name}\b", "", left)
    return "$" not in left and bool(reference_fault(left))
