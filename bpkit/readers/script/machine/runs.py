"""What a script does by ``docker run``, as instructions or as artifacts.

A command that builds something in a container becomes a RUN at the end of the image's Dockerfile;
one that only prints files (cat, tar) shows which files come out.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bpkit.core import Image, quote
from bpkit.formats.dockerfile import DockerfileError, Stage, final_state, find_stage, stages
from bpkit.readers.script.model.docker_actions import Exec, RunContainer

# What is run only so that there is a container.
_IDLE = frozenset({"true", "sleep", "sh", "bash", "ash", ":", "echo", "tail", "cat", "none", "ls"})
_SHELLS = frozenset({"sh", "bash", "ash"})
_IDLE_SCRIPT = re.compile(r"(?:exec )?(?:true|:|bash|sh|sleep \w+|tail -f /dev/null)")
_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+\Z")


@dataclass(frozen=True)
class Packed:
    """What ``tar c`` packs: each member's path in the container, and what it is called in it."""

    members: tuple[tuple[str, str], ...]


def command_of(run: RunContainer | Exec, image: Image) -> tuple[str, ...] | None:
    """The command that runs in the container; None where a part of it is not known."""
    argv = [value.text for value in run.argv]
    if isinstance(run, Exec):
        return None if None in argv else tuple(word for word in argv if word is not None)
    state = final_state(_stage(image), None, dict(_known(image)))
    entrypoint = state.entrypoint or ()
    if run.entrypoint is not None:
        if run.entrypoint.text is None:
            return None
        entrypoint = (run.entrypoint.text,) if run.entrypoint.text else ()
    if None in argv:
        return None
    given = tuple(word for word in argv if word is not None)
    return (*entrypoint, *(given or state.cmd or ()))


def is_idle(command: Sequence[str]) -> bool:
    """Whether the command leaves nothing behind."""
    if not command:
        return True
    name = posixpath.basename(command[0])
    if name in _SHELLS and len(command) > 1:
        is_script = len(command) == 3 and command[1] == "-c"
        return is_script and _IDLE_SCRIPT.fullmatch(command[2].strip()) is not None
    return name in _IDLE


def run_text(command: Sequence[str], run: RunContainer | Exec, escape: str) -> str:
    """The RUN instruction that does what the command did. Raises DockerfileError."""
    env = _environment(run)
    where = run.workdir.text if isinstance(run, RunContainer) and run.workdir else None
    shell = len(command) == 3 and posixpath.basename(command[0]) in _SHELLS
    is_line = shell and command[1] in {"-c", "-ec", "-lc"} and "\n" not in command[2]
    if is_line and command[0] in {"sh", "/bin/sh"} and command[1] == "-c":
        text = command[2]
    elif env or where or all(map(_PLAIN.match, command)):
        text = " ".join(quote(word) for word in command)
    else:
        return f"RUN {json.dumps(list(command), ensure_ascii=False)}"
    if env:
        text = f"export {env} && {text}" if is_line else f"{env} {text}"
    if where:
        text = f"cd {quote(where)} && {text}"
    if text.rstrip().endswith(escape) or "\n" in text or "<<" in text:
        raise DockerfileError(
            "this command can't be written as a RUN", hint="write it as a RUN by hand"
        )
    return f"RUN {text}"


def _environment(run: RunContainer | Exec) -> str:
    if isinstance(run, Exec):
        return ""
    found = []
    for setting in run.environment:
        if setting.value is None or setting.value.text is None:
            raise DockerfileError(
                f"the value of {setting.name} in the container is not known",
                hint=f"write it as ARG {setting.name} into the Dockerfile",
            )
        found.append(f"{setting.name}={quote(setting.value.text)}")
    return " ".join(found)


def packed_by(command: Sequence[str], workdir: str) -> Packed | None:
    """What a ``tar c`` to standard output packs; None for any other command."""
    words = list(command)
    if len(words) == 3 and posixpath.basename(words[0]) in _SHELLS:
        if any(c in words[2] for c in ";|&$`<>*?'\"\n"):
            return None
        words = words[2].split()
    if not words or posixpath.basename(words[0]) != "tar":
        return None
    return _tar(words[1:], workdir)


def _tar(words: list[str], workdir: str) -> Packed | None:
    members: list[tuple[str, str]] = []
    directory = workdir
    creates = False
    waiting = list(words)
    first = True
    while waiting:
        word = waiting.pop(0)
        letters = ""
        if word.startswith("--"):
            if word.startswith("--directory="):
                directory = posixpath.join(directory, word.partition("=")[2])
            elif word not in {"--create", "--gzip", "--file=-"}:
                return None
            creates = creates or word == "--create"
        elif word.startswith("-") and len(word) > 1:
            letters = word[1:]
        elif first and not word.startswith("/"):
            letters = word
        else:
            path = posixpath.normpath(posixpath.join(directory, word))
            members.append((path, posixpath.normpath(word.lstrip("/") or ".")))
        first = False
        for letter in letters:
            if letter == "C" and waiting:
                directory = posixpath.join(directory, waiting.pop(0))
            elif (letter == "f" and waiting and waiting.pop(0) != "-") or letter not in "cvzjJpCf":
                return None
            creates = creates or letter == "c"
    return Packed(tuple(members)) if creates and members else None


def _stage(image: Image) -> Stage:
    every = stages(image.dockerfile, dict(_known(image)))
    found = find_stage(every, image.target) if image.target else None
    return found or every.last


def _known(image: Image) -> list[tuple[str, str]]:
    return [(name, value) for name, value in image.build_args if value is not None]


def workdir_of(image: Image) -> str:
    """The directory that a container of the image starts in, as far as its Dockerfile says."""
    return final_state(_stage(image), None, dict(_known(image))).workdir
