"""A script or a Makefile that builds images, told apart by its name."""

from __future__ import annotations

from collections.abc import Mapping

from bpkit.readers.makefile import is_makefile, read_makefile
from bpkit.readers.script import ScriptReading, read_script


def read_build_file(
    text: str,
    name: str,
    environment: Mapping[str, str] | None = None,
    *,
    arguments: tuple[str, ...] = (),
    directory: str = ".",
    files: Mapping[str, str] | None = None,
) -> ScriptReading:
    """What the script or Makefile in ``text`` does; the arguments are those of ``read_script``.

    ``arguments`` of a Makefile are its goals. Raises InputError for text that can't be read.
    """
    if is_makefile(name):
        return read_makefile(
            text, name, environment, goals=arguments, directory=directory, files=files
        )
    return read_script(
        text, name, environment, arguments=arguments, directory=directory, files=files
    )
