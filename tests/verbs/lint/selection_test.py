from __future__ import annotations

import pytest

from bpkit.errors import InputError
from bpkit.findings import Finding
from bpkit.verbs.lint.rules.root_user import RULE
from bpkit.verbs.lint.selection import selection_of

KNOWN = ("BPK206", "BPK207")


@pytest.mark.parametrize(
    ("only", "without", "ids", "taken"),
    [
        ((), (), ("BPK206",), True),
        (("bpk206",), (), ("BPK206",), True),
        (("BPK207",), (), ("BPK206",), False),
        (("DL3002",), (), ("BPK206", "DL3002"), True),
        ((), ("BPK206,BPK207",), ("BPK207",), False),
        (("BPK206",), ("BPK206",), ("BPK206",), False),
    ],
)
def test_rules_are_chosen_by_their_ids(
    only: tuple[str, ...], without: tuple[str, ...], ids: tuple[str, ...], taken: bool
) -> None:
    assert selection_of(only, without, {}, KNOWN).takes(ids) == taken


def test_the_settings_grade_a_finding() -> None:
    graded = selection_of((), (), {"bpk206": "note"}, KNOWN).graded(Finding(RULE, "m"))
    assert graded.severity == "note"
    assert graded.rule.id == "BPK206"


@pytest.mark.parametrize(
    ("without", "severities", "message"),
    [
        (("BPK208",), {}, "'BPK208' is not a rule"),
        ((), {"BPK206": "fatal"}, "'fatal' is not a severity of BPK206"),
    ],
)
def test_what_there_is_not_is_refused(
    without: tuple[str, ...], severities: dict[str, str], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        selection_of((), without, severities, KNOWN)
