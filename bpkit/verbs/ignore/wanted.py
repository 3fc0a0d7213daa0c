"""Files that few images need, and the RUN that reads them nevertheless.

If the whole context is copied, ``.git`` and files with secrets are excluded, unless a RUN may need
them: it calls git, a tool stamps the version that git reports, or it names the file. This
is read from the RUN itself and from what it runs in the context: Makefile, scripts, package.json.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from bpkit.errors import Place
from bpkit.formats.context import Tree
from bpkit.formats.dockerfile import Dockerfile, Instruction
from bpkit.project import read_head

_MOST = 1 << 18
_GIT = re.compile(
    r"\bgit\s+(?:-[cC]\s+\S+\s+|--[\w-]+(?:=\S+)?\s+)*(?:archive|blame|branch|cat-file|checkout"
    r"|describe|diff|for-each-ref|log|ls-files|ls-tree|merge-base|name-rev|rev-list|rev-parse"
    r"|shortlog|show|show-ref|stash|status|submodule|symbolic-ref|tag|worktree)\b"
    r"|(?<![\w.*-])\.git(?:/|(?![\w.-]))"
    # As programs start it: `exec.Command("git", "describe")`, `["git", "rev-parse"]`.
    r"|[\"']git[\"']\s*,\s*(?:\[\s*)?[\"'](?:describe|log|rev-parse|rev-list|show|tag|status)[\"']"
)
_REMOVED = re.compile(r"\b(?:rm|find)\b[^&;|\n]*")


@dataclass(frozen=True)
class _Stamper:
    """A tool that reads git itself: its command, and the files and words that make it do so."""

    command: re.Pattern[str]
    files: tuple[str, ...]
    words: re.Pattern[str]
    what: str


_STAMPERS = (
    _Stamper(
        re.compile(r"\b(?:pip3?|python3?|poetry|hatch|flit|uv|pdm|tox|nox)\b"),
        ("pyproject.toml", "setup.cfg", "setup.py"),
        re.compile(
            r"setuptools[-_]scm|hatch-vcs|versioneer|\bpbr\b|dynamic-versioning|flit_scm"
            r"|setuptools-git|versioningit|dunamai|scm-pep"
        ),
        "the version of the package is taken from git",
    ),
    _Stamper(
        re.compile(r"\bcargo\b"), ("Cargo.toml", "build.rs"),
        re.compile(r"\bvergen|\bbuilt\b|git-version|shadow-rs|\bgit2?\b.*describe|rev-parse"),
        "the build script reads git",
    ),
    _Stamper(
        re.compile(r"\b(?:mvn|mvnw|gradle|gradlew)\b"),
        ("pom.xml", "build.gradle", "build.gradle.kts", "settings.gradle"),
        re.compile(r"git-commit-id|jgitver|nebula|git-version|axion|buildnumber-maven|jgit"),
        "a plug-in reads git",
    ),
    _Stamper(
        re.compile(r"\bdotnet\b"), ("Directory.Build.props", "version.json", "GitVersion.yml"),
        re.compile(r"GitVersion|MinVer|Nerdbank|SourceLink|\"version\""),
        "the version is taken from git",
    ),
)  # fmt: skip
# Programs that read .env while they build, or run one that does.
_DOTENV = (
    (
        re.compile(
            r"\b(?:npm|yarn|pnpm|bun)\s[^&;|\n]*\b(?:build|generate|export)\b"
            r"|\b(?:next|vite|nuxi?t?|astro|gatsby|react-scripts|parcel|vue-cli-service)\s+build\b"
        ),
        ("package.json",),
        re.compile(
            r"[\"'@/](?:next|vite|nuxt|astro|gatsby|react-scripts|cli-service|parcel|kit|config|env-cmd"
            r"|dotenv[\w-]*)[\"']\s*:"
        ),
    ),
    (
        re.compile(r"\bmanage\.py\b|\b(?:flask|alembic)\b|\bpython3?\s+[^-\s]\S*\.py\b"),
        ("requirements.txt", "pyproject.toml", "Pipfile", "setup.py", "requirements/base.txt"),
        re.compile(r"dotenv|django-environ|decouple|environs|pydantic[-_]settings", re.IGNORECASE),
    ),
    (
        re.compile(r"\bartisan\b|\bbin/console\b"),
        ("composer.json",),
        re.compile(r"phpdotenv|laravel/framework|symfony/(?:dotenv|runtime)"),
    ),
    (re.compile(r"\b(?:rails|rake)\b"), ("Gemfile",), re.compile(r"dotenv")),
)
_GO = re.compile(r"\bgo\s+(?:build|install)\b(?![^&;|\n]*-buildvcs=false)")
# Files that these programs read besides their arguments.
_PLANS = (
    (re.compile(r"\bg?make\b"), ("Makefile", "makefile", "GNUmakefile")),
    (re.compile(r"\b(?:npm|npx|yarn|pnpm|bun)\b"), ("package.json",)),
    (re.compile(r"\b(?:go\s+generate|mage)\b"), ("magefile.go",)),
    (re.compile(r"\b(?:task)\b"), ("Taskfile.yml", "Taskfile.yaml")),
    (re.compile(r"\bjust\b"), ("justfile", "Justfile")),
)
_JAVA = re.compile(r"\b(?:mvn|mvnw|gradle|gradlew|sbt)\b")
# Credentials that an installer finds by itself.
_ACCESS = {
    ".npmrc": re.compile(r"\b(?:npm|npx|yarn|pnpm|bun)\b"),
    ".yarnrc.yml": re.compile(r"\byarn\b"),
    ".netrc": re.compile(r"\b(?:go|git|pip3?|curl|wget|composer|bazel)\b"),
    ".git-credentials": re.compile(r"\b(?:go|git|pip3?|composer)\b"),
}


@dataclass(frozen=True)
class WantedFile:
    """A path that a RUN may read, where that RUN is, and the reason."""

    path: str
    place: Place
    why: str


def wanted_files(
    dockerfiles: Iterable[Dockerfile], paths: Iterable[str], context: Path, tree: Tree
) -> Iterator[WantedFile]:
    """The ``paths`` that a RUN may read, each once."""
    runs = [
        (dockerfile.place(instruction), instruction)
        for dockerfile in dockerfiles
        for instruction in dockerfile.instructions
        if instruction.keyword == "RUN"
    ]
    for path in paths:
        for place, run in runs:
            text = "\n".join(run.args) + "".join(h.content for h in run.heredocs)
            why = (
                _git_reason(text, run, context, tree)
                if path == ".git"
                else _reason(path, text) or _dotenv_reason(path, text, context, tree)
            )
            if why:
                yield WantedFile(path, place, why)
                break


def _reason(path: str, text: str) -> str:
    name = path.rpartition("/")[2]
    kept = _REMOVED.sub("", text)
    if re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", kept):
        return f"RUN names {name}"
    if pattern := _pattern_of(path, kept):
        return f"RUN names {pattern}"
    if "/src/main/resources/" in f"/{path}" and (found := _JAVA.search(text)):
        return f"{found.group()} packs {path} into the program"
    access = _ACCESS.get(name)
    if access is not None and (found := access.search(text)):
        return f"{found.group()} reads its credentials from {name}"
    return ""


def _pattern_of(path: str, text: str) -> str:
    """The shell pattern among the words of ``text`` that may match the path; "" if there is none.

    A ``*`` that is a whole file name counts only for the directory in front of it.
    """
    folder, _, name = path.rpartition("/")
    for word in re.split(r"[\s\"'=;&|()<>`]+", text):
        above, _, last = word.rpartition("/")
        if not any(sign in last for sign in "*?[") or not fnmatchcase(name, last):
            continue
        is_same_folder = folder.rpartition("/")[2] == above.rpartition("/")[2]
        if last.strip("*") or (above and is_same_folder):
            return word
    return ""


def _dotenv_reason(path: str, text: str, context: Path, tree: Tree) -> str:
    """Why the RUN may read a ``.env`` at the top, or a production one, while it builds."""
    if path not in {".env", ".env.production", ".env.local", ".env.production.local"}:
        return ""
    for command, files, words in _DOTENV:
        if found := command.search(text):
            for file in files:
                if file in tree and words.search(read_head(context / file, _MOST)):
                    return f"'{found.group().strip()}' may read {path}"
    return ""


def _git_reason(text: str, run: Instruction, context: Path, tree: Tree) -> str:
    if _GIT.search(_REMOVED.sub("", text)):
        return "RUN reads git"
    for file in _run_files(text, tree):
        head = read_head(context / file, _MOST)
        if _GIT.search(head):
            return f"{file}, which RUN starts, reads git"
        if _GO.search(head) and "buildvcs=false" not in head and "go.mod" in tree:
            return f"{file}, which RUN starts, makes go build stamp git's revision"
    for stamper in _STAMPERS:
        there = (file for file in stamper.files if file in tree)
        if stamper.command.search(text) and any(
            stamper.words.search(read_head(context / file, _MOST)) for file in there
        ):
            return stamper.what
    if _GO.search(text) and "buildvcs=false" not in text and "go.mod" in tree:
        return "go build stamps the program with git's revision"
    return ""


def _run_files(text: str, tree: Tree) -> Iterator[str]:
    """The files in the context that a RUN starts, as far as it names them."""
    for command, names in _PLANS:
        if command.search(text):
            yield from (name for name in names if name in tree)
    for word in re.findall(r"[\w./-]+", text):
        name = word.removeprefix("./").lstrip("/")
        entry = tree.entries.get(name) or tree.entries.get(name.partition("/")[2])
        if entry is not None and entry.kind == "file":
            yield entry.path
