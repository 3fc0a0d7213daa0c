"""The stages of a Dockerfile that Compose and Bake files, Makefiles, scripts and CI files build.

They are read line by line, and only for ``docker build`` and similar commands; their meaning as a
whole isn't worked out. A path in them is relative to their own directory, or to the one above a
directory of scripts. If it contains a variable, or if it has a distinctive name
(``Dockerfile.test``) and the script may have changed its directory, its end is compared.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from bpkit.light import dataclass, regex
from bpkit.project import read_head
from bpkit.verbs.lint.profiles import Profile, is_for_development

#: How much is read of a file, and how many files of a directory.
_MOST = 1 << 18
_MOST_FILES = 200
_FOLDERS = ("", ".github/workflows", ".circleci", ".ci", "ci", "scripts", "script", "hack", "bin")
_NAMES = regex(
    r".*compose.*\.ya?ml|.*bake.*\.(?:hcl|json)|(?:GNU)?[Mm]akefile.*|.*\.mk|.*\.(?:sh|bash|bat|ps1)"
    r"|.*\.ya?ml|Taskfile.*|[Jj]ustfile|Jenkinsfile.*|package\.json|build|release|run|deploy|setup"
)
_SPEAKS = regex(r"docker|podman|buildah|nerdctl|target|\bbuild:", re.IGNORECASE)
_COMMAND = regex(
    r"\b(?:docker|podman|nerdctl|buildah|\$[({]?(?:DOCKER|CONTAINER|ENGINE)\w*[)}]?)"
    r"(?:[ \t]+(?:buildx|image|builder))*[ \t]+(?:build|bud)\b(?P<rest>[^\n;|&]*)"
)
_FILE = regex(r"(?:^|\s)(?:-f|--file)[=\s]\s*[\"']?([^\s\"']+)")
_TARGET = regex(r"(?:^|\s)--target[=\s]\s*[\"']?([^\s\"']+)")
_YAML_BUILD = regex(r"^(?P<indent>\s*)(?:-\s+)?(?:build|with):\s*(?P<context>[^\s#{][^#\n]*)?$")
_YAML_KEY = regex(r"^\s*(?P<key>context|dockerfile|file|target):\s*[\"']?(?P<value>[^\s\"'#]+)")
_BAKE = regex(r"^\s*\"?target\"?\s+\"?([\w.-]+)\"?\s*\{|^\s*\"([\w.-]+)\"\s*:\s*\{")
_BAKE_KEY = regex(r"^\s*\"?(?P<key>context|dockerfile|target)\"?\s*[=:]\s*\"(?P<value>[^\"]*)\"")
_BAKE_PARENTS = regex(r"^\s*\"?inherits\"?\s*[=:]\s*\[([^\]]*)\]")
_RULE = regex(r"^(?P<name>[\w./%-]+)\s*:(?!=)")
_VARIABLE = regex(r"[$%`{]")


@dataclass(frozen=True)
class DockerfileUse:
    """A build of a Dockerfile: the path that it names, the stage (empty: the last one).

    ``source`` is the file that says so, ``folders`` are where the path may start. ``development``
    says that the name of the file, the rule or the service speaks of developers or tests.
    """

    path: str
    target: str
    source: str
    folders: tuple[str, ...] = ()
    development: bool = False

    def may_be_of(self, full: str) -> bool:
        """Whether this is a build of the file at an absolute path."""
        if not _VARIABLE.search(self.path):
            named = (os.path.normpath(os.path.join(one, self.path)) for one in self.folders)
            if full in named:
                return True
            if posixpath.basename(self.path) in {"Dockerfile", "Containerfile"}:
                return False
        known: list[str] = []
        for part in reversed(posixpath.normpath(self.path).split("/")):
            if _VARIABLE.search(part) or part in {"", ".", ".."}:
                break
            known.insert(0, part)
        return bool(known) and full.split(os.sep)[-len(known) :] == known


def uses_of(root: str, path: str) -> tuple[DockerfileUse, ...]:
    """The uses of the Dockerfile at ``path`` in the files from its directory up to ``root``."""
    full, top = os.path.abspath(path), os.path.abspath(root)
    found: list[DockerfileUse] = []
    directory = os.path.dirname(full)
    while True:
        found += (use for use in _uses_in(directory) if use.may_be_of(full))
        if directory in {top, os.path.dirname(directory)} or not directory.startswith(top):
            return tuple(dict.fromkeys(found))
        directory = os.path.dirname(directory)


_TAKES_OUT = regex(
    r"\b(?:docker|podman|nerdctl)[ \t]+(?:container[ \t]+)?(?:cp|create|export)\b"
    r"|\b(?:docker|podman|nerdctl)[ \t]+run\b[^\n]*(?:>|\|[ \t]*tar|-v[ \t=]|--volume|--mount)"
)


def read_anew() -> None:
    """Read the files again from now on: an editor's server outlives their contents."""
    _uses_in.cache_clear()


def tied_pair(directory: str, names: Iterable[str]) -> tuple[str, str] | None:
    """The Dockerfiles of a builder pattern that a script here ties together, in their order.

    It builds two of ``names``, and between them takes something out of a container. Which files
    these are is not worked out.
    """
    here = set(names)
    for path in _files_in(os.path.abspath(directory)):
        text = re.sub(r"\\\r?\n", " ", read_head(path, _MOST))
        built = [
            (command.start(), file)
            for command in _COMMAND.finditer(text)
            if (file := _dockerfile_of(command["rest"])) in here
        ]
        if len(built) == 2 and built[0][1] != built[1][1]:
            (start, first), (end, second) = built
            if _TAKES_OUT.search(text, start, end):
                return first, second
    return None


def _dockerfile_of(rest: str) -> str:
    found = _FILE.search(rest)
    return posixpath.normpath(found[1]) if found else "Dockerfile"


def target_of(uses: Iterable[DockerfileUse]) -> str:
    """The stage that all builds except development builds ask for; empty if they differ."""
    asked = {use.target for use in uses if not use.development and not _stays_home(use.target)}
    only = asked.pop() if len(asked) == 1 else ""
    return "" if _VARIABLE.search(only) else only


def profile_of_uses(uses: Iterable[DockerfileUse], name: str) -> Profile | None:
    """``development`` for a Dockerfile with its own name that only such builds use."""
    found = tuple(uses)
    if name in {"Dockerfile", "Containerfile"} or not found:
        return None
    return "development" if all(use.development for use in found) else None


# Stages that others are made of: compose starts them while somebody works on them.
_PARTS = frozenset({"base", "build", "builder", "compile", "deps", "dependencies", "install"})


def _stays_home(target: str) -> bool:
    words = set(re.split(r"[-_.]", target.lower()))
    return bool(target) and (is_for_development(target) or bool(words & _PARTS))


def repository_of(directory: str, fallback: str) -> str:
    """The directory above with a ``.git``, or ``fallback``."""
    at = os.path.abspath(directory)
    while at != os.path.dirname(at):
        if os.path.exists(os.path.join(at, ".git")):
            return at
        at = os.path.dirname(at)
    return fallback


@lru_cache(maxsize=512)
def _uses_in(directory: str) -> tuple[DockerfileUse, ...]:
    found: list[DockerfileUse] = []
    for folder in _FOLDERS:
        place = os.path.join(directory, folder)
        for path in _files_in(place):
            text = read_head(path, _MOST)
            if _SPEAKS.search(text):
                name = os.path.relpath(path, directory)
                folders = tuple(dict.fromkeys((directory, os.path.normpath(place))))
                found += (replace(use, folders=folders) for use in _uses(text, name))
    return tuple(found)


def _files_in(directory: str) -> list[Path]:
    try:
        names = sorted(entry.name for entry in os.scandir(directory) if entry.is_file())
    except OSError:
        # The directory doesn't exist or can't be listed: it declares nothing.
        return []
    return [Path(directory, name) for name in names if _NAMES.fullmatch(name)][:_MOST_FILES]


def _uses(text: str, name: str) -> Iterator[DockerfileUse]:
    base = posixpath.basename(name)
    yield from _commands(text, name)
    if base.endswith((".yml", ".yaml")):
        yield from _blocks_of_yaml(text, name)
    elif base.endswith((".hcl", ".json")) and "bake" in base:
        yield from _blocks_of_bake(text, name)


def _commands(text: str, name: str) -> Iterator[DockerfileUse]:
    rule = ""
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        if head := _RULE.match(line):
            rule = head["name"]
        for command in _COMMAND.finditer(line):
            rest = command["rest"]
            file = _FILE.search(rest)
            target = _TARGET.search(rest)
            context = (rest.split() or [""])[-1].strip("\"'")
            if not file and (context.startswith("-") or context == ""):
                context = "."
            where = file[1] if file else posixpath.join(context, "Dockerfile")
            words = (posixpath.basename(name), rule if "akefile" in name else "")
            asked = target[1] if target else ""
            if "=" not in where:
                yield DockerfileUse(where, asked, name, development=_is_said(words))


def _blocks_of_yaml(text: str, name: str) -> Iterator[DockerfileUse]:
    """The ``build:`` of a service, the ``with:`` of an action that builds."""
    lines = text.splitlines()
    service = ""
    for number, line in enumerate(lines):
        if re.match(r"^\s{0,4}[\w.-]+:\s*$", line):
            service = line.strip(" :") if line.strip() not in {"build:", "with:"} else service
        head = _YAML_BUILD.match(line)
        if not head:
            continue
        keys = dict(_keys(lines[number + 1 :], len(head["indent"])))
        context = (head["context"] or keys.get("context", "")).strip().strip("\"'")
        is_action = line.strip().startswith("with")
        if is_action and not {"file", "target"} & keys.keys():
            continue
        if not is_action and not context and not keys:
            # A job that is called so.
            continue
        file = keys.get("dockerfile") or keys.get("file") or "Dockerfile"
        # An action names the file from the top, compose from the context.
        where = file if is_action else posixpath.join(context or ".", file)
        words = (posixpath.basename(name), service)
        yield DockerfileUse(where, keys.get("target", ""), name, development=_is_said(words))


def _keys(lines: Iterable[str], indent: int) -> Iterator[tuple[str, str]]:
    for line in lines:
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            return
        if found := _YAML_KEY.match(line):
            yield found["key"], found["value"]


def _blocks_of_bake(text: str, name: str) -> Iterator[DockerfileUse]:
    """The targets of a Bake file, with what they inherit of others in it."""
    blocks: dict[str, dict[str, str]] = {}
    keys: dict[str, str] = {}
    for line in text.splitlines():
        if head := _BAKE.match(line):
            keys = blocks.setdefault(head[1] or head[2] or "", {})
        elif found := _BAKE_KEY.match(line):
            keys[found["key"]] = found["value"]
        elif found := _BAKE_PARENTS.match(line):
            keys["inherits"] = " ".join(re.findall(r'"([^"]+)"', found[1]))
    for title in blocks:
        whole = _inherited(title, blocks, frozenset())
        where = posixpath.join(whole.get("context", "."), whole.get("dockerfile") or "Dockerfile")
        is_said = _is_said((title,))
        yield DockerfileUse(where, whole.get("target", ""), name, development=is_said)


def _inherited(
    title: str, blocks: dict[str, dict[str, str]], seen: frozenset[str]
) -> dict[str, str]:
    own = blocks.get(title, {})
    found: dict[str, str] = {}
    for parent in own.get("inherits", "").split():
        if parent not in seen:
            found |= _inherited(parent, blocks, seen | {title})
    return {**found, **own}


def _is_said(words: Iterable[str]) -> bool:
    return any(is_for_development(word) for word in words)
