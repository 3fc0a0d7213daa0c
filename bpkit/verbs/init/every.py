"""``bpkit init --all``: a Dockerfile for each program of a directory, and a compose.yaml."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bpkit.core import Engine
from bpkit.errors import InputError
from bpkit.languages import SeveralProgramsError, candidates, image_name, services
from bpkit.project import FOREIGN, NewFile, as_it_is, sealed, write_together
from bpkit.verbs.init.project_files import read_listing
from bpkit.verbs.init.result import InitFile, InitResult
from bpkit.verbs.init.run import InitChoices, init

_COMPOSE = "compose.yaml"
_THEIRS = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")


@dataclass(frozen=True)
class InitProgram:
    """One program of several: where its Dockerfile is built, and what ``init`` came to.

    ``problem`` is why there is no result.
    """

    context: str
    dockerfile: str
    result: InitResult | None
    problem: str = ""


@dataclass(frozen=True)
class EveryProgram:
    """The programs, and the compose file, if one was made."""

    programs: tuple[InitProgram, ...]
    compose: InitFile | None
    notes: tuple[str, ...] = ()


def init_every(
    choices: InitChoices, environ: Mapping[str, str] = os.environ, engine: Engine | None = None
) -> EveryProgram:
    """Write a Dockerfile for each program, in its folder, or beside each other.

    Raises InputError where no program is found, or none can be written for.
    """
    found = tuple(_programs(choices, environ, engine))
    made = [one for one in found if one.result]
    if not made:
        raise InputError("; ".join(one.problem for one in found) or "no program was found")
    text = sealed("init --all", compose_text(made))
    notes = []
    file = NewFile(_COMPOSE, text, as_it_is(choices.directory, _COMPOSE))
    theirs = [one for one in _THEIRS if as_it_is(choices.directory, one) is not None]
    is_theirs = file.state == FOREIGN or (theirs and theirs != [_COMPOSE])
    if is_theirs and not choices.force:
        notes.append(f"{theirs[0]} stays as it is; --force writes a compose.yaml")
        return EveryProgram(found, None, tuple(notes))
    if choices.write:
        write_together(choices.directory, [file], force=choices.force)
    return EveryProgram(found, InitFile(file.name, file.text, file.before, file.state))


def _programs(
    choices: InitChoices, environ: Mapping[str, str], engine: Engine | None
) -> Iterator[InitProgram]:
    listing = read_listing(choices.directory)
    is_one_project = any("/" not in one.file for one in candidates(listing))
    beside = () if is_one_project else services(listing)
    if len(beside) > 1:
        for service in beside:
            own = replace(choices, directory=choices.directory / service.folder)
            yield _program(own, environ, engine, service.folder)
        return
    wishes = replace(choices.wishes, every=True)
    try:
        result = init(replace(choices, wishes=wishes, write=False), environ, engine)
    except SeveralProgramsError as several:
        for entry in several.entries:
            name = (
                f"Dockerfile.{image_name(Path(entry).name if entry not in {'.', './'} else 'main')}"
            )
            one = replace(choices, wishes=replace(choices.wishes, entry=entry), dockerfile=name)
            yield _program(replace(one, keep=False), environ, engine, ".")
        return
    del result
    yield _program(choices, environ, engine, ".")


def _program(
    choices: InitChoices, environ: Mapping[str, str], engine: Engine | None, context: str
) -> InitProgram:
    try:
        result = init(choices, environ, engine)
    except InputError as error:
        return InitProgram(context, choices.dockerfile, None, f"{context}: {error}")
    return InitProgram(context, choices.dockerfile, result)


def compose_text(programs: Sequence[InitProgram]) -> str:
    """The compose file that builds and starts the programs, each on a port of its own."""
    lines = ["services:"]
    names: set[str] = set()
    ports: set[int] = set()
    for one in programs:
        if one.result is None:
            continue
        name = one.result.detected.name
        if name in names:
            name = image_name(f"{one.context}-{name}")
        names.add(name)
        lines += [f"  {name}:", "    build:", f"      context: {_context(one.context)}"]
        if one.dockerfile != "Dockerfile":
            lines.append(f"      dockerfile: {one.dockerfile}")
        if port := one.result.detected.port:
            outside = int(port)
            while outside in ports:
                outside += 1
            ports.add(outside)
            lines += ["    ports:", f'      - "{outside}:{port}"']
    return "\n".join([*lines, ""])


def _context(folder: str) -> str:
    return "." if folder == "." else f"./{folder}"
