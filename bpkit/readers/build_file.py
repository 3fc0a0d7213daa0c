"""A script, a Makefile or a workflow that builds images, told apart by its name."""

from __future__ import annotations

from collections.abc import Mapping

from bpkit.readers.makefile import is_makefile, read_makefile
from bpkit.readers.script import BuildImage, ScriptReading, read_script
from bpkit.readers.workflow import commands_of, is_workflow, package_scripts


def read_build_file(
    text: str,
    name: str,
    environment: Mapping[str, str] | None = None,
    *,
    arguments: tuple[str, ...] = (),
    directory: str = ".",
    files: Mapping[str, str] | None = None,
) -> ScriptReading:
    """What the file in ``text`` does; the arguments are those of ``read_script``.

    ``arguments`` of a Makefile are its goals, of package.json the script to follow; without one it
    is that which makes most images. Raises InputError for text that can't be read.
    """
    if is_makefile(name):
        return read_makefile(
            text, name, environment, goals=arguments, directory=directory, files=files
        )
    if name == "package.json":
        found = [
            read_script(commands_of(text, name, one), name, environment, files=files)
            for one in arguments[:1] or package_scripts(text) or ("",)
        ]
        return max(found, key=_images)
    if is_workflow(name):
        return read_script(
            commands_of(text, name), name, environment, directory=directory, files=files
        )
    return read_script(
        text, name, environment, arguments=arguments, directory=directory, files=files
    )


def _images(found: ScriptReading) -> int:
    return sum(isinstance(action, BuildImage) for action in found.actions)
