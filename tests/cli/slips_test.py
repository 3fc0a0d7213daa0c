"""The mistakes of the sheet that its readers will copy: found before anything is built."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Call
from tests.cli.ground import PAIR, STAGES, Ground

VERBS = ("build", "script")


@pytest.mark.parametrize("verb", VERBS)
def test_hellogo_po_is_hellogo_go(call: Call, pair: Ground, verb: str) -> None:
    text = PAIR["Dockerfile.build"].replace("COPY hellogo.go", "COPY hellogo.po")
    pair.write({"Dockerfile.build": text})
    said = call(pair, verb)
    assert (said.status, said.out) == (2, "")
    assert said.err == (
        "bpkit: Dockerfile.build:3: COPY source 'hellogo.po' is not in the context\n"
        "  did you mean 'hellogo.go'?\n"
    )
    assert pair.orders() == []


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("right", "wrong", "meant"),
    [
        ("FROM scratch", "FROM sratch", "scratch"),
        ("FROM scratch", "FROM scratc", "scratch"),
        ("FROM scratch", "FROM Scartch", "scratch"),
        ("--from=builder", "--from=bulder", "builder"),
        ("FROM scratch", "FROM buidler", "builder"),
    ],
)
def test_a_base_one_letter_away_from_scratch_or_a_stage_is_a_slip(
    call: Call, stages: Ground, verb: str, right: str, wrong: str, meant: str
) -> None:
    stages.write({"Dockerfile": STAGES["Dockerfile"].replace(right, wrong)})
    said = call(stages, verb)
    assert (said.status, said.out) == (2, "")
    assert "bpkit: Dockerfile:" in said.err
    assert f"  did you mean '{meant}'?\n" in said.err
    assert stages.orders() == []


def test_an_image_of_that_name_is_not_a_slip(call: Call, stages: Ground) -> None:
    stages.write({"Dockerfile": STAGES["Dockerfile"].replace("scratch", "sratch")})
    stages.has_image("sratch")
    assert call(stages, "build", "--no-check").status == 0


@pytest.mark.parametrize("verb", VERBS)
def test_the_right_directory_is_named(call: Call, pair: Ground, verb: str) -> None:
    """One ``cd`` too few: the project lies in a directory below."""
    said = call(pair, verb, directory=pair.directory)
    assert (said.status, said.out) == (2, "")
    assert said.err == (
        "bpkit: there is no Dockerfile here\n"
        "  there is one in project: run bpkit there, or pass the directory: bpkit build "
        f"{pair.project}\n"
    )
    assert pair.orders() == []


@pytest.mark.parametrize("verb", VERBS)
def test_below_the_project_the_directory_above_is_named(
    call: Call, pair: Ground, verb: str
) -> None:
    """One ``cd`` too many, as after the sheet's second ``mkdir``."""
    below = pair.project / "multi-stage"
    below.mkdir()
    said = call(pair, verb, directory=below)
    assert said.status == 2
    assert "there is no Dockerfile here\n  there is one in the directory above" in said.err


def test_dockerfiles_of_other_names_are_named_where_there_is_none(
    call: Call, stages: Ground
) -> None:
    below = stages.project / "several"
    below.mkdir()
    for name in ("Dockerfile.api", "Dockerfile.web"):
        (below / name).write_text("FROM scratch\nCOPY a /a\n")
    said = call(stages, "build", directory=below)
    assert said.status == 2
    assert "name it, as in -f Dockerfile.api; there are Dockerfile.api, Dockerfile.web" in said.err
