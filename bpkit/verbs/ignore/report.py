"""What ``bpkit ignore`` found, for a person and for a program."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.formats.context import ContextSource
from bpkit.report import Reduction, human
from bpkit.verbs.ignore.text import Derivation


def saving_text(derivation: Derivation) -> str:
    """One line: how much is not excluded now, and by the derived file."""
    before, after = derivation.before, derivation.after
    line = f"context: {_amount(before.files, before.size)} -> {_amount(after.files, after.size)}"
    if before.size <= after.size:
        return line
    if not after.size:
        return f"{line} (all of it)"
    return f"{line} ({Reduction(before.size, after.size)})"


def _amount(files: int, size: int) -> str:
    return f"{human(size)} in {files} file{'s' * (files != 1)}"


def notes(derivation: Derivation) -> Iterator[str]:
    """What a person should know of the derivation, each in a line."""
    whole = derivation.allowed.whole
    if whole is not None:
        why = "takes the whole context" if whole.known else "may take any of it"
        yield f"{_said(whole)} {why}: nothing else than the lines above can be kept out for sure"
    for one in derivation.wanted:
        history = " (so the history of the repository reaches the builder)" * (one.path == ".git")
        yield f"{one.place}: {one.why}: {one.path} is let in{history}"
    if derivation.left_out:
        names = ", ".join(derivation.left_out)
        yield f"kept out, as no RUN was seen to read it: {names}; to let one in, add !NAME below"
    for source in derivation.found.unknown:
        if source is not whole:
            yield f"{_said(source)} depends on the build: all of {source.pattern} is let in"
    for source in derivation.found.sources:
        if source.arguments:
            names = ", ".join(sorted(source.arguments))
            yield f"{_said(source)} depends on {names}: derived for {source.pattern}"
    for source in derivation.found.postponed:
        yield f"{_said(source)} is ONBUILD: let in by the images that start from this one"
    for source in derivation.needed.missing:
        yield f"{_said(source)} is not there now (an artifact, or a slip); it is let in"
    for line in derivation.own.dropped:
        yield f"your line {line!r} is left out: the derived lines say it"
    for path in derivation.tree.unreadable:
        yield f"{path} can't be read: it isn't counted"
    for name in derivation.others:
        yield f"{name} is there: BuildKit reads that instead for its Dockerfile"


def _said(source: ContextSource) -> str:
    return f"{source.place}: {source.keyword} {source.text}"


def derivation_json(derivation: Derivation) -> dict[str, object]:
    """The derivation as data for ``json.dumps``; sizes in bytes."""
    before, after = derivation.before, derivation.after
    return {
        "file": derivation.name,
        "state": derivation.state,
        "text": derivation.text,
        "lines": list(derivation.allowed.lines),
        "whole_context": derivation.allowed.whole is not None,
        "builder": derivation.builder.name,
        "left_out": list(derivation.left_out),
        "wanted": [
            {"path": w.path, "file": w.place.file, "line": w.place.line, "why": w.why}
            for w in derivation.wanted
        ],
        "before": {"files": before.files, "bytes": before.size},
        "after": {"files": after.files, "bytes": after.size},
        "saved_bytes": before.size - after.size,
        "sources": [
            {
                "pattern": source.pattern,
                "text": source.text,
                "instruction": source.keyword,
                "file": source.place.file,
                "line": source.place.line,
                "known": source.known,
                "build_args": sorted(source.arguments),
            }
            for source in derivation.found.sources
        ],
        "notes": list(notes(derivation)),
    }
