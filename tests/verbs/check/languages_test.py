"""The rules that stand with a language: its modules, its class path, its package.json."""

from __future__ import annotations

import pytest

from bpkit.image import Node, Subject
from tests.verbs.check.made import directory, static, subject, text
from tests.verbs.check.spec import JAVA, PYTHON, command, ids

TILL = command("/java/bin/java", "-jar", "/till.jar")


def linked_java(modules: str) -> tuple[Node, ...]:
    """A runtime of these modules, and a jar whose classes name two of Java's packages."""
    said = f'JAVA_VERSION="17"\nMODULES="{modules}"\n' if modules else 'JAVA_VERSION="17"\n'
    return (
        static("/java/bin/java"),
        text("/java/release", said.encode(), 0o644),
        text("/till.jar", b"java/util/logging\njava/sql", 0o644),
    )


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
    ("BPK135", subject(*linked_java("java.base java.logging"), **TILL)),
    ("", subject(*linked_java("java.base java.logging java.sql"), **TILL)),
    # A runtime that doesn't say what it has may have all.
    ("", subject(*linked_java(""), **TILL)),
    ("BPK134", subject(static("/usr/bin/npm"), **command("npm", "start", workdir="/srv"))),
]


@pytest.mark.parametrize(("expected", "checked"), CASES)
def test_an_example_gives_exactly_one_finding(expected: str, checked: Subject) -> None:
    assert ids(checked) == ([expected] if expected else [])
