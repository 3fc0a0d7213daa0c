"""Chooses what of a fat image its program needs: what its files show, what runs of it showed, and
what belongs to both."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from bpkit.errors import InputError
from bpkit.image import (
    DEFAULT_PATH,
    Evidence,
    ImageConfig,
    MadeFile,
    Node,
    Packages,
    Rootfs,
    Selection,
    Subject,
    databases,
    is_engines,
    join,
    named_files,
    on_the_way,
    settled,
)
from bpkit.languages import SHARED, is_launcher, language_of
from bpkit.verbs.shrink.application import (
    LeftBehind,
    application_of,
    brought,
    is_of_tools,
    sources_of,
    state_of_package,
)
from bpkit.verbs.shrink.draft import EMPTY, Draft, ShrinkWishes
from bpkit.verbs.shrink.furniture import with_furniture
from bpkit.verbs.shrink.learned import Learned
from bpkit.verbs.shrink.links import with_targets
from bpkit.verbs.shrink.programs import libraries_of, opened_libraries
from bpkit.verbs.shrink.rounding import Rounding, is_library
from bpkit.verbs.shrink.starts import Starts, starts
from bpkit.verbs.shrink.users import with_user
from bpkit.verbs.shrink.wants import with_openssl, with_tmp, with_wants

#: Why libraries are taken, which a base may have of its own.
LIBRARIES = "the loader and the libraries"
_STARTS_OTHERS = (
    "the program can start other programs (os/exec), and nothing shows which: --keep them, and ask "
    "for what needs them by a probe"
)
#: Where services keep process numbers, sockets, logs and data.
_STATE = "/run /var/run /run/lock /var/log /var/lib /var/cache /var/tmp /var/spool /srv /home"
_MOST_HINTS = 12
#: A directory that a program reads is taken whole, if it is no more than that.
_MOST_LISTED = 32 << 20


@dataclass(frozen=True)
class Surroundings:
    """What is known of a fat image besides its files: the base image's files, the packages, where
    COPY and ADD put files, and what runs of it showed (``traced``: whether any was watched)."""

    base: Rootfs | None = None
    packages: Packages = field(default_factory=Packages)
    copies: tuple[str, ...] = ()
    learned: Learned = field(default_factory=Learned)
    traced: bool = False


@dataclass(frozen=True)
class Choice:
    """What is taken, how the small image is started, and what the user should know.

    ``hints`` are paths that may be wanted and are not taken; ``notes`` tell what was decided.
    ``rootfs`` is the file system that the small image will have (over its base, if it has one).
    ``left`` is what the Dockerfile brings and that is not taken; ``proposals`` are the paths of
    the hints. ``sources`` are of the program, and are worth reading though they stay behind.
    """

    selection: Selection
    config: ImageConfig
    rootfs: Rootfs
    language: str = ""
    hints: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    left: tuple[LeftBehind, ...] = ()
    proposals: tuple[str, ...] = ()
    started: Starts = field(default_factory=lambda: Starts(()))
    sources: tuple[str, ...] = ()


def choose(
    fat: Subject,
    evidence: Mapping[str, Evidence],
    wishes: ShrinkWishes,
    around: Surroundings | None = None,
    scripts: Iterable[str] = (),
) -> Choice:
    """What is taken of ``fat``, whose command is the one that the small image will have.

    ``evidence`` is by the real paths of programs, scripts and modules; ``scripts`` are files that
    are known to be taken and that may be scripts. Raises InputError where the command can't be
    followed.
    """
    around = around or Surroundings()
    draft = Draft(fat, evidence, wishes, starts(fat, evidence, scripts, around.learned.commands))
    _check_command(draft.started)
    draft = draft.taking("what is started", draft.started.of_files())
    draft = _with_languages(draft)
    covered = _covered(draft)
    files = brought(fat.rootfs, around.base, around.packages, around.copies)
    compiled = not draft.languages and _is_compiled(draft, files)
    own, left = application_of(fat.rootfs, files, compiled=compiled, covered=covered)
    draft = draft.taking("the application", own)
    draft = _with_named(draft)
    draft = _with_kept(draft)
    draft = _with_learned(draft, around, covered)
    draft = draft.with_selection(with_targets(fat.rootfs, draft.selection))
    in_base = frozenset(_packages_in(around))
    rounding = Rounding(fat.rootfs, around.packages, covered, in_base, wishes.rounding == "file")
    draft = _rounded(draft, rounding)
    draft = with_furniture(draft, around.packages)
    draft = draft.with_selection(with_targets(fat.rootfs, draft.selection))
    draft = _with_libraries(draft)
    draft = _rounded(draft, rounding)
    draft = _with_libraries(draft)
    reasons = _reasons_for_root(draft, around, files)
    draft = with_user(draft, reasons)
    if reasons:
        draft = _with_state(draft)
    selection, absent = with_wants(fat, draft.selection, draft.fat.config)
    selection = _without_dropped(fat.rootfs, with_targets(fat.rootfs, selection), wishes.drop)
    selection = settled(fat.rootfs, selection)
    draft = draft.with_selection(selection).hinting(*(f"wants {text}" for text in absent))
    small = draft.small
    config = draft.fat.config
    hints, proposals = _named_and_absent(draft, small)
    if compiled and not around.learned.commands[1:] and _starts_what_nobody_knows(draft):
        draft = draft.hinting(_STARTS_OTHERS)
    return Choice(
        selection=selection,
        config=replace(config, env=_with_path(config.env, small)),
        rootfs=small,
        language=", ".join(dict.fromkeys(draft.languages)),
        hints=(*draft.hints, *hints),
        notes=draft.notes,
        left=(*left, *_unused_state(fat.rootfs, around, small), *_unused(rounding, small)),
        proposals=proposals,
        started=draft.started,
        sources=sources_of(files) if compiled else (),
    )


def _packages_in(around: Surroundings) -> Iterator[str]:
    """The packages that the base image has already."""
    if around.base is None:
        return
    for package in around.packages.by_name.values():
        files = [p for p in package.paths if p in around.base.nodes]
        if files and len(files) == len(package.paths):
            yield package.name


def _unused_state(rootfs: Rootfs, around: Surroundings, small: Rootfs) -> Iterator[LeftBehind]:
    """Data that packages' scripts made when they were installed, and that is not taken."""
    found: dict[str, list[Node]] = {}
    under = around.base.nodes if around.base else {}
    for path, node in rootfs.nodes.items():
        if node.kind == "file" and path not in around.packages.owners and path not in under:
            directory = state_of_package(path, around.packages)
            if directory and path not in small.nodes and not is_of_tools(path):
                found.setdefault(directory, []).append(node)
    for directory, nodes in sorted(found.items()):
        why = "data that the installation of a package made, of which nothing seen is used"
        yield LeftBehind(directory, why, len(nodes), sum(node.size for node in nodes))


def _unused(rounding: Rounding, small: Rootfs) -> Iterator[LeftBehind]:
    used = [path for path, node in small.nodes.items() if node.kind == "file"]
    for package, size in rounding.unused(used):
        count = sum(rounding.fat.nodes[path].kind == "file" for path in package.paths)
        why = "the package is installed by name, and nothing seen calls its programs"
        yield LeftBehind(package.name, why, count, size)


def _check_command(started: Starts) -> None:
    if not started.links:
        raise InputError(
            "the image has neither ENTRYPOINT nor CMD: nothing says what it is to run",
            hint="write an ENTRYPOINT into the Dockerfile",
        )
    if started.links[0].node is None:
        raise InputError(
            f"the image's command {started.links[0].name} can't be started even now",
            hint="run 'bpkit check' to see why",
        )
    name = posixpath.basename(started.links[0].name)
    if is_launcher(name):
        raise InputError(
            f"the command is {name}, which starts the program and is none of it",
            hint='name the program itself, as in ENTRYPOINT ["node", "server.js"]',
        )


def _is_compiled(draft: Draft, files: frozenset[str]) -> bool:
    """Whether a program that the Dockerfile brings is started, and is machine code."""
    return any(
        link.node and link.node.elf and link.node.path in files for link in draft.started.links
    )


def _with_languages(draft: Draft) -> Draft:
    """What interpreters need, and their own files below /usr/share that their code names."""
    config = draft.fat.config
    left_out: dict[str, frozenset[str]] = {}
    for link in draft.started.links:
        language = language_of(link)
        if link.node is None or language is None or language.needs is None:
            continue
        directory = draft.started.directory(link, config.workdir)
        subject = replace(draft.fat, config=replace(config, workdir=directory))
        parts = language.needs.parts(subject, link, draft.evidence)
        selection = draft.selection
        for group in parts.groups:
            selection = selection.with_group(group.why, group.paths)
        names = (*selection.left_out_names, *parts.left_out_names)
        selection = replace(selection, left_out_names=tuple(dict.fromkeys(names)))
        # One that runs two programs leaves out what neither wants.
        gone = frozenset(parts.left_out)
        left_out[link.node.path] = left_out.get(link.node.path, gone) & gone
        draft = draft.with_selection(with_tmp(selection)).hinting(*parts.hints)
        draft = replace(draft, languages=(*draft.languages, language.title))
    gone = frozenset[str]().union(*left_out.values())
    draft = draft.with_selection(replace(draft.selection, left_out=tuple(sorted(gone))))
    if draft.languages:
        draft = draft.taking("files that the interpreter itself reads", _own_files(draft))
    return draft


def _covered(draft: Draft) -> tuple[str, ...]:
    """Directories of which a language chooses."""
    nodes = draft.fat.rootfs.nodes
    return tuple(p for p in draft.selection.paths if nodes[p].kind == "directory")


def _own_files(draft: Draft) -> Iterator[str]:
    for evidence in draft.evidence.values():
        named = (text for text in evidence.texts if text.startswith("/usr/share/"))
        for path in named_files(draft.fat.rootfs, named, "/"):
            if draft.fat.rootfs.file(path) and not path.startswith("/usr/share/zoneinfo"):
                yield path


def _with_named(draft: Draft) -> Draft:
    """What the command, the environment and the scripts name; and directories to be written to."""
    rootfs, config = draft.fat.rootfs, draft.fat.config
    covered = tuple(f"{path}/" for path in _covered(draft))
    named = [p for p in draft.started.files if not p.startswith(covered)]
    draft = draft.taking("what the command and its scripts name", named)
    values = (part for value in config.env.values() for part in value.split(":"))
    in_env = [v for v in values if v.startswith("/") and _is_file_or_empty(rootfs, v)]
    draft = draft.taking("what the environment names", in_env)
    workdir = rootfs.resolve(config.workdir)
    empty = []
    if workdir and workdir.kind == "directory" and workdir.path not in SHARED.split():
        empty = [
            path
            for path in (workdir.path, *rootfs.descendants(workdir.path))
            if rootfs.nodes[path].kind == "directory" and path not in rootfs.children
        ]
    return draft.taking(EMPTY, empty)


def _is_file_or_empty(rootfs: Rootfs, path: str) -> bool:
    node = rootfs.resolve(path)
    if node is None or node.path in SHARED.split():
        return False
    return node.kind == "file" or (node.kind == "directory" and node.path not in rootfs.children)


def kept_paths(rootfs: Rootfs, workdir: str, wish: str) -> tuple[str, ...]:
    """The paths that ``--keep wish`` means: one path, or all that a pattern matches.

    Raises InputError where that is nothing.
    """
    absolute = join(wish) if wish.startswith("/") else join(workdir, wish)
    if rootfs.resolve(absolute) is not None:
        return (absolute,)
    if any(sign in absolute for sign in "*?["):
        deep = absolute.count("/")
        found = tuple(
            path for path in rootfs.nodes if path.count("/") == deep and fnmatchcase(path, absolute)
        )
        if found:
            return found
    raise InputError(
        f"--keep {wish}: {absolute} is not in the image",
        hint="run 'docker run --rm --entrypoint ls IMAGE -d PATH' to see what is there",
    )


def _with_kept(draft: Draft) -> Draft:
    """What the user names, whole; volumes, and the tables that functions of the C library read."""
    rootfs, workdir = draft.fat.rootfs, draft.fat.config.workdir
    kept: list[str] = []
    for wish in draft.wishes.keep:
        kept += kept_paths(rootfs, workdir, wish)
    draft = draft.taking("kept by the user", kept)
    real = tuple(node.path for path in kept if (node := rootfs.resolve(path)))
    draft = draft.with_selection(_spared(draft.selection, real))
    draft = draft.taking("volumes", draft.wishes.volumes)
    if "/tmp" in draft.texts:
        draft = draft.with_selection(with_tmp(draft.selection))
    # An interpreter has the functions for all its scripts; few of them call these.
    tables = () if draft.languages else databases(draft.symbols)
    return draft.taking("tables that the C library reads", tables)


def _spared(selection: Selection, kept: tuple[str, ...]) -> Selection:
    """The selection that leaves nothing out at or below what the user keeps."""
    if not kept:
        return selection
    below = tuple(f"{path.rstrip('/')}/" for path in kept)
    left_out = tuple(p for p in selection.left_out if p not in kept and not p.startswith(below))
    names = tuple(
        one
        for one in selection.left_out_names
        if one.directory not in kept and not one.directory.startswith(below)
    )
    return replace(selection, left_out=left_out, left_out_names=names, kept=kept)


def _with_learned(draft: Draft, around: Surroundings, covered: tuple[str, ...]) -> Draft:
    """What runs of the image opened, executed and looked at; of data that a package's scripts made,
    of which something was used, all."""
    rootfs, learned = draft.fat.rootfs, around.learned
    state = {
        directory
        for path in (*learned.touched, *learned.written)
        if rootfs.file(path) and (directory := state_of_package(path, around.packages))
    }
    draft = draft.taking("data that a run of the image used", sorted(state))
    files: dict[str, None] = {}
    made: dict[str, MadeFile] = {}
    for path in sorted(learned.written):
        parent = rootfs.resolve(posixpath.dirname(path))
        if parent and parent.kind == "directory" and not is_engines(parent.path):
            made[parent.path] = _directory(parent)
            files |= dict.fromkeys(
                one for one in on_the_way(rootfs, path) if rootfs.nodes[one].kind == "link"
            )
            files |= dict.fromkeys(rootfs.links_on(posixpath.dirname(path)))
    for path in sorted(learned.touched):
        if _is_never_learned(path):
            continue
        for real in on_the_way(rootfs, path):
            node = rootfs.nodes[real]
            if node.kind in {"file", "link"} or real not in rootfs.children:
                files.setdefault(real)
            else:
                made[real] = _directory(node)
    # A link to a directory is taken for itself: what is behind it was asked for by other paths.
    libraries = [path for path in files if is_library(path)]
    used = draft.selection.with_group(LIBRARIES, libraries)
    used = used.with_group("what a run of the image used", files)
    draft = draft.with_selection(used)
    below = tuple(f"{path}/" for path in covered)
    whole = []
    for path in sorted(learned.listed):
        place = rootfs.resolve(path)
        if place is None or place.path in SHARED.split() or _is_never_learned(place.path):
            continue
        if place.path.startswith(below) or place.path in covered or "/bin" in place.path:
            continue
        files_in = [
            p for p in rootfs.children.get(place.path, ()) if rootfs.nodes[p].kind == "file"
        ]
        if sum(rootfs.nodes[p].size for p in files_in) <= _MOST_LISTED:
            whole += files_in
    draft = draft.taking("directories that a run of the image read", whole)
    return _with_made(draft, made)


def _with_made(draft: Draft, made: Mapping[str, MadeFile]) -> Draft:
    there = draft.small.nodes
    new = tuple(one for path, one in made.items() if path not in there and path != "/")
    return draft.with_selection(replace(draft.selection, made=(*draft.selection.made, *new)))


def _directory(node: Node) -> MadeFile:
    return MadeFile(node.path, node.mode, node.uid, node.gid)


def _with_state(draft: Draft) -> Draft:
    """The directories that services write to, as empty as they may be."""
    rootfs = draft.fat.rootfs
    home = "/root"
    nodes = [rootfs.resolve(path) for path in (*_STATE.split(), home)]
    links = [path for path in _STATE.split() if path in rootfs.nodes]
    links = [path for path in links if rootfs.nodes[path].kind == "link"]
    draft = draft.with_selection(draft.selection.with_group("links to directories", links))
    made = {one.path: _directory(one) for one in nodes if one and one.kind == "directory"}
    return _with_made(draft, made)


_NEVER_LEARNED = (
    *(
        "/proc/",
        "/sys/",
        "/dev/",
        "/tmp/",
        "/.bpkit-trace",
        "/usr/lib/x86_64-linux-gnu/gconv/gconv",
    ),
)


def _is_never_learned(path: str) -> bool:
    return (
        path in {"/etc/ld.so.cache", "/etc/ld.so.preload", "/proc", "/sys", "/dev", "/tmp", "/"}
        or path.startswith(_NEVER_LEARNED)
        or "/__pycache__/" in path
        or is_engines(path)
    )


def _rounded(draft: Draft, rounding: Rounding) -> Draft:
    used = [path for path, node in draft.small.nodes.items() if node.kind != "directory"]
    for name, paths in rounding.of_used(used).items():
        draft = draft.taking(f"what belongs to {name}", paths)
    named = rounding.asked_for_programs()
    words = frozenset[str]().union(
        *(one.words | one.imports.texts for one in draft.evidence.values()), draft.started.words
    )
    called = [path for name, path in named.items() if name in words]
    return draft.taking("programs of installed packages that are named", called)


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


def _reasons_for_root(draft: Draft, around: Surroundings, files: frozenset[str]) -> tuple[str, ...]:
    """Why the small image must go on as root, if the fat one does."""
    learned = around.learned
    reasons = []
    if learned.of_root:
        reasons.append(f"it calls {', '.join(sorted(learned.of_root)[:3])}")
    written = sorted(p for p in learned.written if not _anybody_may_write(draft, p))
    if written:
        reasons.append(f"it writes to {', '.join(written[:3])}")
    becoming = {"su", "gosu", "su-exec", "setpriv", "runuser", "chown", "chroot", "sudo"}
    called = sorted(becoming & {posixpath.basename(link.name) for link in draft.started.links})
    if called:
        reasons.append(f"its scripts call {', '.join(called)}")
    first = next((link for link in draft.started.links if link.node and link.node.elf), None)
    if first and first.node and first.node.path not in files and language_of(first) is None:
        package = around.packages.owner(first.node.path)
        if package and not package.system:
            reasons.append(f"{posixpath.basename(first.name)} is the distribution's")
    return tuple(reasons)


def _anybody_may_write(draft: Draft, path: str) -> bool:
    free = ("/tmp", "/var/tmp", "/dev", "/proc", "/sys", *draft.wishes.volumes)
    if any(path == one or path.startswith(f"{one}/") for one in free) or "/__pycache__" in path:
        return True
    node = draft.fat.rootfs.resolve(posixpath.dirname(path))
    return node is not None and node.kind == "directory" and bool(node.mode & 0o002)


def _without_dropped(rootfs: Rootfs, selection: Selection, drop: tuple[str, ...]) -> Selection:
    """The selection without what the user drops, by paths and patterns."""
    if not drop:
        return selection
    dropped = {
        path
        for path in rootfs.nodes
        for wish in drop
        if path == wish.rstrip("/")
        or fnmatchcase(path, wish)
        or path.startswith(f"{wish.rstrip('/')}/")
    }
    groups = tuple(
        replace(group, paths=tuple(p for p in group.paths if p not in dropped))
        for group in selection.groups
    )
    top = tuple(sorted(p for p in dropped if posixpath.dirname(p) not in dropped))
    return replace(
        selection,
        groups=tuple(group for group in groups if group.paths),
        left_out=tuple(dict.fromkeys((*selection.left_out, *top))),
        made=tuple(one for one in selection.made if one.path not in dropped),
    )


def _with_path(env: Mapping[str, str], small: Rootfs) -> dict[str, str]:
    """The environment with a PATH of those directories that are there, and the usual ones."""
    usual = DEFAULT_PATH.split(":")
    path = [d for d in env.get("PATH", "").split(":") if d in usual or small.is_directory(d)]
    return {name: ":".join(path) if name == "PATH" else value for name, value in env.items()}


def _starts_what_nobody_knows(draft: Draft) -> bool:
    """Whether a Go program can start others, and no source shows which."""
    can = any(text.startswith("os/exec.") for text in draft.texts)
    return can and not any("os/exec" in known.script for known in draft.evidence.values())


def _named_and_absent(draft: Draft, small: Rootfs) -> tuple[list[str], tuple[str, ...]]:
    """Files of the fat image that the programs' texts name, and that are not taken."""
    if draft.languages:
        return [], ()
    named = named_files(draft.fat.rootfs, draft.texts, draft.fat.config.workdir)
    absent = [path for path in named if small.resolve(path) is None]
    hints = [f"the program names {path}, which is not taken: --keep {path}" for path in absent]
    more = len(hints) - _MOST_HINTS
    shown = hints if more <= 0 else [*hints[:_MOST_HINTS], f"and {more} more paths"]
    return shown, tuple(absent)
