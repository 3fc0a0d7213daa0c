"""Each rule against its spec, and against the examples that its page shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bpkit.findings import Rule
from bpkit.formats.dockerfile.parser import parse
from bpkit.verbs.lint.ignores import ignores_of, without_ignored
from bpkit.verbs.lint.same_fault import merged
from bpkit.verbs.lint.subject import Context, LintSubject
from bpkit.verbs.lint.table import CHECKS, RULES, findings
from tests.verbs.lint.spec import found, subject

HERE = Path(__file__).parent / "rules"


def test_every_rule_has_a_spec_beside_it() -> None:
    modules = {check.__name__.rpartition(".")[2] for check in CHECKS}
    assert {path.stem.removesuffix("_test") for path in HERE.glob("*_test.py")} == modules


def test_ids_are_unique_and_in_order() -> None:
    ids = [rule.id for rule in RULES]
    assert ids == sorted(set(ids))
    assert all(re.fullmatch(r"BPK2\d\d", one) for one in ids)


def reported(text: str) -> list[str]:
    """The ids of all that is found in a file, ignores looked at."""
    one = subject(text)
    reports = merged([findings([one])], [one.file])
    return [r.finding.rule.id for r in without_ignored(reports, ignores_of(one.file), {})]


#: Those that one file alone can show.
SHOWN = [rule for rule in RULES if rule.failing]


def test_only_what_needs_an_ignore_file_has_no_example() -> None:
    assert [rule.id for rule in RULES if rule not in SHOWN] == ["BPK233"]


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.id)
def test_the_failing_example_of_a_page_breaks_its_rule(rule: Rule) -> None:
    assert rule.id in reported(rule.failing)


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.id)
def test_the_passing_example_of_a_page_breaks_no_rule_at_all(rule: Rule) -> None:
    assert reported(rule.passing) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_names_the_fault_and_says_why(rule: Rule) -> None:
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")


GO_BUILD = "FROM golang:1.22\nWORKDIR /src\nRUN CGO_ENABLED=0 go build -o hellogo\n"


def nothing_there(_: object) -> bool:
    return False


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("hellogoo", "did you mean 'hellogo'?"),
        ("other", "neither in the context nor made by Dockerfile.build"),
    ],
)
def test_the_runtime_file_of_a_pair_names_what_nobody_makes(source: str, message: str) -> None:
    context = Context(present=nothing_there)
    (one,) = found(f"FROM scratch // COPY {source} /", "BPK201", build=GO_BUILD, context=context)
    assert message in one.message
    assert (one.place.file, one.place.line) == ("Dockerfile", 2) if one.place else False


@pytest.mark.parametrize("source", ["hellogo", "hello*", "."])
def test_the_runtime_file_of_a_pair_may_name_what_is_made(source: str) -> None:
    context = Context(present=nothing_there)
    line = f"FROM scratch // COPY {source} /"
    assert found(line, "BPK201", build=GO_BUILD, context=context) == []


def test_what_is_in_the_context_needs_no_maker() -> None:
    assert found("FROM scratch // COPY other /", "BPK201", build=GO_BUILD) == []


def test_a_command_that_shows_nothing_may_have_made_anything() -> None:
    build = "FROM gcc:13\nWORKDIR /src\nRUN make && cp main /src/hello\n"
    context = Context(present=nothing_there)
    assert found("FROM scratch // COPY other /", "BPK201", build=build, context=context) == []
    assert found("FROM scratch // COPY helo /", "BPK201", build=build, context=context) == []


def test_what_a_script_speaks_of_may_be_made_by_it() -> None:
    scripts = "docker run build cat /x > hello.tar"
    context = Context(present=nothing_there, mentions=lambda name: name in scripts)
    line = "FROM scratch // COPY hello.tar /"
    assert found(line, "BPK201", build=GO_BUILD, context=context) == []
    assert (
        len(found("FROM scratch // COPY x.zip /", "BPK201", build=GO_BUILD, context=context)) == 1
    )


def test_a_slip_in_the_name_of_a_file_of_the_context_is_told_but_of_no_directory() -> None:
    build = "FROM gcc:13\nRUN make\n"
    context = Context(present=nothing_there, names=("src", "app.conf"))
    assert found("FROM scratch // COPY srv/ /", "BPK201", build=build, context=context) == []
    (one,) = found("FROM scratch // COPY ap.conf /", "BPK201", build=build, context=context)
    assert "did you mean 'app.conf'?" in one.message


def test_the_libcs_of_a_pair_are_compared_across_the_files() -> None:
    build = "FROM gcc:13-bookworm\nRUN gcc -o /src/hello a.c\n"
    (one,) = found("FROM alpine:3.22 // COPY hello /", "BPK202", build=build)
    assert "gcc (Dockerfile.build:2) for glibc 2.36 of gcc:13-bookworm" in one.message
    assert "alpine:3.22 has musl" in one.message


def test_the_build_file_of_a_pair_ships_nothing() -> None:
    text = "FROM golang\nCOPY . .\nRUN apt-get update\nCMD app\n"
    alone = findings([LintSubject(parse(text))])
    assert {"BPK206", "BPK208", "BPK211", "BPK212", "BPK213"} <= {f.rule.id for f in alone}
    assert findings([LintSubject(parse(text), ships=False)]) == ()


def test_an_allow_list_excuses_the_whole_context() -> None:
    line = "FROM python:3.13-slim // COPY . /app"
    assert found(line, "BPK211", context=Context(is_chosen=True)) == []


def test_a_git_directory_ships_with_the_whole_context_unless_it_is_ignored() -> None:
    line = "FROM python:3.13-slim // COPY . /app"
    assert len(found(line, "BPK214", context=Context(sends_git=True))) == 1
    assert found(line, "BPK214", context=Context(sends_git=False)) == []
