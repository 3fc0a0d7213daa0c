"""Choose the files of an old image that its program needs: those that its files and its runs show,
and those that belong to either.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from bpkit.errors import InputError
from bpkit.image import DEFAULT_PATH, Evidence, ImageConfig, Rootfs, Selection, Subject, settled
from bpkit.languages import is_launcher, language_of
from bpkit.verbs.shrink.application import (
    LeftBehind,
    application_of,
    brought,
    has_version_control,
    histories_of,
    left_histories,
    sources_of,
)
from bpkit.verbs.shrink.doubts import (
    RUNS_ARGUMENTS,
    STARTS_OTHERS,
    named_and_absent,
    reasons_for_root,
    starts_what_nobody_knows,
    unread_programs,
    unused_packages,
    unused_programs,
    unused_state,
)
from bpkit.verbs.shrink.draft import LIBRARIES, Draft, ShrinkWishes
from bpkit.verbs.shrink.furniture import with_furniture
from bpkit.verbs.shrink.interpreters import covered_by_languages, with_languages
from bpkit.verbs.shrink.java_runtime import (
    LinkedRuntime,
    linked_runtime,
    without_desktop,
    without_printing,
)
from bpkit.verbs.shrink.links import with_targets
from bpkit.verbs.shrink.logins import unproven, with_logins
from bpkit.verbs.shrink.modules import left_modules, unloaded
from bpkit.verbs.shrink.named import with_kept, with_named, without_dropped
from bpkit.verbs.shrink.programs import libraries_of, opened_libraries
from bpkit.verbs.shrink.rounding import Rounding
from bpkit.verbs.shrink.seen import with_learned, with_state
from bpkit.verbs.shrink.starts import ScriptUses, Starts, starts
from bpkit.verbs.shrink.surroundings import Surroundings
from bpkit.verbs.shrink.unopened import unopened
from bpkit.verbs.shrink.users import with_user
from bpkit.verbs.shrink.wants import with_openssl, with_wants


@dataclass(frozen=True)
class Choice:
    """The files to keep, how the new image is started, and what the user should know.

    ``hints`` are about paths that may be needed and aren't kept; ``notes`` are about decisions.
    ``rootfs`` is the file system that the new image will have (over its base, if it has one).
    ``left`` are files that the Dockerfile adds and that aren't kept; ``proposals`` are the paths of
    the hints; ``unopened`` are files that are kept although no run opened them. ``unproven`` names
    other uses of the image than its own command. ``sources`` are the program's, which are worth
    reading although they are left out. ``runtime`` is Java's, if it is relinked.
    """

    selection: Selection
    config: ImageConfig
    rootfs: Rootfs
    language: str = ""
    hints: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    left: tuple[LeftBehind, ...] = ()
    proposals: tuple[str, ...] = ()
    unopened: tuple[LeftBehind, ...] = ()
    unproven: tuple[str, ...] = ()
    started: Starts = field(default_factory=lambda: Starts(()))
    sources: tuple[str, ...] = ()
    runtime: LinkedRuntime | None = None


def choose(
    fat: Subject,
    evidence: Mapping[str, Evidence],
    wishes: ShrinkWishes,
    around: Surroundings | None = None,
    scripts: Iterable[str] = (),
    uses: ScriptUses | None = None,
    *,
    links: bool = True,
) -> Choice:
    """The choice from ``fat``, whose command is the one that the new image will have.

    ``evidence`` is by the real paths of programs, scripts and modules; ``scripts`` are files that
    are known to be kept and that may be scripts; ``uses`` is what was found in these before. With
    ``links``, Java's runtime is relinked if possible. Raises InputError if the command can't be
    followed.
    """
    around = around or Surroundings()
    started = starts(fat, evidence, scripts, around.learned.commands, uses)
    draft = Draft(fat, evidence, wishes, started)
    _check_command(draft.started)
    draft = draft.taking("programs that are started", draft.started.of_files())
    draft = with_languages(draft, opened_only=wishes.rounding == "file" and around.traced)
    covered = covered_by_languages(draft)
    files = brought(fat.rootfs, around.base, around.packages, around.copies)
    compiled = _is_compiled(draft, files)
    draft = replace(draft, compiled=compiled).reading(around.sources if compiled else ())
    own, left = application_of(fat.rootfs, files, compiled=compiled, covered=covered)
    draft = draft.taking("the application", own)
    draft = with_learned(with_kept(with_named(draft)), around, covered)
    linked = linked_runtime(draft, around.learned.touched)[0] if links else None
    draft = without_desktop(draft, linked)
    draft = draft.with_selection(with_targets(fat.rootfs, draft.selection))
    in_base = frozenset(_packages_in(around))
    rounding = Rounding(fat.rootfs, around.packages, covered, in_base, wishes.rounding == "file")
    spare = unloaded(draft, around, rounding)
    draft = _rounded(draft, rounding, spare)
    unknown = compiled and starts_what_nobody_knows(draft)
    if unknown:
        draft = _with_named_packages(draft, rounding)
    draft = with_furniture(draft, around.packages)
    draft = with_logins(draft, around.packages, rounding)
    histories = histories_of(fat.rootfs, around.base)
    draft = _with_histories(draft, histories, around.learned.touched)
    draft = draft.with_selection(with_targets(fat.rootfs, draft.selection))
    draft = with_libraries(_rounded(with_libraries(draft), rounding, spare))
    reasons = reasons_for_root(draft, around, files)
    draft = with_user(draft, reasons)
    if reasons:
        draft = with_state(draft)
    selection, absent = with_wants(fat, draft.selection, draft.fat.config)
    selection = without_dropped(fat.rootfs, with_targets(fat.rootfs, selection), wishes.drop)
    selection = settled(fat.rootfs, selection)
    draft = draft.with_selection(selection).hinting(*(f"needs {text}" for text in absent))
    draft = draft.hinting(*unread_programs(draft))
    small, config = draft.small, draft.fat.config
    if links:
        runtime, told = linked_runtime(draft, around.learned.touched)
        if _without(runtime) != _without(linked):
            # Files kept since are in its way.
            whole = choose(fat, evidence, wishes, around, scripts, uses, links=False)
            return replace(whole, notes=(*whole.notes, *told))
        linked = runtime
        draft = draft.noting(*told)
    hints, proposals = named_and_absent(draft, small)
    draft = draft.hinting(
        *([STARTS_OTHERS] if unknown else ()),
        *([RUNS_ARGUMENTS] if draft.started.runs_arguments else ()),
    )
    return Choice(
        selection=selection,
        config=replace(config, env=_with_path(config.env, small)),
        rootfs=small,
        language=", ".join(dict.fromkeys(draft.languages)),
        hints=(*draft.hints, *hints),
        notes=draft.notes,
        left=(
            *left,
            *left_histories(fat.rootfs, small, histories),
            *unused_state(fat.rootfs, around, small),
            *left_modules(fat.rootfs, small, spare),
            *unused_packages(rounding, small),
            *unused_programs(rounding, small),
        ),
        proposals=proposals,
        unopened=unopened(fat.rootfs, small, around.learned.touched) if around.traced else (),
        unproven=unproven(draft),
        started=draft.started,
        sources=sources_of(files) if compiled else (),
        runtime=linked,
    )


def _without(runtime: LinkedRuntime | None) -> LinkedRuntime | None:
    """The runtime as it is without its archive of classes, which --drop may have left out since."""
    return replace(runtime, archived=False) if runtime else None


def _packages_in(around: Surroundings) -> Iterator[str]:
    """The packages that the base image already has."""
    if around.base is None:
        return
    for package in around.packages.by_name.values():
        files = [p for p in package.paths if p in around.base.nodes]
        if files and len(files) == len(package.paths):
            yield package.name


def _check_command(started: Starts) -> None:
    if not started.links:
        raise InputError(
            "the image has neither ENTRYPOINT nor CMD, so the program to run is not known",
            hint="write an ENTRYPOINT in the Dockerfile",
        )
    if started.links[0].node is None:
        raise InputError(
            f"the old image can't start its own command {started.links[0].name}",
            hint="run 'bpkit check' to see why",
        )
    name = posixpath.basename(started.links[0].name)
    if is_launcher(name):
        raise InputError(
            f"the command is {name}, which only starts the program",
            hint='start the program itself, as in ENTRYPOINT ["node", "server.js"]',
        )


def _is_compiled(draft: Draft, files: frozenset[str]) -> bool:
    """Whether the Dockerfile's program is machine code: the command itself, even if it starts
    interpreted ones; or any program that is started, if no interpreter is."""
    links = draft.started.links[:1] if draft.languages else draft.started.links
    return any(
        link.node is not None
        and link.node.elf is not None
        and link.node.path in files
        and language_of(link) is None
        for link in links
    )


def _rounded(draft: Draft, rounding: Rounding, spare: frozenset[str]) -> Draft:
    used = [path for path, node in draft.small.nodes.items() if node.kind != "directory"]
    for name, paths in rounding.of_used(used).items():
        mine = (path for path in paths if path not in spare)
        draft = draft.taking(f"files that belong to {name}", mine)
    named = rounding.asked_for_programs()
    words = frozenset[str]().union(
        *(one.words | one.imports.texts for one in draft.evidence.values()), draft.started.words
    )
    called = [path for name, path in named.items() if name in words]
    return draft.taking("programs of installed packages that are named", called)


def _with_histories(draft: Draft, histories: frozenset[str], seen: frozenset[str]) -> Draft:
    """With version control directories, if the program is kept or a run read some of them."""
    there = has_version_control(draft.small)
    read = sorted(
        one for one in histories if there or any(path.startswith(f"{one}/") for path in seen)
    )
    draft = draft.taking("the version control history", read)
    # Otherwise they are left out of the application's directories.
    kept = (*draft.selection.kept, *read)
    return draft.with_selection(replace(draft.selection, kept=kept))


def _with_named_packages(draft: Draft, rounding: Rounding) -> Draft:
    """With the programs of packages that the Dockerfile installs by name, if the program starts
    others that nothing names: they were installed for it."""
    programs = rounding.asked_for_programs()
    if not programs:
        return draft
    draft = draft.taking("programs of packages that are installed by name", programs.values())
    names = ", ".join(sorted(programs)[:6]) + (" …" if len(programs) > 6 else "")
    return draft.noting(
        f"the program starts others that are not known: kept all programs of the packages "
        f"that are installed by name ({names}); pass --drop for those that it doesn't start"
    )


def with_libraries(draft: Draft) -> Draft:
    """With the libraries of all machine code kept so far, including extension modules."""
    rootfs, env = draft.fat.rootfs, draft.fat.config.process_env
    small = draft.small
    nodes = [one for one in small.nodes.values() if one.elf]
    clues = [draft.evidence[one.path].clues for one in nodes if one.path in draft.evidence]
    opened = without_printing(draft, opened_libraries(rootfs, clues, draft.symbols))
    programs = [one.path for one in nodes if one.elf and one.elf.interpreter]
    others = [one.path for one in nodes if one.path not in programs]
    found = dict.fromkeys(libraries_of(rootfs, programs, env, opened))
    found |= dict.fromkeys(libraries_of(rootfs, others, env))
    missing = [path for path in found if path not in small.nodes]
    selection = draft.selection.with_group(LIBRARIES, missing)
    selection, env = with_openssl(draft.fat, selection, found)
    return draft.with_selection(selection).with_env(env)


def _with_path(env: Mapping[str, str], small: Rootfs) -> dict[str, str]:
    """The environment with a PATH of the directories that exist and the usual ones."""
    usual = DEFAULT_PATH.split(":")
    path = [d for d in env.get("PATH", "").split(":") if d in usual or small.is_directory(d)]
    return {name: ":".join(path) if name == "PATH" else value for name, value in env.items()}
