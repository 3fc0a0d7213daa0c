"""Programs that are built in one stage or file and ship in another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bpkit.errors import Place
from bpkit.formats.dockerfile import Stage, copy_of
from bpkit.light import dataclass, regex
from bpkit.verbs.lint.base_images import BaseImage, root_image
from bpkit.verbs.lint.programs import BuiltProgram, programs
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
    """The programs copied into a stage that ships, from another stage or the build file."""
    if not subject.shipped or _brings_libraries(subject):
        return
    runs_on = root_image(subject.shipped[-1])
    if runs_on.libc == "musl" and _has_glibc_too(subject, runs_on):
        return
    for step in subject.shipped_steps():
        maker = _maker(subject, step)
        if maker is None:
            continue
        if _collects_libraries(maker):
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
    """The stage that this instruction copies from; for a pair, the build file's last one."""
    if step.instruction.keyword not in {"COPY", "ADD"}:
        return None
    origin = step.instruction.flag("from")
    if origin is not None:
        return subject.origin(step.stage, origin)
    return subject.build_stage


def _programs(subject: LintSubject, maker: Stage) -> Iterator[BuiltProgram]:
    for built in programs(maker):
        settled = built.is_go and subject.context.go_needs_no_libc()
        yield replace(built, linked="never") if settled else built


def _carries(subject: LintSubject, built: BuiltProgram, source: str) -> bool:
    if subject.build is None:
        return built.is_carried_by(source)
    # The paths of a pair's runtime file are those of its context: only the name is the same.
    name = source.rstrip("/").rpartition("/")[2]
    if built.output is not None:
        return built.output.rpartition("/")[2] == name
    return built.is_carried_by(source)


_GLIBC_ON_ALPINE = regex(r"\b(?:gcompat|libc6-compat|alpine-pkg-glibc|glibc)\b")


def _has_glibc_too(subject: LintSubject, runs_on: BaseImage) -> bool:
    """Whether glibc, or a replacement for it, is present beside musl."""
    if "glibc" in runs_on.reference:
        return True
    runs = (s.instruction for s in subject.shipped_steps() if s.instruction.keyword == "RUN")
    return any(_GLIBC_ON_ALPINE.search(run.original) for run in runs)


def _collects_libraries(maker: Stage) -> bool:
    """Whether a RUN lists the libraries of a program, to copy them too."""
    runs = (i for one in maker.lineage for i in one.instructions if i.keyword == "RUN")
    return any(re.search(r"\bldd\b|\blddtree\b|ld-linux|ld-musl|patchelf", i.text) for i in runs)


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
