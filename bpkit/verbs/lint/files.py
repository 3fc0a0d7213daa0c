"""The Dockerfiles that ``bpkit lint`` reads, which two are a pair, and what is in their context."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from bpkit.errors import InputError
from bpkit.findings import Finding
from bpkit.formats.context import ContextSource
from bpkit.formats.dockerfile import Dockerfile
from bpkit.formats.dockerignore import Ignore, names_for
from bpkit.light import dataclass, regex
from bpkit.project import (
    BUILD_FILES,
    MULTI_FILE,
    RUNTIME_FILES,
    LintSettings,
    Settings,
    as_it_is,
    is_present,
    load_settings,
    named_pair,
    read_dockerfile,
    read_head,
)
from bpkit.verbs.lint.go_imports import needs_no_libc
from bpkit.verbs.lint.profiles import PROFILES, Profile
from bpkit.verbs.lint.rules.refused import unreadable
from bpkit.verbs.lint.subject import Context, LintSubject
from bpkit.verbs.lint.uses import (
    profile_of_uses,
    read_anew,
    repository_of,
    target_of,
    tied_pair,
    uses_of,
)

_NAMES = regex(
    r"(?s:(?:Docker|docker|Container)file|(?:Docker|Container)file[._-].*"
    r"|.*\.(?:[Dd]ockerfile|[Cc]ontainerfile))"
)
# Files with a name like a Dockerfile's that aren't Dockerfiles.
_NO_DOCKERFILES = (
    *(".dockerignore", ".bak", ".orig", ".rej", ".swp", ".md", ".txt", "~", ".sh", ".py", ".go"),
    *(".tmLanguage", ".toml", ".svg", ".png"),
    *(".html", ".rst", ".adoc", ".log", ".lock", ".patch", ".diff", ".old", ".xml", ".mk", ".rb"),
    *(
        ".j2",
        ".jinja",
        ".jinja2",
        ".m4",
        ".include",
        ".in",
        ".erb",
        ".mustache",
        ".hbs",
        ".template",
        ".tmpl",
    ),
    *(".tpl", ".twig", ".vim", ".json", ".yml", ".yaml"),
)

# Directories of tools, which contain other people's files.
_FOREIGN_FOLDERS = frozenset(
    {".git", ".hg", ".svn", ".tox", ".venv", "venv", "node_modules", "__pycache__", ".terraform"}
)
_SCRIPTS = (
    *("*.sh", "*.bash", "Makefile", "makefile", "GNUmakefile", "*.mk", "Taskfile*", "justfile"),
    *("package.json", "*.yml", "*.yaml", "*.py", "Jenkinsfile", "scripts/*", "bin/*", "hack/*"),
    *("docker-bake*.hcl", "docker-bake*.json", "README*"),
    *(".github/workflows/*", "build", "run", "release", "*.bat", "*.ps1"),
)
_MOST_OF_A_SCRIPT = 1 << 18


@dataclass(frozen=True)
class LintRequest:
    """The choices of the command line; empty if not given.

    ``directories`` hold Dockerfiles, each in its own context; where ``files`` are named too there
    is one at most, and it is the context of them all. ``recursive`` looks below the directories.
    ``only`` and ``unasked`` are ids of rules, ``baseline`` is a file of known findings. Paths are
    as a shell gives them. ``build_args`` have None where the value is the environment's. ``image``
    was built from one of the files: findings get the bytes that they cost in it.
    """

    directories: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    build_args: tuple[tuple[str, str | None], ...] = ()
    recursive: bool = False
    only: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    baseline: str = ""
    image: str = ""


@dataclass(frozen=True)
class LintFile:
    """One Dockerfile to lint: as the rules see it, and the arguments for docker."""

    subject: LintSubject
    context: str

    @property
    def name(self) -> str:
        """Its path, as reports show it."""
        return self.subject.file.name


@dataclass(frozen=True)
class LintFiles:
    """The Dockerfiles to lint, each once, and a finding for each that can't be read.

    ``settings`` are those of the current directory, or of the only directory that is linted.
    """

    files: tuple[LintFile, ...]
    unread: tuple[Finding, ...] = ()
    settings: LintSettings = field(default_factory=LintSettings)


@dataclass(frozen=True)
class _Folder:
    """A directory with Dockerfiles that belong to one project."""

    path: str
    names: tuple[str, ...]
    context: str
    settings: Settings
    repository: str
    build_args: Mapping[str, str] = field(default_factory=dict)
    profiles: Mapping[str, str] = field(default_factory=dict)


def lint_files(choices: LintRequest) -> LintFiles:
    """The Dockerfiles to lint; of a pair always both.

    Raises InputError if there is none, or a named one doesn't exist.
    """
    files: list[LintFile] = []
    unread: list[Finding] = []
    read_anew()
    for folder in _folders(choices):
        found = _of_folder(folder)
        files += found.files
        unread += found.unread
    return LintFiles(tuple(files), tuple(unread), _settings(choices).lint)


def _settings(choices: LintRequest) -> Settings:
    alone = choices.directories[0] if len(choices.directories) == 1 else "."
    here = load_settings(Path())
    return here if here.lint != LintSettings() else load_settings(Path(alone))


def split_words(words: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The directories and the files among the words of a command line, ``[DIR...] [FILE...]``.

    Raises InputError for two directories if files are named too.
    """
    words = tuple(words)
    directories = tuple(word for word in words if os.path.isdir(word))
    files = tuple(word for word in words if word not in directories)
    if files and len(directories) > 1:
        raise InputError(
            f"'{directories[0]}' and '{directories[1]}' can't both be the context of {files[0]}",
            hint="name one directory, the build context, beside the Dockerfiles",
        )
    return directories, files


def _folders(choices: LintRequest) -> Iterator[_Folder]:
    if choices.files:
        by_folder: dict[str, list[str]] = {}
        for file in choices.files:
            folder, name = os.path.split(os.path.normpath(file))
            if not os.path.isfile(file):
                raise InputError(f"'{file}' is not a file", hint="name a Dockerfile")
            by_folder.setdefault(folder or ".", []).append(name)
        context = choices.directories[0] if choices.directories else ""
        for path, named in by_folder.items():
            yield _folder(path, tuple(dict.fromkeys(named)), choices, context)
        return
    some = False
    for directory in choices.directories or (".",):
        for path in _below(directory) if choices.recursive else (directory,):
            if names := _names_in(path):
                some = True
                yield _folder(path, names, choices, "" if choices.recursive else directory)
    if not some:
        where = ", ".join(choices.directories) or "."
        hint = "name it: bpkit lint FILE"
        if not choices.recursive:
            hint += ", or look below with -r"
        raise InputError(f"no Dockerfile found in {where}", hint=hint)


def _below(directory: str) -> Iterator[str]:
    """The directory and those below it, without the directories of tools."""
    for path, names, _ in os.walk(directory):
        names[:] = sorted(name for name in names if name not in _FOREIGN_FOLDERS)
        yield os.path.normpath(path)


def _names_in(directory: str) -> tuple[str, ...]:
    """The names of the Dockerfiles in a directory; none if it can't be listed."""
    try:
        every = sorted(os.listdir(directory))
    except OSError:
        return ()
    return tuple(
        name
        for name in every
        if _NAMES.fullmatch(name)
        and not name.endswith(_NO_DOCKERFILES)
        and os.path.isfile(os.path.join(directory, name))
    )


def _folder(path: str, names: tuple[str, ...], choices: LintRequest, said: str) -> _Folder:
    settings = load_settings(Path(path))
    context = said or os.path.normpath(os.path.join(path, settings.context or "."))
    given = {n: os.environ.get(n, "") if v is None else v for n, v in choices.build_args}
    profiles = {**_settings(choices).lint.profiles, **settings.lint.profiles}
    build_args = {**settings.build_args, **given}
    named = (one for one in choices.directories or (".",) if _is_in(path, one))
    repository = repository_of(path, next(named, context))
    return _Folder(path, names, context, settings, repository, build_args, profiles)


def _is_in(path: str, directory: str) -> bool:
    absolute, above = os.path.abspath(path), os.path.abspath(directory)
    return os.path.commonpath((absolute, above)) == above


def _of_folder(folder: _Folder) -> LintFiles:
    pair = _pair_in(folder)
    both = pair if pair and set(pair) & set(folder.names) else ()
    files: dict[str, Dockerfile] = {}
    unread: list[Finding] = []
    for name in dict.fromkeys((*folder.names, *both)):
        try:
            files[name] = _read(folder, name)
        except InputError as error:
            unread.append(unreadable(error, _shown(folder, name)))
    if not set(both) <= files.keys() or (both and _needs_no_other(files[both[1]], both[1])):
        both = ()
    found: list[LintFile] = []
    for name in (*both, *(n for n in folder.names if n in files and n not in both)):
        context = _context(folder, files[name])
        uses = uses_of(folder.repository, _shown(folder, name))
        subject = LintSubject(
            files[name],
            context=context,
            said_profile=_profile(folder, _shown(folder, name)) or profile_of_uses(uses, name),
            build_args=folder.build_args,
            today=date.today(),
            target=target_of(uses),
            targets=frozenset(use.target.lower() for use in uses),
        )
        if both and name == both[0]:
            subject = replace(subject, ships=False)
        elif both and name == both[1]:
            subject = replace(subject, build=files[both[0]])
        found.append(LintFile(subject, folder.context))
    return LintFiles(tuple(found), tuple(unread))


def _profile(folder: _Folder, path: str) -> Profile | None:
    """The purpose of the file according to the settings. Raises InputError for an unknown word."""
    for pattern, word in folder.profiles.items():
        if fnmatchcase(path, pattern) or fnmatchcase(posixpath.basename(path), pattern):
            found = next((one for one in PROFILES if one == word), None)
            if found is None:
                raise InputError(
                    f"'{word}' is not a profile of lint", hint=f"write one of {', '.join(PROFILES)}"
                )
            return found
    return None


def _needs_no_other(dockerfile: Dockerfile, name: str) -> bool:
    """Whether this Dockerfile has several stages, even if a build file is beside it."""
    froms = sum(i.keyword == "FROM" for i in dockerfile.instructions)
    return name == MULTI_FILE and froms > 1


def _pair_in(folder: _Folder) -> tuple[str, str] | None:
    """The build and the runtime file of a directory, if it has both."""
    named = named_pair(folder.settings, Path(folder.path))
    if named:
        return named
    here = set(os.listdir(folder.path))
    build = next((name for name in BUILD_FILES if name in here), None)
    runtime = next((name for name in (*RUNTIME_FILES, MULTI_FILE) if name in here), None)
    if build and runtime:
        return build, runtime
    return tied_pair(folder.path, folder.names)


def _shown(folder: _Folder, name: str) -> str:
    """The path of the file as reports show it."""
    return os.path.normpath(os.path.join(folder.path, name))


def _read(folder: _Folder, name: str) -> Dockerfile:
    return read_dockerfile(Path(), _shown(folder, name))


def _context(folder: _Folder, dockerfile: Dockerfile) -> Context:
    root = Path(folder.context)
    ignore = _ignore(root, dockerfile)
    artifacts = tuple(_destination(text) for text in folder.settings.artifacts)

    def present(source: ContextSource) -> bool:
        return source.pattern in artifacts or is_present(root, source)

    return Context(
        present=present,
        names=tuple(sorted(os.listdir(root))),
        mentions=lambda name: _is_mentioned(root, name),
        is_chosen=_is_allow_list(ignore),
        is_ignoring=bool(ignore.patterns),
        sends_git=(root / ".git").exists() and not ignore.excludes(".git"),
        go_needs_no_libc=cache(lambda: needs_no_libc(_go_files(root))),
        has_dev_packages=_has_dev_packages(root),
        excluded_by=lambda path: _excluded_by(root, ignore, path),
    )


def _excluded_by(root: Path, ignore: Ignore, path: str) -> str:
    """The line of the ignore file that excludes the path; empty if part of it is included."""
    if not os.path.lexists(root / path):
        return ""
    verdict = ignore.verdict(path)
    if not verdict.excluded or verdict.by is None:
        return ""
    # A line further down may include what is below.
    lets_in = any(pattern.negated for pattern in ignore.patterns)
    if lets_in and (root / path).is_dir():
        return ""
    return f"'{verdict.by.text}' ({verdict.by.place})"


def _is_mentioned(root: Path, name: str) -> bool:
    """Whether a script, a Makefile or a CI file beside the Dockerfile contains this name."""
    scripts = (path for pattern in _SCRIPTS for path in sorted(root.glob(pattern)))
    return any(name in read_head(path, _MOST_OF_A_SCRIPT) for path in scripts)


def _go_files(root: Path) -> Iterator[Path]:
    for path, directories, names in os.walk(root):
        directories[:] = sorted(name for name in directories if name not in _FOREIGN_FOLDERS)
        yield from (Path(path, name) for name in sorted(names) if name.endswith(".go"))


def _has_dev_packages(root: Path) -> bool | None:
    """Whether a package.json or composer.json names packages for development; None without."""
    named = (root / name for name in ("package.json", "composer.json"))
    texts = [text for path in named if (text := read_head(path, _MOST_OF_A_SCRIPT))]
    if not texts:
        return None
    return any(re.search(r'"(?:devDependencies|require-dev)"\s*:\s*\{\s*"', text) for text in texts)


def _destination(artifact: str) -> str:
    """The place in the context of an artifact from the settings, ``SRC[:DST]``."""
    source, _, destination = artifact.partition(":")
    return posixpath.normpath(destination or posixpath.basename(source.rstrip("/")))


def _ignore(root: Path, dockerfile: Dockerfile) -> Ignore:
    """The ignore file that the builder would read; the Dockerfile's own is beside it."""
    own, shared = names_for(dockerfile.name)
    for directory, name in ((Path(), own), (root, shared)):
        text = as_it_is(directory, name)
        if text is not None:
            return Ignore.parse(text, name)
    return Ignore()


def _is_allow_list(ignore: Ignore) -> bool:
    first = ignore.patterns[0] if ignore.patterns else None
    return first is not None and not first.negated and first.text in {"*", "**"}
