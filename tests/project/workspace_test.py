"""Where a workspace is found, and in which order it is looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.errors import EngineError, InputError
from bpkit.project import find_workspace, graph_of_members, members_of
from bpkit.readers.workspace import Workspace


def write(top: Path, **files: str) -> None:
    for name, text in files.items():
        path = top / name.replace("__", "/").replace("_toml", ".toml").replace("_yaml", ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def names(workspace: Workspace) -> list[str]:
    return [target.name for target in workspace.targets]


def test_without_a_file_every_directory_with_a_dockerfile_is_a_member(tmp_path: Path) -> None:
    write(
        tmp_path,
        services__api__Dockerfile="FROM a\n",
        tools__Dockerfile="FROM a\n",
        node_modules__x__Dockerfile="FROM a\n",
        docs__readme="",
    )
    found = find_workspace(tmp_path, {})
    assert (names(found), found.source) == (["tools", "services-api"], "")


def test_a_compose_file_stands_before_directories(tmp_path: Path) -> None:
    write(tmp_path, compose_yaml="services: {web: {build: web}}\n", other__Dockerfile="FROM a\n")
    assert names(find_workspace(tmp_path, {})) == ["web"]


def test_a_table_stands_before_everything(tmp_path: Path) -> None:
    write(
        tmp_path,
        bpkit_toml=(
            '[workspace]\nmembers = ["s/*"]\nexclude = ["s/old"]\n[image.x]\ncontext = "o"\n'
        ),
        compose_yaml="services: {web: {build: web}}\n",
        s__new__Dockerfile="FROM a\n",
        s__old__Dockerfile="FROM a\n",
        s__notes__readme="",
    )
    found = find_workspace(tmp_path, {})
    assert (names(found), found.source) == (["s-new", "x"], "bpkit.toml")


def test_the_settings_of_one_project_declare_no_workspace(tmp_path: Path) -> None:
    write(tmp_path, bpkit_toml='image = "app:1"\n', Dockerfile="FROM a\n")
    found = find_workspace(tmp_path, {})
    assert (len(found.targets), found.source) == (1, "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[workspace]\nmember = []\n", "bpkit.toml:2: unknown setting 'member' in [workspace]"),
        ('[workspace]\nmembers = ["no/*"]\n', "no directory matches the member 'no/*'"),
        ("[image.a]\ntags = 5\n", "bpkit.toml:2: 'tags' in [image.a] is not a list of strings"),
        ('[image]\na = "x"\n', "bpkit.toml:2: 'image.a' is not a table"),
    ],
)
def test_a_slip_in_the_table_is_said_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path, bpkit_toml=text)
    with pytest.raises(InputError) as caught:
        find_workspace(tmp_path, {})
    assert said in str(caught.value)


def test_variables_come_from_the_environment_then_from_dotenv(tmp_path: Path) -> None:
    write(tmp_path, compose_yaml='services: {a: {build: "${A}", image: "x:${B}"}}\n')
    (tmp_path / ".env").write_text("# B=9\nA='from file'\nexport B=2 # two\n")
    (target,) = find_workspace(tmp_path, {"A": "env"}).targets
    assert (target.context, target.tags) == ("env", ("x:2",))


def test_a_bake_file_in_hcl_is_read_as_buildx_prints_it(tmp_path: Path) -> None:
    (tmp_path / "docker-bake.hcl").write_text('target "a" {}')
    with pytest.raises(InputError, match="only buildx can evaluate"):
        find_workspace(tmp_path, {})
    asked = []

    def print_bake(files: tuple[str, ...], targets: tuple[str, ...]) -> str:
        asked.append((files, targets))
        return '{"target": {"a": {"context": "x"}}}'

    found = find_workspace(tmp_path, {}, print_bake)
    assert (names(found), asked) == (["a"], [(("docker-bake.hcl",), ("a",))])
    (tmp_path / "docker-bake.override.hcl").write_text('target "b" { inherits = ["a"] }')
    (tmp_path / "compose.yaml").write_text("services: {}")
    found = find_workspace(tmp_path, {}, print_bake)
    assert asked[-1] == (("docker-bake.hcl", "docker-bake.override.hcl"), ("b",))
    assert found.notes == (
        "compose.yaml is not read: docker-bake.hcl declares the images",
        "docker-bake.hcl: 'a' is only inherited from",
    )


def test_targets_that_buildx_does_not_evaluate_leave_those_of_the_default(tmp_path: Path) -> None:
    (tmp_path / "docker-bake.hcl").write_text('target "default" {}\ntarget "b" {}\n')

    def print_bake(_files: tuple[str, ...], targets: tuple[str, ...]) -> str:
        if targets:
            raise EngineError("a variable is not set")
        return '{"target": {"default": {}}}'

    found = find_workspace(tmp_path, {}, print_bake)
    assert names(found) == ["default"]
    assert "buildx doesn't evaluate the others" in found.notes[0]


def test_an_override_and_what_it_needs_are_read_from_beside_the_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        compose_yaml="include: [x/c.yaml]\nservices: {a: {build: a}}\n",
        a__Dockerfile="FROM a\n",
        x__Dockerfile="FROM x\n",
    )
    (tmp_path / "compose.override.yaml").write_text("services: {a: {image: 'a:2'}}\n")
    (tmp_path / "x/c.yaml").write_text("services: {x: {build: .}}\n")
    found = find_workspace(tmp_path, {})
    assert [(t.name, t.context, t.tags[0]) for t in found.targets] == [
        ("x", "x", f"{tmp_path.name}-x"),
        ("a", "a", "a:2"),
    ]
    assert {"compose.override.yaml", "x/c.yaml", ".env"} <= set(found.files)


def test_the_files_of_compose_may_be_named_by_a_variable(tmp_path: Path) -> None:
    write(
        tmp_path, compose_yaml="services: {a: {build: a}}\n", b_yaml="services: {b: {build: b}}\n"
    )
    (tmp_path / ".env").write_text("COMPOSE_FILE=b.yaml\n")
    assert names(find_workspace(tmp_path, {})) == ["b"]


def test_compose_and_bake_take_the_dockerfile_though_a_pair_is_there(tmp_path: Path) -> None:
    write(tmp_path, compose_yaml="services: {a: {build: .}}\n", Dockerfile="FROM a\n")
    (tmp_path / "Dockerfile.build").write_text("FROM a\n")
    assert find_workspace(tmp_path, {}).targets[0].dockerfile == "Dockerfile"


def test_a_dockerfile_in_the_compose_file_is_the_members(tmp_path: Path) -> None:
    write(
        tmp_path,
        compose_yaml=(
            "services:\n  b: {image: base, build: b}\n"
            "  a: {build: {context: ., dockerfile_inline: 'FROM base'}}\n"
        ),
        b__Dockerfile="FROM x\n",
        Dockerfile="FROM never\n",
    )
    workspace = find_workspace(tmp_path, {})
    members = members_of(tmp_path, workspace)
    assert [member.problem for member in members] == [None, None]
    needs = graph_of_members(workspace, members).needs
    assert [(need.by, need.of) for need in needs] == [("a", "b")]


def test_nothing_to_build_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="declares no image to build"):
        find_workspace(tmp_path, {})


def test_a_broken_member_does_not_keep_the_others_from_being_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        compose_yaml="services: {a: {build: a}, b: {build: b, image: base}, c: {build: nowhere}}\n",
        a__Dockerfile="FROM base\n",
        b__Dockerfile="FRO a\n",
    )
    workspace = find_workspace(tmp_path, {})
    members = members_of(tmp_path, workspace)
    assert [member.problem is None for member in members] == [True, False, False]
    graph = graph_of_members(workspace, members)
    assert [(need.by, need.of) for need in graph.needs] == [("a", "b")]


def test_targets_of_bake_without_tags_are_called_by_their_names(tmp_path: Path) -> None:
    """bake gives them no name at all, and the directory's would be the same for both."""
    (tmp_path / "docker-bake.json").write_text('{"target": {"a": {"target": "a"}, "B": {}}}')
    assert [t.tags for t in find_workspace(tmp_path, {}).targets] == [("a",), ("b",)]


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (
            "{context: app, additional_contexts: {b: 'service:bse'}}",
            "compose.yaml:3: 'app' needs 'bse', which is not an image of this workspace\n"
            "  did you mean 'base'?",
        ),
        (
            "{context: app, dockerfile: Dockerfile.prod}",
            "compose.yaml:3: the Dockerfile 'Dockerfile.prod' of 'app' doesn't exist in app",
        ),
    ],
)
def test_what_a_member_names_and_is_not_there_is_its_own_problem(
    tmp_path: Path, build: str, said: str
) -> None:
    write(
        tmp_path,
        compose_yaml=f"services:\n  base: {{build: base}}\n  app: {{build: {build}}}\n",
        base__Dockerfile="FROM a\n",
        app__Dockerfile="FROM a\n",
    )
    found = find_workspace(tmp_path, {})
    base, app = members_of(tmp_path, found)
    assert (base.problem, str(app.problem)) == (None, said)
    assert list(graph_of_members(found, (base, app)).waves()) == [("base", "app")]


def test_a_pair_is_needed_by_the_name_that_its_project_gives_it(tmp_path: Path) -> None:
    write(tmp_path, pair__readme="", top__Dockerfile="FROM pair\n")
    (tmp_path / "pair" / "Dockerfile.build").write_text("FROM a\nRUN echo 1 >out\n")
    (tmp_path / "pair" / "Dockerfile.runtime").write_text("FROM b\nCOPY out /out\n")
    found = find_workspace(tmp_path, {})
    members = members_of(tmp_path, found)
    assert members[0].target.tags == ("pair",)
    assert list(graph_of_members(found, members).waves()) == [("pair",), ("top",)]


def test_a_target_without_a_tag_is_no_base_of_others_by_its_name(tmp_path: Path) -> None:
    targets = '{"debian": {"context": "d"}, "app": {"context": "a", "tags": ["app"]}}'
    write(tmp_path, d__Dockerfile="FROM scratch\n", a__Dockerfile="FROM debian\n")
    (tmp_path / "docker-bake.json").write_text(f'{{"target": {targets}}}')
    found = find_workspace(tmp_path, {})
    assert [target.nameless for target in found.targets] == [True, False]
    assert graph_of_members(found, members_of(tmp_path, found)).needs == ()
