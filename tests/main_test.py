"""``bpkit.__main__``: the edge where an error becomes a message and a status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from bpkit import __main__ as edge
from bpkit import __version__
from bpkit.cli.verbs import VERBS
from bpkit.core.signals import InterruptedRunError
from bpkit.errors import EngineError, InputError, NoEngineError, NoReaderError, Place
from tests.places import ROOT


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (InputError("no", place=Place("f", 3), hint="do"), 2, "bpkit: f:3: no\n  do\n"),
        (NoEngineError("gone"), 3, "bpkit: gone\n"),
        (EngineError("failed"), 4, "bpkit: failed\n"),
        (InterruptedRunError(15), 143, "bpkit: ended by SIGTERM\n"),
        (KeyboardInterrupt(), 130, "bpkit: interrupted\n"),
        (NoReaderError(), 141, ""),
        (BrokenPipeError(), 141, ""),
        (PermissionError(13, "Permission denied", "/x"), 2, "bpkit: /x: Permission denied\n"),
        (OSError(28, "No space left on device"), 2, "bpkit: the system: No space left on"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_error_is_a_sentence_and_a_status(
    mocker: MockerFixture,
    capfd: pytest.CaptureFixture[str],
    error: BaseException,
    status: int,
    said: str,
) -> None:
    mocker.patch.object(edge, "_run", side_effect=error)
    # A reader that has gone is let go of by a new standard output, which the test gives back.
    kept = os.dup(1)
    try:
        assert edge.main(["build"]) == status
    finally:
        os.dup2(kept, 1)
        os.close(kept)
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith(said)
    assert "Traceback" not in err


@pytest.mark.parametrize("fault", [KeyError("x"), RecursionError("deep"), MemoryError()])
def test_a_fault_of_bpkit_is_a_sentence_the_versions_a_log_and_a_status_of_its_own(
    mocker: MockerFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: Exception,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    mocker.patch.object(edge, "_run", side_effect=fault)
    words = ["build", "--json", "--build-arg", "TOKEN=till", "--build-arg=KEY=till"]
    assert edge.main([*words, "--engine", "no-such-engine"]) == 70
    out, err = capfd.readouterr()
    assert err.startswith("bpkit: bpkit failed because of a bug, not because of your project: ")
    assert f"bpkit {__version__}, Python {sys.version.split()[0]}, " in err
    assert "Traceback" not in err
    assert json.loads(out)["error"]["status"] == 70
    (log,) = (tmp_path / "bpkit" / "faults").iterdir()
    assert str(log) in err
    logged = log.read_text()
    assert "Traceback" in logged
    assert "TOKEN=***" in logged
    assert "KEY=***" in logged
    assert "till" not in logged


def test_a_bug_is_reported_even_if_no_log_can_be_written(
    mocker: MockerFixture, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    mocker.patch.object(edge, "_run", side_effect=KeyError("x"))
    assert edge.main(["lint"]) == 70
    assert "the traceback could not be written" in capfd.readouterr().err


def test_what_is_in_an_error_does_not_act_on_a_terminal(
    mocker: MockerFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    place = Place("a\nbpkit: forged", 1)
    mocker.patch.object(edge, "_run", side_effect=InputError("\x1b[2J\x9b\n!", place=place))
    assert edge.main(["lint", "--json"]) == 2
    out, err = capfd.readouterr()
    assert err == "bpkit: a\\nbpkit: forged:1: \\x1b[2J\\x9b\\n!\n"
    assert "\x9b" not in out
    told = json.loads(out)["error"]
    assert (told["message"], told["file"], told["line"]) == ("\x1b[2J\x9b\n!", place.file, 1)


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], ["help"]])
def test_help_lists_every_verb(words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert edge.main(words) == 0
    shown = capfd.readouterr().out
    assert shown.startswith(f"bpkit {__version__}: ")
    for name, _, summary in VERBS:
        assert any(line.split(None, 1) == [name, summary] for line in shown.splitlines())


def test_version_and_help_import_nothing_that_takes_long() -> None:
    code = (
        "import sys; from bpkit.__main__ import main\n"
        "for word in sys.argv[1:]: main([word])\n"
        "sys.exit(bool({'plumbum', 'dataclasses', 'typing'} & set(sys.modules)))"
    )
    argv = [sys.executable, "-c", code, "--version", "--help"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith(f"bpkit {__version__}\n")


def test_a_pair_is_planned_without_the_reader_of_scripts() -> None:
    code = (
        "import sys; from bpkit.__main__ import main\n"
        "status = main(sys.argv[1:])\n"
        "sys.exit(status or any(name.startswith('bpkit.readers.script.') for name in sys.modules))"
    )
    directory = str(ROOT / "examples" / "builder-pattern")
    argv = [sys.executable, "-c", code, "build", "--dry-run", directory]
    assert subprocess.run(argv, cwd=ROOT, stdout=subprocess.DEVNULL, check=False).returncode == 0


def test_a_verb_may_close_standard_output(mocker: MockerFixture) -> None:
    """A language server does, when its editor says goodbye."""
    closed = open(os.devnull, "w")  # noqa: SIM115
    closed.close()
    mocker.patch.object(edge, "_prepare_streams")
    mocker.patch.object(edge, "_run", return_value=0)
    mocker.patch.object(sys, "stdout", closed)
    assert edge.main(["lsp"]) == 0
