"""``bpkit doctor``: its switches."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from shlex import quote
from typing import Any

import bpkit
from bpkit.cli.verb import FOUND, EngineVerb, Verb, agreed, cli
from bpkit.errors import InputError, NoEngineError


class Doctor(EngineVerb):
    """Report the engine, the builder and the storage, and what is missing."""

    USAGE = "bpkit doctor [SWITCH...]\n"
    EXAMPLES = (
        ("bpkit doctor", "examine the engine that docker reaches"),
        ("bpkit doctor --install-plugin", "make 'docker bpkit VERB' work"),
    )
    STATUSES = (*Verb.STATUSES, (3, "no usable engine answers"))
    install_plugin: Any = cli.Flag(
        ["--install-plugin"], help="install bpkit as a docker plugin: docker bpkit VERB"
    )
    yes: Any = cli.Flag(["-y", "--yes"], help="do not ask", requires=["--install-plugin"])

    def main(self) -> int:
        if self.install_plugin:
            return self._install_plugin()
        from bpkit.verbs.doctor import diagnose, diagnosis_json, diagnosis_text

        diagnosis = diagnose(self.engine())
        self.console().result(diagnosis_text(diagnosis), diagnosis_json(diagnosis))
        return 0 if diagnosis.usable else NoEngineError.status

    def _install_plugin(self) -> int:
        from bpkit.cli.plugin import PROGRAM, directory, install

        program, target = _program(PROGRAM), directory()
        console = self.console()
        if not self.yes and not agreed(f"link {target / PROGRAM} to {program}?"):
            console.note("nothing was changed")
            return FOUND
        link = install(program, target)
        text = f"linked {link} to {program}; try: docker bpkit --version\n"
        console.result(text, {"plugin": str(link)})
        return 0


def _program(name: str) -> Path:
    """The program to link to: bpkit.pyz if this is it, else one beside this Python or on PATH.

    Raises InputError.
    """
    archive = Path(bpkit.__file__).parents[1].resolve()
    if archive.is_file():
        if not os.access(archive, os.X_OK):
            raise InputError(
                f"docker can't start {archive}: it is not executable",
                hint=f"run chmod +x {quote(str(archive))}, then install the plugin again",
            )
        return archive
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if not found:
        raise InputError(
            f"program '{name}' not found",
            hint="'pip install .' in the checkout brings it; then install the plugin again",
        )
    return Path(found)
