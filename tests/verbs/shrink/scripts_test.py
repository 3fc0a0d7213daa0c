"""What a shell script calls and reads, without running it."""

from __future__ import annotations

import pytest

from bpkit.verbs.shrink.scripts import ScriptUse, called_in_source, script_use
from tests.verbs.check.made import rootfs, static, text

IMAGE = rootfs(
    text("/opt/app/start.sh", b"#!/bin/sh\n"),
    text("/opt/app/lib.sh", b"", 0o644),
    text("/opt/app/start.d/10-a.sh", b"", 0o644),
    text("/opt/app/start.d/20-b.sh", b"", 0o644),
    text("/opt/app/site.tmpl", b"", 0o644),
    text("/etc/till/till.conf", b"", 0o644),
    static("/usr/bin/envsubst"),
)


def use(script: str, **env: str) -> ScriptUse:
    return script_use(IMAGE, "/opt/app/start.sh", script, "/", env)


def test_a_file_beside_the_script_is_found_by_the_usual_expressions() -> None:
    for line in ('. "$(dirname "$0")/lib.sh"', 'cd "${0%/*}"; . ./lib.sh', ". /opt/app/lib.sh"):
        assert use(line).sourced == ("/opt/app/lib.sh",), line


def test_a_loop_over_a_directory_names_what_is_in_it() -> None:
    script = 'cd /opt/app\nfor part in start.d/*.sh; do . "$part"; done\n'
    assert set(use(script).files) >= {"/opt/app/start.d/10-a.sh", "/opt/app/start.d/20-b.sh"}


def test_every_branch_counts() -> None:
    script = 'case "$1" in serve) exec till --config=/etc/till/till.conf ;; *) exec "$@" ;; esac\n'
    found = use(script)
    assert ("exec", "till", "--config=/etc/till/till.conf") in found.commands
    assert "/etc/till/till.conf" in found.files


@pytest.mark.parametrize(
    "script",
    [
        'exec "$@"',
        'case "$1" in serve) exec till ;; *) exec "$@" ;; esac',
        'exec gosu till "$@"',
        'set -e\nif [ $# -gt 0 ]; then "$@"; fi',
        'exec sh -c "$*"',
        'cmd="$1"; shift; exec "$1" "$@"',
    ],
)
def test_a_script_that_starts_its_arguments_is_recognized(script: str) -> None:
    assert use(script).runs_arguments


@pytest.mark.parametrize(
    "script",
    [
        'exec till "$@"',
        'run() { "$@"; }; run till',
        'echo "$@"',
        'exec java -jar /app.jar "$@"',
        "exec gosu till /usr/bin/till",
    ],
)
def test_a_script_that_passes_arguments_to_its_own_program_does_not_start_them(script: str) -> None:
    assert not use(script).runs_arguments


def test_variables_of_the_image_are_known() -> None:
    assert use(
        "cat $CONF < $HOME_/site.tmpl", CONF="/etc/till/till.conf", HOME_="/opt/app"
    ).files == (
        "/etc/till/till.conf",
        "/opt/app/site.tmpl",
    )


def test_programs_called_inside_words_are_named() -> None:
    found = use('x=$(echo a | rev); y=`tr a b`; echo "$(cut -c1 x)"\n')
    assert {"rev", "tr", "cut"} <= found.names
    assert "uname" in use("case $(uname -s) in Linux) : ;; esac\n").names


def test_a_pattern_that_could_be_anything_names_nothing() -> None:
    assert use("ls /$ANY/* $OTHER").files == ()


def test_a_text_that_is_not_a_shell_script_shows_its_words() -> None:
    assert "envsubst" in use("if if ( envsubst\n").names


def test_a_source_that_starts_programs_shows_the_words_in_its_strings() -> None:
    words, starts = called_in_source("import subprocess\nsubprocess.run('tesseract ' + name)\n")
    assert starts
    assert "tesseract" in words
    assert called_in_source("print('tesseract')") == (frozenset(), False)
