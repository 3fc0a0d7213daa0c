"""bpkit as a plugin of docker's command line: ``docker bpkit VERB``.

docker looks for programs ``docker-NAME`` in ``cli-plugins`` below its configuration directory,
asks each for its metadata, and starts it with all words of the command line, global options first
(https://github.com/docker/cli/tree/master/cli-plugins/manager).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bpkit import __version__
from bpkit.errors import BpkitError, InputError

#: The name of the program that docker starts.
PROGRAM = "docker-bpkit"
#: docker's global options with a value, and the variable that has the same effect on the docker
#: that bpkit calls.
_VALUES = {
    "-c": "DOCKER_CONTEXT",
    "--context": "DOCKER_CONTEXT",
    "-H": "DOCKER_HOST",
    "--host": "DOCKER_HOST",
    "--config": "DOCKER_CONFIG",
    "-l": "",
    "--log-level": "",
}
_FLAGS = ("-D", "--debug")


@dataclass(frozen=True)
class PluginCall:
    """A call from docker to its plugin: words for bpkit, and variables for the docker that bpkit
    calls."""

    words: tuple[str, ...]
    environment: Mapping[str, str]


def metadata() -> str:
    """The metadata that docker requests from a plugin, one line of JSON."""
    return json.dumps(
        {
            "SchemaVersion": "0.1.0",
            "Vendor": "bpkit",
            "Version": __version__,
            "ShortDescription": "Make Docker images small",
            "URL": "https://pypi.org/project/docker-bpkit/",
        }
    )


def call_of(words: tuple[str, ...]) -> PluginCall:
    """The words after the plugin's name; docker's global options become variables.

    Raises InputError for an option of docker that bpkit can't pass on.
    """
    environment = {}
    rest = list(words)
    while rest and rest[0].startswith("-"):
        option, equals, value = rest.pop(0).partition("=")
        if option in _FLAGS:
            continue
        if option not in _VALUES:
            raise InputError(
                f"'docker {option} bpkit' is not supported",
                hint="pass the engine by a docker context: docker --context NAME bpkit",
            )
        if not equals:
            if not rest:
                raise InputError(f"docker's {option} needs a value")
            value = rest.pop(0)
        if variable := _VALUES[option]:
            environment[variable] = value
    if rest and rest[0] == "bpkit":
        rest.pop(0)
    return PluginCall(tuple(rest), environment)


def directory(environ: Mapping[str, str] = os.environ) -> Path:
    """The directory in which docker looks for this user's plugins."""
    config = (
        environ.get("DOCKER_CONFIG") or Path(environ.get("HOME") or "~").expanduser() / ".docker"
    )
    return Path(config) / "cli-plugins"


def install(program: Path, target: Path) -> Path:
    """Link ``program`` as the plugin into ``target``; the link's path.

    An existing link is replaced. Raises InputError if something else has its name, and
    BpkitError if it can't be written.
    """
    link = target / PROGRAM
    if link.exists() and not link.is_symlink():
        raise InputError(
            f"{link} exists and is not a link", hint="remove it, then install the plugin again"
        )
    fresh = target / f".{PROGRAM}.{os.getpid()}"
    try:
        target.mkdir(parents=True, exist_ok=True)
        fresh.symlink_to(program)
        fresh.replace(link)
    except OSError as error:
        raise BpkitError(f"can't write {link}: {error.strerror}") from error
    return link
