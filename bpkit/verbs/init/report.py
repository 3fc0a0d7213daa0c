"""What ``bpkit init`` found and wrote, and the list of templates: for a person and as JSON."""

from __future__ import annotations

import difflib
import posixpath
from collections.abc import Iterator, Sequence

from bpkit.languages import Fact
from bpkit.project import FOREIGN
from bpkit.verbs.init.every import EveryProgram, InitProgram
from bpkit.verbs.init.result import InitFile, InitResult
from bpkit.verbs.init.templates import ListedTemplate


def facts_text(result: InitResult) -> str:
    """The facts that were found, one per line, with the file that says so."""
    detected = result.detected
    builder = "BuildKit" if result.buildkit else "the classic builder"
    width = max((len(fact.what) for fact in detected.facts), default=0)
    lines = [f"{detected.name}: {detected.language}, template {result.template.name}"]
    lines += [f"  {fact.what:<{width}}  {fact.value}  ({_source(fact)})" for fact in detected.facts]
    lines.append(f"  written for {builder}")
    lines += [f"note: {note}" for note in result.notes]
    return "\n".join(lines)


def _source(fact: Fact) -> str:
    source = fact.file or "bpkit's default"
    if fact.allowed_by:
        source += f", allowed by {fact.allowed_by}"
    return source + (", a guess" if fact.is_guess else "")


def written_text(result: InitResult) -> str:
    """One line per file: its outcome."""
    return "".join(f"{file.name} {_became(file)}\n" for file in result.files)


def _became(file: InitFile) -> str:
    if file.state == "same":
        return "is up to date"
    return "is written" if file.before is None else "is renewed"


def dry_run_text(result: InitResult) -> str:
    """The files one after the other, each below a line with its name."""
    return "\n".join(f"==> {file.name} <==\n{file.text}" for file in result.files)


def diff_text(result: InitResult) -> str:
    """The difference to the files that are there, as ``diff -u`` shows it; empty if none."""
    return "".join(line for file in result.files for line in _diff(file))


def _diff(file: InitFile) -> Iterator[str]:
    before = (file.before or "").splitlines(keepends=True)
    old = f"a/{file.name}" if file.before is not None else "/dev/null"
    after = file.text.splitlines(keepends=True)
    for line in difflib.unified_diff(before, after, old, f"b/{file.name}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def init_json(result: InitResult) -> dict[str, object]:
    """The result as JSON; ``state`` is new, same, renewed or "not bpkit's"."""
    detected = result.detected
    return {
        "name": detected.name,
        "language": detected.language,
        "template": result.template.name,
        "base": detected.base,
        "buildkit": result.buildkit,
        "found": [
            {
                "what": f.what,
                "value": f.value,
                "file": f.file,
                "allowed_by": f.allowed_by,
                "guess": f.is_guess,
            }
            for f in detected.facts
        ],
        "files": [{"name": f.name, "state": f.state, "text": f.text} for f in result.files],
        "written": result.written,
        "notes": list(result.notes),
    }


def every_text(found: EveryProgram) -> str:
    """A line for each program: where its Dockerfile is, and what it starts; or why it has none."""
    is_written = any(one.result.written for one in found.programs if one.result)
    lines = [_program_line(one) for one in found.programs]
    if found.compose:
        became = _became(found.compose) if is_written else "is not written"
        lines.append(f"{found.compose.name} {became}")
    lines += [f"note: {note}" for note in found.notes]
    for one in found.programs:
        notes = one.result.notes if one.result else ()
        lines += [f"note: {one.context}: {note}" for note in notes]
    return "\n".join([*lines, ""])


def every_dry_run_text(found: EveryProgram) -> str:
    """The files of all programs, each below a line with its path, then the Compose file."""
    texts: dict[str, str] = {}
    for one in found.programs:
        for file in one.result.files if one.result else ():
            texts[posixpath.normpath(f"{one.context}/{file.name}")] = file.text
    if found.compose:
        texts[found.compose.name] = found.compose.text
    return "\n".join(f"==> {path} <==\n{text}" for path, text in texts.items())


def _program_line(one: InitProgram) -> str:
    if one.result is None:
        return f"refused {one.problem}"
    path = one.dockerfile if one.context == "." else f"{one.context}/{one.dockerfile}"
    port = f", port {one.result.detected.port}" if one.result.detected.port else ""
    became = "is written" if one.result.written else "is not written"
    if any(file.name == one.dockerfile and file.state == FOREIGN for file in one.result.files):
        became = "stays as it is, as bpkit did not write it"
    return f"{path} {became}: {one.result.detected.name}, {one.result.detected.language}{port}"


def every_json(found: EveryProgram) -> dict[str, object]:
    """The programs and the Compose file as JSON."""
    return {
        "programs": [
            {
                "context": one.context,
                "dockerfile": one.dockerfile,
                "problem": one.problem,
                "result": init_json(one.result) if one.result else None,
            }
            for one in found.programs
        ],
        "compose": found.compose.text if found.compose else None,
        "notes": list(found.notes),
    }


def templates_text(listed: Sequence[ListedTemplate]) -> str:
    """A line for each template: its name, whose it is, what it is for."""
    width = max((len(one.template.name) for one in listed), default=0)
    return "".join(
        f"{one.template.name:<{width}}  {one.origin:<7}  {one.template.summary}\n" for one in listed
    )


def templates_json(listed: Sequence[ListedTemplate]) -> dict[str, object]:
    """The templates as JSON, with the places that each has."""
    return {
        "templates": [
            {
                "name": one.template.name,
                "origin": one.origin,
                "summary": one.template.summary,
                "file": one.template.file,
                "places": list(one.template.places),
            }
            for one in listed
        ]
    }
