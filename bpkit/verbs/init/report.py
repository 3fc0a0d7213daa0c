"""The result of ``bpkit init``, and the list of templates, as text and as JSON."""

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
    """The facts about the project, one per line, each with the file that states it."""
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
    """A line for each file: whether it was written."""
    return "".join(f"{_became(file.name, file)}\n" for file in result.files)


def _became(path: str, file: InitFile) -> str:
    if file.state == "same":
        return f"{path} is up to date"
    return f"{'wrote' if file.before is None else 'updated'} {path}"


def dry_run_text(result: InitResult) -> str:
    """The text of the files, each below a line with its name."""
    return "\n".join(f"==> {file.name} <==\n{file.text}" for file in result.files)


def diff_text(result: InitResult) -> str:
    """The difference from the existing files, as ``diff -u`` shows it; empty if none."""
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
    """A line for each program: its Dockerfile and what it starts, or why it has none."""
    is_written = any(one.result.written for one in found.programs if one.result)
    lines = [_program_line(one) for one in found.programs]
    if found.compose:
        compose = found.compose
        not_written = f"{compose.name} is not written"
        lines.append(_became(compose.name, compose) if is_written else not_written)
    lines += [f"note: {note}" for note in found.notes]
    for one in found.programs:
        notes = one.result.notes if one.result else ()
        lines += [f"note: {one.context}: {note}" for note in notes]
    return "\n".join([*lines, ""])


def every_dry_run_text(found: EveryProgram) -> str:
    """The text of all programs' files, each below its path, then the Compose file."""
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
    files = one.result.files
    # Of a pair, the build file stands for both.
    file = next((file for file in files if file.name == one.dockerfile), files[0])
    path = file.name if one.context == "." else f"{one.context}/{file.name}"
    detected = one.result.detected
    port = f", port {detected.port}" if detected.port else ""
    became = _became(path, file) if one.result.written else f"{path} is not written"
    if file.state == FOREIGN and not one.result.written:
        became = f"{path} is left as it is, as bpkit didn't write it"
    return f"{became}: {detected.name}, {detected.language}{port}"


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
    """A line for each template: its name, its origin, and its purpose."""
    width = max((len(one.template.name) for one in listed), default=0)
    return "".join(
        f"{one.template.name:<{width}}  {one.origin:<7}  {one.template.summary}\n" for one in listed
    )


def templates_json(listed: Sequence[ListedTemplate]) -> dict[str, object]:
    """The templates as JSON, with the placeholders of each."""
    return {
        "templates": [
            {
                "name": one.template.name,
                "origin": one.origin,
                "summary": one.template.summary,
                "file": one.template.file,
                "places": list(one.template.placeholders),
            }
            for one in listed
        ]
    }
