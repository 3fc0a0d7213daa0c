"""ADD of an archive that only carried files: what it unpacked, out of the stage that has them.

Nothing unpacks what comes out of a stage. But an archive that ``docker cp CONTAINER:/dir -`` or
``tar c`` in a container printed holds just what the stage has, so COPY --from puts it where ADD
unpacked it. An archive that the stage itself holds as a file is unpacked in it
(``to_stages.unpacking``), where nothing else needs the file.
"""

from __future__ import annotations

import posixpath

from bpkit.conversion.supplies import WHOLE, Supply
from bpkit.formats.dockerfile import DockerfileError, Instruction

#: By which of their names ADD unpacks files.
ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst")


# busybox's tar has to be told how a file is compressed (seen on 1.35).
_COMPRESSION = {
    (".gz", ".tgz"): "z",
    (".bz2", ".tbz2"): "j",
    (".xz", ".txz"): "J",
    (".zst",): " --zstd -",
}


def unpacking_run(archive: str, directory: str, strip: int = 0, compressed: bool = False) -> str:
    """The RUN that unpacks the file into the directory, by the ending of its name.

    ``strip`` is for ``--strip-components``; ``compressed`` says that it is, whatever the ending.
    """
    found = (how for endings, how in _COMPRESSION.items() if archive.lower().endswith(endings))
    flags = f"x{next(found, 'z' if compressed else '')}f"
    more = f" --strip-components={strip}" if strip else ""
    return f"RUN mkdir -p {directory} && tar {flags} {archive} -C {directory}{more}"


def check_archive(instruction: Instruction, pattern: str, supply: Supply) -> None:
    """Check that ADD is the archive's only use. Raises DockerfileError for others."""
    if supply.member is not None:
        plain = pattern == supply.destination and len(instruction.args) == 2
        if instruction.keyword != "ADD" or not plain or instruction.flags:
            raise archive_wanted(supply)
    elif (
        instruction.keyword == "ADD" and pattern.lower().endswith(ARCHIVES) and not supply.unpacked
    ):
        raise DockerfileError(
            f"ADD unpacks the artifact {pattern}, but COPY --from does not",
            hint="unpack it in the stage that makes it, and COPY the directory",
        )


def archive_wanted(supply: Supply) -> DockerfileError:
    """The error for an instruction that needs the archive as a file."""
    return DockerfileError(
        f"{supply.destination} is an archive that the script makes, which no stage has; "
        f"only a plain ADD {supply.destination} can be converted",
        hint=f"COPY {supply.source} itself, and pack it in a RUN where the archive is needed",
    )


def unpacked_to(instruction: Instruction, member: str) -> str:
    """The destination at which COPY puts what ADD of the archive unpacked.

    COPY of a directory gives its contents, so the name that it had in the archive is added.
    """
    directory = instruction.args[-1]
    if member == WHOLE:
        return directory
    return f"./{member}" if directory == "." else posixpath.join(directory, member)
