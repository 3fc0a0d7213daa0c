"""``bpkit script`` as a user drives it: what it writes, and the script under several shells."""

from __future__ import annotations

import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import sh

from bpkit.project.new_files import is_sealed
from tests.cli.conftest import Call
from tests.cli.ground import PAIR, Ground, assert_refused, make_ground
from tests.shells import SHELLS

SCRIPT = "setup_builder_pattern.sh"


@pytest.fixture
def written(call: Call, pair: Ground) -> Ground:
    """The project of lab 1 with its script."""
    assert call(pair, "script").status == 0
    return pair


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> list[str]:
    words = SHELLS[request.param]
    if shutil.which(words[0]) is None:
        pytest.fail(f"{words[0]} is not here: scripts/setup installs it")
    return words


def run(ground: Ground, shell: list[str], *arguments: str, **env: str) -> sh.RunningCommand:
    """The script run by ``sh`` the package, which raises for a status that is not 0."""
    command = sh.Command(shell[0])
    return command(
        *shell[1:],
        SCRIPT,
        *arguments,
        _cwd=str(ground.project),
        _env={**ground.env, **env},
        _return_cmd=True,
    )


def test_the_script_is_sealed_executable_and_says_how_to_renew_it(written: Ground) -> None:
    path = written.project / SCRIPT
    text = path.read_text()
    assert path.stat().st_mode & 0o111
    assert is_sealed(text)
    first = text.splitlines()
    assert first[0] == "#!/bin/sh"
    assert first[1].startswith("# Made by bpkit script ")
    assert "renew it with: bpkit script" in first[1]


def test_every_shell_makes_both_images(written: Ground, shell: list[str]) -> None:
    done = run(written, shell)
    assert done.exit_code == 0
    written.assert_pair_made()
    assert written.staged() == []
    assert "[1/12] create a staging directory" in done.stderr.decode()


def test_help_and_quiet_work_in_every_shell(written: Ground, shell: list[str]) -> None:
    shown = str(run(written, shell, "--help"))
    assert "usage: setup_builder_pattern.sh" in shown
    assert "IMAGE " in shown
    assert written.orders() == []
    assert run(written, shell, "--quiet").stderr == b""


def test_every_shell_hands_flags_on_to_both_builds(written: Ground, shell: list[str]) -> None:
    nasty = "A=a b'c\"d$HOME`id`*\n-e"
    run(written, shell, "-q", "--", "--build-arg", nasty, "--no-cache")
    builds = [call for call in written.standin.calls() if call[0] == "build"]
    assert len(builds) == 2
    for build in builds:
        at = build.index("--build-arg")
        assert build[at : at + 3] == ["--build-arg", nasty, "--no-cache"]


def test_every_shell_takes_another_name_and_engine(written: Ground, shell: list[str]) -> None:
    (written.standin.directory / "podman").symlink_to("docker")
    run(written, shell, IMAGE="other:v2", DOCKER="podman")
    tags = {call[2] for call in written.standin.calls() if call[0] == "tag"}
    assert tags == {"hellogo-build", "other:v2"}


def test_every_shell_refuses_an_unknown_argument(written: Ground, shell: list[str]) -> None:
    with pytest.raises(sh.ErrorReturnCode_2) as caught:
        run(written, shell, "--wat")
    assert "unknown argument '--wat'" in caught.value.stderr.decode()
    assert caught.value.stdout == b""
    assert written.orders() == []


@pytest.mark.parametrize("order", ["build", "create", "cp", "tag"])
def test_every_shell_ends_with_4_where_a_step_fails(
    written: Ground, shell: list[str], order: str
) -> None:
    written.engine(f"fail.{order}", "the engine's own words\n")
    with pytest.raises(sh.ErrorReturnCode_4) as caught:
        run(written, shell)
    assert "the engine's own words" in caught.value.stderr.decode()
    assert written.staged() == []


def test_every_shell_ends_with_3_where_the_daemon_vanishes(
    written: Ground, shell: list[str]
) -> None:
    written.engine("vanish.cp")
    with pytest.raises(sh.ErrorReturnCode_3):
        run(written, shell)
    assert written.staged() == []


def test_the_script_works_from_another_directory_and_by_a_link(
    written: Ground, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    sh.Command(str(written.project / SCRIPT))(_cwd=str(elsewhere), _env=written.env)
    written.assert_pair_made()
    assert list(elsewhere.iterdir()) == []


def test_renewing_changes_nothing_and_check_says_so(call: Call, written: Ground) -> None:
    assert call(written, "script", "--check").status == 0
    before = (written.project / SCRIPT).read_bytes()
    again = call(written, "script")
    assert (again.status, again.out) == (0, f"{SCRIPT} is up to date\n")
    assert (written.project / SCRIPT).read_bytes() == before
    changed = PAIR["Dockerfile.runtime"].replace("COPY hellogo .", "COPY hellogo /x/")
    written.write({"Dockerfile.runtime": changed, "more.go": "package main\n"})
    written.write({"Dockerfile.build": PAIR["Dockerfile.build"].replace("hellogo.go .", "*.go ./")})
    stale = call(written, "script", "--check")
    assert (stale.status, stale.out) == (1, f"{SCRIPT} is not up to date\n")
    assert call(written, "script").out == f"wrote {SCRIPT}\n"


def test_it_is_the_same_wherever_bpkit_was_called(call: Call, pair: Ground) -> None:
    """The comment tells the switches, in one order, and no directory."""
    assert pair.typed("script", "--no-cache", "--name", "own", "-t", "x").status == 0
    said = call(pair, "script", "-t", "x", "--name", "own", "--no-cache", "--check")
    assert (said.status, said.out) == (0, "")
    text = (pair.project / SCRIPT).read_text()
    assert "renew it with: bpkit script --name own -t x --no-cache [" in text


def test_it_goes_to_standard_output_byte_for_byte(call: Call, written: Ground) -> None:
    said = call(written, "script", "-o", "-")
    assert said.status == 0
    assert said.out == (written.project / SCRIPT).read_text()


def test_the_makefile_calls_it_where_bpkit_is_not(call: Call, pair: Ground) -> None:
    if shutil.which("make") is None:
        pytest.skip("make is not here")
    assert call(pair, "script", "--makefile").status == 0
    sh.make("build", "BPKIT=no-such-bpkit", _cwd=str(pair.project), _env=pair.env)
    pair.assert_pair_made()
    shown = str(sh.make("help", _cwd=str(pair.project), _env=pair.env))
    assert "build the small image" in shown


def test_the_makefile_calls_the_bpkit_that_is_on_path_or_else_the_module(pair: Ground) -> None:
    make = shutil.which("make")
    if make is None:
        pytest.skip("make is not here")
    assert pair.typed("script", "--makefile").status == 0
    programs = pair.project / "bin"
    programs.mkdir()
    (programs / "sh").symlink_to("/bin/sh")

    def first_line(*words: str) -> str:
        return pair.run([make, "-n", "images", *words], PATH=str(programs)).out.splitlines()[0]

    assert first_line() == "python3 -m bpkit images"
    (programs / "bpkit").write_text("#!/bin/sh\n")
    (programs / "bpkit").chmod(0o755)
    assert first_line() == "bpkit images"
    assert first_line("BPKIT=own") == "own images"


@pytest.mark.parametrize("nasty", ["a'b\n$(touch bad)\n: x", "`touch bad`", "\r\ntouch bad", ""])
def test_the_value_of_a_build_argument_is_not_in_the_script_but_in_its_environment(
    tmp_path: Path, nasty: str
) -> None:
    ground = make_ground(tmp_path, PAIR)
    said = ground.typed("script", "-t", "own:v1", "--build-arg", f"X={nasty}")
    assert said.status == 0, said.err
    text = (ground.project / SCRIPT).read_bytes().decode()
    assert is_sealed(text)
    assert "touch bad" not in text
    assert "bpkit script -t own:v1 --build-arg X [" in text
    lacking = ground.run(["dash", SCRIPT])
    assert lacking.status == 2
    assert "X is not set" in lacking.err
    assert ground.run(["dash", SCRIPT], X=nasty).status == 0
    assert not (ground.project / "bad").exists()
    build = ground.standin.calls()[0]
    assert build[build.index("--build-arg") + 1] == f"X={nasty}"


def test_a_build_argument_of_the_settings_is_a_default_unless_it_is_named_as_a_secret(
    tmp_path: Path,
) -> None:
    ground = make_ground(tmp_path, PAIR)
    ground.write({"bpkit.toml": '[build-args]\nVERSION = "1.2"\nAPI_TOKEN = "till"\n'})
    assert ground.typed("script").status == 0
    assert "till" not in (ground.project / SCRIPT).read_text()
    assert ground.run(["dash", SCRIPT]).status == 2
    assert ground.run(["dash", SCRIPT], API_TOKEN="open").status == 0
    assert ground.run(["dash", SCRIPT], API_TOKEN="open", VERSION="").status == 0
    given = [
        [b for a, b in pairwise(call) if a == "--build-arg"]
        for call in ground.standin.calls()
        if call[0] == "build"
    ]
    assert given[0] == ["VERSION=1.2", "API_TOKEN=open"]
    assert given[-1] == ["VERSION=", "API_TOKEN=open"]


def test_a_build_argument_that_no_shell_can_hold_is_refused(call: Call, pair: Ground) -> None:
    said = call(pair, "script", "--build-arg", "a-b=1")
    assert_refused(said, 2, "can't take the build argument 'a-b' from its environment")


def test_a_makefile_is_not_written_with_what_would_break_it(call: Call, pair: Ground) -> None:
    said = call(pair, "script", "--makefile", "--artifact", "/a\nall: ; touch bad")
    assert said.status == 2
    assert "a Makefile can't hold" in said.err
    assert not (pair.project / "Makefile").exists()


def test_shellcheck_finds_nothing(written: Ground) -> None:
    shellcheck = str(Path(sys.executable).parent / "shellcheck")
    found = subprocess.run(
        [shellcheck, SCRIPT], cwd=written.project, capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stdout) == (0, "")


def test_the_script_is_up_to_date_whether_a_makefile_was_asked_for_or_not(
    call: Call, pair: Ground
) -> None:
    assert call(pair, "script", "--makefile").status == 0
    assert call(pair, "script", "--check").status == 0
    assert call(pair, "script", "--makefile", "--check").status == 0
    assert "renew it with: bpkit script --makefile" in (pair.project / "Makefile").read_text()
    assert call(pair, "script").out == "setup_builder_pattern.sh is up to date\n"
