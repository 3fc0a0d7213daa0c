"""Jobs of CI files: each is a script of its own, unless files are handed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.errors import InputError
from bpkit.readers.ci import commands_of
from tests.verbs.convert.pots import converted

FIRE = "docker build -t pots-kiln -f Dockerfile.kiln ."
CARRY = "docker create --name hand pots-kiln && docker cp hand:/kiln/jug jug"
LAST = "docker build -t pots ."
TWO_JOBS = "jobs:\n  a: {steps: [{run: one}]}\n  b: {steps: [{run: two}]}"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".github/workflows/a.yml", TWO_JOBS),
        (".circleci/config.yml", TWO_JOBS),
        (
            ".gitlab-ci.yml",
            "stages: [x, y]\nb: {stage: y, script: two}\na: {stage: x, script: one}",
        ),
        (
            "azure-pipelines.yml",
            "jobs:\n- job: a\n  steps: [{script: one}]\n- job: b\n  steps: [{bash: two}]",
        ),
        (
            "azure-pipelines.yml",
            "stages:\n- stage: s\n  jobs:\n  - job: a\n    steps: [{script: one}]\n"
            "  - job: b\n    steps: [{bash: two}]",
        ),
        (
            "bitbucket-pipelines.yml",
            "pipelines:\n  default:\n  - step: {name: a, script: [one]}\n"
            "  - step: {name: b, artifacts: {download: false}, script: [two]}",
        ),
        (
            ".semaphore/semaphore.yml",
            "blocks:\n- task:\n    jobs:\n    - name: a\n      commands: [one]\n"
            "- task:\n    jobs:\n    - name: b\n      commands: [two]",
        ),
        (
            ".travis.yml",
            "jobs:\n  include:\n  - {name: a, script: one}\n  - {name: b, script: two}",
        ),
    ],
)
def test_each_job_is_a_script_of_its_own(name: str, text: str) -> None:
    found = [(job.names, job.script.split()) for job in commands_of(text, name)]
    assert found == [(("a",), ["one"]), (("b",), ["two"])]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".drone.yml", "steps:\n- {name: a, commands: [one]}\n- {name: b, commands: [two]}"),
        ("buildspec.yml", "phases:\n  build: {commands: [one]}\n  post_build: {commands: [two]}"),
        ("Jenkinsfile", "stage('a') { sh 'one' }\nstage('b') { sh 'two' }\n"),
        (".travis.yml", "install: one\nscript: two\n"),
    ],
)
def test_steps_of_one_machine_are_one_script(name: str, text: str) -> None:
    [job] = commands_of(text, name)
    assert job.script.split() == ["one", "two"]


GIVES = {
    ".gitlab-ci.yml": (
        "a: {script: one, artifacts: {paths: [jug]}}\nb: {script: two}\n",
        "a: {script: one, artifacts: {paths: [jug]}}\nb: {script: two, dependencies: []}\n",
    ),
    ".github/workflows/a.yml": (
        "jobs:\n  a: {steps: [{run: one}, {uses: actions/upload-artifact@v4}]}\n"
        "  b: {needs: a, steps: [{uses: actions/download-artifact@v4}, {run: two}]}\n",
        "jobs:\n  a: {steps: [{run: one}, {uses: actions/upload-artifact@v4}]}\n"
        "  b: {needs: a, steps: [{run: two}]}\n",
    ),
    ".circleci/config.yml": (
        "jobs:\n  a: {steps: [{run: one}, {persist_to_workspace: {root: .}}]}\n"
        "  b: {steps: [{attach_workspace: {at: .}}, {run: two}]}\n",
        "jobs:\n  a: {steps: [{run: one}, {persist_to_workspace: {root: .}}]}\n"
        "  b: {steps: [{run: two}]}\n",
    ),
}


@pytest.mark.parametrize("name", GIVES)
def test_a_job_that_receives_files_is_read_after_those_that_provide_them(name: str) -> None:
    gets, does_not = (
        {j.names: j.script.split() for j in commands_of(t, name)} for t in GIVES[name]
    )
    assert gets == {("a",): ["one"], ("a", "b"): ["one", "two"]}
    assert does_not == {("a",): ["one"], ("b",): ["two"]}


def _github(*jobs: list[str]) -> dict[str, str]:
    text = "on: push\njobs:\n"
    for number, commands in enumerate(jobs):
        steps = "".join(f"    - run: {one}\n" for one in commands)
        text += f"  job{number}:\n    steps:\n{steps}"
    return {".github/workflows/pots.yml": text}


def test_an_image_of_one_job_does_not_exist_in_another(tmp_path: Path) -> None:
    files = _github([FIRE, CARRY], [LAST])
    with pytest.raises(InputError):
        converted(tmp_path, files, script=".github/workflows/pots.yml")


def test_lines_of_other_jobs_are_kept(tmp_path: Path) -> None:
    files = _github([FIRE, CARRY, LAST], ["docker build -t pots-kiln -f Dockerfile.try ."])
    made = converted(tmp_path, {**files, "Dockerfile.try": "FROM busybox\n"})
    assert [line.text for line in made.lines if line.why == "not part of the job 'job0'"] == [
        "docker build -t pots-kiln -f Dockerfile.try ."
    ]
    assert made.lost == ()
    assert any("made by the job 'job0'" in note.message for note in made.notes)


def test_the_job_can_be_chosen(tmp_path: Path) -> None:
    files = _github([FIRE, CARRY, LAST], [FIRE, CARRY, f"{LAST[:-1]}-t two ."])
    name = ".github/workflows/pots.yml"
    made = converted(tmp_path, files, script=name, arguments=("job1",))
    assert made.commands == ("docker build -t two -t pots .",)
    with pytest.raises(InputError, match="no job 'job7'") as caught:
        converted(tmp_path, files, script=name, arguments=("job7",))
    assert caught.value.hint == "its jobs are: job0, job1"


def test_the_build_action_is_a_build(tmp_path: Path) -> None:
    [text] = _github([FIRE, CARRY]).values()
    text += (
        "    - uses: docker/build-push-action@v5\n      with:\n        context: .\n"
        "        push: true\n        build-args: |\n          GLAZE=blue\n"
        "        tags: me/pots:${{ github.sha }},me/pots:latest\n"
    )
    made = converted(tmp_path, {".github/workflows/pots.yml": text})
    assert made.commands == (
        'docker build --push --build-arg=GLAZE=blue -t me/pots:latest -t "me/pots:${GITHUB_SHA}" .',
    )
    assert [line.why for line in made.left] == [
        "the build is carried over; push the image yourself"
    ]


def test_the_build_action_without_a_context_uses_no_local_files(tmp_path: Path) -> None:
    [text] = _github([FIRE, CARRY]).values()
    text += "    - uses: docker/build-push-action@v5\n      with:\n        tags: me/pots\n"
    with pytest.raises(InputError, match=r"build context is https://github\.com"):
        converted(
            tmp_path, {".github/workflows/pots.yml": text}, script=".github/workflows/pots.yml"
        )
