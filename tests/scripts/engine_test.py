"""The parts of ``scripts/engine`` that need no engine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bpkit.errors import InputError, NoEngineError
from scripts.bpkit_dev import debian, dockerd, engine_cli
from scripts.bpkit_dev.flavours import (
    CLASSIC,
    MODERN,
    PODMAN,
    Paths,
    client_environment,
    engine_cache,
    engine_home,
    flavour_named,
    render_environment,
)

DEB822 = """\
Types: deb
# a comment, as Debian's own images have it
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Types: deb
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates
Components: main
"""


def test_env_quotes_every_character_in_a_path() -> None:
    paths = Paths(Path("/var/it's $HOME/`x`"))
    lines = render_environment(client_environment(CLASSIC, paths, {"PATH": "/usr/bin:/bin"}))
    shown = subprocess.run(
        ["/bin/sh", "-c", f'{lines}\nprintf "%s\\n" "$DOCKER_HOST" "$PATH"'],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.splitlines() == [
        "unix:///var/it's $HOME/`x`/docker.sock",
        "/var/it's $HOME/`x`/bin:/usr/bin:/bin",
    ]


def test_the_flavours_own_client_comes_first_and_once() -> None:
    paths = Paths(Path("/e"))
    once = client_environment(CLASSIC, paths, {"PATH": "/usr/bin"})
    assert once["PATH"] == "/e/bin:/usr/bin"
    assert client_environment(CLASSIC, paths, once) == once


def test_an_unknown_flavour_is_refused_with_a_list() -> None:
    with pytest.raises(InputError, match=r"clasic(.|\n)*classic, modern"):
        flavour_named("clasic")


def test_one_engines_env_replaces_anothers() -> None:
    """``eval "$(… env podman)"`` and then ``env classic``, and the other way round."""
    docker, podman = (
        render_environment(client_environment(flavour, Paths(Path("/e")), {"PATH": "/usr/bin"}))
        for flavour in (CLASSIC, PODMAN)
    )
    for first, second, expected in (
        (docker, podman, "podman|none"),
        (podman, docker, "docker|unix:///e/docker.sock"),
    ):
        shown = subprocess.run(
            ["/bin/sh", "-c", f'{first}\n{second}\nprintf %s "$DOCKER|${{DOCKER_HOST-none}}"'],
            capture_output=True,
            text=True,
            check=True,
        )
        assert shown.stdout == expected


def test_a_home_too_long_for_a_socket_is_refused() -> None:
    with pytest.raises(InputError, match="BPKIT_ENGINE_HOME"):
        Paths.of(CLASSIC, Path("/" + "x" * 100))
    assert Paths.of(MODERN, Path("/x")).socket == Path("/x/modern/docker.sock")


def test_downloads_are_kept_with_the_engines_unless_a_cache_is_named() -> None:
    home = {"BPKIT_ENGINE_HOME": "/home/one"}
    assert engine_cache(home) == Path("/home/one")
    assert engine_cache({**home, "BPKIT_ENGINE_CACHE": "/cache"}) == Path("/cache")
    assert engine_cache({}) == engine_home({})


def test_the_mirror_is_the_main_archive_not_security() -> None:
    assert debian.mirror(DEB822) == "http://mirror.example/debian"


@pytest.mark.parametrize(
    "line",
    [
        "deb http://mirror.example/debian bookworm main",
        "deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian/ bookworm main contrib",
        "deb https://other.example/apt some-suite main\n"
        "deb http://mirror.example/debian bookworm main",
    ],
)
def test_the_mirror_is_read_from_one_line_sources_too(line: str) -> None:
    assert debian.mirror(line) == "http://mirror.example/debian"


def test_sources_without_an_archive_are_an_error_not_a_traceback() -> None:
    with pytest.raises(NoEngineError, match="apt sources"):
        debian.mirror("# deb http://mirror.example/debian bookworm main\n")


@pytest.mark.parametrize("text", ["ID=ubuntu\nID_LIKE=debian\n", 'ID="fedora"\n', ""])
def test_other_systems_than_debian_get_a_hint(tmp_path: Path, text: str) -> None:
    (tmp_path / "os-release").write_text(text)
    with pytest.raises(NoEngineError, match=r"needs a Debian machine\n.*DOCKER_HOST"):
        debian.require_debian(tmp_path / "os-release")


def test_proxies_in_either_spelling_are_passed_to_builds() -> None:
    settings = dockerd.client_settings({"http_proxy": "http://p:1", "NO_PROXY": "x"})
    assert json.loads(json.dumps(settings)) == {
        "proxies": {"default": {"httpProxy": "http://p:1", "noProxy": "x"}}
    }
    assert dockerd.client_settings({"PATH": "/bin"}) == {}


def test_without_root_nothing_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("BPKIT_ENGINE_HOME", str(tmp_path))
    assert engine_cli.main(["up", "classic"]) == 3
    assert "needs root" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("argv", "status", "said"),
    [
        (["status", "nonesuch"], 2, "no engine flavour 'nonesuch'"),
        (["env", "classic"], 3, "scripts/engine up classic"),
        (["status", "classic"], 3, ""),
        (["run", "classic"], 2, "no command"),
        (["down", "classic"], 0, ""),
    ],
)
def test_the_exit_status_says_what_was_wrong(
    argv: list[str],
    status: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("BPKIT_ENGINE_HOME", str(tmp_path))
    assert engine_cli.main(argv) == status
    assert said in capsys.readouterr().err


def test_another_programs_pid_file_is_not_mistaken_for_the_engines(tmp_path: Path) -> None:
    """After a restart of the machine the number may be anybody's: here it is the test's own."""
    paths = Paths(tmp_path / "classic")
    (paths.root / "usr/sbin").mkdir(parents=True)
    (paths.root / "usr/sbin/dockerd").write_text("")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as bystander:
        paths.pidfile.write_text(f"{bystander.pid}\n")
        assert not dockerd.is_running(paths)
        assert bystander.poll() is None
        bystander.communicate(b"\n")
