"""The conclusions from a trial, and what is not concluded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bpkit.core import ImageInfo
from bpkit.verbs.trial.probes import CommandStep, Expectation, HttpStep, Probe
from bpkit.verbs.trial.report import verdict_json, verdict_text
from bpkit.verbs.trial.result import ListeningSocket, Reply, Trial, Written
from bpkit.verbs.trial.verdict import Verdict, judge

OPEN = ListeningSocket("tcp", "0.0.0.0", 8080)
CLOSED = ListeningSocket("tcp", "127.0.0.1", 8080)
RUNNING = Trial("till", "running", seconds=3.0, listening=(OPEN,))
ENDED = Trial("till", "ended", 0, seconds=0.5, listening=())


def info(**config: Any) -> ImageInfo:
    return ImageInfo("sha256:1", (), 1, "", "linux", "amd64", "", (), config)


def verdict(trial: Trial, probe: Probe | None = None, **config: Any) -> Verdict:
    return judge(trial, probe or Probe(), info(**config))


def exposing(*ports: int) -> dict[str, Any]:
    return {"ExposedPorts": {f"{port}/tcp": {} for port in ports}}


def test_a_service_on_its_exposed_port_runs_and_missing_probes_are_reported() -> None:
    found = verdict(RUNNING, **exposing(8080))
    assert found.runs
    assert found.warnings == ()
    assert any("as EXPOSE says" in line for line in found.seen)
    assert found.unasked == ("no request was made; pass --http / to make one",)


def test_a_loopback_service_on_an_exposed_port_is_a_fault() -> None:
    alone = replace(RUNNING, listening=(CLOSED,))
    assert not verdict(alone, **exposing(8080)).runs
    assert verdict(alone).runs
    both = replace(RUNNING, listening=(CLOSED, OPEN))
    assert verdict(both, **exposing(8080)).runs


@pytest.mark.parametrize(
    ("command", "flag"),
    [
        (["uvicorn", "till:app"], "--host 0.0.0.0"),
        (["/venv/bin/gunicorn", "till:app"], "--bind 0.0.0.0:8080"),
        (["python3", "manage.py", "runserver"], "runserver 0.0.0.0:8080"),
        (["/till"], "0.0.0.0"),
    ],
)
def test_the_advice_to_listen_on_all_addresses_uses_the_programs_own_option(
    command: list[str], flag: str
) -> None:
    (advice,) = verdict(replace(RUNNING, listening=(CLOSED,)), Cmd=command).advice
    assert flag in advice.text


def test_another_port_than_the_exposed_one_is_a_warning() -> None:
    found = verdict(RUNNING, **exposing(3000))
    assert found.runs
    assert found.warnings == ("EXPOSE says 3000, but it listens on 0.0.0.0:8080",)


def test_ports_that_could_not_be_seen_are_not_called_closed() -> None:
    unseen = replace(RUNNING, listening=None, unseen="no sidecar")
    found = verdict(unseen, **exposing(8080))
    assert found.warnings == ()
    assert any("no sidecar" in line for line in found.unasked)


def test_a_service_without_an_open_port_is_reported_with_the_time_waited() -> None:
    silent = replace(RUNNING, seconds=30.4, listening=())
    found = verdict(silent, **exposing(8080))
    assert found.faults == ("EXPOSE says 8080, and nothing listens after 30 s",)
    # Another command need not listen.
    other = verdict(silent, Probe(arguments=("shell",)), **exposing(8080))
    assert other.runs
    assert other.warnings == ("EXPOSE says 8080, but nothing listens after 30 s",)


def test_the_status_decides_whether_a_program_that_ended_ran() -> None:
    assert verdict(ENDED).runs
    failed = verdict(replace(ENDED, status=3))
    assert failed.faults == ("it ended with status 3 after 0.5 s",)
    assert "SIGSEGV" in verdict(replace(ENDED, status=139)).faults[0]


def test_out_of_memory_is_reported_as_the_reason() -> None:
    found = verdict(replace(ENDED, status=137, out_of_memory=True))
    assert "out of memory" in found.faults[0]
    assert "--memory" in found.advice[0].text


def test_a_refusal_of_the_engine_is_reported_in_its_own_words() -> None:
    refused = Trial("till", "refused", 127, engine_said='exec: "/till": no such file or directory')
    found = verdict(refused)
    assert not found.runs
    assert "/till" in found.faults[0]
    assert [one.kind for one in found.complaints] == ["missing file"]


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Reply(HttpStep("/"), 200, "goods"), ""),
        (Reply(HttpStep("/"), 302), ""),
        (Reply(HttpStep("/"), 404), "GET / answered 404"),
        (Reply(HttpStep("/", status=404), 404), ""),
        (Reply(HttpStep("/", status=404), 200), "GET / answered 200, not 404"),
        (Reply(HttpStep("/"), failure="refused"), "GET / got no answer: refused"),
        (Reply(CommandStep(("ls", "a b")), 0), ""),
        (Reply(CommandStep(("ls", "a b")), 2, errors="no\n"), "'ls 'a b'' ended with status 2: no"),
        (Reply(CommandStep(("ls",)), 127), "'ls' could not be run (status 127)"),
        (Reply(CommandStep(("ls",), status=2), 2), ""),
    ],
)
def test_an_unexpected_answer_is_a_fault(reply: Reply, fault: str) -> None:
    found = verdict(replace(RUNNING, replies=(reply,)), Probe(steps=(reply.step,)))
    assert found.faults == ((fault,) if fault else ())


def test_a_health_check_that_fails_is_a_fault() -> None:
    sick = Reply(CommandStep(("curl", "/")), 127, errors="curl: not found")
    assert verdict(replace(RUNNING, health=sick)).faults == (
        "HEALTHCHECK could not be run (status 127): curl: not found",
    )
    well = Reply(CommandStep(("true",)), 0)
    assert "HEALTHCHECK passed" in verdict(replace(RUNNING, health=well)).seen


def test_complaints_of_a_running_program_are_reported_without_a_fault() -> None:
    said = Written("could not open /etc/till.conf: No such file or directory\n")
    found = verdict(replace(RUNNING, stderr=said))
    assert found.runs
    assert found.advice == ()
    assert "/etc/till.conf" in verdict_text(found)


def test_advice_changes_the_owner_of_a_denied_path_but_never_of_a_shared_directory() -> None:
    def lines(path: str) -> tuple[str, ...]:
        said = Written(f"PermissionError: [Errno 13] Permission denied: '{path}'\n")
        failed = replace(ENDED, status=1, stderr=said)
        (advice,) = verdict(failed, User="65532").advice
        return advice.lines

    assert lines("/goods/till.db") == ("RUN mkdir -p /goods && chown -R 65532 /goods",)
    assert lines("/var/lib/till") == ("RUN mkdir -p /var/lib/till && chown -R 65532 /var/lib/till",)
    assert lines("/etc") == ()


def test_advice_for_a_missing_variable_or_host_names_the_switch() -> None:
    said = Written("KeyError: 'STOCK_URL'\ngetaddrinfo ENOTFOUND stock\n")
    texts = [one.text for one in verdict(replace(ENDED, status=1, stderr=said)).advice]
    assert any("--env STOCK_URL" in text for text in texts)
    assert any("--network" in text for text in texts)


def test_the_report_shows_the_last_output_without_control_characters() -> None:
    said = Written("".join(f"line {n}\n" for n in range(50)) + "\x1b[31mred\n")
    text = verdict_text(verdict(replace(ENDED, status=1, stderr=said)))
    assert text.startswith("till doesn't run: it ended with status 1")
    assert "| line 49" in text
    assert "line 3\n" not in text
    assert "\x1b" not in text
    assert "\\x1b[31mred" in text


def test_the_json_has_all_observations() -> None:
    reply = Reply(HttpStep("/"), 404, "none", port=8080)
    data = verdict_json(verdict(replace(RUNNING, replies=(reply,)), **exposing(8080)))
    assert data["runs"] is False
    assert data["state"] == "running"
    assert data["status"] is None
    assert data["listening"] == [{"protocol": "tcp", "address": "0.0.0.0", "port": 8080}]
    answers = data["replies"]
    assert isinstance(answers, list)
    assert [(one["step"], one["status"], one["fault"]) for one in answers] == [
        ("GET /", 404, "answered 404")
    ]


def test_output_and_status_are_compared_with_the_probe() -> None:
    said = replace(ENDED, status=3, stdout=Written("till 1.2\n"), stderr=Written("warning\n"))
    right = (Expectation("output", "^till"), Expectation("errors", "fatal", absent=True))
    assert verdict(said, Probe(status=3, expected=right)).runs
    wrong = (Expectation("output", "^shop"), Expectation("errors", "warning", absent=True))
    assert verdict(said, Probe(status=3, expected=wrong)).faults == (
        "its standard output has no '^shop'",
        "its standard error has 'warning'",
    )
    assert verdict(said, Probe(status=0)).faults == ("it ended with status 3 after 0.5 s",)
    assert not verdict(RUNNING, Probe(status=0)).runs


def test_a_service_that_went_into_the_background_does_not_run() -> None:
    found = verdict(ENDED, Cmd=["nginx"], **exposing(80))
    assert found.faults == (
        "it ended with status 0 after 0.5 s, although EXPOSE says that it listens on 80",
    )
    assert "daemon off" in found.advice[0].text
    assert verdict(ENDED, Probe(arguments=("--version",)), **exposing(80)).runs
    assert verdict(ENDED).runs


def test_advice_creates_a_missing_directory() -> None:
    said = Written("Missing privilege separation directory: /run/till\n")
    (advice,) = verdict(replace(ENDED, status=255, stderr=said)).advice
    assert advice.lines == ("RUN mkdir -p /run/till",)


def test_a_loopback_service_on_an_exposed_udp_port_is_a_fault_too() -> None:
    alone = ListeningSocket("udp", "127.0.0.1", 5353)
    exposed: dict[str, Any] = {"ExposedPorts": {"5353/udp": {}}}
    found = verdict(replace(RUNNING, listening=(alone,)), **exposed)
    assert "docker run -p 5353:5353/udp" in found.faults[0]
    reached = ListeningSocket("udp", "0.0.0.0", 5353)
    assert verdict(replace(RUNNING, listening=(alone, reached)), **exposed).runs


def test_an_answer_without_the_expected_text_is_a_fault() -> None:
    step = HttpStep("/price", expect=r"^tea \d")
    right = replace(RUNNING, replies=(Reply(step, 200, "shop\ntea 3"),))
    assert verdict(right).runs
    wrong = replace(RUNNING, replies=(Reply(step, 200, "sold out"),))
    assert verdict(wrong).faults == (r"GET /price answered without '^tea \d'",)
    said = CommandStep(("till",), expect="open")
    assert not verdict(replace(RUNNING, replies=(Reply(said, 0, "shut"),))).runs


def test_lines_that_a_program_repeats_are_shown_once() -> None:
    trial = replace(ENDED, status=1, stderr=Written("no till\n" * 7 + "gone\n"))
    assert "| no till  (7 times)\n" in verdict_text(verdict(trial))
