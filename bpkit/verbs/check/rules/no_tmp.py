"""BPK146: a program that creates temporary files, without a /tmp for its user."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.verbs.check.examples import CProgram
from bpkit.verbs.check.subject import CheckSubject
from bpkit.verbs.check.wanted import clues_of, last_program

_PROGRAM = CProgram("#include <stdio.h>", "tmpfile(); return 0;")
RULE = Rule(
    id="BPK146",
    severity="warning",
    title="Temporary files: the program creates some, and its USER has no /tmp to write to",
    why="`FROM scratch` has no /tmp. Evidence: the program imports `tmpfile` or a similar "
    "function, or Go's os.CreateTemp; interpreters create temporary files too.",
    failing=_PROGRAM.image("RUN rm -rf /tmp\n"),
    passing=_PROGRAM.image(),
)


def check(subject: CheckSubject) -> Iterator[Finding]:
    """The last program that is started."""
    node = last_program(subject)
    if node is None or not clues_of(node).temporary_files:
        return
    rootfs, image = subject.rootfs, subject.image
    tmp = rootfs.resolve("/tmp")
    usable = tmp and tmp.kind == "directory" and rootfs.allowed(tmp, image.who, 3)
    if usable or "TMPDIR" in image.config.env:
        return
    stage = image.places.stage_of(node.path)
    copy = f"COPY --from={stage or 'STAGE'} --chmod=1777 /tmp /tmp"
    has_shell = rootfs.file("/bin/sh") is not None
    yield Finding(
        RULE,
        f"{node.path} creates temporary files, and "
        + ("its user may not write to /tmp" if tmp else "the image has no /tmp"),
        image.places.of_path(node.path),
        "/tmp",
        "Docker says nothing; the program fails when it first needs such a file.",
        ("RUN mkdir -p /tmp && chmod 1777 /tmp",)
        if has_shell
        else (
            "# a directory that is empty in its stage, open to all:",
            copy if stage else f"# {copy}",
        ),
    )
