"""``bpkit init`` on real directories: what it writes, what it leaves alone, what it says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bpkit.errors import InputError
from bpkit.formats.dockerfile.parser import parse
from bpkit.formats.dockerfile.stage import stages
from bpkit.languages.detected import ProjectWishes
from bpkit.verbs.ignore.run import IgnoreRequest, check, derive
from bpkit.verbs.init.project_files import read_listing
from bpkit.verbs.init.report import diff_text, facts_text
from bpkit.verbs.init.result import InitResult
from bpkit.verbs.init.run import BOTH, BUILDER, InitChoices, KeptDockerfileError, init
from bpkit.verbs.init.template_files import find_template, list_templates
from bpkit.verbs.init.templates import without_buildkit
from tests.places import DATA

PROJECTS = DATA / "projects"
NAMES = sorted(one.name for one in PROJECTS.iterdir())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROJECTS / "go", tmp_path / "go"))


def contents(directory: Path) -> dict[str, str]:
    return {one.name: one.read_text() for one in directory.iterdir() if one.is_file()}


def made(result: InitResult, name: str) -> str:
    return next(file.text for file in result.files if file.name == name)


@pytest.mark.parametrize("name", NAMES)
def test_no_placeholder_is_left_in_the_dockerfiles_of_any_example(name: str) -> None:
    result = init(InitChoices(PROJECTS / name, style=BOTH, write=False))
    for file in result.files:
        assert "{{" not in file.text
    for dockerfile in ("Dockerfile", "Dockerfile.build", "Dockerfile.runtime"):
        assert len(stages(parse(made(result, dockerfile)))) in {1, 2, 3}


@pytest.mark.parametrize("name", NAMES)
def test_the_stage_that_ships_keeps_to_good_practice(name: str) -> None:
    result = init(InitChoices(PROJECTS / name, write=False))
    last = stages(parse(made(result, "Dockerfile"))).last
    by_keyword = {one.keyword: one for one in last.instructions}
    assert by_keyword["ENTRYPOINT"].json
    assert by_keyword["USER"].args[0].partition(":")[0].isdigit()
    assert ("EXPOSE" in by_keyword) == ("HEALTHCHECK" in by_keyword) == bool(result.detected.port)
    assert all(one.flag("from") for one in last.instructions if one.keyword == "COPY")


@pytest.mark.parametrize("name", NAMES)
def test_the_classic_form_differs_only_in_flags(name: str) -> None:
    modern = made(init(InitChoices(PROJECTS / name, write=False)), "Dockerfile")
    classic = made(init(InitChoices(PROJECTS / name, write=False, buildkit=False)), "Dockerfile")
    assert "--mount" not in classic
    assert "--platform" not in classic
    body = modern.partition("\n")[2]
    assert classic.partition("\n")[2] == without_buildkit(body)


def test_a_second_run_changes_nothing_and_the_ignore_file_is_current(project: Path) -> None:
    init(InitChoices(project, style=BOTH))
    before = contents(project)
    again = init(InitChoices(project, style=BOTH))
    assert {file.state for file in again.files} == {"same"}
    assert contents(project) == before
    assert check(derive(IgnoreRequest(project))) == ()


def test_a_foreign_file_prevents_all_writing(project: Path) -> None:
    (project / "Dockerfile.runtime").write_text("FROM scratch\n")
    before = contents(project)
    with pytest.raises(InputError, match=r"Dockerfile\.runtime"):
        init(InitChoices(project, style=BUILDER))
    assert contents(project) == before


def test_a_changed_file_of_bpkits_counts_as_the_users(project: Path) -> None:
    init(InitChoices(project))
    with (project / "Dockerfile").open("a") as stream:
        stream.write("# mine\n")
    mine = (project / "Dockerfile").read_text()
    with pytest.raises(InputError, match="Dockerfile"):
        init(InitChoices(project))
    init(InitChoices(project, force=True))
    assert (project / "Dockerfile.bak").read_text() == mine
    assert "# mine" not in (project / "Dockerfile").read_text()


def test_a_foreign_ignore_file_is_kept_with_a_note(project: Path) -> None:
    (project / ".dockerignore").write_text("*.md\n")
    result = init(InitChoices(project))
    assert (project / ".dockerignore").read_text() == "*.md\n"
    assert ".dockerignore is left as it is" in facts_text(result)


def test_a_dry_run_and_a_diff_write_nothing(project: Path) -> None:
    before = contents(project)
    result = init(InitChoices(project, write=False))
    assert contents(project) == before
    assert "+FROM ${BASE}\n" in diff_text(result)
    init(InitChoices(project))
    assert diff_text(init(InitChoices(project, write=False))) == ""


def test_the_user_can_set_name_base_and_entry(project: Path) -> None:
    (project / "cmd").mkdir()
    (project / "cmd" / "main.go").write_text((project / "main.go").read_text())
    wishes = ProjectWishes(name="shop", base="alpine:3.20", entry="./cmd")
    text = made(init(InitChoices(project, wishes=wishes, write=False)), "Dockerfile")
    assert "ARG BASE=alpine:3.20\n" in text
    assert "-o rootfs/shop ./cmd\n" in text
    assert '["nc", ' in text


def test_a_pair_is_refused_if_an_artifact_is_ambiguous(project: Path) -> None:
    (project / "src" / "rootfs").mkdir(parents=True)
    (project / "src" / "rootfs" / "x").touch()
    with pytest.raises(InputError, match="src/rootfs"):
        init(InitChoices(project, style=BUILDER))


def test_the_users_template_takes_precedence_over_the_shipped_one(
    project: Path, tmp_path: Path
) -> None:
    own = tmp_path / "config" / "bpkit" / "templates" / "go"
    own.mkdir(parents=True)
    (own / "Dockerfile").write_text("# Mine.\nFROM golang:{{go_version}} AS build\nFROM {{base}}\n")
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    result = init(InitChoices(project, write=False), environ=environ)
    assert "FROM golang:1.21 AS build\n" in made(result, "Dockerfile")
    assert [one.origin for one in list_templates(environ)][:2] == ["user", "shipped"]


def test_a_template_passed_by_switch_needs_no_language(tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "Dockerfile").write_text('FROM a:1\nLABEL name="{{name}}"\n')
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "notes.txt").touch()
    result = init(InitChoices(tmp_path / "p", template=tmp_path / "t"))
    assert 'LABEL name="p"' in made(result, "Dockerfile")


def test_a_missing_template_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no template"):
        find_template("cobol", None, {"HOME": str(tmp_path)})
    with pytest.raises(InputError, match="no template for go"):
        find_template("go", tmp_path)


def test_a_missing_directory_and_an_invalid_style_are_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="doesn't exist"):
        init(InitChoices(tmp_path / "nowhere"))
    with pytest.raises(InputError, match="not a style"):
        init(InitChoices(tmp_path, style="baroque"))


def test_build_output_is_not_read(project: Path) -> None:
    (project / "node_modules").mkdir()
    (project / "node_modules" / "package.json").write_text("{}")
    assert read_listing(project).files == ("go.mod", "main.go")


def test_script_and_makefile_are_written_on_request(project: Path) -> None:
    result = init(InitChoices(project, style=BUILDER, script=True, makefile=True))
    assert {"setup_builder_pattern.sh", "Makefile"} <= {file.name for file in result.files}
    assert "Dockerfile.runtime" in (project / "setup_builder_pattern.sh").read_text()


def test_a_foreign_makefile_prevents_all_writing(project: Path) -> None:
    (project / "Makefile").write_text("all:\n")
    before = contents(project)
    with pytest.raises(InputError, match="Makefile"):
        init(InitChoices(project, makefile=True))
    assert contents(project) == before


@pytest.mark.parametrize(
    "wishes", [ProjectWishes(name="My App"), ProjectWishes(base="a b"), ProjectWishes(base="a\nb")]
)
def test_an_invalid_name_or_base_is_refused(project: Path, wishes: ProjectWishes) -> None:
    with pytest.raises(InputError):
        init(InitChoices(project, wishes=wishes, write=False))


def test_a_udp_port_is_exposed_without_a_health_check(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/names\n\ngo 1.22\n")
    text = 'package main\n\nimport "net"\n\nfunc main() {\n\tnet.ListenPacket("udp", ":5300")\n}\n'
    (tmp_path / "main.go").write_text(text)
    dockerfile = made(init(InitChoices(tmp_path, write=False)), "Dockerfile")
    assert "EXPOSE 5300/udp\n" in dockerfile
    assert "HEALTHCHECK" not in dockerfile
    wishes = ProjectWishes(port="53/udp")
    dockerfile = made(init(InitChoices(tmp_path, wishes=wishes, write=False)), "Dockerfile")
    assert "EXPOSE 53/udp\n" in dockerfile


def test_an_allowed_default_version_is_reported_as_the_default(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("print(1)")
    text = '[project]\nname = "till"\nrequires-python = ">=3.9"\n'
    (tmp_path / "pyproject.toml").write_text(text)
    said = facts_text(init(InitChoices(tmp_path, write=False)))
    assert "3.13  (bpkit's default, allowed by pyproject.toml)" in said


def test_the_projects_own_dockerfile_is_kept_with_suggestions(
    tmp_path: Path,
) -> None:
    own = "FROM python:latest\nCOPY . .\nCMD python main.py\n"
    (tmp_path / "Dockerfile").write_text(own)
    (tmp_path / "main.py").write_text("print('hi')\n")
    with pytest.raises(KeptDockerfileError, match="--diff") as raised:
        init(InitChoices(tmp_path))
    assert (tmp_path / "Dockerfile").read_text() == own
    assert not (tmp_path / ".dockerignore").exists()
    notes = " ".join(raised.value.result.notes)
    assert "starts as root" in notes
    assert "python:latest" in notes


def test_a_toolchain_without_an_image_on_bookworm_gets_a_note(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("print('hi')\n")
    (tmp_path / ".python-version").write_text("3.6.15\n")
    result = init(InitChoices(tmp_path))
    assert "python:${PYTHON_VERSION}-slim-bullseye" in (tmp_path / "Dockerfile").read_text()
    assert any("python 3.6 is out of support" in note for note in result.notes)


@pytest.mark.parametrize("base", ["scratch", "gcr.io/distroless/static-debian12"])
def test_a_base_without_the_interpreter_is_refused(tmp_path: Path, base: str) -> None:
    (tmp_path / "main.py").write_text("print('hi')\n")
    with pytest.raises(InputError, match="has no interpreter for Python"):
        init(InitChoices(tmp_path, wishes=ProjectWishes(base=base)))


def _written(top: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    return top


def test_a_member_that_needs_another_is_refused_and_the_hint_works(tmp_path: Path) -> None:
    node = {
        "package.json": '{"name": "root", "workspaces": ["apps/*", "libs/*"]}',
        "apps/till/package.json": '{"scripts": {"start": "node a.js"},'
        ' "dependencies": {"@shop/scale": "1"}}',
        "apps/till/a.js": "",
        "libs/scale/package.json": '{"name": "@shop/scale"}',
    }
    top = _written(tmp_path / "node", node)
    with pytest.raises(InputError, match="@shop/scale") as refused:
        init(InitChoices(top / "apps/till"))
    assert "--entry apps/till" in refused.value.hint
    made_of_all = init(InitChoices(top, wishes=ProjectWishes(entry="apps/till"), write=False))
    assert made_of_all.detected.values["workdir"] == "/srv/app/apps/till"


UV_WORKSPACE = {
    "pyproject.toml": '[tool.uv.workspace]\nmembers = ["apps/*", "libs/*"]\n',
    "apps/till/pyproject.toml": '[project]\nname = "till"\ndependencies = ["scale"]\n'
    "[tool.uv.sources]\nscale = { workspace = true }\n",
    "apps/till/main.py": "import scale\n",
    "libs/scale/pyproject.toml": '[project]\nname = "scale"\n[build-system]\nrequires = []\n',
    "libs/scale/scale/__init__.py": "",
}


def test_a_uv_workspace_member_is_built_from_the_workspace(tmp_path: Path) -> None:
    _written(tmp_path, UV_WORKSPACE)
    with pytest.raises(InputError, match="member of the workspace"):
        init(InitChoices(tmp_path / "apps/till"))
    result = init(InitChoices(tmp_path, write=False))
    dockerfile = made(result, "Dockerfile")
    assert "uv sync --no-dev --no-editable --package till\n" in dockerfile
    assert "COPY libs/scale/pyproject.toml libs/scale/\n" in dockerfile
    assert "WORKDIR /srv/app/apps/till\n" in dockerfile
    assert ("workspace member", "apps/till") in {(f.what, f.value) for f in result.detected.facts}


def test_an_independent_member_may_be_built_alone(tmp_path: Path) -> None:
    node = {
        "package.json": '{"name": "root", "workspaces": ["apps/*"]}',
        "apps/till/package.json": '{"scripts": {"start": "node a.js"}}',
        "apps/till/a.js": "",
        "apps/scale/package.json": '{"name": "@shop/scale"}',
    }
    top = _written(tmp_path, node)
    assert init(InitChoices(top / "apps/till", write=False)).detected.language == "Node.js"


def test_a_private_file_that_the_source_opens_gets_a_note(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text('key = open("certs/site.key").read()\n')
    (tmp_path / "certs").mkdir()
    (tmp_path / "certs" / "site.key").write_text("x")
    (tmp_path / "certs" / "other.key").write_text("x")
    result = init(InitChoices(tmp_path, write=False))
    told = [note for note in result.notes if "excludes as private" in note]
    assert len(told) == 1
    assert "main.py names certs/site.key" in told[0]
    assert "'!certs/site.key'" in told[0]


def test_sbts_output_is_excluded_for_scala_projects(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "build.properties").write_text("sbt.version=1.10.0\n")
    (tmp_path / "project" / "plugins.sbt").write_text(
        'addSbtPlugin("com.github.sbt" % "sbt-native-packager" % "1.10.0")\n'
    )
    (tmp_path / "build.sbt").write_text(
        'scalaVersion := "2.13.14"\nenablePlugins(JavaAppPackaging)\n'
        'Compile / mainClass := Some("shop.Main")\n'
    )
    source = tmp_path / "src" / "main" / "scala" / "shop" / "Main.scala"
    source.parent.mkdir(parents=True)
    source.write_text("package shop\nobject Main { def main(a: Array[String]): Unit = () }\n")
    result = init(InitChoices(tmp_path, write=False))
    assert "**/target" in made(result, ".dockerignore").splitlines()
