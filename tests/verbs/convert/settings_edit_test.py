"""Changes of a conversion to the project's settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpkit.formats.dockerfile import parse
from bpkit.project import load_settings
from bpkit.project.form import choose_form
from bpkit.verbs.convert import ConvertRequest, convert
from bpkit.verbs.convert.settings_edit import followed_settings
from tests.verbs.convert.pots import MAKER, TAKER, converted, script

FORMS = ("Dockerfile", "Dockerfile.build", "Dockerfile.runtime")
MULTI = {"style": "multi-stage"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('name = "pots"\n', 'name = "pots"\n'),
        ('# ours\nstyle = "builder"  # old\n', '# ours\nstyle = "multi-stage"\n'),
        (
            'build_dockerfile = "a"\nruntime-dockerfile = "b"\nimage = "pots"\n',
            'style = "multi-stage"\nimage = "pots"\n',
        ),
        (
            'artifacts = [\n  "/jug",\n  "/cup",\n]\nname = "pots"\n[lint]\noff = ["BPK101"]\n',
            'style = "multi-stage"\nname = "pots"\n[lint]\noff = ["BPK101"]\n',
        ),
    ],
)
def test_only_settings_of_the_form_change(before: str, after: str) -> None:
    assert followed_settings(before, "bpkit.toml", MULTI) == after


def test_in_pyproject_only_its_own_table_changes() -> None:
    text = '[project]\nstyle = "x"\n[tool.bpkit]\nstyle = "builder"\n[tool.other]\nstyle = "y"\n'
    assert followed_settings(text, "pyproject.toml", MULTI) == text.replace(
        '"builder"', '"multi-stage"'
    )


def test_settings_that_are_written_in_another_way_are_left_to_the_user() -> None:
    assert followed_settings('"style" = """\nbuilder"""\n', "bpkit.toml", MULTI) is None


def test_settings_follow_the_conversion(tmp_path: Path) -> None:
    files = {**script(), "bpkit.toml": 'style = "builder"\nbuild-dockerfile = "Dockerfile.kiln"\n'}
    made = converted(tmp_path, files)
    assert [file.text for file in made.files if file.name == "bpkit.toml"] == [
        'style = "multi-stage"\n'
    ]


def test_settings_unrelated_to_the_form_stay(tmp_path: Path) -> None:
    made = converted(tmp_path, {**script(), "bpkit.toml": 'name = "pots"\n'})
    assert all(file.name != "bpkit.toml" for file in made.files)


@pytest.mark.parametrize("stage", ["build", "kiln"])
def test_the_settings_record_that_the_project_is_a_pair(stage: str, tmp_path: Path) -> None:
    text = f"{MAKER.replace('busybox', f'busybox AS {stage}', 1)}{TAKER}".replace(
        "COPY jug", f"COPY --from={stage} /kiln/jug"
    )
    (tmp_path / "Dockerfile").write_text(text)
    made = convert(ConvertRequest("builder", tmp_path))
    for file in made.files:
        (tmp_path / file.name).write_text(file.text)
    assert load_settings(tmp_path).style == "builder"
    assert choose_form(
        {n: parse((tmp_path / n).read_text(), n) for n in FORMS}, load_settings(tmp_path).style
    ).files == ("Dockerfile.build", "Dockerfile.runtime")


SHELVED = {"Dockerfile.runtime": TAKER, "Dockerfile.build": MAKER}
FIRE = {**script(tag="pots -f Dockerfile.runtime"), **SHELVED}


@pytest.mark.parametrize(
    ("name", "head"), [("bpkit.toml", ""), ("pyproject.toml", "[tool.bpkit]\n")]
)
def test_settings_without_a_form_get_it_while_the_pair_stays(
    name: str, head: str, tmp_path: Path
) -> None:
    made = converted(tmp_path, {**FIRE, name: f'{head}name = "pots"\n'}, script="fire.sh")
    text = {file.name: file.text for file in made.files}[name]
    assert text.startswith(f'{head}style = "multi-stage"\n')
    assert text.endswith('name = "pots"\n')


def test_a_pyproject_of_other_tools_only_gets_settings_beside_it(tmp_path: Path) -> None:
    made = converted(tmp_path, {**FIRE, "pyproject.toml": "[project]\n"}, script="fire.sh")
    assert {f.name: f.text for f in made.files}["bpkit.toml"].startswith('style = "multi-stage"\n')


def test_settings_of_a_table_below_are_left_to_the_user(tmp_path: Path) -> None:
    text = '[tool.bpkit.lint]\noff = ["BPK101"]\n'
    made = converted(tmp_path, {**FIRE, "pyproject.toml": text}, script="fire.sh")
    assert any('say there: style = "multi-stage"' in note.message for note in made.notes)
