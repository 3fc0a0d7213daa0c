"""The result of shrinking as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.report import Reduction, bar, findings_json, findings_text, human
from bpkit.verbs.shrink.result import COMMANDS, ProbeAnswer, Probed, Shrunk

_MOST_LINES = 12
#: The same width as in the report of ``bpkit size``.
_BAR = 12


def shrink_text(result: Shrunk, *, colour: bool = False) -> str:
    """The contents of the new image with reasons, how much smaller it is, and what to review."""
    return "".join(f"{line}\n" for line in _lines(result, colour=colour))


def _lines(result: Shrunk, *, colour: bool) -> Iterator[str]:
    wide = max((len(part.why) for part in result.parts), default=0)
    for part in result.parts:
        drawn = bar(part.size, result.after, _BAR)
        yield f"  {part.why:<{wide}}  {human(part.size):>8}  {drawn}  {_files(part.files)}"
    size = human(result.after) if result.built else f"about {human(result.after)}"
    reduction = Reduction(result.before, result.after)
    yield f"{result.image}: {human(result.before)} → {size}  ({reduction})"
    for one in result.left:
        yield f"left out: {one.path}: {one.why} ({_files(one.files)}, {human(one.size)})"
    if result.unopened:
        yield "kept, although no traced run opened it (--drop PATH leaves it out):"
        for one in result.unopened:
            yield f"  {human(one.size):>8}  {one.path}"
    yield from (f"note: {text}" for text in result.notes)
    yield from (f"perhaps: {text}" for text in result.hints)
    worth_showing = [f for f in result.findings if f.severity != "note"]
    if worth_showing:
        yield findings_text(worth_showing, colour=colour).rstrip()
    for probed in result.probes:
        yield from _probe_lines(probed)
    if result.refused:
        yield f"nothing is written: {result.refused}"
    elif result.file:
        yield f"wrote {result.file}: {claim(result)}"


def claim(result: Shrunk) -> str:
    """The tests of the image that were made, and in the same sentence those that weren't."""
    if not result.built:
        return "checked by its files; not built, not started"
    if not result.probes:
        return "built and checked; not started"
    own = next((one for one in result.probes if one.implied), result.probes[0])
    commands = [one for one in result.probes if not one.implied and not one.requests]
    requests = sum(one.requests for one in result.probes)
    did = "runs" if own.state == "running" else f"ends with status {own.old.status}"
    said = [f"built, checked and started ({did}, as before)"]
    asked = []
    if requests:
        asked.append(f"{requests} request{'' if requests == 1 else 's'}")
    if commands:
        asked.append(f"{len(commands)} command{'' if len(commands) == 1 else 's'}")
    if asked:
        said.append(f"the same answers to {' and '.join(asked)}; nothing else was probed")
    else:
        said.append("no request was made: pass --probe or --probe-http")
    # A probe that is a command was one of these commands.
    untried = ["other commands" if commands and one == COMMANDS else one for one in result.unproven]
    if untried:
        said.append(f"{' and '.join(untried)} were not tried")
    if result.untraced:
        said.append(f"chosen only by its files, because no run could be traced ({result.untraced})")
    return "; ".join(said)


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"


def _probe_lines(probed: Probed) -> Iterator[str]:
    if probed.same:
        steady = ", as far as the old image repeats itself" if probed.unsteady else ""
        did = f"status {probed.old.status}"
        if probed.implied and not probed.requests:
            did = "it runs" if probed.state == "running" else f"it ends with {did}"
        yield f"{probed.probe}: the same ({did}){steady}"
        return
    yield f"{probed.probe}: different"
    yield from (f"  {one}" for one in probed.differences)
    yield from _answer_lines("old", probed.old)
    yield from _answer_lines("new", probed.new)


def _answer_lines(which: str, answer: ProbeAnswer) -> Iterator[str]:
    yield f"  {which} image: status {answer.status}"
    lines = f"{answer.output}\n{answer.errors}".splitlines()
    shown = [line for line in lines if line.strip()]
    yield from (f"    {line}" for line in shown[:_MOST_LINES])
    if len(shown) > _MOST_LINES:
        yield f"    … {len(shown) - _MOST_LINES} more lines"


def shrink_json(result: Shrunk) -> dict[str, object]:
    """The result as data; sizes in bytes, times in seconds."""
    return {
        "image": result.image,
        "before": result.before,
        "after": result.after,
        "built": result.built,
        "traced": result.traced,
        "untraced": result.untraced,
        "parts": [{"why": p.why, "files": p.files, "size": p.size} for p in result.parts],
        "notes": list(result.notes),
        "hints": list(result.hints),
        "claim": claim(result),
        "unproven": list(result.unproven),
        "proposals": list(result.proposals),
        "left": [
            {"path": one.path, "why": one.why, "files": one.files, "size": one.size}
            for one in result.left
        ],
        "unopened": [
            {"path": one.path, "files": one.files, "size": one.size} for one in result.unopened
        ],
        "findings": findings_json(result.findings),
        "probes": [
            {
                "probe": p.probe,
                "same": p.same,
                "requests": p.requests,
                "unsteady": p.unsteady,
                "differences": list(p.differences),
                "old": vars_of(p.old),
                "new": vars_of(p.new),
            }
            for p in result.probes
        ],
        "file": result.file,
        "refused": result.refused,
        "dockerfile": result.text,
        "seconds": round(result.seconds, 3),
        "build_seconds": round(result.build_seconds, 3),
    }


def vars_of(answer: ProbeAnswer) -> dict[str, object]:
    """An answer as data."""
    return {"status": answer.status, "output": answer.output, "errors": answer.errors}
