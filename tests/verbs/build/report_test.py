"""What a build came to and what it would do, for a person and as JSON."""

from __future__ import annotations

import json
import subprocess

from bpkit.core.arguments import words
from bpkit.core.options import BuildOptions, Facts
from bpkit.core.planning import plan
from bpkit.errors import Place
from bpkit.findings import Finding, Rule
from bpkit.verbs.build.report import build_json, build_text, plan_json, plan_text
from bpkit.verbs.build.result import BuildResult, MadeImage
from tests.core.planning_test import MULTI, PAIR

LARGE = MadeImage("build", "build", "p-build", "sha256:1", 700_000_000)
SMALL = MadeImage("runtime", "runtime", "p", "sha256:2", 7_000_000)


def result(*images: MadeImage, up_to_date: bool = False) -> BuildResult:
    return BuildResult("p", "builder", images, up_to_date, 1.25)


def test_a_person_sees_the_sizes_and_the_reduction() -> None:
    assert build_text(result(LARGE, SMALL)) == (
        "built p in 1.2 s\n"
        "  p-build     700MB\n"
        "  p             7MB  693MB less, -99.0 %, 100x smaller\n"
    )


def test_a_single_image_has_no_reduction() -> None:
    assert build_text(result(SMALL, up_to_date=True)) == "p is up to date\n  p       7MB\n"


def test_json_has_bytes_seconds_and_findings() -> None:
    rule = Rule("BPK100", "error", "a title", "why")
    shown = build_json(result(LARGE, SMALL), [Finding(rule, "wrong", Place("Dockerfile", 3))])
    again = json.loads(json.dumps(shown))
    assert again["seconds"] == 1.25
    assert [image["size"] for image in again["images"]] == [700_000_000, 7_000_000]
    assert again["findings"][0]["rule"] == "BPK100"


def test_every_line_of_a_shown_plan_is_shell() -> None:
    for recipe in (PAIR, MULTI):
        for facts in (Facts(), Facts(buildkit=False)):
            text = plan_text(plan(recipe, BuildOptions(), facts, engine=words("docker")))
            parsed = subprocess.run(["sh", "-n"], input=text, text=True, check=False)
            assert parsed.returncode == 0
            assert text.splitlines()[-1] == 'rm -rf -- "$stage"'


def test_a_plan_as_json_has_its_steps_and_clean_up() -> None:
    shown = plan_json(plan(PAIR, BuildOptions(), Facts(), engine=words("docker")))
    again = json.loads(json.dumps(shown))
    assert again["makes"] == ["hellogo-build", "hellogo"]
    assert {step["kind"] for step in again["steps"]} <= {"TempDir", "Run", "WriteFile"}
    assert [undo["why"] for undo in again["clean_up"]] == [
        "remove the container of the build image"
    ]
