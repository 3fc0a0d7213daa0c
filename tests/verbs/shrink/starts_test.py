"""The programs that an image is known to start, and shell forms that need no shell."""

from __future__ import annotations

import pytest

from bpkit.image.config import ImageConfig
from bpkit.image.evidence import Evidence
from bpkit.verbs.shrink.starts import starts, without_shell
from tests.verbs.check.made import static, text
from tests.verbs.shrink.made import fat

SHELL = ("/bin/sh", "-c")


@pytest.mark.parametrize("text_", ["./app", "exec ./app --port 8080", "app a-b c.d"])
def test_a_shell_form_of_plain_words_becomes_the_words(text_: str) -> None:
    words = tuple(text_.removeprefix("exec ").split())
    assert without_shell(ImageConfig(cmd=(*SHELL, text_))).cmd == words
    config = without_shell(ImageConfig(entrypoint=(*SHELL, text_), cmd=("ignored",)))
    assert (config.entrypoint, config.cmd) == (words, ())


@pytest.mark.parametrize(
    "text_",
    [
        "app $PORT",
        "a && b",
        "A=1 app",
        "app > /log",
        "app *.txt",
        "app 'x y'",
        "cd /x",
        "a\nb",
        "a;b",
    ],
)
def test_a_shell_form_that_needs_its_shell_keeps_it(text_: str) -> None:
    config = ImageConfig(cmd=(*SHELL, text_))
    assert without_shell(config) == config


def test_an_exec_form_is_not_changed() -> None:
    config = ImageConfig(entrypoint=("/app",), cmd=("x",))
    assert without_shell(config) == config


def test_every_program_of_a_list_of_commands_is_started() -> None:
    image = fat(
        static("/usr/bin/migrate"), static("/srv"), cmd=(*SHELL, "migrate --all && exec /srv $X")
    )
    assert {"/usr/bin/migrate", "/srv"} <= set(starts(image, {}).of_files())


def test_words_of_a_script_are_started_if_they_are_programs() -> None:
    image = fat(text("/run.sh", b"#!/bin/sh\n"), static("/usr/bin/helper"), cmd=("/run.sh",))
    evidence = {"/run.sh": Evidence(texts=frozenset({"helper", "nothing", "echo"}))}
    assert set(starts(image, evidence).of_files()) == {"/run.sh", "/bin/sh", "/usr/bin/helper"}


def test_scripts_that_call_each_other_do_not_hang() -> None:
    image = fat(text("/a", b"#!/bin/sh\n"), text("/b", b"#!/bin/sh\n"), cmd=("/a",))
    evidence = {
        "/a": Evidence(texts=frozenset({"/b"})),
        "/b": Evidence(texts=frozenset({"/a"})),
    }
    assert {"/a", "/b"} <= set(starts(image, evidence).of_files())


def test_commands_in_an_applications_lists_are_started() -> None:
    plan = (
        "- name: sort\n"
        "  shell: seq 3 | wc -l\n"
        '- till.builtin.command: "cut -c1 {{ path }}"\n'
        "- script: |\n"
        "    tr a b\n"
        "  when: uniq\n"
    )
    tools = ("seq", "wc", "cut", "tr", "sort", "uniq")
    image = fat(static("/app"), *(static(f"/usr/bin/{one}") for one in tools), cmd=("/app",))
    found = starts(image, {"/plan.yml": Evidence(script=plan)}, ("/plan.yml",))
    assert {p.rpartition("/")[2] for p in found.of_files()} == {"app", "seq", "wc", "cut", "tr"}


def test_a_shell_script_without_a_shebang_is_recognized_by_its_name() -> None:
    image = fat(text("/srv/cgi/stock.sh", b"", 0o644), static("/usr/bin/sort"), cmd=("/bin/sh",))
    evidence = {"/srv/cgi/stock.sh": Evidence(script="echo\nsort < /srv/stock\n")}
    started = starts(image, evidence, ["/srv/cgi/stock.sh"])
    assert {"/bin/sh", "/usr/bin/sort"} <= set(started.of_files())
