"""Comparing the observed behaviour of two images."""

from __future__ import annotations

import pytest

from bpkit.verbs.shrink.agreement import compared, missing_files, never_ran, settled_text
from bpkit.verbs.trial import HttpStep, ListeningSocket, Probe, Reply, Trial, Written

COMMAND = Probe(name="x", arguments=("x",), until_end=True)
SERVICE = Probe(name="start")


def ended(status: int = 0, out: str = "", err: str = "") -> Trial:
    return Trial("i", "ended", status, stdout=Written(out), stderr=Written(err), listening=())


def running(*ports: int, err: str = "", replies: tuple[Reply, ...] = ()) -> Trial:
    sockets = tuple(ListeningSocket("tcp", "0.0.0.0", port) for port in ports)
    return Trial("i", "running", stderr=Written(err), listening=sockets, replies=replies)


def differences(
    old: Trial, new: Trial, probe: Probe, again: Trial | None = None
) -> tuple[str, ...]:
    return compared(old, new, probe, probe.name, again).differences


def test_equal_trials_have_no_differences() -> None:
    assert differences(ended(3, "a\n", "b\n"), ended(3, "a\n", "b\n"), COMMAND) == ()
    assert differences(running(80), running(80), SERVICE) == ()


@pytest.mark.parametrize(
    ("new", "what"),
    [
        (ended(1, "a\n"), "state"),
        (ended(0, "other\n"), "output"),
        (ended(0, "a\n", "cannot open x\n"), "errors"),
    ],
)
def test_another_status_or_text_is_a_difference(new: Trial, what: str) -> None:
    found = differences(ended(0, "a\n"), new, COMMAND)
    assert [one.partition(":")[0] for one in found] == [what]


def test_a_service_that_ends_or_does_not_listen_is_a_difference() -> None:
    assert differences(running(80), ended(1), SERVICE)[0].startswith("state: it runs")
    assert differences(running(80, 81), running(80), SERVICE) == (
        "port tcp/81: nothing listens there in the new image",
    )


def test_only_new_complaints_of_a_service_count() -> None:
    old = running(80, err="warning: old\nready\n")
    assert differences(old, running(80, err="warning: old\nstarted\n"), SERVICE) == ()
    new = running(80, err="warning: old\ncannot open /etc/x\n")
    assert differences(old, new, SERVICE) == ("said: only the new image says: cannot open /etc/x",)


def test_another_answer_of_a_route_is_a_difference() -> None:
    step = HttpStep("/page")
    probe = Probe(name="start", steps=(step,))
    old = running(80, replies=(Reply(step, 200, "a"),))
    assert differences(old, running(80, replies=(Reply(step, 500, "a"),)), probe) == (
        "/page: status 200, in the new image 500",
    )
    assert differences(old, running(80, replies=(Reply(step, 200, "b"),)), probe) == (
        "/page: a different answer in the new image",
    )


def test_what_the_old_image_does_not_repeat_is_not_a_difference() -> None:
    old, again = ended(0, "lot 4711\n"), ended(0, "lot 815\n")
    result = compared(old, ended(0, "lot 99\n"), COMMAND, "x", again)
    assert result.same
    assert result.unsteady
    assert not compared(old, ended(1, "lot 99\n"), COMMAND, "x", again).same


def test_a_new_status_is_a_difference_even_if_the_text_is_unsteady() -> None:
    step = HttpStep("/page")
    probe = Probe(name="start", steps=(step,))
    old, again, new = (
        running(80, replies=(Reply(step, status, text),))
        for status, text in ((200, "lot 1"), (200, "lot 2"), (500, "lot 3"))
    )
    assert differences(old, new, probe, again) == ("/page: status 200, in the new image 500",)


def test_an_unsteady_page_must_have_each_line_that_the_old_image_repeats() -> None:
    step = HttpStep("/page")
    probe = Probe(name="start", steps=(step,))

    def page(text: str) -> Trial:
        return running(80, replies=(Reply(step, 200, text),))

    old, again = page("shop\nseen by 17\nprices"), page("shop\nseen by 18\nprices")
    assert differences(old, page("shop\nseen by 19\nprices"), probe, again) == ()
    assert differences(old, page("shop\nseen by 19\n"), probe, again) != ()
    assert differences(old, page("shop\nno such file\nprices"), probe, again) != ()
    assert differences(old, page("shop\nseen by 19\nprices\nmore"), probe, again) != ()


def test_a_complaint_that_differs_only_in_its_numbers_is_not_new() -> None:
    old, again = ended(1, err="lot 17: till missing"), ended(1, err="lot 18: till missing")
    new = ended(1, err="lot 23: till missing")
    assert differences(old, new, COMMAND, again) == ()
    other = ended(1, err="lot 23: drawer missing")
    assert differences(old, other, COMMAND, again) != ()


def test_a_pattern_to_ignore_is_not_a_difference_in_an_answer() -> None:
    step = HttpStep("/page")
    probe = Probe(name="start", steps=(step,), ignore=(r"token=\w+",))
    old = running(80, replies=(Reply(step, 200, "token=abc"),))
    assert differences(old, running(80, replies=(Reply(step, 200, "token=xyz"),)), probe) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2026-11-27 10:11:12.123 up", "2026-11-28 01:02:03.4 up"),
        ("took 12.5 ms", "took 3 ms"),
        ("[17]: started", "[29]: started"),
        ("at 0x7f00aa", "at 0x55ff01"),
        ("pid 12", "pid 4000"),
        ("1795822743: open", "1795822980: open"),
    ],
)
def test_times_addresses_and_process_numbers_are_not_a_difference(one: str, other: str) -> None:
    assert settled_text(one) == settled_text(other)


@pytest.mark.parametrize(("one", "other"), [("port 80", "port 81"), ("3 goods", "4 goods")])
def test_other_numbers_are_a_difference(one: str, other: str) -> None:
    assert settled_text(one) != settled_text(other)


@pytest.mark.parametrize("status", [125, 126, 127])
def test_a_program_that_never_ran_is_recognized(status: int) -> None:
    assert never_ran(ended(status))
    assert never_ran(Trial("i", "refused", 127))
    assert not never_ran(ended(1))


def test_paths_in_complaints_are_found() -> None:
    text = "ready at /srv\nerror: can't open '/etc/till.conf': No such file\n"
    assert list(missing_files([text])) == ["/etc/till.conf"]


def test_a_time_may_have_an_hour_of_one_digit() -> None:
    lines = (
        "2026-11-28  2:59:50 0 [Warning] no address",
        "2026-11-28  3:00:16 0 [Warning] no address",
    )
    assert len({settled_text(line) for line in lines}) == 1
    assert settled_text("2026-11-28 10:00:01 x") == settled_text("2026-11-28  9:59:59 x")
