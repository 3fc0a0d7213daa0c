"""Programs started through plumbum: arguments arrive as they are, output and status come back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.core.process import ProgramMissingError, output, start
from tests.examples import examples

#: Without site-packages, which take longer to find than all the rest.
ECHO = [
    *(sys.executable, "-IS", "-c"),
    "import os,sys; os.write(1, os.fsencode(chr(0).join(sys.argv[1:])))",
]

arguments = st.lists(
    st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=20),
    max_size=4,
)


@examples(15)
@given(arguments)
def test_arguments_arrive_as_they_are(words: list[str]) -> None:
    """plumbum would quote, glob or drop some of them, were they not bare strings."""
    assert output([*ECHO, *words]).stdout == "\0".join(words)


@pytest.mark.parametrize(
    "word", ["", " ", "-x", "--", "$HOME", "`id`", "a\nb", "*", "~", "'\"", "é\u2028", "\udcff"]
)
def test_words_that_shells_and_libraries_love_to_change(word: str) -> None:
    assert output([*ECHO, word, word]).stdout == f"{word}\0{word}"


def test_status_and_both_outputs_come_back() -> None:
    done = output(["sh", "-c", "echo out; echo err >&2; exit 7"])
    assert (done.status, done.stdout, done.stderr) == (7, "out\n", "err\n")
    assert done.argv[0] == "sh"


def test_a_command_that_a_signal_ended_has_its_number_negative() -> None:
    assert output(["sh", "-c", "kill -TERM $$"]).status == -15


def test_directory_and_environment_are_the_commands_own(tmp_path: Path) -> None:
    done = output(["sh", "-c", 'pwd; echo "$OWN"'], cwd=str(tmp_path), env={"OWN": "a b"})
    assert done.stdout == f"{tmp_path}\na b\n"


def test_nothing_is_on_standard_input() -> None:
    process = start(["cat"], stdout=subprocess.PIPE)
    assert process.communicate()[0] == b""


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.write_text("x")])
def test_what_is_not_a_program_is_missing(tmp_path: Path, make: object) -> None:
    assert callable(make)
    make(tmp_path / "program")
    with pytest.raises(ProgramMissingError) as caught:
        output([str(tmp_path / "program")])
    assert caught.value.program == str(tmp_path / "program")


def test_a_directory_that_is_not_there_is_not_taken_for_the_program(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        output(["true"], cwd=str(tmp_path / "nowhere"))


def test_a_command_gets_the_environment_of_now(monkeypatch: pytest.MonkeyPatch) -> None:
    output(["true"])
    monkeypatch.setenv("BPKIT_TEST_NEW", "new")
    monkeypatch.delenv("HOME")
    shown = output(["env"]).stdout.splitlines()
    assert "BPKIT_TEST_NEW=new" in shown
    assert not any(line.startswith("HOME=") for line in shown)


def test_what_plumbum_asks_of_other_machines_is_imported_when_it_is_used() -> None:
    code = (
        "import sys\n"
        "from bpkit.core import load_plumbum\n"
        "load_plumbum()\n"
        "from plumbum.path import local\n"
        "assert 'urllib.request' not in sys.modules\n"
        "put_off = local.urllib.urlopen\n"
        "import urllib.request\n"
        "assert put_off is urllib.request.urlopen\n"
    )
    done = output([sys.executable, "-c", code])
    assert (done.status, done.stderr) == (0, "")
