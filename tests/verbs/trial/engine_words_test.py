"""The engine's own messages, and the status that ``docker run`` ends with."""

from __future__ import annotations

import pytest

from bpkit.verbs.trial.engine_words import engine_message, run_status

RUNC = (
    "Error response from daemon: failed to create task for container: failed to create shim task: "
    "OCI runtime create failed: runc create failed: unable to start container process: "
)


@pytest.mark.parametrize(
    ("said", "message", "status", "ends"),
    [
        (
            f'{RUNC}exec: "/till": stat /till: no such file or directory: unknown',
            'exec: "/till": stat /till: no such file or directory',
            127,
            127,
        ),
        (
            f'{RUNC}exec: "/till": permission denied: unknown.\n',
            'exec: "/till": permission denied',
            0,
            126,
        ),
        (
            "unable to find user till: no matching entries in passwd file",
            "unable to find user till: no matching entries in passwd file",
            128,
            125,
        ),
        ("exec: \"till\": executable file not found in $PATH\nRun 'docker --help'", None, 0, 127),
        ("", "", 0, 125),
    ],
)
def test_an_engine_refusal_is_one_line_with_the_status_of_docker_run(
    said: str, message: str | None, status: int, ends: int
) -> None:
    found = engine_message(said)
    assert found == (said.splitlines()[0] if message is None else message)
    assert run_status(found, status) == ends
