"""``bpkit VERB --help``: what it says is data of the verb's class, and is true of the verb."""

from __future__ import annotations

import re
import shlex

import pytest

from bpkit.__main__ import main
from bpkit.cli import NAMES
from bpkit.cli.help import help_lines
from bpkit.cli.verbs import VERBS
from scripts.bpkit_dev.verb_pages import application, page_of

each_verb = pytest.mark.parametrize("verb", [name for name, _, _ in VERBS])


@each_verb
def test_help_lists_the_switches_examples_statuses_and_the_page(
    verb: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([verb, "--help"]) == 0
    out, err = capfd.readouterr()
    assert err == ""
    assert out.startswith(f"usage: bpkit {verb} ")
    assert "  --json " in out
    assert "\nexamples:\n" in out
    assert "\nexit status:\n  0 " in out
    assert out.endswith(
        f"\ndocumentation:\n  man bpkit-{verb}\n  docs/verbs/{verb}.md in the source\n"
    )


@each_verb
def test_help_of_a_verb_is_what_the_verb_says_with_help(
    verb: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([verb, "--help"]) == 0
    with_switch = capfd.readouterr()
    assert main(["help", verb]) == 0
    assert capfd.readouterr() == with_switch


def test_help_of_a_word_that_is_not_a_verb_lists_the_verbs(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert main(["help", "nosuch"]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert all(name in err for name in NAMES)


@each_verb
def test_the_summary_is_one_sentence(verb: str) -> None:
    assert re.fullmatch(r"[A-Z][^.]*(\.\w[^.]*)*\.", page_of(verb).summary)


@each_verb
def test_the_switches_show_no_type_of_python(verb: str) -> None:
    for switch in page_of(verb).switches:
        assert re.fullmatch(
            r"(-\w, )?--[\w-]+( [A-Z[]([A-Z\[\]:=/|-]|\.tar)*| [a-z|-]+)?", switch.spelling
        )
        assert switch.says


@each_verb
def test_there_are_two_examples_that_the_verb_understands(verb: str) -> None:
    examples = page_of(verb).examples
    assert len(examples) >= 2
    for command, says in examples:
        words = shlex.split(command.partition(" > ")[0])
        assert words[:2] == ["bpkit", verb]
        # Raises InputError for a switch that is not there, a value that is not valid, or two
        # switches that exclude each other.
        reader = application(verb)
        reader._validate_args(*reader._parse_args(words[2:]))
        assert says[0].islower() or says.split()[0].isupper()
        assert not says.endswith(".")


@each_verb
def test_statuses_are_reported_in_order_each_once(verb: str) -> None:
    statuses = [status for status, _ in page_of(verb).statuses]
    assert statuses[0] == "0"
    assert statuses[-1] == "128+n"
    assert statuses == sorted(set(statuses), key=lambda status: int(status.rstrip("+n")))


def test_a_status_of_the_verb_replaces_that_of_all_verbs() -> None:
    assert dict(page_of("convert").statuses)["0"] == "converted, and nothing is lost"
    assert dict(page_of("images").statuses)["0"] == "done"


def test_switches_stand_below_the_heading_of_the_class_that_declares_them() -> None:
    groups = page_of("build").groups
    assert list(groups) == ["switches", "docker build", "project", "engine", "output"]
    assert [switch.spelling for switch in groups["output"]] == ["--json", "-q, --quiet"]
    assert "--dry-run" in [switch.spelling for switch in groups["switches"]]
    assert "-t, --tag NAME" in [switch.spelling for switch in groups["project"]]


def test_a_default_is_shown_once() -> None:
    says = {switch.names[-1]: switch.says for switch in page_of("lint").switches}
    assert says["--format"].endswith("; default: text")
    assert says["--severity"].count("default") == 1


def test_values_repetition_and_what_is_required_are_reported() -> None:
    says = {switch.names[-1]: switch for switch in page_of("convert").switches}
    assert says["--to"].spelling == "--to multi-stage|builder"
    assert says["--to"].says.endswith("; required")
    assert says["--build-arg"].says.endswith("; can be given several times")
    assert (
        "not with --write, --force"
        in {s.names[-1]: s.says for s in page_of("ignore").switches}["--check"]
    )


@pytest.mark.parametrize("columns", [60, 80, 100])
@each_verb
def test_no_line_is_wider_than_the_terminal(verb: str, columns: int) -> None:
    """Usage and examples are commands, which are not broken."""
    shown = page_of(verb)
    whole = {shown.usage, *(command for command, _ in shown.examples)}
    for line in help_lines(shown, columns):
        assert len(line) <= columns or any(command in line for command in whole)
