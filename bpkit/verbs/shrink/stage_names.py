"""Names for the stages that the new ones start from, and names that are free."""

from __future__ import annotations

from bpkit.errors import InputError
from bpkit.formats.dockerfile import Dockerfile, Stage, parse, stages, with_args, with_instruction
from bpkit.image import Rootfs

#: The name of the stage that gathers the files, and the directory that it gathers them in.
GATHER = "rootfs"

_TOOLS = ("/bin/sh", "/bin/cp", "/bin/mkdir")


def named(dockerfile: Dockerfile) -> Dockerfile:
    """The file with a name for its last stage; unchanged if that has one."""
    every = stages(dockerfile)
    return _named(dockerfile, every.last, "build" if len(every) == 1 else "full")


def with_tools(dockerfile: Dockerfile, rootfs: Rootfs) -> tuple[Dockerfile, str]:
    """The name of a stage to gather in if the last stage's image (``rootfs``) has no shell, and the
    file, in which that stage may have been given the name.

    It is the last stage before it that runs a shell itself. Raises InputError if none does.
    """
    missing = [path for path in _TOOLS if rootfs.resolve(path) is None]
    if not missing:
        return dockerfile, ""
    earlier = stages(dockerfile).stages[:-1]
    with_shell = [stage for stage in earlier if _runs_a_shell(stage)]
    if not with_shell:
        raise InputError(
            f"the image has no {', '.join(missing)}, and no stage before it runs a shell: "
            "its files can't be collected",
            hint="shrink an image that has a shell, or the image that it was made from",
        )
    found = _named(dockerfile, with_shell[-1], "tools")
    return found, stages(found)[with_shell[-1].number].label


def _runs_a_shell(stage: Stage) -> bool:
    shells = [i for i in stage.instructions if i.keyword == "SHELL"]
    return not shells and any(i.keyword == "RUN" and not i.json for i in stage.instructions)


def _named(dockerfile: Dockerfile, stage: Stage, wanted: str) -> Dockerfile:
    if stage.name:
        return dockerfile
    words = [*stage.from_.args, "AS", free_name(wanted, dockerfile)]
    new = with_args(stage.from_, words)
    return parse(with_instruction(dockerfile, stage.from_, new).text, dockerfile.name)


def free_name(wanted: str, dockerfile: Dockerfile) -> str:
    """A name, ``wanted`` or one derived from it, that neither a stage nor an image has."""
    every = stages(dockerfile)
    taken = {stage.name for stage in every} | {stage.base_image.lower() for stage in every}
    for instruction in dockerfile.instructions:
        taken |= {(instruction.flag("from") or "").lower()}
        taken |= {part for value in instruction.flag_values("mount") for part in _from(value)}
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}-{number}", number + 1
    return name


def _from(mount: str) -> list[str]:
    return [part[5:].lower() for part in mount.split(",") if part.startswith("from=")]
