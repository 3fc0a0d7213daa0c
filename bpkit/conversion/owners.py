"""Decide whether a stage may contain files that aren't owned by root.

``docker cp`` followed by COPY gives every file to root. COPY --from keeps each file's owner (seen
on the classic builder of 20.10 and on BuildKit alike), so if there may be another owner, the flag
``--chown=0:0`` keeps the old meaning. The decision depends on the stage's USER, ``--chown``, and
commands in RUN that set owners or unpack archives. Commands that set the user's or group's id on
execution count too: see ``_SPECIAL``.
"""

from __future__ import annotations

import re

from bpkit.formats.dockerfile import Instruction, Stage

_OWNING = re.compile(
    r"\b(?:chown|chgrp|adduser|useradd|rsync|cpio|bsdtar|tar|npm|yarn|pnpm|su-exec|gosu|sudo|su)\b"
    r"|\binstall\s+(?:-\S+\s+)*-[a-zA-Z]*[og]\b"
    r"|\bcp\s+(?:-\S+\s+)*(?:-[a-zA-Z]*[ap]|--archive|--preserve)"
)
# With --chown the classic builder clears these bits, as it does for a COPY from the context.
_SPECIAL = re.compile(r"\bchmod\b[^;&|]*(?:\s0?[2-7][0-7]{3}\b|[ug]*\+[rwx]*s)|\bsetcap\b")
_ROOT = re.compile(r"(?:root|0)(?::(?:root|0))?")


def may_be_foreign(stage: Stage) -> bool:
    """Whether the stage, or one that it starts from, sets an owner other than root."""
    at: Stage | None = stage
    while at is not None:
        if any(_shows(instruction) for instruction in at.instructions):
            return True
        at = at.parent
    return False


def is_certainly_foreign(stage: Stage) -> bool:
    """Whether the stage certainly has files of another user: USER, chown or --chown sets one."""
    lineage: list[Stage] = []
    at: Stage | None = stage
    while at is not None:
        lineage.insert(0, at)
        at = at.parent
    is_other = False
    for one in (instruction for each in lineage for instruction in each.instructions):
        if one.keyword == "USER" and one.args:
            is_other = not _ROOT.fullmatch(one.args[0])
        if one.keyword in {"COPY", "ADD"} and not _is_root(one.flag("chown")):
            return True
        if one.keyword == "RUN" and (is_other or re.search(r"\bchown\b", _text(one))):
            return True
    return is_other


def _shows(one: Instruction) -> bool:
    match one.keyword:
        case "USER":
            return bool(one.args) and not _ROOT.fullmatch(one.args[0])
        case "COPY" | "ADD":
            return not _is_root(one.flag("chown")) or one.keyword == "ADD"
        case "RUN":
            return bool(_OWNING.search(_text(one)) or _SPECIAL.search(_text(one)))
    return False


def _is_root(owner: str | None) -> bool:
    return owner is None or _ROOT.fullmatch(owner) is not None


def _text(instruction: Instruction) -> str:
    return " ".join((*instruction.args, *(h.content for h in instruction.heredocs)))
