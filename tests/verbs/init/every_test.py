"""``init --all``, what is kept in bpkit.toml, and what an own Dockerfile could do better."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.errors import InputError
from bpkit.formats.yaml.reader import read_yaml, yaml_at
from bpkit.languages.detected import ProjectWishes
from bpkit.project import ProjectChoices, find_workspace, load, recipe_of
from bpkit.verbs.init.every import init_every
from bpkit.verbs.init.own_dockerfile import improvements
from bpkit.verbs.init.report import every_text
from bpkit.verbs.init.run import InitChoices, init

MAIN = "package main\n\nfunc main() {}\n"


@pytest.fixture
def several(tmp_path: Path) -> Path:
    for name, file in {"till": "app.py", "scale": "serve.py"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "requirements.txt").write_text("")
        text = 'HTTPServer(("", 8000), H).serve_forever()\n'
        (tmp_path / name / file).write_text(text)
    return tmp_path


def test_each_service_gets_its_own_dockerfile_and_port(several: Path) -> None:
    found = init_every(InitChoices(several))
    assert {one.context for one in found.programs} == {"till", "scale"}
    assert (several / "till" / "Dockerfile").exists()
    compose = read_yaml((several / "compose.yaml").read_text())
    assert yaml_at(compose, "services", "till", "build", "context") == "./till"
    ports = [yaml_at(compose, "services", name, "ports") for name in ("scale", "till")]
    assert ports == [["8000:8000"], ["8001:8000"]]


def test_programs_in_one_module_get_dockerfiles_side_by_side(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/shop\n\ngo 1.21\n")
    for name in ("shop", "migrate"):
        (tmp_path / "cmd" / name).mkdir(parents=True)
        (tmp_path / "cmd" / name / "main.go").write_text(MAIN)
    init_every(InitChoices(tmp_path))
    assert "./cmd/shop" in (tmp_path / "Dockerfile.shop").read_text()
    assert (tmp_path / "compose.yaml").exists()
    assert not (tmp_path / "bpkit.toml").exists()


def test_scripts_in_one_directory_share_a_dockerignore_that_fits_all(
    tmp_path: Path,
) -> None:
    for name in ("weigh.py", "label.py"):
        (tmp_path / name).write_text('if __name__ == "__main__":\n    print(1)\n')
    found = init_every(InitChoices(tmp_path))
    compose = read_yaml((tmp_path / "compose.yaml").read_text())
    services = yaml_at(compose, "services")
    assert isinstance(services, dict)
    assert sorted(services) == ["label", "weigh"]
    assert {one.result.detected.name for one in found.programs if one.result} == set(services)
    ignored = (tmp_path / ".dockerignore").read_text().splitlines()
    assert {"Dockerfile.weigh", "Dockerfile.label", "compose.yaml"} <= set(ignored)
    workspace = find_workspace(tmp_path, {})
    assert [one.dockerfile for one in workspace.targets] == ["Dockerfile.label", "Dockerfile.weigh"]
    of_one = load(ProjectChoices(directory=tmp_path, files=("Dockerfile.label",)))
    assert workspace.targets[0].tags == (recipe_of(of_one).final.tag,) == ("label",)


def test_a_service_in_another_language_beside_a_workspace_is_found(tmp_path: Path) -> None:
    members = {
        "package.json": '{"workspaces": ["services/*"]}',
        "services/till/package.json": '{"name": "till", "scripts": {"start": "node till.js"}}',
        "services/till/till.js": "require('http').createServer().listen(3100)",
        "services/scale/requirements.txt": "",
        "services/scale/scale.py": "print(1)",
    }
    for name, text in members.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    alone = init(InitChoices(tmp_path, write=False))
    assert any("services/scale" in note and "--all" in note for note in alone.notes)
    found = init_every(InitChoices(tmp_path))
    paths = {(one.context, one.dockerfile) for one in found.programs}
    assert paths == {(".", "Dockerfile.till"), ("services/scale", "Dockerfile")}


def test_settings_that_name_one_program_do_not_hide_the_others(tmp_path: Path) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("")
    init(InitChoices(tmp_path, wishes=ProjectWishes(entry="b.py")))
    found = init_every(InitChoices(tmp_path))
    assert [one.dockerfile for one in found.programs] == ["Dockerfile.a", "Dockerfile.b"]
    assert any("Dockerfile is left over from an earlier" in note for note in found.notes)


def test_a_module_in_a_directory_is_a_separate_service(tmp_path: Path) -> None:
    for folder in (".", "billing"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "go.mod").write_text(f"module example.com/{folder}x\n\ngo 1.22\n")
        (tmp_path / folder / "main.go").write_text(MAIN)
    assert [f.value for f in init(InitChoices(tmp_path)).detected.facts if "main" in f.what] == [
        "."
    ]
    found = init_every(InitChoices(tmp_path))
    paths = {(one.context, one.dockerfile) for one in found.programs}
    assert paths == {(".", "Dockerfile"), ("billing", "Dockerfile")}
    assert not any("--all" in n for one in found.programs if one.result for n in one.result.notes)


def test_each_application_in_a_directory_gets_a_dockerfile(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("flask\n")
    for name in ("front.py", "back.py"):
        (tmp_path / name).write_text("import flask\napp = flask.Flask(__name__)\n")
    found = init_every(InitChoices(tmp_path))
    assert {one.dockerfile for one in found.programs} == {"Dockerfile.front", "Dockerfile.back"}


def test_an_existing_dockerfile_is_kept_and_used_in_compose(several: Path) -> None:
    own = "FROM python:3.13\nCOPY . .\n"
    (several / "till" / "Dockerfile").write_text(own)
    found = init_every(InitChoices(several))
    assert (several / "till" / "Dockerfile").read_text() == own
    assert "till/Dockerfile is left as it is" in every_text(found)
    compose = read_yaml((several / "compose.yaml").read_text())
    assert yaml_at(compose, "services", "till", "build", "context") == "./till"


def test_two_languages_with_a_program_each_get_a_dockerfile_each(tmp_path: Path) -> None:
    files = {
        "go.mod": "module example.com/thing\n\ngo 1.22\n",
        "main.go": MAIN,
        "requirements.txt": "",
        "main.py": "print(1)",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    found = init_every(InitChoices(tmp_path, write=False))
    assert {one.dockerfile for one in found.programs} == {"Dockerfile.go", "Dockerfile.python"}
    names = [one.result.detected.name for one in found.programs if one.result]
    assert len(set(names)) == 2


def test_the_users_compose_file_is_kept(several: Path) -> None:
    (several / "docker-compose.yml").write_text("services: {}\n")
    found = init_every(InitChoices(several))
    assert found.compose is None
    assert not (several / "compose.yaml").exists()


def test_a_kept_switch_applies_to_the_next_run(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("")
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("")
    (tmp_path / "bpkit.toml").write_text('image = "shop:1"\n')
    init(InitChoices(tmp_path, wishes=ProjectWishes(cmd="python b.py --fast", port="81")))
    again = init(InitChoices(tmp_path))
    assert again.detected.values["entrypoint"] == '["python", "b.py", "--fast"]'
    assert again.detected.port == "81"
    assert 'image = "shop:1"' in (tmp_path / "bpkit.toml").read_text()


def test_another_program_overrides_the_kept_settings_with_a_note(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("flask\n")
    (tmp_path / "a.py").write_text("import flask\napp = flask.Flask(__name__)\n")
    (tmp_path / "b.py").write_text("print(1)\n")
    kept = tmp_path / "bpkit.toml"
    init(InitChoices(tmp_path, wishes=ProjectWishes(entry="b.py", port="9191")))
    found = init(InitChoices(tmp_path, wishes=ProjectWishes(cmd="flask --app a run")))
    assert kept.read_text() == 'cmd = "flask --app a run"\nport = "9191"\n'
    assert found.detected.values["entrypoint"] == (
        '["flask", "--app", "a", "run", "--host", "0.0.0.0", "--port", "9191"]'
    )
    assert [fact.file for fact in found.detected.facts if fact.what == "port"] == ["bpkit.toml"]
    assert any('entry = "b.py"' in note and "--cmd" in note for note in found.notes)
    found = init(InitChoices(tmp_path, wishes=ProjectWishes(entry="b.py")))
    assert found.detected.port == "9191"
    assert kept.read_text() == 'entry = "b.py"\nport = "9191"\n'
    found = init(InitChoices(tmp_path, wishes=ProjectWishes(cmd="flask --app a run --port 81")))
    assert found.detected.port == "81"
    assert any("port" in note and "overrides" in note for note in found.notes)


def test_settings_in_pyproject_are_not_hidden_by_a_second_file(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.bpkit]\nname = "till"\n')
    (tmp_path / "a.py").write_text("")
    found = init(InitChoices(tmp_path, wishes=ProjectWishes(port="82")))
    assert not (tmp_path / "bpkit.toml").exists()
    assert any('port = "82"' in note for note in found.notes)


def test_an_invalid_port_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a valid port"):
        init(InitChoices(tmp_path, wishes=ProjectWishes(port="99999")))


def test_the_projects_own_dockerfile_gets_suggestions() -> None:
    own = "FROM node\nCOPY . .\nRUN npm install\nCMD npm start\n"
    made = "FROM node:22 AS build\nRUN npm ci\nFROM node:22\nUSER 1000\nHEALTHCHECK CMD x\n"
    reasons = " | ".join(improvements(own, "Dockerfile", made))
    for part in (
        "root",
        "single stage",
        "line 3",
        "npm install",
        "HEALTHCHECK",
        "signal",
        "node of the stage that ships has no tag (BPK208)",
    ):
        assert part in reasons


def test_a_good_dockerfile_gets_no_suggestions() -> None:
    own = 'FROM a:1 AS build\nRUN npm ci\nFROM a:1\nUSER 1000\nCMD ["x"]\n'
    assert improvements(own, "Dockerfile", own) == ()


@pytest.mark.parametrize(
    ("base", "user", "says"),
    [
        ("node:22", "", "no USER is set here or in node:22"),
        ("node:22", "USER root\n", "USER is root"),
        ("gcr.io/distroless/nodejs22-debian12:nonroot", "USER 0:0\n", "USER is 0"),
        ("gcr.io/distroless/nodejs22-debian12:nonroot", "", ""),
        ("registry.example/ours:1", "", ""),
        ("node:22", "USER node\n", ""),
    ],
)
def test_root_is_reported_only_for_images_known_to_start_as_root(
    base: str, user: str, says: str
) -> None:
    own = f'FROM {base}\n{user}CMD ["x"]\n'
    found = [one for one in improvements(own, "Dockerfile", own) if "root" in one]
    assert len(found) == bool(says)
    assert says in "".join(found)


def test_the_root_of_a_workspace_is_one_of_its_programs(tmp_path: Path) -> None:
    def package(folder: str, name: str, more: str = "") -> None:
        source = tmp_path / folder / "src" / name
        source.mkdir(parents=True)
        (source / "__init__.py").write_text("def main(): pass\n")
        text = f'[project]\nname = "{name}"\nversion = "1"\n'
        text += f'[project.scripts]\n{name} = "{name}:main"\n'
        built = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        (tmp_path / folder / "pyproject.toml").write_text(text + built + more)

    package(".", "shop", '[tool.uv.workspace]\nmembers = ["packages/*"]\n')
    package("packages/till", "till")
    made = init_every(InitChoices(tmp_path))
    assert [one.dockerfile for one in made.programs] == ["Dockerfile.shop", "Dockerfile.till"]
    assert all(one.result for one in made.programs)


def test_a_second_run_says_that_nothing_changed(several: Path) -> None:
    init_every(InitChoices(several))
    said = every_text(init_every(InitChoices(several)))
    assert "wrote" not in said
    assert "compose.yaml is up to date" in said
    assert "till/Dockerfile is up to date: " in said


def test_a_pair_is_reported_under_the_name_of_its_build_file(several: Path) -> None:
    said = every_text(init_every(InitChoices(several, style="builder")))
    assert "wrote till/Dockerfile.build: " in said


def test_errors_of_all_programs_are_one_message_and_one_hint(tmp_path: Path) -> None:
    with pytest.raises(InputError) as of_style:
        init_every(InitChoices(tmp_path, style="small"))
    with pytest.raises(InputError) as of_nothing:
        init_every(InitChoices(tmp_path))
    for error in (of_style.value, of_nothing.value):
        assert "\n" not in error.message
        assert error.hint
