"""Which Dockerfiles ``bpkit lint`` looks at, which two are a pair, and what is in their context."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from bpkit.errors import InputError, Place
from bpkit.formats.context import ContextSource
from bpkit.formats.dockerfile import Dockerfile, stages
from bpkit.formats.dockerignore import Ignore, names_for
from bpkit.project import (
    BUILD_FILES,
    MULTI_FILE,
    RUNTIME_FILES,
    Settings,
    as_it_is,
    is_present,
    load_settings,
    read_dockerfile,
)
from bpkit.verbs.lint.go_imports import imports_of, uses_no_cgo
from bpkit.verbs.lint.subject import Context, LintSubject

_PATTERNS = ("Dockerfile", "Containerfile", "Dockerfile.*", "*.Dockerfile")
# What stands beside a Dockerfile under a name like one, and is none.
_NO_DOCKERFILES = (".dockerignore", ".bak", ".orig", ".rej", ".swp", ".md", ".txt", ".j2", "~")

# A project of more Go files than these imports a package with C anyway.
_MOST_GO_FILES = 500


@dataclass(frozen=True)
class LintRequest:
    """What the command line says: empty where it says nothing.

    ``directory`` is the build context (of a file, its own directory is one too); ``files`` are
    paths as a shell gives them. ``build_args`` have None where the value is the environment's.
    """

    directory: str = ""
    files: tuple[str, ...] = ()
    build_args: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True)
class LintFile:
    """One Dockerfile to look at: as the rules see it, and what docker is called with."""

    subject: LintSubject
    context: str

    @property
    def name(self) -> str:
        """Its path, as reports show it."""
        return self.subject.file.name


@dataclass(frozen=True)
class _Folder:
    """A directory with Dockerfiles that belong to one project."""

    path: str
    names: tuple[str, ...]
    context: str
    settings: Settings
    build_args: Mapping[str, str] = field(default_factory=dict)


def lint_files(choices: LintRequest) -> tuple[LintFile, ...]:
    """The Dockerfiles to look at, each once; of a pair always both.

    Raises InputError where there is none, or one can't be read.
    """
    folders = list(_folders(choices))
    return tuple(file for folder in folders for file in _of_folder(folder))


def split_words(words: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """The directory and the files among the words of a command line, ``[DIR] [FILE...]``.

    Raises InputError for a second directory.
    """
    words = tuple(words)
    directories = [word for word in words if os.path.isdir(word)]
    if len(directories) > 1:
        raise InputError(
            f"{directories[0]} and {directories[1]} are both directories",
            hint="name one directory, the build context, and Dockerfiles",
        )
    files = tuple(word for word in words if word not in directories)
    return (directories[0] if directories else ""), files


def _folders(choices: LintRequest) -> Iterator[_Folder]:
    if not choices.files:
        directory = choices.directory or "."
        names = _names_in(directory)
        if not names:
            raise InputError(
                f"there is no Dockerfile in {directory}", hint="name it: bpkit lint FILE"
            )
        yield _folder(directory, names, choices)
        return
    by_folder: dict[str, list[str]] = {}
    for file in choices.files:
        folder, name = os.path.split(os.path.normpath(file))
        if not os.path.isfile(file):
            raise InputError("there is no such file", place=Place(file))
        by_folder.setdefault(folder or ".", []).append(name)
    for path, named in by_folder.items():
        yield _folder(path, tuple(dict.fromkeys(named)), choices)


def _names_in(directory: str) -> tuple[str, ...]:
    """The names of the Dockerfiles in a directory."""
    found = {path.name for pattern in _PATTERNS for path in Path(directory).glob(pattern)}
    return tuple(
        name
        for name in sorted(found)
        if not name.endswith(_NO_DOCKERFILES) and Path(directory, name).is_file()
    )


def _folder(path: str, names: tuple[str, ...], choices: LintRequest) -> _Folder:
    settings = load_settings(Path(path))
    context = choices.directory or os.path.normpath(os.path.join(path, settings.context or "."))
    given = {n: os.environ.get(n, "") if v is None else v for n, v in choices.build_args}
    return _Folder(path, names, context, settings, {**settings.build_args, **given})


def _of_folder(folder: _Folder) -> Iterator[LintFile]:
    pair = _pair_in(folder)
    both = pair if pair and set(pair) & set(folder.names) else ()
    names = tuple(dict.fromkeys((*folder.names, *both)))
    files = {name: _read(folder, name) for name in names}
    if both and both[1] == MULTI_FILE and len(stages(files[MULTI_FILE], folder.build_args)) > 1:
        # A Dockerfile of several stages needs no other file, even where one is there.
        both = ()
    for name in (*both, *(name for name in folder.names if name not in both)):
        context = _context(folder, files[name])
        subject = LintSubject(files[name], context=context, build_args=folder.build_args)
        if both and name == both[0]:
            subject = replace(subject, ships=False)
        elif both and name == both[1]:
            subject = replace(subject, build=files[both[0]])
        yield LintFile(subject, folder.context)


def _pair_in(folder: _Folder) -> tuple[str, str] | None:
    """The build and the runtime file of a directory, where it has both."""
    settings = folder.settings
    if settings.build_dockerfile and settings.runtime_dockerfile:
        return settings.build_dockerfile, settings.runtime_dockerfile
    here = set(os.listdir(folder.path))
    build = next((name for name in BUILD_FILES if name in here), None)
    runtime = next((name for name in (*RUNTIME_FILES, MULTI_FILE) if name in here), None)
    return (build, runtime) if build and runtime else None


def _read(folder: _Folder, name: str) -> Dockerfile:
    return read_dockerfile(Path(), os.path.normpath(os.path.join(folder.path, name)))


def _context(folder: _Folder, dockerfile: Dockerfile) -> Context:
    root = Path(folder.context)
    ignore = _ignore(root, dockerfile)
    artifacts = tuple(_destination(text) for text in folder.settings.artifacts)

    def present(source: ContextSource) -> bool:
        return source.pattern in artifacts or is_present(root, source)

    return Context(
        present=present,
        names=tuple(sorted(os.listdir(root))),
        is_chosen=_is_allow_list(ignore),
        sends_git=(root / ".git").exists() and not ignore.excludes(".git"),
        go_needs_no_libc=_go_needs_no_libc(root),
    )


def _go_needs_no_libc(root: Path) -> bool:
    """Whether there are Go files, and none of them imports what could bring C along."""
    files = list(islice(root.rglob("*.go"), _MOST_GO_FILES + 1))
    texts = (path.read_text("utf-8", "replace") for path in files if path.is_file())
    few = 0 < len(files) <= _MOST_GO_FILES
    return few and all(uses_no_cgo(imports_of(text)) for text in texts)


def _destination(artifact: str) -> str:
    """Where an artifact of the settings, ``SRC[:DST]``, lies in the context."""
    source, _, destination = artifact.partition(":")
    return posixpath.normpath(destination or posixpath.basename(source.rstrip("/")))


def _ignore(root: Path, dockerfile: Dockerfile) -> Ignore:
    """What the builder would read; that of the Dockerfile stands beside it."""
    own, shared = names_for(dockerfile.name)
    for directory, name in ((Path(), own), (root, shared)):
        text = as_it_is(directory, name)
        if text is not None:
            return Ignore.parse(text, name)
    return Ignore()


def _is_allow_list(ignore: Ignore) -> bool:
    first = ignore.patterns[0] if ignore.patterns else None
    return first is not None and not first.negated and first.text in {"*", "**"}
