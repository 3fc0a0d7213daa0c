"""Compare how the old image and the new one behave when they are started and probed.

What the old image doesn't repeat isn't a difference; nor are times, addresses, process numbers and
durations, which differ in every run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bpkit.verbs.shrink.result import ProbeAnswer, Probed
from bpkit.verbs.trial import ENGINE_STATUSES, Probe, Reply, Trial

_NOISE = re.compile(
    r"\d{4}[-/]\d\d[-/]\d\d[T ]{0,2}(?:\d?\d:\d\d(?::\d\d)?(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"
    r"|\b\d?\d:\d\d:\d\d(?:[.,]\d+)?"
    r"|\b1[5-9]\d{8}(?:\.\d+|\d{3})?\b"
    r"|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .{0,3}(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep"
    r"|Oct|Nov|Dec)[a-z]* \d+"
    r"|\b\d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*(?: \d{4})?"
    r"|0x[0-9a-fA-F]+|\b[0-9a-fA-F]{12,}\b"
    r"|\b\d+(?:\.\d+)? ?(?:ns|us|µs|ms|s|sec|secs|seconds|minutes)\b"
    r"|(?i:\b(?:pid|process(?: id)?|uptime)\b[\s:=\[(#]*)\d+|\[\d+\](?=[\s:])|^\d+:[A-Z] "
    r"|\b\d+(?:\.\d+)? ?(?:[kKMG]i?B|bytes)\b",
    re.MULTILINE,
)
#: Words in a line with which a program reports a problem.
_COMPLAINT = re.compile(
    r"(?i)error|fail|fatal|no such|not found|cannot|can't|could ?n[o']t|denied|missing|unable|warn"
    r"|exception|traceback|invalid|unknown|not permitted|read-only|critical|emerg|not expected"
    r"|exited|killed|crash|abort|gave up|segfault|core dumped|refused"
)
_MOST_LINES = 400


def settled_text(text: str) -> str:
    """The text without the parts that differ in every run."""
    return _NOISE.sub("~", text)


def compared(
    old: Trial, new: Trial, probe: Probe, title: str, again: Trial | None = None
) -> Probed:
    """The comparison of the two trials; ``again`` is a second trial of the old image, and only what
    both trials share counts."""
    differences = tuple(_differences(old, new, probe, again))
    unsteady = again is not None and any(_differences(old, again, probe))
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
    """Whether the engine couldn't start the program, or the program given wasn't found."""
    return trial.state == "refused" or (trial.state == "ended" and trial.status in ENGINE_STATUSES)


def answer_of(trial: Trial) -> ProbeAnswer:
    """A summary of the trial: its status, and its output or its answer."""
    status = trial.status if trial.status is not None else 0
    if trial.replies:
        last = trial.replies[-1]
        return ProbeAnswer(last.status or 0, last.output or last.failure, trial.stderr.text)
    return ProbeAnswer(status, trial.stdout.text, trial.engine_said or trial.stderr.text)


def _differences(old: Trial, new: Trial, probe: Probe, again: Trial | None = None) -> Iterator[str]:
    second = old if again is None else again
    if _state(new) not in {_state(old), _state(second)}:
        yield f"state: {_state(old)}, in the new image {_state(new)}"
    if old.listening is not None and new.listening is not None:
        before, after, other = _ports(old), _ports(new), _ports(second)
        for port in sorted((before & other) - after):
            yield f"port {port}: nothing listens there in the new image"
        for port in sorted(after - before - other):
            yield f"port {port}: only the new image listens there"
    for number, (mine, its) in enumerate(zip(old.replies, new.replies, strict=False)):
        twin = again.replies[number] if again and number < len(again.replies) else mine
        yield from _reply_differences(mine, its, twin, probe)
    if old.health and new.health:
        known = {old.health.status, second.health.status if second.health else None}
        if new.health.status not in known:
            yield f"health: status {old.health.status}, in the new image {new.health.status}"
    if old.state == "ended" or probe.until_end:
        texts = old.stdout.text, new.stdout.text, second.stdout.text
        if change := _change(*texts, probe):
            yield f"output: {change}"
        texts = old.stderr.text, new.stderr.text, second.stderr.text
        if change := _change(*texts, probe):
            yield f"errors: {change}"
    else:
        for line in _new_complaints((old, second), new, probe):
            yield f"said: only the new image says: {line}"


def _state(trial: Trial) -> str:
    if trial.state == "running":
        return "it runs"
    if trial.state == "refused":
        return f"it can't be started ({trial.engine_said})"
    return f"it ends with status {trial.status}"


def _ports(trial: Trial) -> set[str]:
    return {f"{one.protocol}/{one.port}" for one in trial.listening or () if one.port < 32768}


def _reply_differences(old: Reply, new: Reply, again: Reply, probe: Probe) -> Iterator[str]:
    what = getattr(old.step, "path", None) or str(getattr(old.step, "words", "request"))
    if new.status not in {old.status, again.status}:
        after = new.status if new.status is not None else f"none ({new.failure})"
        yield f"{what}: status {old.status}, in the new image {after}"
    elif _change(old.output, new.output, again.output, probe):
        yield f"{what}: a different answer in the new image"


def _lines(text: str, probe: Probe) -> list[str]:
    for pattern in probe.ignore:
        text = re.sub(pattern, "~", text)
    return settled_text(text).splitlines()[:_MOST_LINES]


def _change(old: str, new: str, again: str, probe: Probe) -> str:
    """The difference in words; empty if there is none.

    A line that the old image writes in only one of two runs may be present or replaced by another;
    one that it repeats must be present, and there must be no new complaint.
    """
    before, after, other = (_lines(text, probe) for text in (old, new, again))
    if sorted(after) in (sorted(before), sorted(other)):
        return ""
    repeated = Counter(before) & Counter(other)
    gone = list((repeated - Counter(after)).elements())
    more = list((Counter(after) - (Counter(before) | Counter(other))).elements())
    if sorted(before) != sorted(other) and not gone:
        # As many lines may be new as the old image has that it doesn't repeat; a complaint only
        # if it differs from one of these by its numbers.
        loose = max(len(before), len(other)) - repeated.total()
        once = {_without_numbers(line) for line in (*before, *other) if line not in repeated}
        unlike = [line for line in more if _without_numbers(line) not in once]
        if len(more) <= loose and not any(_COMPLAINT.search(line) for line in unlike):
            return ""
    if more:
        return f"the new image says {more[0].strip()!r}" + (
            f", the old one {gone[0].strip()!r}" if gone else ""
        )
    return f"the new image doesn't say {gone[0].strip()!r}" if gone else ""


def _without_numbers(line: str) -> str:
    return re.sub(r"\d+", "#", line)


def _new_complaints(known: Sequence[Trial], new: Trial, probe: Probe) -> Iterator[str]:
    said = {
        line
        for trial in known
        for text in (trial.stdout.text, trial.stderr.text)
        for line in _lines(text, probe)
    }
    for line in (*_lines(new.stdout.text, probe), *_lines(new.stderr.text, probe)):
        if line not in said and _COMPLAINT.search(line):
            yield line.strip()


def missing_files(texts: Sequence[str]) -> Iterator[str]:
    """The absolute paths in complaints."""
    for text in texts:
        for line in text.splitlines():
            if _COMPLAINT.search(line):
                yield from re.findall(r"(?<![\w.])/[\w.+@%/-]+", line)
