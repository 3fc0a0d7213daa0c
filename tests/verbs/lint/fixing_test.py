"""``bpkit lint --fix``: the edits make their findings go away, and touch nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.findings import Finding, TextEdit
from bpkit.formats.dockerfile import parse
from bpkit.verbs.lint.fixing import edited, fixed_files, write_fixed
from bpkit.verbs.lint.rules.root_user import RULE
from bpkit.verbs.lint.subject import Context, LintSubject
from bpkit.verbs.lint.table import findings

FIXABLE = [
    ("BPK203", "FROM golang:1.25-trixie AS b // RUN go build -o /app // FROM alpine:3.22"
     " // COPY --from=b /app /app // CMD app"),
    ("BPK206", "FROM debian:13 // COPY app /app // CMD [\"/app\"]"),
    ("BPK206", "FROM debian:13 // USER root // RUN true // EXPOSE 80"),
    ("BPK207", "FROM debian:13 // RUN useradd -u 1234 app // USER app // CMD app"),
    ("BPK207", "FROM node:24 // USER node // CMD app"),
    ("BPK209", "FROM debain:13 // USER 1"),
    ("BPK209", "FROM debian:13 AS builder // FROM scratch // COPY --from=bulider /a /a // USER 1"),
    ("BPK213", "FROM debian:13 // RUN apt-get update && apt-get install -y curl // CMD app"),
    ("BPK213", "FROM python:3.13-slim // RUN pip install flask // CMD app"),
    ("BPK216", "FROM scratch // COPY app / // USER 1 // CMD /app --port 80"),
    ("BPK216", "FROM scratch // COPY app / // USER 1 // CMD [\"/app\"] // HEALTHCHECK CMD /app -h"),
    ("BPK218", "FROM debian:13 // COYP a b"),
    ("BPK220", "FROM debian:13 // COPY --parents a b"),
    ("BPK222", "ARG D=a // FROM debian:13 // COPY $D /x"),
    ("BPK226", "FROM debian:13 // COPY a /a // RUN chown -R 1:1 /a"),
    ("BPK227", "FROM debian:13 // RUN apt-get update // RUN rm -rf /var/lib/apt/lists/*"),
]  # fmt: skip


def found(text: str) -> tuple[Finding, ...]:
    return findings([LintSubject(parse(text), context=Context(names=("package.json",)))])


@pytest.mark.parametrize(("rule", "line"), FIXABLE)
def test_a_fixed_file_is_clean_of_the_rule(rule: str, line: str) -> None:
    text = line.replace(" // ", "\n") + "\n"
    before = found(text)
    edits = [edit for finding in before if finding.rule.id == rule for edit in finding.edits]
    assert edits
    after = found(edited(text, edits))
    assert rule not in {finding.rule.id for finding in after}
    assert {f.rule.id for f in after} <= {f.rule.id for f in before}


@pytest.mark.parametrize(("rule", "line"), FIXABLE)
def test_what_an_edit_does_not_name_stays_to_the_byte(rule: str, line: str) -> None:
    kept = "# a comment\u2028 with a line separator\r\n"
    text = kept + line.replace(" // ", "\r\n\r\n") + "\r\n\r\n# the end"
    edits = [e for finding in found(text) if finding.rule.id == rule for e in finding.edits]
    new = edited(text, edits)
    assert kept in new
    assert new.endswith("# the end")
    assert new.count("\n") == new.count("\r\n")


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("FROM scratch // USER 1 // CMD /app $PORT", "BPK216"),
        ("FROM scratch // USER 1 // CMD /app && /b", "BPK216"),
        ("FROM debian:13 // USER app:app // CMD app", "BPK207"),
        ("FROM debian:13 // RUN if true; then apt-get update; fi // CMD app", "BPK213"),
        ("FROM golang:1.25-trixie AS b // ENV CGO_ENABLED=1 // RUN go build -o /app"
         " // FROM alpine:3.22 // COPY --from=b /app /app", "BPK203"),
        ("FROM debian:13 // COPY a /a // COPY b /b // RUN chown -R app / ", "BPK226"),
    ],
)  # fmt: skip
def test_what_takes_a_decision_has_no_edit(line: str, rule: str) -> None:
    text = line.replace(" // ", "\n") + "\n"
    (one,) = (finding for finding in found(text) if finding.rule.id == rule)
    assert one.edits == ()


def finding(*edits: TextEdit) -> Finding:
    return Finding(RULE, "m", edits=edits)


def test_overlapping_edits_are_left_for_the_next_time_and_files_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("d").mkdir()
    Path("d/Dockerfile").write_text("1\n2\n3\n")
    first, other = TextEdit("d/Dockerfile", 1, 2, "a\n"), TextEdit("d/Dockerfile", 2, 3, "b\n")
    (file,) = fixed_files([finding(first), finding(other)])
    assert file.after == "a\n3\n"
    assert "-1\n-2\n+a\n 3\n" in file.diff
    write_fixed([file])
    assert Path("d/Dockerfile").read_text() == "a\n3\n"


def test_two_insertions_at_one_place_are_both_made() -> None:
    edits = [TextEdit("f", 2, 1, "a\n"), TextEdit("f", 2, 1, "b\n")]
    assert sorted(edited("1\n2\n", edits).splitlines()) == ["1", "2", "a", "b"]
    assert edited("1", [TextEdit("f", 2, 1, "a\n")]) == "1\na\n"
