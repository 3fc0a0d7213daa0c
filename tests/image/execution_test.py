"""The program that a shell command starts, and the end of the chain of programs."""

from __future__ import annotations

import pytest

from bpkit.image.execution import chain, interpreter_of, simple_command
from tests.verbs.check.made import static, subject, text


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("./app --port 80", "./app --port 80"),
        ("exec ./app", "./app"),
        ("LANG=C TZ=UTC exec ./app", "./app"),
        ("./app > /dev/stdout 2>&1", "./app"),
        ("./app > /log", "./app"),
        ("./app && echo done", "./app"),
        ("'my app' x", "my app|x"),
        ("./app || true", None),
        ("./app | tee log", None),
        ("./app; true", None),
        ("./app &", None),
        ("(./app)", None),
        ("cd /srv && ./app", None),
        ("if x; then y; fi", None),
        ("$APP", None),
        ("PATH=/opt app", None),
        ("`which app`", None),
        ("./app\n./other", None),
        ("'unclosed", None),
        ("", None),
    ],
)
def test_only_a_single_simple_command_is_followed(command: str, words: str | None) -> None:
    split = () if words is None else tuple(words.split("|") if "|" in words else words.split())
    assert simple_command(command) == split


@pytest.mark.parametrize(
    ("line", "interpreter"),
    [
        ("/bin/sh", ("/bin/sh",)),
        (" /bin/sh -e  -u ", ("/bin/sh", "-e  -u")),
        ("/usr/bin/env\tpython3", ("/usr/bin/env", "python3")),
        ("/bin/sh\r", ("/bin/sh\r",)),
        ("", ()),
    ],
)
def test_the_rest_of_a_shebang_is_one_argument(line: str, interpreter: tuple[str, ...]) -> None:
    assert interpreter_of(line) == interpreter


def test_the_chain_follows_scripts_and_wrappers_to_the_last_program() -> None:
    image = subject(
        static("/sbin/tini"),
        static("/usr/bin/env"),
        static("/usr/bin/python3"),
        text("/start", b"#!/usr/bin/env python3\n"),
        entrypoint=("/sbin/tini", "--", "/start"),
        cmd=("x",),
    )
    assert [(link.how, link.argv) for link in chain(image)] == [
        ("engine", ("/sbin/tini", "--", "/start", "x")),
        ("wrapper", ("/start", "x")),
        ("shebang", ("/usr/bin/env", "python3", "/start", "x")),
        ("wrapper", ("python3", "/start", "x")),
    ]


def test_a_script_that_is_its_own_interpreter_is_followed_no_further_than_the_kernel_does() -> None:
    image = subject(text("/loop", b"#!/loop\n"), entrypoint=("/loop",))
    assert 2 <= len(chain(image)) <= 8
