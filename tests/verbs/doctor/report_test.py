"""What ``bpkit doctor`` saw, a line each."""

from __future__ import annotations

from bpkit.verbs.doctor.diagnosis import Diagnosis, DiagnosisItem
from bpkit.verbs.doctor.report import diagnosis_json, diagnosis_text

ITEMS = (
    DiagnosisItem("client", "ok", "/usr/bin/docker"),
    DiagnosisItem("engine", "missing", "it does not answer", "systemctl start docker"),
    DiagnosisItem("hadolint", "note", "not here", "pip install it"),
)


def test_a_missing_item_is_followed_by_its_fix() -> None:
    assert diagnosis_text(Diagnosis(ITEMS, usable=False)) == (
        "ok      client      /usr/bin/docker\n"
        "MISSING engine      it does not answer\n"
        "                    fix: systemctl start docker\n"
        "note    hadolint    not here\n"
        "                    fix: pip install it\n"
        "bpkit can't build here.\n"
    )


def test_json_has_the_same() -> None:
    shown = diagnosis_json(Diagnosis(ITEMS[:1], usable=True))
    assert shown == {
        "usable": True,
        "items": [{"name": "client", "state": "ok", "found": "/usr/bin/docker", "fix": ""}],
    }
