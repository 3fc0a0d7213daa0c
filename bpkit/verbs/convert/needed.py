"""The files that only the old form needs, and those that something else needs too.

A Dockerfile, a script or a Makefile of the old form is needed as long as the new
Dockerfile copies it by name, one of its RUNs uses it, or another file of the project names it: a
script, a Makefile, a CI file, a Compose file, package.json.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bpkit.conversion import Note
from bpkit.errors import BpkitError, Place
from bpkit.formats.context import needs
from bpkit.formats.dockerfile import Dockerfile
from bpkit.formats.text import compiled, is_glob
from bpkit.readers.makefile import is_makefile
from bpkit.readers.script import LineFate
from bpkit.readers.workspace import read_compose

# Files that may start a build: others (documentation, sources) only mention it.
_STARTS = re.compile(
    r"(?:(?:.*/)?(?:GNUm|[Mm])akefile(?:\.\w+)?|.*\.(?:mk|make|sh|bash)|(?:.*/)?Jenkinsfile.*"
    r"|(?:.*/)?package\.json|\.?(?:travis|gitlab-ci|drone|circle|appveyor|wercker|semaphore)\.ya?ml"
    r"|\.(?:github|circleci|gitlab|buildkite|semaphore|woodpecker)/.*\.ya?ml"
    r"|(?:.*/)?(?:bitbucket-pipelines|azure-pipelines|cloudbuild|buildspec|skaffold"
    r"|(?:docker-)?compose[\w.-]*)\.(?:ya?ml|json)|(?:.*/)?Dockerfile[\w.-]*|(?:.*/)?Vagrantfile"
    r"|(?:.*/)?(?:tox\.ini|justfile|Justfile|Taskfile\.ya?ml|Rakefile|build\.gradle|pom\.xml)"
    r"|(?:[^/]+/)?[^/]+\.(?:ps1|bat|cmd|py|rb|pl|zsh|fish|groovy|kts))"
)
# A line that may name an image; an image's name is often a directory's, too.
_IMAGES = re.compile(r"image|docker|podman|nerdctl|buildah|kubectl|\bFROM\b|--from=", re.IGNORECASE)
_CALLED = r"(?:/|(?:^|[\s;&|(])(?:ba|da|a)?sh\s+|(?:^|[\s;&|(])(?:\.|source)\s+)"
_COMPOSE = re.compile(r"(?:docker-)?compose[\w.-]*\.ya?ml")
_MOST_FILES = 400


@dataclass(frozen=True)
class StillNeeded:
    """A file of the old form that stays: ``why`` is what needs it, with its place."""

    path: str
    why: str


def still_needed(
    old: Iterable[str],
    form: tuple[Iterable[str], Iterable[LineFate]],
    made: Dockerfile,
    texts: Mapping[str, str],
) -> Iterator[StillNeeded]:
    """The files in ``old`` that something other than the old form needs.

    ``form`` has the files of the old form, which may name each other, and their lines that
    stay.
    """
    gone, stays = form
    users = _users(texts, {*gone, made.name})
    built = {path: f"{place} builds from it" for place, path in compose_builds(texts)}
    for path in old:
        named = (_named(path, user, texts) for user in users)
        kept = (_said(path, line) for line in stays)
        why = _taken_by(path, made) or built.get(path, "")
        why = why or next(filter(None, (*kept, *named)), "")
        if why:
            yield StillNeeded(path, why)


def compose_builds(texts: Mapping[str, str]) -> Iterator[tuple[Place, str]]:
    """The services that Compose files build, each with the path of its Dockerfile."""
    for file in texts:
        if not _COMPOSE.fullmatch(posixpath.basename(file)):
            continue
        try:
            found = read_compose(texts[file], file, "project", {})
        except BpkitError:
            # Not a Compose file that compose would take either.
            continue
        for target in found.targets:
            context = posixpath.join(posixpath.dirname(file), target.context)
            path = posixpath.normpath(posixpath.join(context, target.dockerfile or "Dockerfile"))
            if not target.stage and target.place is not None:
                yield target.place, path


def uses_of(
    tags: Iterable[str], form: tuple[Iterable[str], Iterable[LineFate]], texts: Mapping[str, str]
) -> Iterator[Note]:
    """The places in the project that use images no longer made; ``form`` as in ``still_needed``."""
    gone, stays = form
    users = _users(texts, set(gone))
    for tag in tags:
        names = {tag, tag.removesuffix(":latest")}
        said = f"this uses the image {tag}, which is no longer made"
        makes = re.compile(rf"(?:-t|--tag)[ =]+[\"']?{re.escape(tag)}(?![\w-])")
        of_their_own = any(makes.search(line.text) for line in stays)
        for line in () if of_their_own else stays:
            if any(_word(name).search(line.text) for name in names):
                yield Note(said, line.place)
        for user in users:
            if makes.search(texts[user]):
                # It makes the image itself.
                continue
            for number, text in enumerate(texts[user].splitlines(), 1):
                if _IMAGES.search(text) and any(_word(name).search(text) for name in names):
                    yield Note(said, Place(user, number))
                    break


def built_elsewhere(
    tags: Iterable[str], form: Iterable[str], texts: Mapping[str, str]
) -> Iterator[Note]:
    """The places in other files that build images the new form starts from or copies from."""
    users = _users(texts, set(form))
    for tag in tags:
        makes = re.compile(rf"(?:-t|--tag)[ =]+[\"']?{re.escape(tag)}(?![\w-])")
        for user in users:
            if found := makes.search(texts[user]):
                line = texts[user].count("\n", 0, found.start()) + 1
                yield Note(f"this builds the image {tag}, which must exist", Place(user, line))
                break


def uses_of_files(paths: Iterable[str], stays: Iterable[LineFate]) -> Iterator[Note]:
    """The remaining lines that use files no longer copied to the host."""
    for path in paths:
        for line in stays:
            clears = re.match(r"\W*(?:rm|git|echo|touch|mkdir)\b", line.text)
            if not clears and _word(path).search(line.text.replace("./", "")):
                yield Note(f"this uses {path}, which is no longer copied to the host", line.place)


def names(path: str, text: str) -> bool:
    """Whether the text names the file."""
    return _word(path).search(text) is not None


def _users(texts: Mapping[str, str], apart: set[str]) -> list[str]:
    return [path for path in texts if _STARTS.fullmatch(path) and path not in apart][:_MOST_FILES]


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w./-]){re.escape(name)}(?![\w-]|[./]\w)")


def _said(path: str, line: LineFate) -> str:
    return f"{line.place} names it" if _word(path).search(line.text) else ""


def _taken_by(path: str, made: Dockerfile) -> str:
    """The instruction of the new Dockerfile that names the file: a COPY, or a RUN that uses it."""
    for source in needs(made).sources:
        pattern = source.pattern
        if pattern == path or (
            is_glob(pattern) and pattern != "*" and compiled(pattern).matches(path)
        ):
            return f"{source.place} copies it"
    name = re.escape(posixpath.basename(path))
    for one in made.instructions:
        text = " ".join((*one.args, *(h.content for h in one.heredocs)))
        if one.keyword != "RUN":
            continue
        by_make = is_makefile(path) and re.search(r"(?:^|[\s;&|(])(?:g?make)(?:$|[\s;&|)])", text)
        # A name without a suffix is often a word of the command: npm run build.
        before = r"(?<![\w.-])" if "." in posixpath.basename(path) else _CALLED
        if by_make or re.search(rf"{before}{name}(?![\w.-])", text):
            return f"{made.place(one)} runs it"
    return ""


def _named(path: str, user: str, texts: Mapping[str, str]) -> str:
    """The place where ``user`` names the file, by its path or from beside it; "" if it doesn't."""
    names = {path, posixpath.relpath(path, posixpath.dirname(user) or ".")}
    text = texts[user]
    for name in names:
        if name in {"Dockerfile", "Makefile"}:
            continue
        found = re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)", text)
        if found:
            return f"{user}:{text.count(chr(10), 0, found.start()) + 1} names it"
    return ""
