"""Every language with a template honours what the user wishes, or says that it can't.

A language that is added is held to it by its example project.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from bpkit.errors import InputError
from bpkit.languages.detected import ProjectWishes
from bpkit.languages.detection import candidates
from bpkit.languages.table import LANGUAGES
from bpkit.verbs.init.project_files import read_listing
from bpkit.verbs.init.result import InitResult
from bpkit.verbs.init.run import InitChoices, init
from tests.places import DATA

PROJECTS = {path.name: path for path in sorted((DATA / "projects").iterdir())}
each_project = pytest.mark.parametrize("project", PROJECTS.values(), ids=list(PROJECTS))


def wished(project: Path, **wishes: Any) -> InitResult:
    """What ``init`` comes to for these wishes."""
    return init(InitChoices(project, wishes=ProjectWishes(**wishes), write=False))


def refusal_of(project: Path, **wishes: Any) -> str:
    """Why ``init`` refuses these wishes; empty if it doesn't."""
    try:
        wished(project, **wishes)
    except InputError as error:
        return error.message
    return ""


def dockerfile(result: InitResult) -> str:
    return next(file.text for file in result.files if file.name == "Dockerfile")


def start_of(text: str) -> list[str]:
    """The words of the last ENTRYPOINT."""
    words: list[str] = json.loads(re.findall(r"^ENTRYPOINT (\[.*\])$", text, re.MULTILINE)[-1])
    return words


def says(result: InitResult, *words: str) -> bool:
    return any(all(word in note for word in words) for note in result.notes)


def test_every_language_that_reads_projects_has_an_example() -> None:
    shown = {one.language for path in PROJECTS.values() for one in candidates(read_listing(path))}

    assert shown >= {one.name for one in LANGUAGES if one.project}


@each_project
def test_name_sets_the_image_name(project: Path) -> None:
    assert wished(project, name="shop-front").detected.name == "shop-front"


@each_project
def test_base_sets_the_last_stages_base_image(project: Path) -> None:
    result = wished(project, base="registry.test/base:9")
    text = dockerfile(result)
    last = re.findall(r"^FROM (?:--\S+ )*(\S+)", text, re.MULTILINE)[-1]

    assert result.detected.base == "registry.test/base:9"
    if given := re.fullmatch(r"\$\{?(\w+)\}?", last):
        assert re.search(rf"^ARG {given[1]}=registry\.test/base:9$", text, re.MULTILINE)
    else:
        assert last == "registry.test/base:9"


@each_project
def test_a_port_is_exposed_and_checked_or_reported_as_unused(project: Path) -> None:
    result = wished(project, port="4711")
    text = dockerfile(result)

    if says(result, "--port", "no effect"):
        assert "4711" not in text
        return
    assert re.findall(r"^EXPOSE (.*)$", text, re.MULTILINE) == ["4711"]
    check = text[text.index("HEALTHCHECK") : text.index("ENTRYPOINT", text.index("HEALTHCHECK"))]
    assert "4711" in check
    assert ("4711", "--port") in {
        (fact.value, fact.file) for fact in result.detected.facts if fact.what == "port"
    }


@each_project
def test_a_missing_program_is_refused_or_noted(project: Path) -> None:
    if refusal := refusal_of(project, entry="elsewhere/unknown"):
        assert "--entry 'elsewhere/unknown'" in refusal
        return
    result = wished(project, entry="elsewhere/unknown")
    # A build may make it; a web server has no program to choose.
    assert says(result, "elsewhere/unknown isn't in the project") or says(
        result, "--entry", "no effect"
    )


@each_project
def test_an_impossible_command_is_refused_or_noted(project: Path) -> None:
    if refusal := refusal_of(project, cmd="unknown-program --fast 7"):
        assert "--cmd 'unknown-program --fast 7'" in refusal
        return
    assert says(wished(project, cmd="unknown-program --fast 7"), "--cmd", "no effect")


@each_project
def test_the_detected_command_can_be_passed_with_arguments(project: Path) -> None:
    found = start_of(dockerfile(wished(project)))
    command = shlex.join([Path(found[0]).name, *found[1:], "--fast", "7"])
    if refusal := refusal_of(project, cmd=command):
        assert "--cmd" in refusal
        return
    result = wished(project, cmd=command)
    if not says(result, "--cmd", "no effect"):
        assert start_of(dockerfile(result))[-2:] == ["--fast", "7"]


def test_only_switches_that_were_passed_are_reported_as_unused(tmp_path: Path) -> None:
    project = Path(shutil.copytree(PROJECTS["hugo"], tmp_path / "site"))

    assert not says(wished(project, port="8080"), "no effect")
    assert says(wished(project, port="81"), ": --port has no effect")
    assert says(wished(project, cmd="x", entry="y"), ": --cmd and --entry have no effect")
