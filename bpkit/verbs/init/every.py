"""``bpkit init --all``: a Dockerfile for each program in a directory, and a compose.yaml."""

from __future__ import annotations

import os
import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bpkit.core import Engine
from bpkit.errors import InputError
from bpkit.languages import (
    SeveralProgramsError,
    apart,
    candidates,
    image_name,
    is_lone,
    program_name,
    services,
)
from bpkit.project import FOREIGN, NewFile, as_it_is, is_sealed, sealed, write_together
from bpkit.verbs.init.project_files import read_listing
from bpkit.verbs.init.result import InitFile, InitResult
from bpkit.verbs.init.run import InitChoices, KeptDockerfileError, check_style, init

_COMPOSE = "compose.yaml"
_THEIRS = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")


@dataclass(frozen=True)
class InitProgram:
    """One of several programs: the directory of its Dockerfile, and the result of ``init``.

    ``entry`` is its name among several in one directory. ``problem`` is why there is no result.
    """

    context: str
    dockerfile: str
    result: InitResult | None
    problem: str = ""
    entry: str = ""


@dataclass(frozen=True)
class EveryProgram:
    """The programs, and the Compose file, if there is one."""

    programs: tuple[InitProgram, ...]
    compose: InitFile | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Planned:
    """A program, the choices for its ``init``, and the result before anything is written.

    ``is_optional``: the directory may have no program itself, if others are below it.
    """

    context: str
    choices: InitChoices
    result: InitResult | None = None
    problem: str = ""
    is_optional: bool = False

    @property
    def entry(self) -> str:
        return self.choices.wishes.entry


def init_every(
    choices: InitChoices, environ: Mapping[str, str] = os.environ, engine: Engine | None = None
) -> EveryProgram:
    """Write a Dockerfile for each program, each in its directory or several side by side.

    Raises InputError if no program is found, or no Dockerfile can be written.
    """
    check_style(choices.style)
    choices = replace(choices, wishes=replace(choices.wishes, is_one_of=True))
    planned = tuple(_everything(choices, environ, engine))
    has_program = any(one.result for one in planned)
    passed_over = [one for one in planned if one.problem and one.is_optional and has_program]
    planned = _named_apart(tuple(one for one in planned if one not in passed_over))
    if not any(one.result for one in planned):
        raise _nothing_written([one.problem for one in planned])
    found = tuple(_written(one, planned, environ, engine) for one in planned)
    made = [one for one in found if one.result]
    notes = [f"no Dockerfile for {one.problem}" for one in passed_over]
    notes += _left_from_before(choices.directory, found)
    text = sealed("init --all", compose_text(made))
    file = NewFile(_COMPOSE, text, as_it_is(choices.directory, _COMPOSE))
    theirs = [one for one in _THEIRS if as_it_is(choices.directory, one) is not None]
    is_theirs = file.state == FOREIGN or (theirs and theirs != [_COMPOSE])
    if is_theirs and not choices.force:
        notes.append(f"{theirs[0]} is left as it is; --force writes a compose.yaml")
        return EveryProgram(found, None, tuple(notes))
    if choices.write:
        write_together(choices.directory, [file], force=choices.force)
    compose = InitFile(file.name, file.text, file.before, file.state)
    return EveryProgram(found, compose, tuple(notes))


def _nothing_written(problems: Sequence[str]) -> InputError:
    """One error for all problems: their messages on its line, their hints on the next."""
    parts = [one.partition("\n") for one in problems]
    hints = dict.fromkeys(hint.strip() for _, _, hint in parts if hint.strip())
    messages = "; ".join(message for message, _, _ in parts)
    return InputError(messages or "no program found", hint=", or ".join(hints))


def _everything(
    choices: InitChoices, environ: Mapping[str, str], engine: Engine | None
) -> Iterator[_Planned]:
    """The programs of the directory itself, then those in directories below it."""
    listing = read_listing(choices.directory)
    at_top = [one for one in candidates(listing) if "/" not in one.file]
    beside = services(listing)
    if at_top:
        top = tuple(_of_folder(choices, ".", environ, engine))
        found = tuple(one.result.detected for one in top if one.result)
        if all(is_lone(one.file) for one in at_top):
            beside = tuple(one for one in beside if not is_lone(one.file))
        else:
            beside = apart(listing, tuple(one.language for one in at_top), found)
        yield from (replace(one, is_optional=bool(beside)) for one in top)
    for service in beside:
        own = replace(choices, directory=choices.directory / service.folder)
        planned = _of_folder(own, service.folder, environ, engine)
        yield from (replace(one, is_optional=bool(at_top)) for one in planned)
    if not at_top and not beside:
        yield from _of_folder(choices, ".", environ, engine)


def _of_folder(
    choices: InitChoices, context: str, environ: Mapping[str, str], engine: Engine | None
) -> Iterator[_Planned]:
    """The programs in one directory: one, or several in one or more languages."""
    unwritten = replace(choices, write=False)
    asked = replace(unwritten, wishes=replace(choices.wishes, every=True))
    try:
        init(asked, environ, engine)
        yield _Planned(context, choices, init(unwritten, environ, engine))
    except SeveralProgramsError as several:
        names = _names_of_files(several.entries)
        for entry in several.entries:
            wishes = replace(choices.wishes, entry=entry)
            name = f"Dockerfile.{names[entry]}"
            one = replace(choices, wishes=wishes, dockerfile=name, keep=False)
            yield _tried(one, context, environ, engine)
    except InputError as error:
        languages = [c.language for c in candidates(read_listing(choices.directory))]
        if choices.language or len(languages) < 2:
            yield _Planned(context, choices, problem=f"{context}: {error}")
            return
        for language in languages:
            name = f"Dockerfile.{language}"
            one = replace(choices, language=language, dockerfile=name, keep=False)
            yield _tried(one, context, environ, engine)


def _tried(
    choices: InitChoices, context: str, environ: Mapping[str, str], engine: Engine | None
) -> _Planned:
    try:
        return _Planned(context, choices, init(replace(choices, write=False), environ, engine))
    except InputError as error:
        of = choices.wishes.entry or choices.language
        return _Planned(context, choices, problem=f"{context}: {of}: {error}")


def _names_of_files(entries: Sequence[str]) -> dict[str, str]:
    """A name for each entry's Dockerfile: its file or directory, or its path if two are equal."""
    short = {entry: image_name(_stem(entry)) for entry in entries}
    clashes = {name for name, count in Counter(short.values()).items() if count > 1}
    return {
        entry: image_name(posixpath.normpath(entry).replace("/", "-")) if name in clashes else name
        for entry, name in short.items()
    }


def _stem(entry: str) -> str:
    """A program's short name: its file without suffix, its directory, or its module."""
    if entry in {".", "./"}:
        return "main"
    name = posixpath.basename(posixpath.normpath(entry.partition(":")[0]))
    stem, dot, suffix = name.rpartition(".")
    return stem if dot and stem and len(suffix) <= 4 else name


def _named_apart(planned: tuple[_Planned, ...]) -> tuple[_Planned, ...]:
    """The same programs with a unique name for each image, since a tag names only one."""
    names = [one.result.detected.name for one in planned if one.result]
    shared = {name for name, count in Counter(names).items() if count > 1}
    taken = set(names) - shared
    found = []
    for one in planned:
        name = one.result.detected.name if one.result else ""
        if name in shared:
            of = _stem(one.entry) if one.entry else one.choices.language
            wanted = program_name(of, name) if of else image_name(f"{one.context}-{name}")
            wanted = image_name(f"{name}-{of}") if wanted == name and of else wanted
            number = 2
            while wanted in taken:
                wanted, number = image_name(f"{one.context}-{of or name}-{number}"), number + 1
            taken.add(wanted)
            wishes = replace(one.choices.wishes, name=wanted)
            found.append(replace(one, choices=replace(one.choices, wishes=wishes)))
        else:
            found.append(one)
    return tuple(found)


def _written(
    one: _Planned,
    planned: Sequence[_Planned],
    environ: Mapping[str, str],
    engine: Engine | None,
) -> InitProgram:
    """The program's files, with a .dockerignore that fits all programs that share its context."""
    name, entry = one.choices.dockerfile, one.entry
    if one.result is None:
        return InitProgram(one.context, name, None, one.problem, entry)
    beside = tuple(
        other.result
        for other in planned
        if other.result and other is not one and other.context == one.context
    )
    try:
        result = init(replace(one.choices, beside=beside), environ, engine)
    except KeptDockerfileError as kept:
        # It is still a service: its existing Dockerfile builds it.
        return InitProgram(one.context, name, kept.result, entry=entry)
    except InputError as error:
        return InitProgram(one.context, name, None, f"{one.context}: {error}", entry)
    return InitProgram(one.context, name, result, entry=entry)


def _left_from_before(directory: Path, found: Sequence[InitProgram]) -> Iterator[str]:
    """Notes on Dockerfiles from an earlier ``bpkit init`` that no program has now."""
    written = {posixpath.normpath(f"{one.context}/{one.dockerfile}") for one in found}
    for file in sorted(directory.glob("Dockerfile*")):
        text = as_it_is(directory, file.name)
        if text is not None and is_sealed(text) and file.name not in written:
            yield (
                f"{file.name} is left over from an earlier 'bpkit init':"
                " remove it unless an image is still built from it"
            )


def compose_text(programs: Sequence[InitProgram]) -> str:
    """The Compose file that builds and starts the programs, each published on its own port."""
    lines = ["services:"]
    ports: set[tuple[int, str]] = set()
    for one in programs:
        if one.result is None:
            continue
        name = one.result.detected.name
        # The name that its Dockerfile gives, so that check, try and build use the same image.
        lines += [f"  {name}:", f"    image: {name}"]
        lines += ["    build:", f"      context: {_context(one.context)}"]
        if one.dockerfile != "Dockerfile":
            lines.append(f"      dockerfile: {one.dockerfile}")
        if port := one.result.detected.port:
            number, _, protocol = port.partition("/")
            outside = int(number)
            while (outside, protocol) in ports:
                outside += 1
            ports.add((outside, protocol))
            lines += ["    ports:", f'      - "{outside}:{port}"']
    return "\n".join([*lines, ""])


def _context(folder: str) -> str:
    return "." if folder == "." else f"./{folder}"
