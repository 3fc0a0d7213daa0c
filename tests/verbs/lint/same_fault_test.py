"""What several linters see at one instruction is shown once."""

from __future__ import annotations

from bpkit.errors import Place
from bpkit.findings import Finding, Rule
from bpkit.formats.dockerfile.parser import parse
from bpkit.verbs.lint.same_fault import merged

FILE = parse(
    "FROM alpine\nRUN apt-get update && \\\n  apt-get install -y curl\nCMD x\n", "Dockerfile"
)


def finding(one: str, line: int | None, message: str = "m") -> Finding:
    return Finding(Rule(one, "warning", "t", "w"), message, Place("Dockerfile", line))


def ids(*sources: list[Finding]) -> list[tuple[str, ...]]:
    return [report.ids for report in merged(sources, [FILE])]


def test_bpkits_own_finding_comes_first_and_names_the_others() -> None:
    own, docker, hadolint = (
        [finding("BPK216", 4, "needs a shell")],
        [finding("JSONArgsRecommended", 4)],
        [finding("DL3025", 4)],
    )
    (report,) = merged([own, docker, hadolint], [FILE])
    assert report.shown.message == "needs a shell (also JSONArgsRecommended, DL3025)"
    assert report.shown.rule.id == "BPK216"


def test_dockers_finding_stands_for_hadolints() -> None:
    assert ids([], [finding("MaintainerDeprecated", 4)], [finding("DL4000", 4)]) == [
        ("MaintainerDeprecated", "DL4000")
    ]


def test_the_same_instruction_is_enough_where_the_lines_differ() -> None:
    assert ids([finding("BPK213", 2)], [], [finding("DL3009", 3)]) == [("BPK213", "DL3009")]


def test_the_same_fault_at_another_instruction_is_another() -> None:
    assert ids([finding("BPK208", 1)], [], [finding("DL3006", 4)]) == [("BPK208",), ("DL3006",)]


def test_different_faults_at_one_instruction_stay_two() -> None:
    assert ids([finding("BPK208", 1)], [], [finding("DL3002", 1)]) == [("BPK208",), ("DL3002",)]


def test_one_linter_may_say_the_same_of_two_things_at_one_instruction() -> None:
    own = [finding("BPK215", 4, "A"), finding("BPK215", 4, "B")]
    assert ids(own, [finding("SecretsUsedInArgOrEnv", 4)]) == [
        ("BPK215", "SecretsUsedInArgOrEnv"),
        ("BPK215",),
    ]


def test_what_bpkits_own_rule_decides_is_not_told_without_it() -> None:
    assert ids([finding("BPK215", 4)], [], [finding("DL3064", 4)]) == [("BPK215", "DL3064")]
    assert ids([], [], [finding("DL3064", 4), finding("DL3066", 2)]) == []


def test_what_has_no_line_is_kept() -> None:
    assert ids([finding("X", None)], [finding("Y", None)]) == [("X",), ("Y",)]
