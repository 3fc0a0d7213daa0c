from __future__ import annotations

import json
import re

import pytest

from bpkit.__main__ import main
from bpkit.errors import InputError
from bpkit.verbs.explain.run import every_rule, explain, overview


def test_every_rule_of_every_verb_has_a_page() -> None:
    assert {one[:4] for one in every_rule()} == {"BPK1", "BPK2", "BPK3"}
    for one, rule in every_rule().items():
        page = explain([one])
        assert page.startswith(f"# {one}: {rule.title}\n")
        assert rule.why in page


def test_the_list_has_a_line_a_rule() -> None:
    assert len(re.findall(r"^BPK\d{3} ", overview(), re.MULTILINE)) == len(every_rule())


@pytest.mark.parametrize(
    ("one", "hint"),
    [
        ("BPK20", "did you mean BPK2"),
        ("DL3008", "github.com/hadolint/hadolint/wiki/DL3008"),
        ("SC2086", "shellcheck.net/wiki/SC2086"),
        ("nothing", "for a list"),
    ],
)
def test_another_linters_rule_is_answered_with_its_page(one: str, hint: str) -> None:
    with pytest.raises(InputError) as error:
        explain([one])
    assert hint in error.value.hint


def test_the_page_is_there_as_data_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "bpk206", "--json"]) == 0
    (rule,) = json.loads(capsys.readouterr().out)["rules"]
    assert (rule["id"], rule["severity"]) == ("BPK206", "warning")
