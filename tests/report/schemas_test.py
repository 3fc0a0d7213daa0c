"""The output of ``--json`` is described by a schema, which ships in the wheel."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bpkit.cli.verbs import NAMES
from tests.cli.ground import PAIR, STAGES, Ground, make_ground
from tests.places import ROOT
from tests.schemas import assert_told, kinds, schema_of


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_each_schema_is_a_valid_json_schema(kind: str) -> None:
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == schema["properties"]["schema"]["const"] == f"bpkit/{kind}/1"
    assert schema["required"][0] == "schema"
    assert schema["title"]


def test_each_verb_has_a_schema_and_each_schema_a_verb() -> None:
    sources = [path.read_text() for path in (ROOT / "bpkit" / "cli").glob("*.py")]
    others = {kind for text in sources for kind in re.findall(r'schema="bpkit/([\w-]+)/1"', text)}
    # A language server speaks a protocol of its own.
    assert kinds() == {*NAMES - {"lsp"}, *others, "error"}


def test_the_page_names_every_schema() -> None:
    page = (ROOT / "docs" / "json.md").read_text()
    assert set(re.findall(r"`bpkit/([\w-]+)/1`", page)) == kinds()


@pytest.fixture
def pair(tmp_path: Path) -> Ground:
    return make_ground(tmp_path, PAIR)


@pytest.fixture
def stages(tmp_path: Path) -> Ground:
    return make_ground(tmp_path, STAGES)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("build --no-check", "build"),
        ("build --dry-run", "plan"),
        ("script", "script"),
        ("script -o -", "script"),
        ("script --check", "script-check"),
        ("convert --to multi-stage", "convert"),
        ("convert --to multi-stage --write", "convert"),
        ("lint --without docker", "lint"),
        ("lint --format json --without docker", "lint"),
        ("lint --fix --without docker", "lint-fix"),
        ("lint --write-baseline known.txt --without docker", "lint-baseline"),
        ("ignore", "ignore"),
        ("ignore --check", "ignore-check"),
        ("ignore --list", "ignore-list"),
        ("images", "images"),
        ("clean --dry-run", "clean"),
        ("clean --yes", "clean"),
        ("templates", "templates"),
        ("completion zsh", "completion"),
        ("explain BPK211", "explain"),
        ("doctor", "doctor"),
        ("ls", "ls"),
        ("graph", "graph"),
    ],
)
def test_the_output_of_a_verb_matches_its_schema(pair: Ground, words: str, kind: str) -> None:
    assert_told(pair.typed(*words.split(), "--json").out, kind)


def test_the_output_for_a_multi_stage_project_matches_its_schema(stages: Ground) -> None:
    for words in (
        "build --dry-run",
        "convert --to builder",
        "bake",
        "bake -o -",
        "lint --without docker",
    ):
        assert_told(stages.typed(*words.split(), "--json").out)


@pytest.mark.parametrize("example", ["go", "python-pip", "node-npm", "static"])
def test_the_output_of_init_matches_its_schema(pair: Ground, example: str) -> None:
    project = pair.directory / example
    shutil.copytree(ROOT / "tests" / "data" / "projects" / example, project)
    shown = assert_told(pair.typed("init", "--json", str(project)).out, "init")
    assert shown["written"] is True
    assert_told(pair.typed("init", "--diff", "--json", str(project)).out, "init")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["build", "--wat"], 2),
        (["nosuch"], 2),
        (["check", "--image", "nowhere"], 4),
        (["images", "--engine", "no-such-engine"], 3),
    ],
)
def test_the_output_of_an_error_matches_its_schema(
    pair: Ground, words: list[str], status: int
) -> None:
    said = pair.typed(*words, "--json")
    assert said.status == status
    assert assert_told(said.out, "error")["error"]["status"] == status


#: Verbs that read the project of a directory, with what else they are told.
OF_A_PROJECT = [
    *("build", "build --dry-run", "script", "convert --to multi-stage", "check", "try", "shrink"),
    *("compare", "size", "bake", "ignore", "init", "clean", "images", "lint --without docker"),
]


@pytest.mark.parametrize("words", OF_A_PROJECT)
@pytest.mark.parametrize("directory", ["services/api", "./services/api", "services/api/"])
def test_an_error_names_the_file_relative_to_the_current_directory(
    pair: Ground, words: str, directory: str
) -> None:
    pair.write({"services/api/Dockerfile.build": "FROM golang\n", "bpkit.toml": 'name = "other"\n'})
    pair.write({"services/api/bpkit.toml": '\nnam = "api"\n'})
    verb, *rest = words.split()
    said = pair.typed(verb, directory, *rest, "--json")
    assert said.status == 2
    error = assert_told(said.out, "error")["error"]
    assert (error["file"], error["line"]) == ("services/api/bpkit.toml", 2)
    assert said.err.startswith("bpkit: services/api/bpkit.toml:2: ")


def test_each_problem_names_its_file_relative_to_the_current_directory(pair: Ground) -> None:
    files = {
        "Dockerfile": "FROM a AS b\nRUN c\nFROM d\nCOPY --from=b --parents /x /\n"
        "COPY --from=b --parents /y /\n"
    }
    pair.write({f"sub/{name}": text for name, text in files.items()})
    said = pair.typed("convert", "--to", "builder", "--json", str(pair.project / "sub"))
    problems = assert_told(said.out, "error")["error"]["problems"]
    assert [one["line"] for one in problems] == [4, 5]
    assert {one["file"] for one in problems} == {"sub/Dockerfile"}


def test_the_file_of_a_member_that_cannot_be_built_is_relative_to_the_current_directory(
    pair: Ground,
) -> None:
    pair.write({"all/one/Dockerfile": "FROM a\nNOSUCH x\n", "all/two/Dockerfile": "FROM a\n"})
    told = assert_told(pair.typed("ls", "all", "--json").out, "ls")
    (problem,) = [one["problem"] for one in told["images"] if one["problem"]]
    assert problem.startswith("all/one/Dockerfile:2: ")


def test_a_refused_conversion_is_one_object_with_all_problems(pair: Ground) -> None:
    pair.write({"build.sh": 'eval "$1"\ndocker build -t a .\neval "$2"\n'})
    said = pair.typed("convert", "--to", "multi-stage", "--script", "build.sh", "--json")
    assert said.status == 2
    error = assert_told(said.out, "error")["error"]
    assert error["file"] == "build.sh"
    assert all(problem["message"] in said.err for problem in error.get("problems", [error]))
