"""``bpkit ignore``: the ``.dockerignore`` that follows from a project's Dockerfiles."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from bpkit import __version__
from bpkit.core import quote
from bpkit.errors import InputError
from bpkit.findings import Finding, in_order
from bpkit.formats.context import (
    WHOLE,
    ContextNeeds,
    ContextSource,
    Tree,
    TreeEntry,
    matching,
    needs,
    together,
)
from bpkit.formats.dockerfile import Dockerfile
from bpkit.formats.dockerignore import BUILDKIT, CLASSIC, DIALECTS, NAME, Dialect, Ignore, names_for
from bpkit.project import (
    BUILD_FILES,
    FOREIGN,
    MULTI_FILE,
    RENEWED,
    RUNTIME_FILES,
    NewFile,
    as_it_is,
    is_sealed,
    load_settings,
    read_dockerfile,
    read_tree,
    sealed,
    write_together,
)
from bpkit.verbs.ignore.derivation import allow_list
from bpkit.verbs.ignore.findings import (
    NEEDED,
    Reading,
    at_their_lines,
    drift,
    needed_but_excluded,
    read_differently,
    secrets_sent,
)
from bpkit.verbs.ignore.listing import SentFile, sent_files
from bpkit.verbs.ignore.secrets import HEAD, SecretKind, secret_kind
from bpkit.verbs.ignore.sent import Sent, sent
from bpkit.verbs.ignore.text import Derivation, Own, derived_text, split_text, taken_over, with_own
from bpkit.verbs.ignore.wanted import WantedFile, wanted_files

_VERB = "ignore"


@dataclass(frozen=True)
class IgnoreRequest:
    """The choices of the command line; ``output`` is the file's name in the context."""

    directory: Path = Path()
    files: tuple[str, ...] = ()
    build_args: tuple[tuple[str, str | None], ...] = ()
    output: str = NAME


@dataclass(frozen=True)
class IgnoreFile(NewFile):
    """A derived file: bpkit's own if its derived part is, whatever is below it."""

    @property
    def state(self) -> str:
        state = super().state
        return RENEWED if state == FOREIGN and is_ours(self.before or "") else state


def is_ours(text: str) -> bool:
    """Whether bpkit derived this file, and only the user's part has changed since."""
    return is_sealed(text) or is_sealed(split_text(text)[0])


def derive(
    request: IgnoreRequest,
    dockerfiles: tuple[Dockerfile, ...] = (),
    builder: Callable[[], Dialect] = lambda: BUILDKIT,
) -> Derivation:
    """The file that follows from the Dockerfiles of a directory. Raises InputError.

    ``dockerfiles`` are used instead of those on disk: ``init`` has them before they are written.
    ``builder`` returns how the file will be read; it is called only if that makes a difference.
    """
    settings = load_settings(request.directory)
    dockerfiles = dockerfiles or _dockerfiles(request)
    context = request.directory / (settings.context or ".")
    given = {name: _value(name, value) for name, value in request.build_args}
    build_args = {**settings.build_args, **given}
    found = _for_all_values(
        together(*(needs(d, None, build_args, unused_stages=True) for d in dockerfiles)), given
    )
    tree = read_tree(context)
    allowed = allow_list(found, tree)
    there = as_it_is(context, request.output)
    names = [one.name for one in dockerfiles]
    own = _own(there, found, has_others=_has_others(tree, names))
    unwanted = _unwanted(context, names, found, tree) if allowed.whole else ()
    wanted = tuple(wanted_files(dockerfiles, unwanted, context, tree))
    unwanted = _but_wanted(unwanted, wanted, names)
    derived = sealed(_made_by(request, found), derived_text(allowed, names, unwanted))
    file = IgnoreFile(request.output, with_own(derived, own.lines), there)
    now = as_it_is(context, NAME) or ""
    # Reading a tree of 20,000 files costs a tenth of a second: each is read once.
    read = cache(lambda text, name, dialect: sent(tree, Ignore.parse(text, name, dialect)))
    reads = _reader([(now, NAME), (file.text, file.name)], read, builder)
    return Derivation(
        name=file.name,
        text=file.text,
        there=there,
        state=file.state,
        context=context,
        dockerfiles=dockerfiles,
        build_args=build_args,
        allowed=allowed,
        found=found,
        needed=matching(found, tree),
        own=own,
        before=read(now, NAME, reads),
        after=read(file.text, file.name, reads),
        tree=tree,
        builder=reads,
        wanted=wanted,
        left_out=unwanted,
    )


def _for_all_values(found: ContextNeeds, given: Mapping[str, str]) -> ContextNeeds:
    """What is copied whatever values the build's variables have, except those that are given.

    A variable alone at the top keeps its default: any value would mean everything.
    """

    def widened(source: ContextSource) -> ContextSource:
        is_fixed = bool(source.arguments) and source.arguments <= given.keys() and source.known
        if not source.wider or is_fixed or not source.wider.partition("/")[0].strip("*"):
            return source
        return replace(source, pattern=source.wider, glob=True)

    return replace(found, sources=tuple(widened(source) for source in found.sources))


def _reader(
    texts: Iterable[tuple[str, str]],
    read: Callable[[str, str, Dialect], Sent],
    builder: Callable[[], Dialect],
) -> Dialect:
    """How the files are read; the builder is asked only if it makes a difference."""
    for text, name in texts:
        first, *others = (read(text, name, dialect) for dialect in DIALECTS)
        if any(other != first for other in others):
            return builder()
    return BUILDKIT


def _unwanted(
    context: Path, dockerfiles: Iterable[str], found: ContextNeeds, tree: Tree
) -> tuple[str, ...]:
    """The files that few images need, unless an instruction copies them by name."""
    by_name = tuple(source for source in found.sources if source.pattern != WHOLE)
    asked_for = matching(replace(found, sources=by_name), tree)
    secrets = (path for path, _ in find_secrets(context, tree))
    paths = dict.fromkeys((".git", NAME, *dockerfiles, *secrets))
    return tuple(path for path in paths if not asked_for.enters(path))


def _but_wanted(
    unwanted: tuple[str, ...], wanted: tuple[WantedFile, ...], dockerfiles: Iterable[str]
) -> tuple[str, ...]:
    """The files still excluded: with ``.git`` included, git reports a missing file as a change."""
    paths = {one.path for one in wanted}
    stays = paths | ({NAME, *dockerfiles} if ".git" in paths else set())
    return tuple(path for path in unwanted if path not in stays)


def _value(name: str, value: str | None) -> str:
    return os.environ.get(name, "") if value is None else value


def _dockerfiles(request: IgnoreRequest) -> tuple[Dockerfile, ...]:
    """The files that were named, else all that bpkit knows by name."""
    known = (*BUILD_FILES, *RUNTIME_FILES, MULTI_FILE)
    names = request.files or tuple(n for n in known if (request.directory / n).is_file())
    if not names:
        below = sorted(
            os.path.relpath(path, request.directory)
            for pattern in ("Dockerfile*", "*.Dockerfile", "*/Dockerfile*", "*/*.Dockerfile")
            for path in request.directory.glob(pattern)
            if path.is_file() and not path.name.endswith(NAME)
        )
        shown = quote(below[0]) if below else "FILE"
        raise InputError(
            f"there is no Dockerfile in {request.directory}", hint=f"name it with -f {shown}"
        )
    return tuple(read_dockerfile(request.directory, name) for name in dict.fromkeys(names))


_DOCKERFILE = re.compile(r"(?:.*/)?(?:Dockerfile(?:[._-].*)?|.*\.[Dd]ockerfile|Containerfile)")


def _has_others(tree: Tree, dockerfiles: Iterable[str]) -> bool:
    """Whether there are Dockerfiles that weren't read: the file may be theirs, too."""
    looked_at = set(dockerfiles)
    return any(
        _DOCKERFILE.fullmatch(path) and path not in looked_at and not path.endswith(NAME)
        for path in tree.paths
    )


def _own(there: str | None, found: ContextNeeds, *, has_others: bool) -> Own:
    """The user's lines in the present file."""
    if there is None:
        return Own()
    derived, lines = split_text(there)
    if is_sealed(derived):
        return Own(lines)
    return Own() if is_sealed(there) else taken_over(there, found, keep_all=has_others)


def _made_by(request: IgnoreRequest, found: ContextNeeds) -> str:
    """The text of the seal: how to update the file."""
    used = {name for source in found.sources for name in source.arguments}
    words = ["bpkit", "ignore", "--write"]
    for name in request.files:
        words += ["-f", name]
    for name, value in request.build_args:
        if name in used:
            words += ["--build-arg", name if value is None else f"{name}={value}"]
    if request.output != NAME:
        words += ["-o", request.output]
    return f"{_VERB} {__version__}; renew it with: {' '.join(quote(word) for word in words)}"


def write(derivation: Derivation, *, force: bool = False) -> None:
    """Write the file. Raises InputError if a person wrote it, without ``force``."""
    file = IgnoreFile(derivation.name, derivation.text, derivation.there)
    write_together(derivation.context, [file], force=force)


def check(derivation: Derivation) -> tuple[Finding, ...]:
    """The problems of the present file: drift, needed files excluded, secrets sent."""
    there = None if derivation.there is None else split_text(derivation.there)[0]
    # A file whose derived lines a person has changed has drifted too.
    ours = there is not None and there.startswith(f"# Made by bpkit {_VERB} ")
    found = list(drift(there, split_text(derivation.text)[0], derivation.name, ours=ours))
    wanted = {one.path for one in derivation.wanted}
    secrets = tuple(
        (path, kind)
        for path, kind in find_secrets(derivation.context, derivation.tree)
        # A build that reads git may keep it.
        if not (kind.directory and path in wanted)
    )
    sent_secrets: list[Finding] = []
    for reading in _readings(derivation):
        found += needed_but_excluded(reading, derivation.tree, derivation.builder)
        sent_secrets += secrets_sent(reading, derivation.tree, secrets)
    text = as_it_is(derivation.context, NAME)
    if text is not None:
        found += read_differently(text, derivation.needed, derivation.tree, derivation.builder)
    lost = {(one.subject, one.place) for one in found if one.rule is NEEDED}
    # Files that no builder includes need no note about one builder.
    kept = (f for f in found if f.rule is NEEDED or (f.subject, f.place) not in lost)
    return in_order([*kept, *at_their_lines(sent_secrets)])


def listed(derivation: Derivation) -> tuple[SentFile, ...]:
    """The files in the context that the builder in use gets now."""
    wants_whole = derivation.builder is not BUILDKIT
    readings = [r for r in _readings(derivation) if r.sent_whole == wants_whole]
    files = (e for e in derivation.tree.entries.values() if e.kind != "directory")
    return sent_files(readings, {entry.path: entry.size for entry in files})


def _readings(derivation: Derivation) -> Iterator[Reading]:
    """Each Dockerfile with each ignore file that a builder may read for it."""
    for dockerfile in derivation.dockerfiles:
        found = needs(dockerfile, None, derivation.build_args, unused_stages=True)
        needed = matching(found, derivation.tree)
        classic = CLASSIC if derivation.builder is BUILDKIT else derivation.builder
        for dialect, names in ((BUILDKIT, names_for(dockerfile.name)), (classic, (NAME,))):
            ignore = _ignore(derivation.context, names, dialect)
            yield Reading(dockerfile.name, needed, ignore, sent_whole=dialect is not BUILDKIT)


def _ignore(context: Path, names: Iterable[str], dialect: Dialect) -> Ignore:
    """The first of the files that exists; none means that nothing is excluded."""
    for name in names:
        text = as_it_is(context, name)
        if text is not None:
            return Ignore.parse(text, name, dialect)
    return replace(Ignore(), dialect=dialect)


def find_secrets(context: Path, tree: Tree) -> Iterator[tuple[str, SecretKind]]:
    """The secrets in a context: path and kind of each, except those in a ``.git``."""

    def head(entry: TreeEntry) -> bytes:
        try:
            with open(context / entry.path, "rb") as stream:
                return stream.read(HEAD)
        except OSError as error:
            raise InputError(f"{entry.path} can't be read: {error.strerror}") from None

    inside: list[str] = []
    for path in tree.paths:
        if any(path.startswith(directory) for directory in inside):
            continue
        entry = tree.entries[path]
        kind = secret_kind(entry, head)
        if kind is not None:
            yield path, kind
            if kind.directory:
                inside.append(f"{path}/")
