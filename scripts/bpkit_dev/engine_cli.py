"""The command line of ``scripts/engine``."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence

from bpkit.errors import BpkitError, InputError, NoEngineError
from scripts.bpkit_dev import engines
from scripts.bpkit_dev.flavours import (
    FLAVOURS,
    UNSET,
    Flavour,
    Paths,
    client_environment,
    flavour_named,
    render_environment,
)

DESCRIPTION = """\
Bring up a container engine on a Debian machine that has none, for bpkit's tests and demos.
Everything is kept below $BPKIT_ENGINE_HOME (default /var/tmp/bpkit-engine), downloads and assembled
base images below $BPKIT_ENGINE_CACHE (default the same); engines of two homes are independent.

  scripts/engine up classic            start it, unless it is up already
  eval "$(scripts/engine env classic)" use it in this shell
  scripts/engine run classic -- CMD    use it for one command
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; returns the exit status (2 bad input, 3 no engine, 4 a step failed)."""
    arguments = _parser().parse_args(argv)
    verb: Callable[[argparse.Namespace], int] = arguments.verb
    try:
        return verb(arguments)
    except BpkitError as error:
        print(f"scripts/engine: {error}", file=sys.stderr)
        return error.status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "scripts/engine",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    existing = argparse.ArgumentParser(add_help=False)
    existing.add_argument(
        "--or-existing",
        action="store_true",
        help="if docker already reaches an engine, use that one and change nothing",
    )
    up = verbs.add_parser("up", help="start engines", parents=[existing])
    down = verbs.add_parser("down", help="stop engines that `up` started")
    down.add_argument("--purge", action="store_true", help="also remove everything they keep")
    status = verbs.add_parser("status", help="show what is up; 3 if a named one isn't")
    env = verbs.add_parser("env", help="print the environment for eval", parents=[existing])
    for command, verb, count in ((up, _up, "+"), (down, _down, "+"), (status, _status, "*")):
        command.add_argument("flavours", nargs=count, metavar="FLAVOUR")
        command.set_defaults(verb=verb)
    env.add_argument("flavour", metavar="FLAVOUR")
    env.set_defaults(verb=_env)
    verbs.add_parser("list", help="list the flavours").set_defaults(verb=_list)
    run = verbs.add_parser("run", help="run a command in the engine's environment")
    run.add_argument("flavour", metavar="FLAVOUR")
    run.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    run.set_defaults(verb=_run)
    return parser


def _up(arguments: argparse.Namespace) -> int:
    if arguments.or_existing and (version := engines.answering_version(_client())):
        print(f"{_client()} already reaches an engine ({version}), which is used as it is")
        return 0
    for flavour in [flavour_named(name) for name in arguments.flavours]:
        began = time.monotonic()
        version = engines.up(flavour, Paths.of(flavour))
        seconds = time.monotonic() - began
        print(f"{flavour.name}: {flavour.program} {version} is up ({seconds:.1f} s)", flush=True)
    return 0


def _down(arguments: argparse.Namespace) -> int:
    for flavour in [flavour_named(name) for name in arguments.flavours]:
        ran = engines.down(flavour, Paths.of(flavour), purge=arguments.purge)
        gone = ", its state was removed" if arguments.purge else ""
        print(f"{flavour.name}: {'stopped' if ran else 'was not running'}{gone}")
    return 0


def _status(arguments: argparse.Namespace) -> int:
    named = [flavour_named(name) for name in arguments.flavours]
    missing = False
    for flavour in named or FLAVOURS.values():
        paths = Paths.of(flavour)
        version = engines.server_version(flavour, paths)
        missing = missing or not version
        at = paths.bin / "podman" if flavour.program == "podman" else f"unix://{paths.socket}"
        state = f"up, {version}, {at}" if version else "down"
        print(f"{flavour.name:8} {state}")
    return NoEngineError.status if named and missing else 0


def _env(arguments: argparse.Namespace) -> int:
    flavour = flavour_named(arguments.flavour)
    if arguments.or_existing and engines.answering_version(_client()):
        return 0
    print(render_environment(_environment(flavour)))
    return 0


def _list(_arguments: argparse.Namespace) -> int:
    for flavour in FLAVOURS.values():
        print(f"{flavour.name:8} {flavour.summary}")
    return 0


def _run(arguments: argparse.Namespace) -> int:
    flavour = flavour_named(arguments.flavour)
    command = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    if not command:
        raise InputError(
            "there is no command to run", hint="run 'scripts/engine run FLAVOUR -- COMMAND'"
        )
    kept = {name: value for name, value in os.environ.items() if name not in UNSET}
    environment = {**kept, **_environment(flavour)}
    try:
        os.execvpe(command[0], command, environment)
    except OSError as failure:
        raise InputError(f"{command[0]}: {failure.strerror}") from None


def _client() -> str:
    return os.environ.get("DOCKER") or "docker"


def _environment(flavour: Flavour) -> dict[str, str]:
    paths = Paths.of(flavour)
    if not engines.server_version(flavour, paths):
        raise NoEngineError(
            f"the engine {flavour.name} is not up", hint=f"run 'scripts/engine up {flavour.name}'"
        )
    return client_environment(flavour, paths)
