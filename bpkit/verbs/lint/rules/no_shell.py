"""BPK216: the shell form without a shell."""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile import copy_of
from bpkit.verbs.lint.base_images import root_image
from bpkit.verbs.lint.edits import in_exec_form
from bpkit.verbs.lint.subject import LintSubject, Step, steps

RULE = Rule(
    "BPK216",
    "error",
    "the shell form without a shell",
    "`CMD ./app` means `/bin/sh -c ./app`, and neither `scratch` nor a distroless image has "
    "`/bin/sh`: the engine says that it can't find the program. The same holds for RUN, and "
    "for HEALTHCHECK, which then never passes. Use the JSON form.",
    failing="FROM scratch\nCOPY app /app\nUSER 65532\nCMD /app\n",
    passing='FROM scratch\nCOPY app /app\nUSER 65532\nCMD ["/app"]\n',
)


def check(subject: LintSubject) -> Iterator[Finding]:
    """The shell forms in the used stages that start from an image without a shell."""
    for stage in subject.used:
        if root_image(stage).shell is not False or stage.parent is not None:
            continue
        has_shell = False
        for step in (s for one in stage.lineage for s in steps(one)):
            has_shell = has_shell or _may_bring_shell(step)
            if not has_shell and _is_shell_form(step):
                keyword = step.instruction.keyword
                yield Finding(
                    RULE,
                    f"{keyword} in shell form needs /bin/sh, which {stage.base_image} doesn't have",
                    step.stage.place(step.instruction),
                    keyword,
                    edits=in_exec_form(step.stage.file, step.instruction),
                )


def _is_shell_form(step: Step) -> bool:
    instruction = step.instruction
    if instruction.json or instruction.keyword not in {"RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"}:
        return False
    return bool(instruction.args) and instruction.args[0].upper() != "NONE"


def _may_bring_shell(step: Step) -> bool:
    if step.instruction.keyword == "SHELL":
        return True
    if step.instruction.keyword not in {"COPY", "ADD"}:
        return False
    copy = copy_of(step.instruction, step.state.env)
    if step.instruction.keyword == "ADD" or copy.destination.startswith(("/bin", "/usr/bin")):
        return True
    if copy.destination == "/" and any(_may_be_tree(s, copy.from_) for s in copy.sources):
        return True
    return any(name.endswith("/sh") for name in (copy.destination, *copy.sources))


def _may_be_tree(source: str, origin: str | None) -> bool:
    """Whether a whole root may be copied: the contents of a directory, or what is called one."""
    return source.endswith(("/", ".")) or (origin is not None and "rootfs" in source)
