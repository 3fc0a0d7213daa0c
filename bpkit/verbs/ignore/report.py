"""The result of ``bpkit ignore`` as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.formats.context import ContextSource
from bpkit.formats.dockerignore import Ignore, IgnoreVerdict, read_line
from bpkit.report import Reduction, human
from bpkit.verbs.ignore.text import Derivation
from bpkit.verbs.ignore.wanted import WantedFile


def saving_text(derivation: Derivation) -> str:
    """One line: how much is not excluded now, and how much with the derived file."""
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
    """The notes on the derivation, one per line."""
    whole = derivation.allowed.whole
    if whole is not None:
        why = "copies the whole context" if whole.known else "may copy any of it"
        unknown = "what it needs is not known, so only the lines above are excluded"
        yield f"{_said(whole)} {why}; {unknown}"
    read = Ignore.parse(derivation.text, derivation.name, derivation.builder)
    yield from (_on_wanted(one, read.verdict(one.path)) for one in derivation.wanted)
    if derivation.left_out:
        names = ", ".join(derivation.left_out)
        yield f"excluded, because no RUN was seen to read it: {names}; add !NAME to include one"
    yield from _on_sources(derivation)
    for line in derivation.own.dropped:
        yield f"your line {line!r} is left out: {_why_dropped(line, derivation, read)}"
    for path in derivation.tree.unreadable:
        yield f"{path} can't be read and is not counted"
    for name in derivation.others:
        yield f"{name} exists: BuildKit reads it instead for its Dockerfile"


def _on_wanted(wanted: WantedFile, verdict: IgnoreVerdict) -> str:
    if verdict.excluded and verdict.by is not None:
        said = f"but your line '{verdict.by.text}' excludes {wanted.path}"
    else:
        history = " (so the history of the repository is sent to the builder)"
        said = f"{wanted.path} is included{history * (wanted.path == '.git')}"
    return f"{wanted.place}: {wanted.why}: {said}"


def _on_sources(derivation: Derivation) -> Iterator[str]:
    """The notes on what the instructions may copy but isn't certain."""
    for source in derivation.found.unknown:
        if source is not derivation.allowed.whole:
            what = source.pattern if source.pattern == source.wider else f"all of {source.pattern}"
            yield f"{_said(source)} depends on the build: {what} is included"
    for source in derivation.found.sources:
        if source.arguments and source.known:
            names = ", ".join(sorted(source.arguments))
            if source.pattern == source.wider:
                given = "with --build-arg, only what that value needs"
                yield f"{_said(source)} depends on {names}: {source.pattern} is included; {given}"
            else:
                yield f"{_said(source)} depends on {names}: derived for {source.pattern}"
    for source in derivation.found.postponed:
        yield f"{_said(source)} is ONBUILD: to be included by the images that start from this one"
    for source in derivation.needed.missing:
        yield f"{_said(source)} doesn't exist now (an artifact, or a typo); it is included"


def _why_dropped(line: str, derivation: Derivation, read: Ignore) -> str:
    pattern = read_line(line)
    if pattern is None or not pattern.negated or not read.excludes(pattern.text):
        return "the derived lines say it"
    names = " and ".join(one.name for one in derivation.dockerfiles)
    return f"{names} {'take' if len(derivation.dockerfiles) > 1 else 'takes'} nothing there"


def _said(source: ContextSource) -> str:
    mount = " --mount=type=bind" if source.keyword == "RUN" else ""
    return f"{source.place}: {source.keyword}{mount} {source.text if source.text != '/' else '.'}"


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
