"""Programs on their way into what ships: built in one stage or file, run in another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bpkit.errors import Place
from bpkit.formats.dockerfile import Stage, copy_of
from bpkit.verbs.lint.base_images import BaseImage
from bpkit.verbs.lint.programs import BuiltProgram, programs, root_image
from bpkit.verbs.lint.subject import LintSubject, Step

_LIBRARIES = ("/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/")


@dataclass(frozen=True)
class Flow:
    """A program that is built on ``made_on`` and will run on ``runs_on``; ``place`` copies it."""

    built: BuiltProgram
    maker: Stage
    made_on: BaseImage
    runs_on: BaseImage
    source: str
    place: Place


def flows(subject: LintSubject) -> Iterator[Flow]:
    """The programs that are copied into a stage that ships, out of another stage or the pair's."""
    if not subject.shipped or _brings_libraries(subject):
        return
    runs_on = root_image(subject.shipped[-1])
    for step in subject.shipped_steps():
        maker = _maker(subject, step)
        if maker is None:
            continue
        made_on = root_image(maker)
        place = step.stage.place(step.instruction)
        for source in copy_of(step.instruction, step.state.env).sources:
            if "musl" in source or "static" in source:
                continue
            for built in _programs(subject, maker):
                if _carries(subject, built, source):
                    yield Flow(built, maker, made_on, runs_on, source, place)
                    break


def _maker(subject: LintSubject, step: Step) -> Stage | None:
    """The stage out of which this instruction copies; the build file's last one for a pair."""
    if step.instruction.keyword not in {"COPY", "ADD"}:
        return None
    origin = step.instruction.flag("from")
    if origin is not None:
        return subject.origin(step.stage, origin)
    return subject.build_stage


def _programs(subject: LintSubject, maker: Stage) -> Iterator[BuiltProgram]:
    for built in programs(maker):
        settled = built.is_go and subject.context.go_needs_no_libc
        yield replace(built, linked="never") if settled else built


def _carries(subject: LintSubject, built: BuiltProgram, source: str) -> bool:
    if subject.build is None:
        return built.is_carried_by(source)
    # The paths of a pair's runtime file are those of its context: only the name is the same.
    name = source.rstrip("/").rpartition("/")[2]
    if built.output is not None:
        return built.output.rpartition("/")[2] == name
    return built.is_carried_by(source)


def _brings_libraries(subject: LintSubject) -> bool:
    """Whether libraries, or a whole root, are copied into what ships: then it has its own libc."""
    for step in subject.shipped_steps():
        if step.instruction.keyword not in {"COPY", "ADD"}:
            continue
        copy = copy_of(step.instruction, step.state.env)
        for source in copy.sources:
            if any(part in source for part in ("ld-linux", "ld-musl", "rootfs", "sysroot")):
                return True
            if f"/{source.strip('/')}/".startswith(
                ("/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/")
            ):
                return True
            if copy.from_ is not None and copy.destination == "/" and source.endswith("/"):
                return True
    return False
