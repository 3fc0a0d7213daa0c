"""ADD of an archive that only carried files: COPY of the files from the stage that has them.

COPY --from doesn't unpack. But an archive that ``docker cp CONTAINER:/dir -`` or ``tar c`` in a
container printed holds the same files as the stage, so COPY --from puts them where ADD unpacked
them. An archive that the stage itself holds as a file is unpacked there (``to_stages.unpacking``),
unless something else needs the file.
"""

from __future__ import annotations

import posixpath

from bpkit.conversion.supplies import WHOLE, Supply
from bpkit.formats.dockerfile import DockerfileError, Instruction

#: The file names that ADD unpacks.
ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst")


# BusyBox tar needs the compression as a flag (seen with 1.35).
_COMPRESSION = {
    (".gz", ".tgz"): "z",
    (".bz2", ".tbz2"): "j",
    (".xz", ".txz"): "J",
    (".zst",): " --zstd -",
}


def unpacking_run(archive: str, directory: str, strip: int = 0, compressed: bool = False) -> str:
    """The RUN that unpacks the file into the directory, by its file name extension.

    ``strip`` is for ``--strip-components``; ``compressed``: with gzip, whatever the extension.
    """
    found = (how for endings, how in _COMPRESSION.items() if archive.lower().endswith(endings))
    flags = f"x{next(found, 'z' if compressed else '')}f"
    more = f" --strip-components={strip}" if strip else ""
    return f"RUN mkdir -p {directory} && tar {flags} {archive} -C {directory}{more}"


def check_archive(instruction: Instruction, pattern: str, supply: Supply) -> None:
    """Check that the archive's only use is ADD. Raises DockerfileError for any other."""
    if supply.member is not None:
        plain = pattern == supply.destination and len(instruction.args) == 2
        if instruction.keyword != "ADD" or not plain or instruction.flags:
            raise archive_wanted(supply)
    elif (
        instruction.keyword == "ADD" and pattern.lower().endswith(ARCHIVES) and not supply.unpacked
    ):
        raise DockerfileError(
            f"ADD unpacks the artifact {pattern}, but COPY --from doesn't",
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
    """The destination of the COPY that replaces an ADD of the archive.

    COPY of a directory copies its contents, so the name that it had in the archive is added.
    """
    directory = instruction.args[-1]
    if member == WHOLE:
        return directory
    return f"./{member}" if directory == "." else posixpath.join(directory, member)
