"""The result of a build, and its plan, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bpkit.core import (
    EndIf,
    Plan,
    Run,
    Step,
    TempDir,
    WriteFile,
    as_shell,
    named,
    quote,
    shell_line,
)
from bpkit.report import Reduction, human
from bpkit.verbs.build.result import BuildResult, MadeImage

if TYPE_CHECKING:
    from bpkit.findings import Finding


def build_text(result: BuildResult) -> str:
    """The images with their sizes, and how much smaller the last one is."""
    final = result.final
    names = ", ".join((final.tag, *final.more_tags))
    done = f"built {names} in {result.seconds:.1f} s"
    head = f"{names} is up to date" if result.up_to_date else done
    lines = [head, *_sizes(result)]
    if result.run:
        lines.append(f"run it: {result.run}")
    return "".join(f"{line}\n" for line in lines)


def _sizes(result: BuildResult) -> Iterator[str]:
    width = max(len(image.tag) for image in result.images)
    for image in result.images:
        yield f"  {image.tag:<{width}}  {human(image.size):>8}{_reduction(result, image)}"


def _reduction(result: BuildResult, image: MadeImage) -> str:
    first = result.images[0]
    if image is first or image is not result.final:
        return ""
    return f"  {Reduction(first.size, image.size)}"


def build_json(result: BuildResult, findings: Sequence[Finding] = ()) -> dict[str, object]:
    """The result as JSON; sizes in bytes, time in seconds."""
    # Most builds report as text only.
    from bpkit.report import findings_json

    return {
        "project": result.project,
        "style": result.style,
        "up_to_date": result.up_to_date,
        "seconds": round(result.seconds, 3),
        "images": [
            {
                "name": i.name,
                "role": i.role,
                "tag": i.tag,
                "tags": [i.tag, *i.more_tags],
                "id": i.id,
                "size": i.size,
            }
            for i in result.images
        ],
        "run": result.run or None,
        "findings": findings_json(findings),
    }


def plan_text(plan: Plan) -> str:
    """The plan as text: each step's reason and its command."""
    return "\n".join(_plan_lines(plan)) + "\n"


def _plan_lines(plan: Plan) -> Iterator[str]:
    total = len(plan.steps)
    for number, step in enumerate(plan.steps, 1):
        yield f"# [{number}/{total}] {step.why}"
        yield _command(step)
    for undo in plan.undos:
        yield f"# at every exit: {undo.why}"
        yield shell_line(undo.argv)
    yield "# at every exit: remove the staging directory"
    yield 'rm -rf -- "$stage"'


def _command(step: Step) -> str:
    match step:
        case TempDir(project=project):
            return f'stage=$(mktemp -d "${{TMPDIR:-/tmp}}/bpkit.{project}.…"); run_id=…'
        case Run():
            capture = (
                f"; {step.binds.name}=$(cat {as_shell(step.binds.file)})" if step.binds else ""
            )
            goes_on = " &" if step.early else ""
            return shell_line(named(step.argv)) + capture + goes_on
        case EndIf(value=value, known=known):
            return f"[ {as_shell(value)} != {quote(known)} ] || exit 0"
        case WriteFile(path=path, text=text):
            return f"write {len(text.encode('utf-8', 'surrogateescape'))} bytes to {as_shell(path)}"


def plan_json(plan: Plan) -> dict[str, object]:
    """The plan as JSON: each step's kind, reason and command, then the clean-up."""
    return {
        "project": plan.project,
        "makes": list(plan.makes),
        "steps": [
            {"kind": type(step).__name__, "why": step.why, "command": _command(step)}
            for step in plan.steps
        ],
        "clean_up": [{"why": undo.why, "command": shell_line(undo.argv)} for undo in plan.undos],
    }
