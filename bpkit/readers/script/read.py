"""Read a build script for sh or bash: what it would do, without ever running it.

``read_script`` takes the text and returns the docker commands and the changes to files on the host,
in order, with every value that can be known, and what becomes of each line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bpkit.errors import InputError, Place
from bpkit.formats.shell import ShellScript, parse
from bpkit.readers.script.follow.start import follow_to_the_end, initial_state, reading
from bpkit.readers.script.model.reading import ScriptReading
from bpkit.readers.script.model.state import ScriptSurroundings


def read_script(
    text: str,
    name: str,
    environment: Mapping[str, str] | None = None,
    *,
    arguments: tuple[str, ...] = (),
    directory: str = ".",
    files: Mapping[str, str] | None = None,
) -> ScriptReading:
    """What the script in ``text`` does when it is run plainly and every step goes well.

    ``name`` is the script's path in the project and ``directory`` the directory that it is started
    in, both relative to the project. ``files`` are the project's files with their texts, which
    decide conditions, ``source`` and file name patterns. Raises InputError for text that no shell
    accepts.
    """
    sh_only = re.match(r"#!\s*(?:/usr/bin/env\s+|\S*/)(?:da|a)?sh\b", text) is not None
    surroundings = ScriptSurroundings(environment or {}, arguments, directory, files, sh_only)
    script = _parsed(text, name)
    state = initial_state(name, surroundings)
    follow_to_the_end(script, state)
    return reading(name, state.log)


def _parsed(text: str, name: str) -> ShellScript:
    try:
        return parse(text, name)
    except RecursionError:
        raise InputError(
            "the script is nested too deeply for bpkit to read",
            place=Place(name),
            hint="move the innermost commands out of their substitutions",
        ) from None
