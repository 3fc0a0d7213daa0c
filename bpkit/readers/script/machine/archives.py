"""Archives that a script takes out of containers: ``docker cp N:/dir - > x.tar``, for an ADD.

They are followed as files of the host. What works on them, or takes them as anything but an ADD,
would need the archive itself, which no stage has.
"""

from __future__ import annotations

from dataclasses import replace

from bpkit.errors import InputError
from bpkit.readers.script.machine.host import Out, key
from bpkit.readers.script.machine.machine import Machine
from bpkit.readers.script.model.streams import ToFile


def put_archive(machine: Machine, out: Out, file: ToFile) -> None:
    """Let ``out`` lie in ``file`` as an archive. Raises InputError where it is appended."""
    if file.append:
        raise not_followed()
    archive = replace(out, archive=True)
    machine.host.placed[key(file.path)] = archive
    machine.archives.append(archive)
    machine.remarks.note(
        f"{file.path} was an archive of {out.path}: what ADD unpacked, COPY takes out of the stage",
        out.place,
    )


def not_followed() -> InputError:
    """The error for an archive that goes where it can't be carried over."""
    return InputError(
        "the tar that comes out of the container goes somewhere that is not followed",
        hint="give docker cp a path on the host, and COPY what it puts there",
    )


def check_file(origin: Out) -> None:
    """Raises InputError where a command works on an archive, not on what came out itself."""
    if origin.archive:
        raise InputError(
            "this works on an archive that the script made of files in the image",
            hint="give docker cp a path on the host, and work on what it puts there",
        )


def judge_archives(machine: Machine) -> None:
    """An archive that no build takes is used in another way, perhaps to make what one takes."""
    taken = {origin for built in machine.built for _, origin in built.taken()}
    for archive in machine.archives:
        if archive not in taken:
            machine.remarks.error(not_followed(), archive.place)
