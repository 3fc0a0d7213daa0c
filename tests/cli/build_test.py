"""``bpkit build`` at the command line: what its switches become in the engine's orders."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.cli.ground import BPKIT, PAIR, STAGES, Ground, assert_refused, make_ground

NASTY = "a b'c\"d$HOME`id`*;&"


def builds(ground: Ground) -> list[list[str]]:
    return [call for call in ground.standin.calls() if call[0] == "build"]


def tags(ground: Ground) -> list[str]:
    """The names given, sorted: two are given beside each other."""
    return sorted(call[2] for call in ground.standin.calls() if call[0] == "tag")


def test_the_pair_is_built_with_no_configuration(call: Call, pair: Ground) -> None:
    before = pair.files()
    said = call(pair, "build", "--no-check")
    assert said.status == 0, said.err
    assert said.out.splitlines()[0].startswith("built hellogo in ")
    pair.assert_pair_made()
    assert tags(pair) == ["hellogo", "hellogo-build"]
    assert pair.files() == before
    assert pair.staged() == []


def test_several_stages_are_built_with_their_stage_labelled(call: Call, stages: Ground) -> None:
    said = call(stages, "build", "--no-check", "-t", "welcome-multi-stage:v1")
    assert said.status == 0, said.err
    first, last = builds(stages)
    assert first[1:3] == ["--target", "builder"]
    assert "io.bpkit.image=welcome/stage" in first
    assert "io.bpkit.image=welcome/runtime" in last
    assert tags(stages) == ["welcome-multi-stage:v1"]


def test_a_second_build_finds_all_up_to_date(call: Call, pair: Ground) -> None:
    pair.has_image("alpine")
    pair.has_images("golang", "alpine")
    assert call(pair, "build", "--no-check").status == 0
    again = call(pair, "build", "--no-check", "--json")
    assert json.loads(again.out)["up_to_date"] is True
    assert pair.orders()[7:] == []
    pair.write({"Dockerfile.runtime": PAIR["Dockerfile.runtime"] + "ENV A=1\n"})
    changed = call(pair, "build", "--no-check", "--json")
    assert json.loads(changed.out)["up_to_date"] is False


@pytest.mark.parametrize("switch", ["--no-cache", "--pull"])
def test_no_cache_and_pull_always_build(call: Call, pair: Ground, switch: str) -> None:
    assert call(pair, "build", "--no-check").status == 0
    again = call(pair, "build", "--no-check", "--json", switch)
    assert json.loads(again.out)["up_to_date"] is False
    assert all(switch in build for build in builds(pair)[2:])


def test_switches_and_flags_reach_every_build(call: Call, pair: Ground) -> None:
    said = call(
        pair,
        *("build", "--no-check", "--build-arg", f"A={NASTY}", "--build-arg", "FROM_ENV"),
        *("--platform", "linux/arm64", "-t", "own/hellogo:v1", "--build-tag", "own/tools"),
    )
    assert said.status == 0, said.err
    for build in builds(pair):
        at = build.index("--build-arg")
        assert build[at : at + 4] == ["--build-arg", f"A={NASTY}", "--build-arg", "FROM_ENV"]
        assert build[build.index("--platform") + 1] == "linux/arm64"
    assert tags(pair) == ["own/hellogo:v1", "own/tools"]


def test_flags_after_two_dashes_go_to_the_builds_as_they_are(pair: Ground) -> None:
    said = pair.typed("build", "--no-check", "--", "--label", f"x={NASTY}")
    assert said.status == 0, said.err
    assert all(f"x={NASTY}" in build for build in builds(pair))
    with_directory = pair.typed("build", "--no-check", ".", "--", "--no-cache")
    assert with_directory.status == 0
    assert "--no-cache" in builds(pair)[-1]


def test_the_engine_is_named_by_switch_variable_and_context(pair: Ground) -> None:
    (pair.standin.directory / "other").symlink_to("docker")
    assert pair.typed("build", "--no-check", "--engine", "other").status == 0
    assert pair.typed("build", "--no-check", DOCKER="other").status == 0
    config = pair.directory / "config"
    (config / "contexts" / "meta" / sha256(b"far away").hexdigest()).mkdir(parents=True)
    said = pair.typed("build", "--dry-run", "--context", "far away", DOCKER_CONFIG=str(config))
    assert "docker --context 'far away' build" in said.out


def test_settings_of_the_project_hold_until_a_switch_says_otherwise(
    call: Call, pair: Ground
) -> None:
    text = 'name = "own"\nimage = "own:v2"\n[build-args]\nA = "1"\n'
    pair.write({"bpkit.toml": text})
    assert call(pair, "build", "--no-check").status == 0
    assert tags(pair) == ["own-build:v2", "own:v2"]
    assert "io.bpkit.image=own/build" in builds(pair)[0]
    assert "A=1" in builds(pair)[0]
    assert call(pair, "build", "--no-check", "-t", "other", "--name", "their").status == 0
    assert tags(pair)[:2] == ["other", "other-build"]
    assert "io.bpkit.image=their/runtime" in builds(pair)[-1]


def test_an_artifact_is_taken_from_where_the_switch_says(call: Call, pair: Ground) -> None:
    assert call(pair, "build", "--no-check", "--artifact", "/else/where:hellogo").status == 0
    copy = next(call for call in pair.standin.calls() if call[0] == "cp")
    assert copy[1] == "hellogo-build-container-RUN:/else/where"


def test_style_decides_where_both_forms_are(call: Call, tmp_path: Path) -> None:
    both = make_ground(tmp_path, {**PAIR, **STAGES})
    refused = call(both, "build")
    assert refused.status == 2
    assert "has both forms" in refused.err
    assert call(both, "build", "--no-check", "--style", "builder").status == 0
    assert both.orders()[:2] == ["build", "create"]
    assert call(both, "build", "--no-check", "--style", "multi-stage").status == 0
    assert tags(both)[-1] == "welcome"


def test_a_dockerfile_beside_the_build_file_is_the_runtime_one(call: Call, tmp_path: Path) -> None:
    files = {**PAIR, "Dockerfile": PAIR["Dockerfile.runtime"]}
    del files["Dockerfile.runtime"]
    ground = make_ground(tmp_path, files)
    assert call(ground, "build", "--no-check").status == 0
    assert tags(ground) == ["hellogo", "hellogo-build"]


def test_names_with_anything_in_them_do_no_harm(call: Call, tmp_path: Path) -> None:
    odd = "-e a;b & (c) #!~.go"
    build = f'FROM golang\nCOPY ["{odd}", "/src/"]\nWORKDIR /myapp\nRUN go build -o hellogo\n'
    files = {**PAIR, "Dockerfile.build": build, odd: "package main\n"}
    ground = make_ground(tmp_path / NASTY, files)
    before = ground.files()
    said = call(ground, "build", "--no-check")
    assert said.status == 0, said.err
    assert ground.files() == before
    assert ground.staged() == []


def test_dry_run_does_nothing_and_needs_no_engine(call: Call, pair: Ground) -> None:
    pair.engine("down")
    said = call(pair, "build", "--dry-run")
    assert (said.status, said.err) == (0, "")
    assert 'docker create --name "hellogo-build-container-$run_id"' in said.out
    plan = json.loads(call(pair, "build", "--dry-run", "--json").out)
    assert plan["makes"] == ["hellogo-build", "hellogo"]
    assert plan["steps"][0]["kind"] == "TempDir"
    assert pair.orders() == []
    assert pair.staged() == []


_NO_NAME = ("\ntag)", "\nnone)")
_NO_ID = ('\'{"Id":"%s"', '\'{"Id":"x%s"')


@pytest.mark.parametrize("gone", [_NO_NAME, _NO_ID], ids=["name", "id"])
def test_an_image_is_found_by_its_id_or_by_its_name(
    call: Call, pair: Ground, gone: tuple[str, str]
) -> None:
    """A name is nobody's while another run takes it; the id may be another than was told."""
    pair.alter(gone)
    assert call(pair, "build", "--no-check").status == 0


def test_an_image_that_is_removed_meanwhile_is_reported(call: Call, pair: Ground) -> None:
    pair.alter(_NO_NAME, _NO_ID)
    said = call(pair, "build", "--no-check")
    assert (said.status, said.out) == (4, "")
    assert "image 'hellogo-build' was built, but no longer exists" in said.err


def test_a_relative_staging_place_is_the_callers(pair: Ground) -> None:
    (pair.directory / "tmp dir").mkdir()
    said = pair.run(
        ["sh", "-c", 'cd .. && exec "$@"', "sh", *BPKIT, "build", "--no-check", "project"],
        TMPDIR="tmp dir",
    )
    assert said.status == 0, said.err
    assert list((pair.directory / "tmp dir").iterdir()) == []


def test_a_working_directory_that_is_gone_is_reported(pair: Ground) -> None:
    gone = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
    said = pair.run(["sh", "-c", gone, "sh", *BPKIT, "build"])
    assert (said.status, said.out) == (2, "")
    assert "Traceback" not in said.err
    assert said.err.startswith("bpkit: ")


@pytest.mark.parametrize(
    ("switches", "sentence"),
    [
        (["--output", "out"], "--output needs BuildKit"),
        (["--load"], "--load needs BuildKit"),
        (["--metadata-file", "m.json"], "--metadata-file needs BuildKit"),
        (["--platform", "linux/amd64,linux/arm64"], "a container that artifacts are copied from"),
        (["--platform", "linux/amd64,"], "'linux/amd64,' is not a valid platform"),
        (["--platform", "linux amd64"], "'linux amd64' is not a valid platform"),
    ],
)
def test_what_the_engine_can_not_do_is_refused_before_the_first_step(
    call: Call, pair: Ground, switches: list[str], sentence: str
) -> None:
    said = call(pair, "build", *switches)
    assert_refused(said, 2, sentence)
    assert pair.orders() == []


def test_each_name_is_given_at_the_end_and_pushed(call: Call, stages: Ground) -> None:
    said = call(stages, "build", "--no-check", "-t", "a:1", "-t", "b:2", "--push")
    assert said.status == 0, said.err
    named = [call for call in stages.standin.calls() if call[0] in {"tag", "push"}]
    assert sorted(named[:2]) == [
        ["tag", f"sha256:{'7'.zfill(64)}", "a:1"],
        ["tag", f"sha256:{'7'.zfill(64)}", "b:2"],
    ]
    assert named[2:] == [["push", "a:1"], ["push", "b:2"]]


def test_the_value_of_a_build_argument_is_for_the_engine_alone(call: Call, pair: Ground) -> None:
    pair.engine("fail.build", "no\n")
    for known in ("golang", "alpine"):
        pair.has_image(known)
    given = ["--build-arg", "TOKEN=made-up-word"]
    for switches in ([], ["--json"], ["--dry-run"], ["--dry-run", "--json"]):
        said = call(pair, "build", *given, *switches)
        assert "made-up-word" not in said.out + said.err
    assert "TOKEN=made-up-word" in pair.standin.calls()[0]
    assert "TOKEN=***" in call(pair, "build", *given).err


def test_stages_without_a_name_are_built_on_the_classic_builder(call: Call, pair: Ground) -> None:
    """It takes no number for a target: they get names, in a copy of the file."""
    pair.write({"Dockerfile": "FROM golang\nRUN true\nFROM alpine\nCOPY --from=0 /etc/passwd /p\n"})
    said = call(pair, "build", "--no-check", "-f", "Dockerfile", "-t", "x")
    assert said.status == 0, said.err
    targets = [
        call[call.index("--target") + 1] for call in pair.standin.calls() if "--target" in call
    ]
    assert targets == ["bpkit-stage-0"]


def test_what_moved_while_it_was_built_is_not_remembered(pair: Ground) -> None:
    """An edit that is undone before the build ends: nobody knows which of the two was taken."""
    pair.has_images("golang", "alpine")
    pair.alter(
        (
            "verb=$1\n",
            'verb=$1\nif [ "$1" = build ]; then cp hellogo.go kept; echo x >>hellogo.go; '
            "cat kept >hellogo.go; rm kept; fi\n",
        )
    )
    assert pair.typed("build", "--no-check").status == 0
    again = pair.typed("build", "--no-check", "--json")
    assert json.loads(again.out)["up_to_date"] is False


SEVERAL = ("--platform", "linux/amd64,linux/arm64")


def test_several_platforms_need_an_engine_that_stores_them(call: Call, stages: Ground) -> None:
    assert_refused(call(stages, "build", *SEVERAL), 2, "which needs BuildKit")
    env = {"DOCKER_BUILDKIT": "1"}
    refused = stages.typed("build", *SEVERAL, **env)
    assert_refused(refused, 2, "this engine stores images of one")
    assert stages.orders() == []


def test_several_platforms_are_handed_on_and_the_one_looked_at_is_named(
    call: Call, stages: Ground
) -> None:
    store = [["driver-type", "io.containerd.snapshotter.v1"]]
    stages.engine("info.json", json.dumps({"DriverStatus": store}))
    said = stages.typed("build", "--no-check", *SEVERAL, DOCKER_BUILDKIT="1")
    assert said.status == 0, said.err
    build = builds(stages)[0]
    assert build[build.index("--platform") + 1] == SEVERAL[1]
    assert "only the image for" in said.err
