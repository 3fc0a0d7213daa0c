"""Chooses what of a fat image its program needs, from what is known without running it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from bpkit.accounts import AccountError, identity_of, is_numeric
from bpkit.checks.chain import SHELLS, Link
from bpkit.checks.subject import Subject
from bpkit.clues import Clues
from bpkit.errors import InputError
from bpkit.image_config import DEFAULT_PATH, ImageConfig
from bpkit.rootfs import Identity, Node, Rootfs, join
from bpkit.shrinking import java, node, python
from bpkit.shrinking.evidence import Evidence, databases, named_files
from bpkit.shrinking.language import Language
from bpkit.shrinking.links import with_targets
from bpkit.shrinking.programs import libraries_of, opened_libraries
from bpkit.shrinking.selection import Selection, on_the_way, settled, taken
from bpkit.shrinking.starts import Starts, starts
from bpkit.shrinking.wants import with_openssl, with_tmp, with_wants

LANGUAGES: tuple[Language, ...] = (python, node, java)
#: An account that no distribution gives to anybody; distroless images call it nonroot.
NONROOT = "65532:65532"
#: Interpreters whose libraries are not known here.
_OTHERS = ("ruby", "perl", "php", "dotnet", "mono", "Rscript", "lua", "julia", "erl", "tclsh")
_INSTALLERS = frozenset({"npm", "npx", "yarn", "pnpm", "pipenv", "poetry", "uv", "mvn", "gradle"})
_MOST_HINTS = 12
#: Why libraries are taken, which a base may have of its own.
LIBRARIES = "the loader and the libraries"


@dataclass(frozen=True)
class Wishes:
    """What the user wants besides: paths to keep, the numeric user (empty: decide)."""

    keep: tuple[str, ...] = ()
    user: str = ""
    volumes: tuple[str, ...] = ()


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


@dataclass
class _Work:
    """The choice as it grows."""

    fat: Subject
    evidence: Mapping[str, Evidence]
    wishes: Wishes
    begun: Starts
    selection: Selection = field(default_factory=Selection)
    languages: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def choose(fat: Subject, evidence: Mapping[str, Evidence], wishes: Wishes) -> Choice:
    """What is taken of ``fat``, whose command is the one that the small image will have.

    ``evidence`` is by the real paths of programs. Raises InputError where the command can't be
    followed, or is of a language that is not known and nothing is said of what to keep.
    """
    work = _Work(fat, evidence, wishes, starts(fat, evidence))
    _check_command(work)
    _take_programs(work)
    _take_languages(work)
    _take_kept(work)
    work.selection = with_targets(fat.rootfs, work.selection)
    _take_libraries(work)
    config = _with_user(work)
    work.selection, absent = with_wants(fat, work.selection, config)
    work.selection = settled(fat.rootfs, with_targets(fat.rootfs, work.selection))
    small = taken(fat.rootfs, work.selection)
    config = replace(config, env=_with_path(config.env, small))
    work.hints += [f"wants {text}" for text in absent]
    work.hints += _named_and_absent(work, small)
    return Choice(
        selection=work.selection,
        config=config,
        rootfs=small,
        language=", ".join(dict.fromkeys(work.languages)),
        hints=tuple(dict.fromkeys(work.hints)),
        notes=tuple(dict.fromkeys(work.notes)),
    )


def _check_command(work: _Work) -> None:
    links = work.begun.links
    if not links:
        raise InputError(
            "the image has neither ENTRYPOINT nor CMD: nothing says what it is to run",
            hint="write an ENTRYPOINT into the Dockerfile",
        )
    if links[0].node is None:
        raise InputError(
            f"the image's command {links[0].name} can't be started even now",
            hint="bpkit check says why",
        )
    for link in links:
        name = posixpath.basename(link.name)
        if name in _INSTALLERS:
            raise InputError(
                f"the command is {name}, which starts the program and is none of it",
                hint='name the program itself, as in ENTRYPOINT ["node", "server.js"]',
            )
        if name.rstrip("0123456789.") in _OTHERS and not work.wishes.keep:
            raise InputError(
                f"what {name} needs of its own libraries is not known here",
                hint="name their directories with --keep, and prove the image with --probe",
            )


def _take_programs(work: _Work) -> None:
    paths = [p for path in work.begun.of_files() for p in on_the_way(work.fat.rootfs, path)]
    work.selection = work.selection.with_group("what is started", paths)


def _take_languages(work: _Work) -> None:
    for link in work.begun.links:
        language = next((one for one in LANGUAGES if link.node and one.runs(link)), None)
        if language is None:
            continue
        parts = language.parts(work.fat, link, work.evidence)
        for group in parts.groups:
            work.selection = work.selection.with_group(group.why, group.paths)
        work.selection = replace(
            work.selection,
            left_out=tuple(dict.fromkeys((*work.selection.left_out, *parts.left_out))),
            left_out_names=tuple(
                dict.fromkeys((*work.selection.left_out_names, *parts.left_out_names))
            ),
        )
        work.selection = with_tmp(work.selection)
        work.languages.append(language.NAME)
        work.hints += parts.hints


def _take_kept(work: _Work) -> None:
    """What the user names, and the volumes; a path that is not there is the user's slip."""
    kept: list[str] = []
    for path in work.wishes.keep:
        absolute = path if path.startswith("/") else join(work.fat.config.workdir, path)
        found = list(on_the_way(work.fat.rootfs, absolute))
        if not found:
            raise InputError(f"--keep {path}: there is no {absolute} in the image")
        kept += found
    work.selection = work.selection.with_group("kept by the user", kept)
    volumes = [p for path in work.wishes.volumes for p in on_the_way(work.fat.rootfs, path)]
    work.selection = work.selection.with_group("volumes", volumes)
    if "/tmp" in _texts_of_programs(work):
        work.selection = with_tmp(work.selection)
    tables = [p for path in _tables(work) for p in on_the_way(work.fat.rootfs, path)]
    work.selection = work.selection.with_group("tables that the C library reads", tables)


def _tables(work: _Work) -> tuple[str, ...]:
    symbols = frozenset[str]().union(*(e.symbols for e in _of_programs(work).values()))
    # An interpreter has the functions for all its scripts; few of them call these.
    return () if work.languages else databases(symbols)


def _of_programs(work: _Work) -> dict[str, Evidence]:
    """The evidence of the programs that are started, shells and wrappers left out."""
    return {
        link.node.path: work.evidence[link.node.path]
        for link in work.begun.links
        if link.node and link.node.path in work.evidence and not _is_shell(link)
    }


def _is_shell(link: Link) -> bool:
    return posixpath.basename(link.name) in SHELLS


def _texts_of_programs(work: _Work) -> frozenset[str]:
    return frozenset[str]().union(*(e.texts for e in _of_programs(work).values()))


def _take_libraries(work: _Work) -> None:
    """The libraries of all machine code that is taken so far, extension modules included."""
    rootfs = work.fat.rootfs
    env = work.fat.config.process_env
    own = _own_files(work)
    work.selection = work.selection.with_group("files that the interpreter itself reads", own)
    nodes = [node for node in taken(rootfs, work.selection).nodes.values() if node.elf]
    symbols = frozenset[str]().union(*(e.symbols for e in _of_programs(work).values()))
    started = [replace(n, clues=_clues(work, n)) for n in nodes]
    opened = opened_libraries(rootfs, started, symbols)
    programs = [node.path for node in nodes if node.elf and node.elf.interpreter]
    others = [node.path for node in nodes if node.path not in programs]
    found = dict.fromkeys(libraries_of(rootfs, programs, env, opened))
    found |= dict.fromkeys(libraries_of(rootfs, others, env))
    there = taken(rootfs, work.selection).nodes
    missing = [path for path in found if path not in there]
    work.selection = work.selection.with_group(LIBRARIES, missing)
    work.selection, env = with_openssl(work.fat, work.selection, found)
    work.fat = replace(work.fat, config=replace(work.fat.config, env=env))


def _clues(work: _Work, node: Node) -> Clues | None:
    known = work.evidence.get(node.path)
    return known.clues if known else None


def _own_files(work: _Work) -> Iterator[str]:
    """Regular files below /usr/share that the interpreter's own machine code names."""
    if not work.languages:
        return
    rootfs = work.fat.rootfs
    for evidence in work.evidence.values():
        named = (text for text in evidence.texts if text.startswith("/usr/share/"))
        for path in named_files(rootfs, named, "/"):
            if rootfs.file(path) and not path.startswith("/usr/share/zoneinfo"):
                yield from on_the_way(rootfs, path)


def _with_user(work: _Work) -> ImageConfig:
    """The configuration with a numeric user that is not root, unless that is asked for."""
    config, wishes = work.fat.config, work.wishes
    given = wishes.user or config.user
    try:
        who = identity_of(work.fat.rootfs, given)
    except AccountError as error:
        raise InputError(f"USER {given}: {error}", hint="give a number: --user 1000:1000") from None
    if wishes.user or (given and who.uid != 0):
        user = given if is_numeric(given) else f"{who.uid}:{min(who.gids)}"
    else:
        user = NONROOT
        work.notes.append(
            f"USER was root and is {NONROOT} now, who may write to /tmp and to volumes only; "
            "--user 0 keeps root"
        )
    _give(work, user, became_other=who.uid == 0 and user == NONROOT)
    return replace(config, user=user)


def _with_path(env: Mapping[str, str], small: Rootfs) -> dict[str, str]:
    """The environment with a PATH of those directories that are there, and the usual ones."""
    usual = DEFAULT_PATH.split(":")
    path = [d for d in env.get("PATH", "").split(":") if d in usual or small.is_directory(d)]
    return {name: ":".join(path) if name == "PATH" else value for name, value in env.items()}


def _give(work: _Work, user: str, *, became_other: bool) -> None:
    """See to it that the new user can read what it needs, and write where root did."""
    if not became_other:
        return
    who = Identity(int(user.partition(":")[0]), frozenset({int(user.partition(":")[2] or 0)}))
    small = taken(work.fat.rootfs, work.selection)
    closed = [
        path
        for path, node in small.nodes.items()
        if path != "/" and node.kind in {"file", "directory"} and not _is_readable(small, node, who)
    ]
    topmost = [path for path in closed if posixpath.dirname(path) not in closed]
    volumes = tuple(p for p in work.wishes.volumes if work.fat.rootfs.is_directory(p))
    work.selection = replace(work.selection, opened=tuple(topmost), given=volumes)
    if topmost:
        work.notes.append(f"opened for the new user: {', '.join(topmost[:5])}")


def _is_readable(rootfs: Rootfs, node: Node, who: Identity) -> bool:
    """Whether the mode of the node alone lets ``who`` read it, and enter it."""
    alone = Rootfs({node.path: node})
    return alone.allowed(node, who, 5 if node.kind == "directory" else 4)


def _named_and_absent(work: _Work, small: Rootfs) -> list[str]:
    """Files of the fat image that the programs' texts name, and that are not taken."""
    if work.languages:
        return []
    rootfs, workdir = work.fat.rootfs, work.fat.config.workdir
    named = named_files(rootfs, _texts_of_programs(work), workdir)
    absent = [path for path in named if small.resolve(path) is None]
    hints = [f"the program names {path}, which is not taken: --keep {path}" for path in absent]
    more = len(hints) - _MOST_HINTS
    return hints if more <= 0 else [*hints[:_MOST_HINTS], f"and {more} more paths"]
