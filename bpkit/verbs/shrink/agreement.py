"""Whether the image as it is and the small one do the same when they are started and asked.

What the old image never does twice the same is no difference; nor are times, addresses, process
numbers and durations, which differ from run to run of anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bpkit.verbs.shrink.result import ProbeAnswer, Probed
from bpkit.verbs.trial import ENGINE_STATUSES, Probe, Reply, Trial

_NOISE = re.compile(
    r"\d{4}[-/]\d\d[-/]\d\d[T ]?(?:\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"
    r"|\b\d\d:\d\d:\d\d(?:[.,]\d+)?"
    r"|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .{0,3}(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep"
    r"|Oct|Nov|Dec)[a-z]* \d+"
    r"|\b\d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*(?: \d{4})?"
    r"|0x[0-9a-fA-F]+|\b[0-9a-fA-F]{12,}\b"
    r"|\b\d+(?:\.\d+)? ?(?:ns|us|µs|ms|s|sec|secs|seconds|minutes)\b"
    r"|(?i:\b(?:pid|process(?: id)?|uptime)\b[\s:=\[(#]*)\d+|\[\d+\](?=[\s:])|^\d+:[A-Z] "
    r"|\b\d+(?:\.\d+)? ?(?:[kKMG]i?B|bytes)\b",
    re.MULTILINE,
)
#: Words of a line by which a program tells that something is wrong.
_COMPLAINT = re.compile(
    r"(?i)error|fail|fatal|no such|not found|cannot|can't|could ?n[o']t|denied|missing|unable|warn"
    r"|exception|traceback|invalid|unknown|not permitted|read-only|critical|emerg|not expected"
    r"|exited|killed|crash|abort|gave up|segfault|core dumped|refused"
)
_MOST_LINES = 400


def settled_text(text: str) -> str:
    """The text without what differs from run to run of anything."""
    return _NOISE.sub("~", text)


def compared(
    old: Trial, new: Trial, probe: Probe, title: str, again: Trial | None = None
) -> Probed:
    """How the two trials compare; ``again`` is a second one of the old image."""
    differences = tuple(_differences(old, new, probe))
    unsteady = False
    if differences and again is not None:
        own = {one.partition(":")[0] for one in _differences(old, again, probe)}
        kept = tuple(one for one in differences if one.partition(":")[0] not in own)
        unsteady = len(kept) < len(differences)
        differences = kept
    return Probed(
        title,
        answer_of(old),
        answer_of(new),
        same=not differences,
        unsteady=unsteady,
        differences=differences,
        requests=len(probe.steps),
        implied=not probe.arguments,
        state=old.state,
    )


def never_ran(trial: Trial) -> bool:
    """Whether the engine could not start the program, or what it is given was not found."""
    return trial.state == "refused" or (trial.state == "ended" and trial.status in ENGINE_STATUSES)


def answer_of(trial: Trial) -> ProbeAnswer:
    """The trial in short: its status, what it wrote, or what it answered."""
    status = trial.status if trial.status is not None else 0
    if trial.replies:
        last = trial.replies[-1]
        return ProbeAnswer(last.status or 0, last.output or last.failure, trial.stderr.text)
    return ProbeAnswer(status, trial.stdout.text, trial.engine_said or trial.stderr.text)


def _differences(old: Trial, new: Trial, probe: Probe) -> Iterator[str]:
    if _state(old) != _state(new):
        yield f"state: {_state(old)}, and in the small image {_state(new)}"
    if old.listening is not None and new.listening is not None:
        before, after = _ports(old), _ports(new)
        for port in sorted(before - after):
            yield f"port {port}: nothing listens there in the small image"
        for port in sorted(after - before):
            yield f"port {port}: only the small image listens there"
    for mine, other in zip(old.replies, new.replies, strict=False):
        yield from _reply_differences(mine, other)
    if old.health and new.health and old.health.status != new.health.status:
        yield f"health: status {old.health.status}, and in the small image {new.health.status}"
    if old.state == "ended" or probe.until_end:
        if not _same_text(old.stdout.text, new.stdout.text, probe):
            yield f"output: {_first_change(old.stdout.text, new.stdout.text, probe)}"
        if not _same_text(old.stderr.text, new.stderr.text, probe):
            yield f"errors: {_first_change(old.stderr.text, new.stderr.text, probe)}"
    else:
        for line in _new_complaints(old, new, probe):
            yield f"said: only the small image says: {line}"


def _state(trial: Trial) -> str:
    if trial.state == "running":
        return "it runs"
    if trial.state == "refused":
        return f"it can't be started ({trial.engine_said})"
    return f"it ends with status {trial.status}"


def _ports(trial: Trial) -> set[str]:
    return {f"{one.protocol}/{one.port}" for one in trial.listening or () if one.port < 32768}


def _reply_differences(old: Reply, new: Reply) -> Iterator[str]:
    what = getattr(old.step, "path", None) or str(getattr(old.step, "words", "request"))
    if old.status != new.status:
        after = new.status if new.status is not None else f"none ({new.failure})"
        yield f"{what}: status {old.status}, and in the small image {after}"
    elif settled_text(old.output) != settled_text(new.output):
        yield f"{what}: another answer in the small image"


def _lines(text: str, probe: Probe) -> list[str]:
    for pattern in probe.ignore:
        text = re.sub(pattern, "~", text)
    return settled_text(text).splitlines()[:_MOST_LINES]


def _same_text(old: str, new: str, probe: Probe) -> bool:
    return sorted(_lines(old, probe)) == sorted(_lines(new, probe))


def _first_change(old: str, new: str, probe: Probe) -> str:
    before, after = _lines(old, probe), _lines(new, probe)
    gone = [line for line in before if line not in after]
    more = [line for line in after if line not in before]
    if more:
        return f"the small image says {more[0].strip()!r}" + (
            f", the old one {gone[0].strip()!r}" if gone else ""
        )
    return f"the small image does not say {gone[0].strip()!r}" if gone else "another order of lines"


def _new_complaints(old: Trial, new: Trial, probe: Probe) -> Iterator[str]:
    known = {*_lines(old.stdout.text, probe), *_lines(old.stderr.text, probe)}
    for line in (*_lines(new.stdout.text, probe), *_lines(new.stderr.text, probe)):
        if line not in known and _COMPLAINT.search(line):
            yield line.strip()


def missing_files(texts: Sequence[str]) -> Iterator[str]:
    """Absolute paths that complaints name."""
    for text in texts:
        for line in text.splitlines():
            if _COMPLAINT.search(line):
                yield from re.findall(r"(?<![\w.])/[\w.+@%/-]+", line)
