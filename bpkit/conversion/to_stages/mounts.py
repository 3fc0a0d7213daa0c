"""RUN --mount of something in the build context that now comes from a stage."""

from __future__ import annotations

from bpkit.conversion.archives import archive_wanted
from bpkit.conversion.copies import CopySetting
from bpkit.conversion.references import with_field
from bpkit.conversion.rewriting import with_flag_at
from bpkit.conversion.supplies import FromHost, FromStage, takes
from bpkit.formats.dockerfile import DockerfileError, Instruction, StageState, mounts_of
from bpkit.formats.text import source_path


def converted_mounts(
    instruction: Instruction, state: StageState, setting: CopySetting
) -> Instruction:
    """The RUN with each bind mount of an artifact changed to mount the artifact's stage.

    Raises DockerfileError if a mount holds artifacts and host files together.
    """
    places = [i for i, flag in enumerate(instruction.flags) if flag.name == "mount"]
    for index, mount in zip(places, mounts_of(instruction, state.env), strict=True):
        if mount.type != "bind" or mount.from_:
            continue
        pattern = source_path(mount.source or "")
        value = instruction.flags[index].value or ""
        match takes(pattern, setting.supplies, setting.tree):
            case (FromStage(supply=supply),) if supply.member is not None:
                raise archive_wanted(supply)
            case (FromStage() as taken,):
                value = with_field(
                    with_field(value, "from", taken.supply.stage), "source", taken.path
                )
            case found if any(not isinstance(one, FromHost) for one in found):
                raise DockerfileError(
                    f"the mount of {mount.source or 'the whole context'} contains "
                    "both artifacts and host files",
                    hint="mount the artifacts with a separate --mount",
                )
            case _ if setting.prefix:
                path = setting.prefix if pattern == "." else f"{setting.prefix}/{pattern}"
                value = with_field(value, "source", path)
            case _:
                continue
        instruction = with_flag_at(instruction, index, value)
    return instruction
