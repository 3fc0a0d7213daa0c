"""BPK201: an artifact that nothing makes."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.formats.context import ContextSource
from bpkit.formats.dockerfile import Stage, StageOutput, copy_of, output_of
from bpkit.formats.text import compiled, is_glob, nearest
from bpkit.verbs.lint.subject import LintSubject, Step, steps

RULE = Rule(
    "BPK201",
    "error",
    "an artifact that nothing makes",
    "The runtime Dockerfile (or a later stage) copies a file that is neither in the build "
    "context nor made by the build Dockerfile (or the stage it is copied from), as far as "
    "their COPY, ADD and RUN instructions show. Nothing is reported where a command such as "
    "`make` may create the file without naming it, or where a script beside the Dockerfile "
    "mentions it.",
    fix="Correct the name, or create the file in the stage that it is copied from.",
    failing="FROM golang:1.22-bookworm AS build\n"
    "RUN CGO_ENABLED=0 go build -o /hellogo hellogo.go\n"
    "FROM scratch\nCOPY --from=build /helogo /\nUSER 65532\n"
    'ENTRYPOINT ["/hellogo"]\n',
    passing="FROM golang:1.22-bookworm AS build\n"
    "RUN CGO_ENABLED=0 go build -o /hellogo hellogo.go\n"
    "FROM scratch\nCOPY --from=build /hellogo /\nUSER 65532\n"
    'ENTRYPOINT ["/hellogo"]\n',
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """The COPYs of artifacts that nothing makes."""
    if subject.build is not None and subject.build_stage is not None:
        yield from _of_the_pair(subject, output_of(subject.build_stage), subject.build.name)
    for stage in subject.used:
        for step in steps(stage):
            yield from _of_a_stage(subject, step)


def _of_the_pair(subject: LintSubject, output: StageOutput, maker: str) -> Iterator[Finding]:
    """The sources of the runtime file that neither its context nor the build image has."""
    for source in subject.taken:
        if source.pattern == "." or not source.known or subject.context.present(source):
            continue
        name = posixpath.basename(source.pattern)
        if any(_makes(made.path, made.is_directory, source) for made in output.made):
            continue
        # A directory that a RUN fills may have almost the name of one in the source.
        hidden = output.opaque is not None and "." not in name
        if output.opaque is not None and not _is_slip_of_the_context(subject, source, hidden):
            continue
        if source.glob or subject.context.mentions(name):
            continue
        near = nearest(name, [*_names(output), *(() if hidden else subject.context.names)])
        hint = f"; did you mean '{near}'?" if near else ""
        yield Finding(
            RULE,
            f"'{source.text}' is neither in the context nor made by {maker}{hint}",
            source.place,
            source.text,
        )


def _is_slip_of_the_context(subject: LintSubject, source: ContextSource, hidden: bool) -> bool:
    """Whether a file in the context has almost this name, whatever a RUN may have made."""
    name = posixpath.basename(source.pattern)
    return not hidden and nearest(name, subject.context.names) is not None


def _makes(path: str, is_directory: bool, source: ContextSource) -> bool:
    """Whether the file made at ``path`` may be what the source names, or be in it."""
    if is_directory:
        return True
    names = [part for part in source.pattern.split("/") if part]
    if is_glob(names[-1]):
        return compiled(names[-1]).matches(posixpath.basename(path))
    return names[-1] in path.split("/") or posixpath.basename(path) in names


def _names(output: StageOutput) -> list[str]:
    return [posixpath.basename(made.path) for made in output.made if made.own]


def _of_a_stage(subject: LintSubject, step: Step) -> Iterator[Finding]:
    """The source of a COPY --from whose stage makes a file with almost that name."""
    reference = step.instruction.flag("from")
    maker = reference and subject.origin(step.stage, reference)
    if not maker or step.instruction.keyword != "COPY" or "$" in step.instruction.original:
        return
    outputs = [output_of(one) for one in maker.lineage]
    if any(output.opaque is not None for output in outputs):
        return
    made = [one for output in outputs for one in output.made]
    for source in copy_of(step.instruction, step.state.env).sources:
        path = posixpath.join("/", posixpath.normpath(source))
        if is_glob(source):
            continue
        if any(_is_in(path, one.path) for one in made):
            continue
        near = nearest(path, [one.path for one in made if one.own])
        if near is None and not _has_nothing_else(maker):
            continue
        if _takes_whole(maker) and (
            posixpath.basename(path) in subject.context.names or _is_plural(path, near or "")
        ):
            # It came with the sources: `apps/` beside the program `app`.
            continue
        hint = f"; did you mean '{near}'?" if near else ""
        yield Finding(
            RULE,
            f"'{source}' is not made by stage '{maker.label}'{hint}",
            step.stage.place(step.instruction),
            source,
        )


def _is_in(path: str, made: str) -> bool:
    """Whether one of the two paths is the other or lies below it."""
    return path == made or made.startswith(f"{path.rstrip('/')}/") or path.startswith(f"{made}/")


def _has_nothing_else(maker: Stage) -> bool:
    """Whether all files of the stage are known: it starts from scratch and unpacks nothing."""
    return maker.is_scratch and not _takes_whole(maker) and not _unpacks(maker)


def _takes_whole(maker: Stage) -> bool:
    copies = (i for i in maker.instructions if i.keyword in {"COPY", "ADD"})
    return any(arg in {".", "./", "/"} for i in copies for arg in i.args[:-1])


def _is_plural(one: str, other: str) -> bool:
    return f"{one}s" == other or f"{other}s" == one


def _unpacks(maker: Stage) -> bool:
    return any(instruction.keyword == "ADD" for instruction in maker.instructions)
