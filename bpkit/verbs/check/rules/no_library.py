"""BPK113: a library that the program is linked with is not in the image."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.image import MissingLibrary, Node
from bpkit.verbs.check.packages import packages_line
from bpkit.verbs.check.rules.other_machine import fits
from bpkit.verbs.check.subject import CheckSubject

_BUILD = (
    "FROM gcc:latest AS build\n"
    "RUN echo 'int main(){return 0;}' | gcc -x c - -fopenmp -Wl,--no-as-needed -lgomp -o /app\n"
)
_COPY = 'COPY --from=build /app /app\nCMD ["/app"]\n'
RULE = Rule(
    id="BPK113",
    severity="error",
    title="A library that the program is linked with is not in the image",
    why="The loader looks in the directories of RPATH or RUNPATH, of LD_LIBRARY_PATH, in "
    "/etc/ld.so.cache (not in ld.so.conf: that is read by ldconfig alone) and in its own "
    "directories, and takes only files of its class and machine.",
    says="error while loading shared libraries|Error loading shared library",
    failing=_BUILD + "FROM debian:bookworm-slim\n" + _COPY,
    passing=_BUILD
    + "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y libgomp1\n"
    + _COPY,
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The programs that are started."""
    for node in subject.binaries:
        yield from of_program(subject, node)


def of_program(subject: CheckSubject, node: Node) -> Iterator[Finding]:
    """A finding for each library that the program lacks."""
    if not fits(subject, node) or (found := subject.closure(node)).kind == "no loader":
        return
    for missing in found.missing:
        if not missing.preload:
            yield _of_library(subject, node, missing)


def _of_library(subject: CheckSubject, node: Node, missing: MissingLibrary) -> Finding:
    by = "" if missing.needed_by == node.path else f" (by way of {missing.needed_by})"
    elsewhere = [p for p in subject.rootfs.nodes if p.endswith(f"/{missing.name}")]
    message = f"{node.path} needs {missing.name}{by}, which is not in the image"
    if missing.rejected:
        first = missing.rejected[0]
        message = f"{node.path} needs {missing.name}{by}; {first.path} is not used: {first.reason}"
    elif elsewhere:
        message += f" where the loader looks; it is at {elsewhere[0]}"
    return Finding(
        RULE,
        message,
        subject.image.places.of_path(node.path),
        node.path,
        f"The loader's message names {missing.name}, the first of those that are missing; Docker "
        "itself says nothing, and the status is 127.",
        tuple(_fix(subject, node, missing.name, elsewhere)),
    )


def _fix(subject: CheckSubject, node: Node, name: str, elsewhere: list[str]) -> Iterator[str]:
    rootfs = subject.rootfs
    if elsewhere:
        directory = elsewhere[0].rpartition("/")[0] or "/"
        if rootfs.file("/sbin/ldconfig") or rootfs.file("/usr/sbin/ldconfig"):
            yield f"RUN echo {directory} > /etc/ld.so.conf.d/app.conf && ldconfig"
        else:
            yield f"ENV LD_LIBRARY_PATH={directory}"
        return
    yield from packages_line(rootfs, name)
    stage = subject.image.places.stage_of(node.path)
    where = f"the stage {stage}" if stage else "the stage that the program was linked in"
    yield f"# or copy it from {where}, where 'ldd {node.path}' shows its path"
