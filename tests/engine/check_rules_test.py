"""Each rule's two examples are built, run and checked: a rule says what a run then shows.

The failing example of an error rule must fail in ``docker run`` as the rule says; the passing one
must run, and no error may be found in it. What a finding proposes is put into the failing example:
then it must run, and the finding must be gone.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from bpkit.core.engine import Engine
from bpkit.findings import Checked, Rule, worst
from bpkit.formats.dockerfile.parser import parse
from bpkit.formats.dockerfile.stage import stages
from bpkit.image.subject import places_of
from bpkit.verbs.check.run import check
from bpkit.verbs.check.table import RULES
from tests.engine.session import EngineSession

pytestmark = pytest.mark.slow

FAILING = [pytest.param(rule, id=rule.id) for rule in RULES if rule.failing]
PASSING = [pytest.param(rule, id=rule.id) for rule in RULES if rule.passing]


@dataclass(frozen=True)
class Ran:
    """What ``docker run`` of an image came to."""

    status: int
    output: str


@pytest.fixture(autouse=True)
def _reached(engine: EngineSession, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in engine.env.items():
        monkeypatch.setenv(name, value)


def built(engine: EngineSession, directory: Path, text: str) -> str:
    """The image's id. BuildKit builds it: the classic builder starts a container for each line,
    and so fails itself where an image can't be started."""
    (directory / "Dockerfile").write_text(text)
    command = ["docker", "build", "--label", engine.label, "--quiet", str(directory)]
    env = {**engine.env, "DOCKER_BUILDKIT": "1"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[-1]


def ran(engine: EngineSession, image: str) -> Ran:
    command = ["docker", "run", "--rm", "--network", "none", "--label", engine.label, image]
    done = subprocess.run(command, env=engine.env, capture_output=True, timeout=60, check=False)
    return Ran(done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace"))


def checked(image: str, text: str) -> Checked:
    return check(Engine(), image, places_of(stages(parse(text)).last))


@pytest.mark.parametrize("rule", FAILING)
def test_failing_examples_are_found_and_fail_as_the_rule_says(
    engine: EngineSession, tmp_path: Path, rule: Rule
) -> None:
    image = built(engine, tmp_path, rule.failing)
    found = checked(image, rule.failing)
    (finding,) = [f for f in found.findings if f.rule is rule]
    assert finding.place is not None
    assert finding.fix
    run = ran(engine, image)
    if rule.severity == "error":
        assert run.status != 0, run
        assert re.search(rule.says, run.output), run
        assert {f.rule.id for f in found.findings if f.severity == "error"} == {rule.id}
    else:
        assert worst(found.findings) != "error"
        # What only some engines refuse is no error; they refuse it in the words it foretells.
        refused = bool(rule.says) and re.search(rule.says, run.output)
        assert run.status == 0 or refused, run


def with_fix(text: str, fix: tuple[str, ...]) -> str:
    """The Dockerfile with the proposed instructions: what the image is made of before its USER and
    its command, another base in the place of the last, another command or user at the end."""
    lines = text.rstrip("\n").split("\n")
    last_from = max(n for n, line in enumerate(lines) if line.startswith("FROM "))
    ends = ("USER ", "CMD ", "ENTRYPOINT ", "HEALTHCHECK ")
    at = next((n for n in range(last_from, len(lines)) if lines[n].startswith(ends)), len(lines))
    for line in fix:
        keyword = line.partition(" ")[0]
        if keyword == "FROM":
            lines[last_from] = line
        elif keyword in {"RUN", "COPY", "ENV"}:
            lines.insert(at, line)
            at += 1
        elif keyword != "#":
            assert keyword in {"USER", "CMD", "ENTRYPOINT", "HEALTHCHECK", "WORKDIR"}, line
            lines.append(line)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("rule", FAILING)
def test_the_fix_of_a_rule_makes_its_failing_example_run(
    engine: EngineSession, tmp_path: Path, rule: Rule
) -> None:
    finding = next(
        f
        for f in checked(built(engine, tmp_path, rule.failing), rule.failing).findings
        if f.rule is rule
    )
    if all(line.startswith("#") for line in finding.fix):
        pytest.skip("the fix is the user's to write: " + " ".join(finding.fix))
    if any("apk add" in line for line in finding.fix):
        pytest.skip("Alpine's packages are not reached from here")
    text = with_fix(rule.failing, finding.fix)
    image = built(engine, tmp_path, text)
    assert [f for f in checked(image, text).findings if f.rule is rule] == []
    assert ran(engine, image).status == 0, text


@pytest.mark.parametrize("rule", PASSING)
def test_passing_examples_run_without_an_error(
    engine: EngineSession, tmp_path: Path, rule: Rule
) -> None:
    image = built(engine, tmp_path, rule.passing)
    found = checked(image, rule.passing)
    assert [f for f in found.findings if f.rule is rule or f.severity == "error"] == []
    run = ran(engine, image)
    assert run.status == 0, run


def test_every_error_rule_has_both_examples_and_its_failure_message() -> None:
    assert [r.id for r in RULES if r.severity == "error" and not (r.failing and r.says)] == []
    assert [r.id for r in RULES if r.failing and not r.passing] == []
