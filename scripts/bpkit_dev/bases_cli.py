"""The command line of ``scripts/bases``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence

from bpkit.errors import BpkitError, InputError
from scripts.bpkit_dev.bases import BASES
from scripts.bpkit_dev.client import Client
from scripts.bpkit_dev.flavours import engine_cache
from scripts.bpkit_dev.stock import Stock

DESCRIPTION = """\
Provide an engine with base images: left alone if present, else pulled, else a stand-in
assembled from packages, labelled io.bpkit.stand-in=true, and kept for the next engine.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; returns the exit status (2 bad input, 3 no engine, 4 a step failed)."""
    arguments = _parser().parse_args(argv)
    verb: Callable[[argparse.Namespace], int] = arguments.verb
    try:
        return verb(arguments)
    except BpkitError as error:
        print(f"scripts/bases: {error}", file=sys.stderr)
        return error.status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("scripts/bases", description=DESCRIPTION)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    ensure = verbs.add_parser("ensure", help="provide these images")
    ensure.add_argument("names", nargs="*", metavar="NAME")
    ensure.add_argument("--all-light", action="store_true", help="the images that the labs need")
    ensure.add_argument("--all", action="store_true", help="all images made from Debian packages")
    ensure.add_argument("--flavour", help="an engine of scripts/engine; default: the environment's")
    ensure.add_argument("--no-pull", action="store_true", help="don't ask a registry")
    ensure.set_defaults(verb=_ensure)
    verbs.add_parser("list", help="list what can be assembled").set_defaults(verb=_list)
    return parser


def _ensure(arguments: argparse.Namespace) -> int:
    names = _names(arguments)
    if not names:
        raise InputError("no image is named", hint="name some images, or pass --all-light")
    client = Client.of_flavour(arguments.flavour) if arguments.flavour else Client.of_environment()
    stock = Stock(client, engine_cache(), pulls=not arguments.no_pull)
    for name in names:
        began = time.monotonic()
        how = stock.ensure(name)
        print(f"{name}: {how} ({time.monotonic() - began:.1f} s)", flush=True)
    return 0


def _names(arguments: argparse.Namespace) -> list[str]:
    """The names to provide, each once; all names of a table entry, because people use any."""
    wanted = [
        base
        for base in BASES
        if (arguments.all and not base.npm) or (arguments.all_light and base.light)
    ]
    return list(dict.fromkeys([*(n for base in wanted for n in base.names), *arguments.names]))


def _list(_arguments: argparse.Namespace) -> int:
    for base in BASES:
        print(f"{', '.join(base.names)}\n    {base.made_of}{'; light' if base.light else ''}")
    return 0
