"""An image's configuration in ``docker image inspect``."""

from __future__ import annotations

from bpkit.image.config import DEFAULT_PATH, read_config


def test_missing_settings_have_the_engines_defaults() -> None:
    config = read_config({"Entrypoint": None, "Cmd": None, "Env": None, "User": ""}, "arm64")
    assert (config.argv, config.workdir, config.architecture) == ((), "/", "arm64")
    assert config.process_env == {"PATH": DEFAULT_PATH}


def test_entrypoint_and_cmd_are_one_command() -> None:
    said = {"Entrypoint": ["/app"], "Cmd": ["--serve"], "Env": ["PATH=/bin", "EQUALS=a=b", "X="]}
    config = read_config(said, "amd64")
    assert config.argv == ("/app", "--serve")
    assert config.process_env == {"PATH": "/bin", "EQUALS": "a=b", "X": ""}


def test_a_health_check_is_the_command_that_it_runs() -> None:
    def probe(*test: str) -> tuple[str, ...]:
        return read_config({"Healthcheck": {"Test": list(test)}}, "amd64").healthcheck

    assert probe("CMD", "/app", "ping") == ("/app", "ping")
    assert probe("CMD-SHELL", "curl -f x || exit 1") == ("/bin/sh", "-c", "curl -f x || exit 1")
    assert probe("NONE") == probe() == ()
