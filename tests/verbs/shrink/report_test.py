"""What a person and a program are told of a shrunk image."""

from __future__ import annotations

from dataclasses import replace

from bpkit.verbs.shrink.report import shrink_json, shrink_text
from bpkit.verbs.shrink.result import ProbeAnswer, Probed, Shrunk, SizePart

RESULT = Shrunk(
    image="hellogo",
    text="FROM scratch\n",
    before=335_000_000,
    after=2_340_000,
    built=True,
    parts=(SizePart("what is started", 1, 2_340_000),),
    hints=("the program names /x, which is not taken: --keep /x",),
    notes=("USER was root",),
    file="Dockerfile.shrunk",
)


def test_a_person_is_told_what_is_in_it_and_how_much_smaller_it_is() -> None:
    assert shrink_text(RESULT) == (
        "  what is started    2.34MB  1 file\n"
        "hellogo: 335MB → 2.34MB  (333MB less, -99.3 %, 143x smaller)\n"
        "note: USER was root\n"
        "perhaps: the program names /x, which is not taken: --keep /x\n"
        "Dockerfile.shrunk is written: built and checked\n"
    )


def test_an_estimate_is_called_one() -> None:
    said = shrink_text(replace(RESULT, built=False))
    assert "→ about 2.34MB" in said
    assert "checked by its files, not built" in said


def test_a_probe_that_is_answered_otherwise_shows_both_answers() -> None:
    probed = Probed("https", ProbeAnswer(0, "443\n"), ProbeAnswer(2, "", "no table\n"), same=False)
    refused = "the probe 'https' is answered otherwise"
    said = shrink_text(replace(RESULT, probes=(probed,), refused=refused, file=""))
    assert said.endswith(
        "probe 'https': the answers differ\n"
        "  old image: status 0\n    443\n"
        "  new image: status 2\n    no table\n"
        "nothing is written: the probe 'https' is answered otherwise\n"
    )


def test_the_data_says_the_same() -> None:
    data = shrink_json(RESULT)
    assert (data["before"], data["after"], data["file"]) == (335_000_000, 2_340_000, RESULT.file)
    assert data["parts"] == [{"why": "what is started", "files": 1, "size": 2_340_000}]
