"""Read the commands in files that contain shell scripts among other things.

These are the files of CI services (GitHub, GitLab, Travis, CircleCI and others in YAML, a
Jenkinsfile's ``sh``) and package.json's scripts. The result is one shell script for each job, whose
commands are on the same lines as in the file, so that every message names the right line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bpkit.core import quote
from bpkit.errors import InputError, Place
from bpkit.formats.yaml import Yaml, YamlText, read_yaml
from bpkit.readers.ci.jobs import jobs_of

Found = Iterator[tuple[int, str]]

_YAML = re.compile(
    r"\.github/workflows/[^/]+\.ya?ml|\.circleci/config\.ya?ml|circle\.ya?ml|\.?travis\.ya?ml"
    r"|\.gitlab-ci\.ya?ml|\.drone\.ya?ml|\.?(?:appveyor|wercker|buildspec|cloudbuild)\.ya?ml"
    r"|(?:bitbucket|azure)-pipelines\.ya?ml|\.semaphore/[^/]+\.ya?ml|\.buildkite/[^/]+\.ya?ml"
)
_JENKINS = re.compile(r"(?:.*/)?Jenkinsfile[\w.-]*")
# The keys that hold commands, and those that set variables for them.
_COMMANDS = frozenset(
    {"before_install", "install", "before_script", "script", "after_success", "after_script"}
    | {"run", "command", "commands", "pre", "override", "build_script", "bash", "code"}
)
_VARIABLES = frozenset({"env", "variables", "environment", "global"})
_SH = re.compile(
    r"""\b(?:sh|bat)\s*\(?\s*(?:script\s*:\s*)?(?P<quote>'''|\"\"\"|'|")(?P<text>.*?)(?P=quote)""",
    re.DOTALL,
)

_DOCKER_BUILD = re.compile(
    r"\bdocker\.build\s*\(\s*(?P<quote>['\"])(?P<image>.*?)(?P=quote)"
    r"(?:\s*,\s*(?P<quote2>['\"])(?P<words>.*?)(?P=quote2))?\s*\)"
)
_IN_DIRECTORY = re.compile(r"\bdir\s*\(\s*['\"](?P<path>[\w./-]+)['\"]\s*\)\s*\{")
_ASSIGNED = re.compile(
    r"^\s*(?P<name>[A-Za-z_]\w*)\s*=\s*(?P<quote>['\"])(?P<text>.*?)(?P=quote)\s*$", re.MULTILINE
)
_BUILDS = re.compile(r"docker/build-push-action(?:@|\Z)")
_INPUTS = {
    "file": "file",
    "tags": "tag",
    "build-args": "build-arg",
    "labels": "label",
    "target": "target",
    "platforms": "platform",
    "cache-from": "cache-from",
    "cache-to": "cache-to",
    "outputs": "output",
}
_SWITCHES = ("push", "load", "pull", "no-cache")


_NPM_RUN = re.compile(r"\b(?:npm run(?: -s| --silent)?|yarn(?: run)?) ([\w:.-]+)")
_NPM_VERSION = re.compile(r"\$(?:npm_package_version\b|\{npm_package_version\})")


def is_workflow(name: str) -> bool:
    """Whether a file of that name contains commands among other things."""
    return bool(_YAML.fullmatch(name) or _JENKINS.fullmatch(name)) or name == "package.json"


@dataclass(frozen=True)
class JobCommands:
    """The commands of a job as a shell script, each on its line.

    ``names`` are the job's name, preceded by those of the jobs whose files it receives; empty if
    the file has no jobs.
    """

    names: tuple[str, ...]
    script: str


def commands_of(text: str, name: str) -> tuple[JobCommands, ...]:
    """The commands of the file, job by job. Raises InputError for a file that can't be read."""
    if name == "package.json":
        scripts = package_scripts(text)
        return tuple(_job((one,), _package(text, name, one), text) for one in scripts)
    if _JENKINS.fullmatch(name):
        return (_job((), _jenkins(text), text),)
    lines = text.splitlines()
    found = []
    for job in jobs_of(read_yaml(text, name)):
        commands: list[tuple[int, str]] = []
        for one in (*job.after, job):
            for key, value in one.shared:
                commands += _yaml({YamlText(key): value}, lines)
            commands += _yaml(one.body, lines)
        names = job.names if job.name else ()
        found.append(_job(names, iter(dict.fromkeys(commands)), text))
    return tuple(found)


def package_scripts(text: str) -> tuple[str, ...]:
    """The names of package.json's scripts."""
    try:
        found = json.loads(text)
    except ValueError:
        return ()
    scripts = found.get("scripts") if isinstance(found, dict) else None
    return tuple(n for n, c in scripts.items() if isinstance(c, str)) if scripts else ()


def _job(names: tuple[str, ...], found: Found, text: str) -> JobCommands:
    lines = [""] * (text.count("\n") + 2)
    for line, command in found:
        for number, one in enumerate(command.split("\n")):
            at = line - 1 + number
            if at < len(lines):
                lines[at] = f"{lines[at]}; {one}" if lines[at].strip() else one
    return JobCommands(names, "\n".join(lines) + "\n")


def _yaml(value: Yaml, lines: list[str], key: str = "") -> Found:
    if isinstance(value, dict):
        where = value.get(YamlText("working-directory")) or value.get(YamlText("working_directory"))
        for name, inner in value.items():
            for line, command in _yaml(inner, lines, name):
                moved = isinstance(where, str) and name in _COMMANDS
                yield line, f"cd {quote(str(where))}; {command}; cd -" if moved else command
            if name in _VARIABLES and isinstance(inner, dict):
                yield from _assignments(inner)
            if name == "uses" and isinstance(inner, YamlText) and _BUILDS.match(inner):
                yield inner.line, _built(value.get(YamlText("with")))
    elif isinstance(value, list):
        for item in value:
            yield from _yaml(item, lines, key)
    elif isinstance(value, YamlText):
        if key in _COMMANDS:
            yield _first_line(value, lines), _plain(value)
        elif key in _VARIABLES and re.match(r"[A-Za-z_]\w*=", value):
            yield value.line, _plain(value)


def _built(given: Yaml | None) -> str:
    """The command that docker/build-push-action runs (its README, "inputs")."""
    inputs = given if isinstance(given, dict) else {}

    def listed(name: str) -> list[str]:
        found = inputs.get(YamlText(name))
        text = _plain(found) if isinstance(found, YamlText) else ""
        return [one.strip() for one in text.splitlines() if one.strip()]

    words = ["docker buildx build"]
    for name, flag in _INPUTS.items():
        values = listed(name)
        if name in {"tags", "platforms"}:
            values = [one for line in values for one in line.split(",") if one]
        if name == "platforms" and values:
            values = [",".join(values)]
        words += [f'--{flag} "{one}"' for one in values]
    words += [
        f"--{name}" for name in ("push", "load", "pull", "no-cache") if listed(name) == ["true"]
    ]
    context = listed("context") or ["https://github.com/${GITHUB_REPOSITORY}.git"]
    return " ".join([*words, f'"{context[0]}"'])


def _assignments(mapping: dict[YamlText, Yaml]) -> Found:
    for name, value in mapping.items():
        if isinstance(value, YamlText) and re.fullmatch(r"[A-Za-z_]\w*", name):
            shown = _plain(value).replace('"', '\\"').replace("`", "\\`")
            yield name.line, f'{name}="{shown}"'


def _first_line(value: YamlText, lines: list[str]) -> int:
    """The line on which a scalar's text begins; in a block scalar, the one below the indicator."""
    first = value.strip().split("\n", 1)[0].strip()
    for at in range(value.line - 1, min(value.line + 3, len(lines))):
        if first and first in lines[at]:
            return at + 1
    return value.line


def _plain(command: str) -> str:
    """The command with the service's own expressions written as shell variables."""

    def variable(found: re.Match[str]) -> str:
        words = re.findall(r"[A-Za-z_]\w*", found.group(1))
        if words[:1] in (["env"], ["secrets"], ["vars"]):
            return f"${{{'_'.join(words[1:])}}}"
        return f"${{{'_'.join(words).upper() or 'EXPRESSION'}}}"

    return re.sub(r"\$\{\{\s*(.*?)\s*\}\}", variable, command).rstrip("\n")


def _jenkins(text: str) -> Found:
    """The ``sh`` steps of a pipeline, its ``environment`` blocks, and ``docker.build``."""
    found = [*_jenkins_environment(text)]
    for step in _SH.finditer(text):
        found.append((step.start("text"), _groovy(step["text"], step["quote"])))
    for step in _DOCKER_BUILD.finditer(text):
        image = _groovy(step["image"], step["quote"]).strip()
        words = _groovy(step["words"] or ".", step["quote2"] or "'")
        found.append((step.start(), f'docker build -t "{image}" {words}'))
    directories = [
        (one.end(), _block_end(text, one.end()), quote(one["path"]))
        for one in _IN_DIRECTORY.finditer(text)
    ]
    for at, command in sorted(found):
        around = [path for start, end, path in directories if start <= at < end]
        before = "".join(f"cd {path}; " for path in around)
        yield text.count("\n", 0, at) + 1, f"{before}{command}{'; cd -' * len(around)}"


def _jenkins_environment(text: str) -> Iterator[tuple[int, str]]:
    """The variables that ``environment`` blocks set to text; credentials are left out."""
    for block in re.finditer(r"\benvironment\s*\{", text):
        end = _block_end(text, block.end())
        for one in _ASSIGNED.finditer(text, block.end(), end):
            value = _groovy(one["text"], one["quote"])
            shown = quote(value) if one["quote"] == "'" else f'"{value}"'
            yield one.start("name"), f"{one['name']}={shown}"


def _groovy(text: str, mark: str) -> str:
    """A Groovy string as the shell gets it; one in double quotes has its variables expanded."""
    if not mark.startswith('"'):
        return text
    text = re.sub(r"\$\{env\.(\w+)\}", r"${\1}", text)
    return text.replace('\\"', '"').replace("\\$", "$")


def _block_end(text: str, start: int) -> int:
    """The end of the block that begins at ``start``."""
    depth = 1
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at
    return len(text)


def _package(text: str, name: str, wanted: str) -> Found:
    try:
        scripts = json.loads(text).get("scripts") or {}
    except (ValueError, AttributeError) as error:
        raise InputError(f"the file is not valid JSON: {error}", place=Place(name)) from None
    command = scripts.get(wanted)
    if not isinstance(command, str):
        return
    shown = json.dumps(wanted)
    line = next(
        (n for n, one in enumerate(text.splitlines(), 1) if f"{shown}:" in one.replace(" :", ":")),
        1,
    )

    def whole(name: str) -> str:
        """The script with npm's pre and post scripts (npm's documentation, "scripts")."""
        names = [f"pre{name}", name, f"post{name}"]
        return " && ".join(one for n in names if isinstance(one := scripts.get(n), str))

    def called(found: re.Match[str]) -> str:
        name = found.group(1)
        return f"( {whole(name)} )" if name in scripts and name != wanted else found.group()

    text = _NPM_RUN.sub(called, whole(wanted))
    yield line, _NPM_VERSION.sub("$(node -p \"require('./package.json').version\")", text)
