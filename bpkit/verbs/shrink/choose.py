"""Chooses what of a fat image its program needs, from what is known without running it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bpkit.errors import InputError
from bpkit.image import (
    DEFAULT_PATH,
    Evidence,
    ImageConfig,
    Rootfs,
    Selection,
    Subject,
    databases,
    join,
    named_files,
    settled,
)
from bpkit.languages import is_interpreter_of_unknown_needs, is_launcher, language_of
from bpkit.verbs.shrink.draft import Draft, ShrinkWishes
from bpkit.verbs.shrink.links import with_targets
from bpkit.verbs.shrink.programs import libraries_of, opened_libraries
from bpkit.verbs.shrink.starts import Starts, starts
from bpkit.verbs.shrink.users import with_user
from bpkit.verbs.shrink.wants import with_openssl, with_tmp, with_wants

#: Why libraries are taken, which a base may have of its own.
LIBRARIES = "the loader and the libraries"
_MOST_HINTS = 12


@dataclass(frozen=True)
class Choice:
    """What is taken, how the small image is started, and what the user should know.

    ``hints`` are paths that may be wanted and are not taken; ``notes`` tell what was decided.
    ``rootfs`` is the file system that the small image will have (over its base, if it has one).
    """

    selection: Selection
    config: ImageConfig
    rootfs: Rootfs
    language: str = ""
    hints: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def choose(fat: Subject, evidence: Mapping[str, Evidence], wishes: ShrinkWishes) -> Choice:
    """What is taken of ``fat``, whose command is the one that the small image will have.

    ``evidence`` is by the real paths of programs. Raises InputError where the command can't be
    followed, or is of a language that is not known and nothing is said of what to keep.
    """
    draft = Draft(fat, evidence, wishes, starts(fat, evidence))
    _check_command(draft.started, wishes)
    draft = draft.taking("what is started", draft.started.of_files())
    draft = _with_languages(draft)
    draft = _with_kept(draft)
    draft = draft.with_selection(with_targets(fat.rootfs, draft.selection))
    draft = with_user(_with_libraries(draft))
    selection, absent = with_wants(fat, draft.selection, draft.fat.config)
    selection = settled(fat.rootfs, with_targets(fat.rootfs, selection))
    draft = draft.with_selection(selection).hinting(*(f"wants {text}" for text in absent))
    small = draft.small
    config = draft.fat.config
    return Choice(
        selection=selection,
        config=replace(config, env=_with_path(config.env, small)),
        rootfs=small,
        language=", ".join(dict.fromkeys(draft.languages)),
        hints=(*draft.hints, *_named_and_absent(draft, small)),
        notes=draft.notes,
    )


def _check_command(started: Starts, wishes: ShrinkWishes) -> None:
    if not started.links:
        raise InputError(
            "the image has neither ENTRYPOINT nor CMD: nothing says what it is to run",
            hint="write an ENTRYPOINT into the Dockerfile",
        )
    if started.links[0].node is None:
        raise InputError(
            f"the image's command {started.links[0].name} can't be started even now",
            hint="bpkit check says why",
        )
    for link in started.links:
        name = posixpath.basename(link.name)
        if is_launcher(name):
            raise InputError(
                f"the command is {name}, which starts the program and is none of it",
                hint='name the program itself, as in ENTRYPOINT ["node", "server.js"]',
            )
        if is_interpreter_of_unknown_needs(name) and not wishes.keep:
            raise InputError(
                f"what {name} needs of its own libraries is not known here",
                hint="name their directories with --keep, and prove the image with --probe",
            )


def _with_languages(draft: Draft) -> Draft:
    """What interpreters need, and their own files below /usr/share that their code names."""
    for link in draft.started.links:
        language = language_of(link)
        if link.node is None or language is None or language.needs is None:
            continue
        parts = language.needs.parts(draft.fat, link, draft.evidence)
        selection = draft.selection
        for group in parts.groups:
            selection = selection.with_group(group.why, group.paths)
        names = (*selection.left_out_names, *parts.left_out_names)
        selection = replace(
            selection,
            left_out=tuple(dict.fromkeys((*selection.left_out, *parts.left_out))),
            left_out_names=tuple(dict.fromkeys(names)),
        )
        draft = draft.with_selection(with_tmp(selection)).hinting(*parts.hints)
        draft = replace(draft, languages=(*draft.languages, language.title))
    if draft.languages:
        draft = draft.taking("files that the interpreter itself reads", _own_files(draft))
    return draft


def _own_files(draft: Draft) -> Iterator[str]:
    for evidence in draft.evidence.values():
        named = (text for text in evidence.texts if text.startswith("/usr/share/"))
        for path in named_files(draft.fat.rootfs, named, "/"):
            if draft.fat.rootfs.file(path) and not path.startswith("/usr/share/zoneinfo"):
                yield path


def _with_kept(draft: Draft) -> Draft:
    """What the user names, volumes, and the tables that functions of the C library read."""
    workdir = draft.fat.config.workdir
    for path in draft.wishes.keep:
        absolute = path if path.startswith("/") else join(workdir, path)
        if draft.fat.rootfs.resolve(absolute) is None:
            raise InputError(f"--keep {path}: there is no {absolute} in the image")
        draft = draft.taking("kept by the user", [absolute])
    draft = draft.taking("volumes", draft.wishes.volumes)
    if "/tmp" in draft.texts:
        draft = draft.with_selection(with_tmp(draft.selection))
    # An interpreter has the functions for all its scripts; few of them call these.
    tables = () if draft.languages else databases(draft.symbols)
    return draft.taking("tables that the C library reads", tables)


def _with_libraries(draft: Draft) -> Draft:
    """The libraries of all machine code that is taken so far, extension modules included."""
    rootfs, env = draft.fat.rootfs, draft.fat.config.process_env
    small = draft.small
    nodes = [one for one in small.nodes.values() if one.elf]
    clues = [draft.evidence[one.path].clues for one in nodes if one.path in draft.evidence]
    opened = opened_libraries(rootfs, clues, draft.symbols)
    programs = [one.path for one in nodes if one.elf and one.elf.interpreter]
    others = [one.path for one in nodes if one.path not in programs]
    found = dict.fromkeys(libraries_of(rootfs, programs, env, opened))
    found |= dict.fromkeys(libraries_of(rootfs, others, env))
    missing = [path for path in found if path not in small.nodes]
    selection = draft.selection.with_group(LIBRARIES, missing)
    selection, env = with_openssl(draft.fat, selection, found)
    return draft.with_selection(selection).with_env(env)


def _with_path(env: Mapping[str, str], small: Rootfs) -> dict[str, str]:
    """The environment with a PATH of those directories that are there, and the usual ones."""
    usual = DEFAULT_PATH.split(":")
    path = [d for d in env.get("PATH", "").split(":") if d in usual or small.is_directory(d)]
    return {name: ":".join(path) if name == "PATH" else value for name, value in env.items()}


def _named_and_absent(draft: Draft, small: Rootfs) -> list[str]:
    """Files of the fat image that the programs' texts name, and that are not taken."""
    if draft.languages:
        return []
    named = named_files(draft.fat.rootfs, draft.texts, draft.fat.config.workdir)
    absent = [path for path in named if small.resolve(path) is None]
    hints = [f"the program names {path}, which is not taken: --keep {path}" for path in absent]
    more = len(hints) - _MOST_HINTS
    return hints if more <= 0 else [*hints[:_MOST_HINTS], f"and {more} more paths"]
