"""BPK223: the base image depends on an argument without a value."""

from bpkit.verbs.lint.rules import open_base
from tests.verbs.lint.spec import check_cases, found

test_breaks_the_rule, test_keeps_the_rule = check_cases(
    open_base.RULE,
    fails=(
        "ARG B // FROM $B",
        "FROM ${B}",
        "ARG REGISTRY // FROM ${REGISTRY}/base:1",
        "ARG B // FROM ${B:-}",
        "ARG V // FROM debian:${V:+12}",
        "FROM debian AS a // ARG B=1 // FROM $B",
    ),
    passes=(
        "ARG B=debian // FROM $B",
        "ARG TAG // FROM debian:${TAG:-12}",
        "FROM ${B:-debian}",
        "ARG TAG // FROM registry.example.com/jdk${TAG:+:$TAG}",
        "ARG MIRROR // FROM ${MIRROR}debian:12",
        "ARG MIRROR=example.com // FROM ${MIRROR}/debian:12",
    ),
)


def test_the_other_rules_go_on_with_an_unknown_base() -> None:
    line = "ARG B // FROM $B // USER app // CMD app"
    assert len(found(line, "BPK207")) == 1
    assert found("ARG B // FROM $B // CMD app", "BPK206") == []
