"""The plan of a recipe: the script it becomes, and that Python and shells do the same with it."""

from __future__ import annotations

import string
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_mock import MockerFixture

from bpkit.core import planning
from bpkit.core.arguments import Param, quote, words
from bpkit.core.options import BuildOptions, Facts, HostFiles
from bpkit.core.planning import plan
from bpkit.core.recipe import BUILD, Artifact, Image, Recipe
from bpkit.core.steps import Plan, Run
from bpkit.formats.dockerfile.parser import parse
from bpkit.verbs.build.report import plan_text
from bpkit.writers.script import write_script
from tests.core.recipes import with_image
from tests.core.runner_test import WAYS, Ground, environment, make_ground
from tests.examples import examples
from tests.places import DATA

SHELLCHECK = str(Path(sys.executable).parent / "shellcheck")
GOLDEN = DATA / "plan"
ENGINE = (Param("DOCKER", "docker"),)
PAIR = Recipe(
    "hellogo",
    (
        Image(
            BUILD,
            "hellogo-build",
            parse("FROM golang\nCOPY hellogo.go .\nRUN go build -o hellogo\n", "Dockerfile.build"),
            role=BUILD,
            path="Dockerfile.build",
        ),
        Image(
            "runtime",
            "hellogo",
            parse("FROM alpine\nCOPY hellogo .\n", "Dockerfile.runtime"),
            path="Dockerfile.runtime",
            artifacts=(Artifact(BUILD, "/myapp/hellogo", "hellogo"),),
        ),
    ),
)
MULTI = Recipe(
    "welcome",
    (
        Image(
            "runtime",
            "welcome:v1",
            parse("FROM golang AS builder\nFROM scratch\nCOPY --from=builder /w /w\n"),
            path="Dockerfile",
        ),
    ),
)
CLASSIC = Facts(buildkit=False, staged={BUILD: HostFiles(("hellogo.go",))})


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("pair-classic", plan(PAIR, BuildOptions(), CLASSIC, engine=ENGINE)),
        ("pair-buildkit", plan(PAIR, BuildOptions(), Facts(), engine=ENGINE)),
        ("multi-stage-classic", plan(MULTI, BuildOptions(), Facts(buildkit=False), engine=ENGINE)),
        ("multi-stage-buildkit", plan(MULTI, BuildOptions(), Facts(), engine=ENGINE)),
    ],
)
def test_a_plan_becomes_this_script(
    name: str, made: Plan, golden: Callable[[Path, str], None]
) -> None:
    golden(GOLDEN / f"{name}.sh", write_script(made, title="Makes it."))
    golden(GOLDEN / f"{name}.txt", plan_text(made))


@pytest.mark.parametrize("script", sorted(GOLDEN.glob("*.sh")), ids=lambda path: path.name)
def test_shellcheck_finds_nothing_in_a_script(script: Path) -> None:
    found = subprocess.run([SHELLCHECK, str(script)], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "")


def test_no_image_is_named_before_all_are_made() -> None:
    steps = plan(PAIR, BuildOptions(), CLASSIC, engine=ENGINE).steps
    verbs = [step.argv[1] for step in steps if isinstance(step, Run) and step.engine]
    assert [w.text for w in verbs if hasattr(w, "text")] == [
        *("build", "create", "cp", "rm", "build"),
        *("tag", "tag"),
    ]


def test_a_container_is_removed_beside_the_build_that_takes_from_it_last() -> None:
    build, runtime = PAIR.images
    tools = replace(build, name="tools", tag="tools", artifacts=(Artifact(BUILD, "/t", "t"),))
    recipe = Recipe("p", (build, tools, runtime))
    lines = plan_text(plan(recipe, BuildOptions(), Facts(), engine=words("docker"))).splitlines()
    verbs = [line.split()[1] for line in lines if line.startswith("docker ")]
    assert verbs == [
        *("build", "create", "cp", "build"),
        *("cp", "rm", "build"),
        *("tag", "tag", "tag", "rm"),
    ]


def test_every_option_reaches_every_build() -> None:
    options = BuildOptions(
        (("A", "b c"), ("FROM_ENV", None)), "linux/arm64", True, True, ("id=x",), ("default",)
    )
    made = plan(PAIR, options, Facts(), engine=words("docker"))
    builds = [line for line in plan_text(made).splitlines() if line.startswith("docker build")]
    assert len(builds) == 2
    for line in builds:
        assert (
            "--build-arg A --build-arg FROM_ENV --platform linux/arm64 --no-cache --pull "
            "--secret id=x --ssh default" in line
        )


def test_stages_are_labelled_from_the_cache_and_never_built_twice() -> None:
    def builds(options: BuildOptions) -> list[str]:
        made = plan(MULTI, options, Facts(buildkit=False), engine=words("docker"))
        return [line for line in plan_text(made).splitlines() if line.startswith("docker build")]

    warm, cold = builds(BuildOptions()), builds(BuildOptions(no_cache=True))
    assert ["--target builder" in line for line in warm] == [True, False]
    assert ["--target builder" in line for line in cold] == [False, True]
    assert ["--no-cache" in line for line in cold] == [True, False]


def test_two_makers_of_one_repository_have_containers_of_their_own() -> None:
    build, runtime = PAIR.images
    tools = replace(build, name="tools", tag="hellogo-build:tools")
    both = (*runtime.artifacts, Artifact("tools", "/t", "t"))
    recipe = Recipe("p", (build, tools, replace(runtime, artifacts=both)))
    made = plan(recipe, BuildOptions(), Facts(), engine=ENGINE)
    text = write_script(made, title="x")
    assert '--name "hellogo-build-build-container-$run_id"' in text
    assert '--name "hellogo-build-tools-container-$run_id"' in text


def test_a_chain_of_images_is_planned_in_one_pass_over_their_dockerfiles(
    mocker: MockerFixture,
) -> None:
    first = Image("0", "p-0", parse("FROM debian\n"), role=BUILD)
    later = [Image(str(n), f"p-{n}", parse(f"FROM p-{n - 1}\n"), role=BUILD) for n in range(1, 40)]
    read = mocker.spy(planning, "stages")
    made = plan(Recipe("p", (first, *later)), BuildOptions(), Facts(), engine=words("docker"))
    assert read.call_count == 39
    names = [line.split()[-1] for line in plan_text(made).splitlines() if " tag " in line]
    assert names == [*(f"p-{n}" for n in range(39)), '"$IMAGE"']


def test_the_base_of_the_first_image_may_be_known_only_to_the_build() -> None:
    """``--build-arg`` of the command line gives it; no other image can be that base."""
    image = Image("runtime", "p", parse("ARG BASE\nFROM ${BASE}\n"))
    options = BuildOptions(build_args=(("BASE", "debian"),))
    text = plan_text(plan(Recipe("p", (image,)), options, Facts(), engine=words("docker")))
    assert "--build-arg BASE" in text


def test_one_container_serves_all_artifacts_of_its_image() -> None:
    more = (*PAIR.final.artifacts, Artifact(BUILD, "/etc/x", "etc/x"), Artifact(BUILD, "/d/.", "d"))
    recipe = with_image(PAIR, replace(PAIR.final, artifacts=more))
    lines = plan_text(plan(recipe, BuildOptions(), Facts(), engine=words("docker"))).splitlines()
    assert len([line for line in lines if line.startswith("docker create")]) == 1
    assert len([line for line in lines if line.startswith("docker cp")]) == 3


def test_an_archive_is_what_docker_cp_prints() -> None:
    archive = Artifact(BUILD, "/srv/dist", "dist.tar", archive=True)
    recipe = with_image(PAIR, replace(PAIR.final, artifacts=(archive,)))
    made = plan(recipe, BuildOptions(), Facts(), engine=words("docker"))
    [line] = [one for one in plan_text(made).splitlines() if " cp " in one]
    assert line == (
        r"""sh -c "exec \"\$@\" >\"\$0\"" "$stage/runtime.context-$run_id/dist.tar" docker cp """
        """"hellogo-build-container-$run_id:/srv/dist" -"""
    )


def test_the_projects_ignore_file_lets_the_artifacts_in() -> None:
    facts = Facts(staged={"runtime": HostFiles(("conf",), "*\n!conf")})
    made = plan(PAIR, BuildOptions(), facts, engine=words("docker"))
    script = write_script(made, title="x")
    assert "!conf\n!hellogo\n" in script


def test_an_old_artifact_among_the_host_files_does_not_replace_the_new() -> None:
    """Whoever copies the whole context has what the classic script left there."""
    facts = Facts(staged={"runtime": HostFiles((".",), "*.log")})
    lines = plan_text(plan(PAIR, BuildOptions(), facts, engine=words("docker"))).splitlines()
    host, artifact, ignore = (
        next(number for number, line in enumerate(lines) if line.startswith(start))
        for start in ("cp -RPp", "docker cp", "write ")
    )
    assert host < artifact < ignore


names = st.text(
    st.sampled_from(string.ascii_letters + " -'\"$`\\*?[]{}()<>|&;#~=!\n\té"), min_size=1
)
plain_names = names.filter(lambda name: name.strip("/. ") and "/" not in name and name != "-")


@examples(25)
@given(artifact=plain_names, host=plain_names, value=names, rest=st.lists(names, max_size=2))
def test_nasty_names_do_no_harm_and_python_and_the_script_agree(
    artifact: str,
    host: str,
    value: str,
    rest: list[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    build, runtime = PAIR.images
    recipe = Recipe(
        "hellogo",
        (
            replace(build, build_args=(("A", value),)),
            replace(runtime, artifacts=(Artifact(BUILD, f"/out/{artifact}", f"made/{artifact}"),)),
        ),
    )
    facts = Facts(staged={"runtime": HostFiles((host,))})
    made = plan(recipe, BuildOptions(), facts, engine=ENGINE)
    calls = []
    for way in WAYS:
        directory = tmp_path_factory.mktemp(way)
        ground = make_ground(directory)
        (ground.project / host).write_text("host")
        _carry_out(way, made, ground, rest)
        assert [path.name for path in ground.project.iterdir()] == [host]
        # Only the script looks up the names first.
        logged = [call for call in ground.standin.calls() if call[0] != "image"]
        calls.append([[a.replace(str(directory), "") for a in call] for call in logged])
        assert [call[0] for call in logged[:3]] == ["build", "create", "cp"]
        assert sorted(call[0] for call in logged[3:]) == ["build", "rm", "tag", "tag"]
    first = calls[0][0]
    # Of calls beside each other, either may be the first.
    assert sorted(calls[0]) == sorted(calls[1]) == sorted(calls[2]) == sorted(calls[3])
    assert f"A={value}" in first
    assert all(word in first for word in rest)


def _carry_out(way: str, made: Plan, ground: Ground, rest: list[str]) -> None:
    done = subprocess.run(
        [*WAYS[way](made, ground), *rest],
        cwd=ground.project,
        env=environment(ground),
        capture_output=True,
        check=False,
    )
    (ground.project / "setup.sh").unlink(missing_ok=True)
    assert done.returncode == 0, done.stderr
    assert list(ground.staging.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("VERSION", "1.2", True),
        ("COMMIT", "0123456789abcdef0123456789abcdef01234567", True),
        ("DATABASE", "postgres://till:bread@db/till", False),
        ("CI_PAT", "x", False),
        ("MIRROR", "ghp_0123456789abcdefghijABCDEFGHIJ012345", False),
        ("NPM_TOKEN", "x", False),
    ],
)
def test_a_script_keeps_a_value_of_the_settings_unless_it_looks_like_a_secret(
    name: str, value: str, kept: bool
) -> None:
    images = tuple(replace(image, build_args=((name, value),)) for image in PAIR.images)
    made = plan(replace(PAIR, images=images), BuildOptions(), Facts(), engine=words("docker"))
    script = write_script(made, title="x")
    assert (f"given_{name}={quote(value)}" in script) is kept
    assert (value in script) is (kept or value == "x")
