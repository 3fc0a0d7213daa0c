"""The result of a trial as text and as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from bpkit.report import findings_json, findings_text
from bpkit.verbs.trial.result import Reply, Trial
from bpkit.verbs.trial.verdict import Verdict, reply_fault, step_name

_LAST_LINES = 12
_MOST_COMPLAINTS = 5
# Characters that a terminal would interpret instead of showing them.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def verdict_text(verdict: Verdict) -> str:
    """The verdict in one line, then its evidence. Ends with a line end."""
    return "".join(f"{_visible(line)}\n" for line in _lines(verdict))


def _visible(text: str) -> str:
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def _lines(verdict: Verdict) -> Iterator[str]:
    trial = verdict.trial
    name = f"{trial.image}, {verdict.probe.name}," if verdict.probe.name else trial.image
    if verdict.runs:
        first, *rest = verdict.seen
        yield f"{name} runs: {first}"
        yield from (f"  {line}" for line in rest)
    else:
        first, *rest = verdict.faults
        yield f"{name} {_failure(trial)}: {first}"
        yield from (f"  {line}" for line in (*rest, *verdict.seen))
    yield from (f"  warning: {line}" for line in verdict.warnings)
    yield from (f"  note: {line}" for line in trial.notes)
    if verdict.complaints:
        yield "  it complains:"
        yield from (f"    | {one.line}" for one in verdict.complaints[:_MOST_COMPLAINTS])
    if not verdict.runs or verdict.warnings:
        yield from _words(trial)
    if verdict.advice:
        yield "  To fix it:"
        for one in verdict.advice:
            yield f"    {one.text}"
            yield from (f"      {line}" for line in one.lines)
    if verdict.findings:
        yield "  bpkit check says:"
        text = findings_text(verdict.findings).rstrip().rpartition("\n\n")[0]
        yield from (f"    {line}".rstrip() for line in text.splitlines())
    yield from (f"  not examined: {line}" for line in verdict.unasked)


def _failure(trial: Trial) -> str:
    return "runs, with problems" if trial.state == "running" else "doesn't run"


def _words(trial: Trial) -> Iterator[str]:
    for name, written in (("standard output", trial.stdout), ("standard error", trial.stderr)):
        lines = [line.rstrip() for line in written.text.splitlines() if line.strip()]
        if lines:
            every = [(line, len(list(same))) for line, same in groupby(lines)]
            shown = every[-_LAST_LINES:]
            yield f"  the end of its {name}:" if len(shown) < len(every) else f"  its {name}:"
            for line, times in shown:
                yield f"    | {line}" + (f"  ({times} times)" if times > 1 else "")


def verdict_json(verdict: Verdict) -> dict[str, object]:
    """The verdict as data; times in seconds."""
    trial = verdict.trial
    return {
        "image": trial.image,
        "probe": verdict.probe.name,
        "runs": verdict.runs,
        "state": trial.state,
        "status": trial.status,
        "seconds": round(trial.seconds, 3),
        "out_of_memory": trial.out_of_memory,
        "faults": list(verdict.faults),
        "warnings": list(verdict.warnings),
        "seen": list(verdict.seen),
        "not_looked_at": list(verdict.unasked),
        "engine_said": trial.engine_said,
        "stdout": trial.stdout.text,
        "stderr": trial.stderr.text,
        "listening": None
        if trial.listening is None
        else [
            {"protocol": one.protocol, "address": one.address, "port": one.port}
            for one in trial.listening
        ],
        "health": _reply_json(trial.health) if trial.health else None,
        "replies": [_reply_json(reply) for reply in trial.replies],
        "complaints": [
            {"kind": one.kind, "subject": one.subject, "line": one.line}
            for one in verdict.complaints
        ],
        "advice": [{"text": one.text, "lines": list(one.lines)} for one in verdict.advice],
        "findings": findings_json(verdict.findings),
        "notes": list(trial.notes),
    }


def _reply_json(reply: Reply) -> dict[str, object]:
    return {
        "step": step_name(reply.step),
        "port": reply.port,
        "status": reply.status,
        "output": reply.output,
        "errors": reply.errors,
        "failure": reply.failure,
        "fault": reply_fault(reply),
    }
