"""``bpkit script``: the plan of a build as a script for people without Python, and a Makefile."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from bpkit import __version__
from bpkit.core import BuildOptions, Engine, Param, quote
from bpkit.errors import InputError
from bpkit.project import NewFile, ProjectChoices, as_it_is, sealed
from bpkit.verbs.build import prepare
from bpkit.writers import write_makefile, write_script

SCRIPT = "setup_builder_pattern.sh"
MAKEFILE = "Makefile"
_SHELL_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
#: The engine's program as the user of a script may set it.
ENGINE = Param("DOCKER", "docker")


def script_files(
    choices: ProjectChoices,
    options: BuildOptions,
    engine: Engine,
    *,
    arguments: tuple[str, ...] = (),
    name: str = SCRIPT,
    makefile: bool = False,
) -> tuple[NewFile, ...]:
    """A project's script (and its Makefile), not yet written.

    ``arguments`` are the user's, for the line that says how to update it. Raises InputError.
    """
    if Path(name).name != name:
        raise InputError(
            f"{name}: the script works in its own directory",
            hint="pass a name without a directory; it is written to the project",
        )
    prepared = prepare(choices, options, engine, need_engine=False, script_engine=(ENGINE,))
    for given in prepared.plan.givens:
        if not _SHELL_NAME.fullmatch(given.name):
            raise InputError(
                f"a script can't take the build argument '{given.name}' from its environment",
                hint="rename it: only letters, digits and _, not starting with a digit",
            )
    # The script is the same with or without a Makefile, and so is its first line.
    of_the_script = [word for word in arguments if word != "--makefile"]
    tags = " and ".join(tag for image in prepared.recipe.images for tag in image.tags)
    title = f"Makes {tags} on a container engine; needs a POSIX shell, and no Python."
    texts = {name: write_script(prepared.plan, title=title)}
    if makefile:
        _check_lines(of_the_script)
        texts[MAKEFILE] = write_makefile(script=name, arguments=of_the_script)
    return tuple(
        NewFile(
            file,
            sealed(_seal(of_the_script if file == name else arguments), text),
            as_it_is(choices.directory, file),
            executable=file == name,
        )
        for file, text in texts.items()
    )


def _seal(arguments: Sequence[str]) -> str:
    """The header of a file made with these arguments: how to update it."""
    command = " ".join(["bpkit script", *map(quote, arguments)])
    return f"script {__version__}; do not edit, renew it with: {command}"


def _check_lines(arguments: list[str]) -> None:
    """Raise InputError for an argument that would end a line of the Makefile early."""
    for argument in arguments:
        if "\n" in argument or "\r" in argument:
            raise InputError(
                f"a Makefile can't hold {argument!r}, which has more than one line",
                hint="omit --makefile, or set it in bpkit.toml",
            )
