"""A conversion as text and JSON: the diff, the lists of the script's lines, the verdict."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from bpkit.core import quote
from bpkit.image import Difference, DiffVerdict
from bpkit.readers.script import Fate, LineFate
from bpkit.verbs.convert.request import ConvertRequest
from bpkit.verbs.convert.result import Conversion, FileChange

_HEADINGS = {
    Fate.CARRIED: "Carried over",
    Fate.NOT_NEEDED: "Not needed any more",
    Fate.LEFT: "Left to you",
    Fate.KEPT: "Kept as it is",
}
_MOST_SHOWN = 40


def diff_text(files: Sequence[FileChange]) -> str:
    """The changes as a unified diff for ``patch -p1``; empty if nothing changes."""
    return "".join(line for file in files for line in _diff(file))


def _diff(file: FileChange) -> Iterator[str]:
    before = file.before.splitlines(keepends=True) if file.before is not None else []
    name = f"a/{file.name}" if file.before is not None else "/dev/null"
    for line in difflib.unified_diff(
        before, file.text.splitlines(keepends=True), name, f"b/{file.name}"
    ):
        yield line
        if not line.endswith("\n"):
            yield "\n\\ No newline at end of file\n"


def report_text(conversion: Conversion) -> str:
    """The lists of lines, the new build command, and the files that are no longer needed."""
    return "\n".join(_report(conversion)) + "\n"


def _report(conversion: Conversion) -> Iterator[str]:
    for fate, heading in _HEADINGS.items():
        lines = list(lines_of(conversion, fate))
        if not lines:
            continue
        yield f"{heading}:"
        for line in lines:
            yield f"  {line.place}: {line.text.strip()}"
            yield f"      {line.why}"
        yield ""
    for heading, notes in (
        ("Lost", conversion.lost),
        ("No longer made", conversion.left_behind),
    ):
        if notes:
            yield f"{heading}:"
            yield from (f"  {note}" for note in notes)
            yield ""
    yield "Build it with:"
    yield from (f"  {command}" for command in conversion.commands)
    if conversion.leaving:
        yield "To make it anyway:"
        yield from (f"  {command}" for command in conversion.leaving)
    for one in conversion.needed:
        yield f"Still needed: {one.path}: {one.why}"
    if conversion.unneeded:
        yield f"No longer needed: {', '.join(conversion.unneeded)}"


def lines_of(conversion: Conversion, fate: Fate) -> Iterator[LineFate]:
    """The script's lines with this fate."""
    return (line for line in conversion.lines if line.fate == fate)


def verdict_text(verdicts: Sequence[DiffVerdict]) -> str:
    """What differs between the images of the two forms."""
    return "\n".join(line for verdict in verdicts for line in _verdict(verdict)) + "\n"


def _verdict(verdict: DiffVerdict) -> Iterator[str]:
    word = "the same" if verdict.is_same else _counted(verdict.differences)
    yield f"{verdict.image}: {word} in {verdict.paths} paths and the configuration"
    for one in verdict.differences[:_MOST_SHOWN]:
        yield f"  {one}"
    if len(verdict.differences) > _MOST_SHOWN:
        yield f"  and {len(verdict.differences) - _MOST_SHOWN} more; --json has them all"
    if verdict.own:
        yield f"  files of the conversion itself that the image takes: {_counted(verdict.own)}"
        yield from (f"    {one}" for one in verdict.own[:_MOST_SHOWN])
    if verdict.noise:
        yield f"  from build to build of one form, too: {_counted(verdict.noise)}"
        yield from (f"    {one}" for one in verdict.noise[:_MOST_SHOWN])
    if verdict.times:
        yield f"  {verdict.times} paths have another time, as in any two builds"


def _counted(differences: Sequence[Difference]) -> str:
    return "1 difference" if len(differences) == 1 else f"{len(differences)} differences"


def conversion_json(
    conversion: Conversion, written: Sequence[str], verdicts: Sequence[DiffVerdict] | None
) -> dict[str, object]:
    """The conversion as data for ``json.dumps``; ``verify`` is null without ``--verify``."""
    return {
        "to": conversion.to,
        "files": [
            {"name": f.name, "state": f.state, "text": f.text, "written": f.name in written}
            for f in conversion.files
        ],
        "diff": diff_text(conversion.files),
        "lines": {
            heading.lower().replace(" ", "_"): [
                {
                    "file": line.place.file,
                    "line": line.place.line,
                    "text": line.text,
                    "why": line.why,
                }
                for line in lines_of(conversion, fate)
            ]
            for fate, heading in _HEADINGS.items()
        },
        "notes": [str(note) for note in conversion.notes],
        "commands": list(conversion.commands),
        "unneeded": list(conversion.unneeded),
        "needed": [{"file": one.path, "why": one.why} for one in conversion.needed],
        "left_behind": [str(note) for note in conversion.left_behind],
        "leaving": list(conversion.leaving),
        "lost": [str(note) for note in conversion.lost],
        "verify": None if verdicts is None else [_verdict_json(v) for v in verdicts],
    }


def verifying(request: ConvertRequest) -> str:
    """The command that does the same conversion and proves it."""
    words = ["bpkit convert"]
    if str(request.directory) != ".":
        words.append(quote(str(request.directory)))
    words.append(f"--to {request.to}")
    words += [f"--script {quote(request.script)}"] if request.script else []
    words += [f"--script-arg {quote(one)}" for one in request.arguments]
    words += [f"--script-env {name}" for name, _ in request.environment]
    words += [f"-f {quote(one)}" for one in request.files]
    words += [f"--artifact {quote(one)}" for one in request.artifacts]
    words += [f"--build-arg {name}" for name, _ in request.build_args]
    words += [f"--target {quote(request.target)}"] if request.target else []
    return " ".join([*words, "--verify"])


def _verdict_json(verdict: DiffVerdict) -> dict[str, object]:
    def listed(found: Sequence[Difference]) -> list[dict[str, str]]:
        return [
            {"subject": d.subject, "what": d.what, "before": d.before, "after": d.after}
            for d in found
        ]

    return {
        "image": verdict.image,
        "same": verdict.is_same,
        "differences": listed(verdict.differences),
        "from_build_to_build": listed(verdict.noise),
        "own_files": listed(verdict.own),
        "other_times": verdict.times,
        "paths": verdict.paths,
    }
