"""Finds the script among a project's files that builds its images by the builder pattern.

A file is a candidate by its name or its first line, and is judged by what it does when read: the
one that builds images and takes artifacts out of one of them, with Dockerfiles that are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bpkit.docker_calls import Build, CopyOut, Create, Export, RunContainer
from bpkit.errors import InputError
from bpkit.readers.shell import is_makefile, read_script
from bpkit.shell_reading import ScriptReading

_SHEBANG = re.compile(r"#!\s*(?:/usr/bin/env\s+|\S*/)(?:ba|da|a|k|z)?sh\b")
_SUFFIXES = (".sh", ".bash", ".ksh")
_CI_FILES = frozenset({".travis.yml", ".gitlab-ci.yml", "appveyor.yml"})
_CI_LIST = re.compile(
    r"(?P<indent>\s*)(?:- )?(?:before_script|script|after_script|install|before_install|"
    r"after_success|build_script|build):\s*(?P<rest>.*)"
)


@dataclass(frozen=True)
class Candidate:
    """A script that builds images, and where it is started for its paths to make sense."""

    path: str
    directory: str
    reading: ScriptReading
    score: tuple[int, ...]


def find_scripts(files: Mapping[str, str]) -> tuple[Candidate, ...]:
    """The scripts that build images, the likeliest builder script first.

    ``files`` maps the paths in the project to their texts. Files that can't be read as scripts are
    no candidates.
    """
    found = [best for path in sorted(files) if (best := _best_reading(path, files)) is not None]
    return tuple(sorted(found, key=lambda candidate: candidate.score, reverse=True))


def _best_reading(path: str, files: Mapping[str, str]) -> Candidate | None:
    """The candidate at ``path``, started in the project or in the script's own directory."""
    text = script_text(path, files[path])
    if text is None or not re.search(r"\bbuild\b", text) or not _calls_an_engine(text):
        return None
    own = path.rpartition("/")[0] or "."
    candidates: list[Candidate] = []
    for directory in dict.fromkeys((own if is_makefile(path) else ".", own)):
        try:
            reading = read_script(text, path, directory=directory, files=files)
        except InputError:
            continue
        if any(isinstance(action, Build) for action in reading.actions):
            score = _score(path, reading, files)
            candidates.append(Candidate(path, directory, reading, score))
    return max(candidates, key=lambda candidate: candidate.score, default=None)


def _calls_an_engine(text: str) -> bool:
    return re.search(r"docker|podman|nerdctl", text, re.IGNORECASE) is not None


def script_text(path: str, text: str) -> str | None:
    """What of the file is script; None where nothing is. Line numbers stay as they are."""
    name = path.rpartition("/")[2]
    if name in _CI_FILES:
        return "\n".join(_ci_lines(text))
    is_script = name.endswith(_SUFFIXES) or is_makefile(path) or _SHEBANG.match(text)
    return text if is_script else None


def _score(path: str, reading: ScriptReading, files: Mapping[str, str]) -> tuple[int, ...]:
    builds = [action for action in reading.actions if isinstance(action, Build)]
    carries = any(
        isinstance(action, CopyOut | Create | Export | RunContainer) for action in reading.actions
    )
    there = sum(str(build.dockerfile) in files for build in builds)
    missing = len(builds) - there
    pattern = carries and len(builds) >= 2
    return (int(pattern), int(carries), -missing, there, -len(reading.refusals), -path.count("/"))


def _ci_lines(text: str) -> Iterator[str]:
    """The commands of a CI file's script lists, each on its own line, all other lines blank."""
    indent: int | None = None
    block: int | None = None
    for line in text.split("\n"):
        stripped = line.strip()
        depth = len(line) - len(line.lstrip())
        if block is not None and stripped and depth > block:
            yield stripped
            continue
        if stripped:
            block = None
        found = _CI_LIST.fullmatch(line)
        if found:
            indent = len(found["indent"])
            rest = found["rest"].strip()
            block = indent if rest in {"|", ">", "|-", ">-"} else None
            yield "" if block is not None else _unquoted(rest)
            continue
        if indent is not None and stripped.startswith("- ") and depth >= indent:
            command = stripped[2:].strip()
            block = depth if command in {"|", ">", "|-", ">-"} else None
            yield "" if block is not None else _unquoted(command)
            continue
        if stripped and not stripped.startswith("#"):
            indent = None
        yield ""


def _unquoted(text: str) -> str:
    """A YAML scalar on one line, without the quotes around it."""
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if len(text) > 1 and text[0] == text[-1] == '"':
        return re.sub(r'\\(["\\])', r"\1", text[1:-1])
    return text
