"""The platform of each file's stages, once one command builds all of them.

``docker build --platform`` of the merged file applies to every stage. A build image made for
another platform, or for the engine's own, gets a ``--platform`` in its FROM (Docker reference, FROM
and "Automatic platform ARGs in the global scope": ``BUILDPLATFORM`` is the machine's).
"""

from __future__ import annotations

from collections.abc import Iterator

from bpkit.conversion.parts import StageParts
from bpkit.conversion.remarks import Remarks
from bpkit.conversion.stage_names import bases_of
from bpkit.formats.dockerfile import Instruction, with_flag

_OWN = "$BUILDPLATFORM"


def pinned_platforms(parts: StageParts, remarks: Remarks) -> dict[int, str]:
    """The platform for the FROMs of a part, by the part's number; problems are noted."""
    wanted = {image.platform for image in parts.shipped}
    pins = {}
    for part in parts:
        own = {image.platform for image in part.images if image not in parts.shipped}
        if not own or own == wanted:
            continue
        [platform, *others] = sorted(own, key=str)
        if others or len(own) < len({image.platform for image in part.images}):
            why = "it is built for several platforms"
        elif platform is not None and "," in platform:
            why = f"a build image is made for {platform}"
        elif any(one in _bases(parts) for one in part.images):
            why = "an image for another platform starts from it"
        else:
            pins[part.number] = platform or _OWN
            continue
        remarks.problem(
            f"{part.dockerfile.name} can't be a stage beside images for another platform: {why}",
            hint="write the platform in FROM --platform=… and remove --platform from the builds",
        )
    if _OWN in pins.values():
        remarks.note(
            f"--platform={_OWN} keeps the build images on the engine's own "
            "platform; it needs BuildKit"
        )
    return pins


def pinned(instruction: Instruction, platform: str | None) -> Instruction:
    """The FROM with ``platform``, if that is given and the FROM has none."""
    if platform is None or instruction.flag("platform") is not None:
        return instruction
    return with_flag(instruction, "platform", platform)


def _bases(parts: StageParts) -> Iterator[object]:
    for part in parts:
        if any(image in parts.shipped for image in part.images):
            yield from bases_of(parts, part)
