"""The rules that stand with a language: its modules, its class path, its package.json."""

from __future__ import annotations

import pytest

from bpkit.image import Subject
from tests.verbs.check.made import directory, static, subject, text
from tests.verbs.check.spec import JAVA, PYTHON, command, ids

CASES = [
    ("BPK132", subject(JAVA, **command("java", "-cp", "/a:/b/*", "Main"))),
    ("", subject(JAVA, directory("/b"), **command("java", "-cp", "/a:/b/*", "Main"))),
    ("BPK133", subject(PYTHON, **command("python3.11", "-m", "flask", "run"))),
    (
        "",
        subject(
            PYTHON,
            text("/usr/lib/python3/dist-packages/flask/__main__.py", b"", 0o644),
            **command("python3.11", "-m", "flask", "run"),
        ),
    ),
    ("BPK134", subject(static("/usr/bin/npm"), **command("npm", "start", workdir="/srv"))),
]


@pytest.mark.parametrize(("expected", "checked"), CASES)
def test_a_fault_is_found_once_and_nothing_else(expected: str, checked: Subject) -> None:
    assert ids(checked) == ([expected] if expected else [])
