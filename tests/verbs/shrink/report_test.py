"""The result of shrinking as text and as JSON."""

from __future__ import annotations

from dataclasses import replace

from bpkit.verbs.shrink.report import claim, shrink_json, shrink_text
from bpkit.verbs.shrink.result import COMMANDS, LOGINS, ProbeAnswer, Probed, Shrunk, SizePart

RESULT = Shrunk(
    image="hellogo",
    text="FROM scratch\n",
    before=335_000_000,
    after=2_340_000,
    built=True,
    parts=(SizePart("programs that are started", 1, 2_340_000),),
    hints=("the program names /x, which is not kept: pass --keep /x",),
    notes=("USER was root",),
    file="Dockerfile.shrunk",
)


def test_the_text_lists_the_contents_and_the_reduction() -> None:
    assert shrink_text(RESULT) == (
        "  programs that are started    2.34MB  ████████████  1 file\n"
        "hellogo: 335MB → 2.34MB  (333MB less, -99.3 %, 143x smaller)\n"
        "note: USER was root\n"
        "perhaps: the program names /x, which is not kept: pass --keep /x\n"
        "wrote Dockerfile.shrunk: built and checked; not started\n"
    )


def test_an_estimate_is_marked_as_one() -> None:
    said = shrink_text(replace(RESULT, built=False))
    assert "→ about 2.34MB" in said
    assert "wrote Dockerfile.shrunk: checked by its files; not built, not started" in said


def test_a_probe_with_different_answers_shows_both() -> None:
    probed = Probed(
        "https",
        ProbeAnswer(0, "443\n"),
        ProbeAnswer(2, "", "no table\n"),
        same=False,
        differences=("state: it ends with status 0, in the new image it ends with status 2",),
    )
    said = shrink_text(replace(RESULT, probes=(probed,), refused="https: another state", file=""))
    assert said.endswith(
        "https: different\n"
        "  state: it ends with status 0, in the new image it ends with status 2\n"
        "  old image: status 0\n    443\n"
        "  new image: status 2\n    no table\n"
        "nothing is written: https: another state\n"
    )


SAME = ProbeAnswer(0, "ready\n")
STARTED = Probed("the image's own command", SAME, SAME, same=True, implied=True, state="running")


def test_an_image_that_was_only_started_is_not_called_probed() -> None:
    said = claim(replace(RESULT, probes=(STARTED,)))
    assert said == (
        "built, checked and started (runs, as before); "
        "no request was made: pass --probe or --probe-http"
    )


def test_the_last_line_counts_the_probes_and_claims_nothing_more() -> None:
    command = Probed("--help", SAME, SAME, same=True)
    said = claim(replace(RESULT, probes=(replace(STARTED, requests=2), command)))
    assert "the same answers to 2 requests and 1 command; nothing else was probed" in said


def test_a_choice_without_a_traced_run_is_reported() -> None:
    said = claim(replace(RESULT, probes=(STARTED,), untraced="no apt"))
    assert said.endswith("chosen only by its files, because no run could be traced (no apt)")


def test_a_program_that_ends_at_once_is_not_said_to_run() -> None:
    ended = replace(STARTED, state="ended", old=ProbeAnswer(3, ""))
    assert "started (ends with status 3, as before)" in claim(replace(RESULT, probes=(ended,)))


def test_the_json_has_the_same_content() -> None:
    data = shrink_json(RESULT)
    assert (data["before"], data["after"], data["file"]) == (335_000_000, 2_340_000, RESULT.file)
    assert data["parts"] == [{"why": "programs that are started", "files": 1, "size": 2_340_000}]


def test_the_last_line_names_other_uses_of_the_image() -> None:
    open_ended = replace(RESULT, probes=(STARTED,), unproven=(COMMANDS, LOGINS))
    last = "commands other than the image's own and logins were not tried"
    assert claim(open_ended).endswith(last)
    assert shrink_json(open_ended)["claim"] == claim(open_ended)
    assert shrink_json(open_ended)["unproven"] == [COMMANDS, LOGINS]
    command = Probed("list", SAME, SAME, same=True)
    assert claim(replace(open_ended, probes=(STARTED, command), unproven=(COMMANDS,))).endswith(
        "the same answers to 1 command; nothing else was probed; other commands were not tried"
    )
