"""The base class of all verbs: a switch that is not valid is reported like any other bad input.

plumbum would print its complaint and the whole help to standard output, where a program
could mistake it for the result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bpkit.core import load_plumbum
from bpkit.errors import InputError
from bpkit.formats.text import nearest

load_plumbum()
from plumbum import cli  # noqa: E402
from plumbum.cli.application import (  # noqa: E402
    ShowCompletion,
    ShowHelp,
    ShowHelpAll,
    ShowVersion,
)
from plumbum.cli.switches import SwitchError  # noqa: E402

__all__ = ["Application", "cli"]

#: What plumbum raises for ``--help`` and the like, which are not complaints.
_ASKED = (ShowCompletion, ShowHelp, ShowHelpAll, ShowVersion)
# "Argument of style expected to be {builder, multi-stage}, not 'x':", and then the exception.
_WRONG_VALUE = re.compile(r"Argument of (\S+) expected to be (.*), not (.*?):\n")


class Application(cli.Application):  # type: ignore[misc]
    """A plumbum application that raises InputError for switches that are not valid."""

    CALL_MAIN_IF_NESTED_COMMAND = False
    #: The words behind the verb, as they were typed.
    given: tuple[str, ...] = ()

    # plumbum has no public hook between parsing switches and printing its complaint.
    def _parse_args(self, argv: list[str]) -> Any:
        self.given = tuple(argv)
        with self._complaints():
            return super()._parse_args(argv)

    def _validate_args(self, swfuncs: dict[Callable[..., Any], Any], tailargs: list[str]) -> Any:
        with self._complaints():
            return super()._validate_args(swfuncs, tailargs)

    @contextmanager
    def _complaints(self) -> Iterator[None]:
        try:
            yield
        except _ASKED:
            raise
        except SwitchError as error:
            message = _sentence(str(error))
            raise InputError(message, hint=self._hint(message)) from None

    def _hint(self, message: str) -> str:
        known = [f"--{name}" for name in self._switches_by_name if len(name) > 1]
        unknown = re.fullmatch(r"unknown switch (--\S+)", message)
        near = nearest(unknown[1], sorted(known)) if unknown else None
        return f"did you mean '{near}'?" if near else f"'{self.PROGNAME} --help' lists the switches"


def _sentence(said: str) -> str:
    """plumbum's complaint as one line."""
    wrong = _WRONG_VALUE.match(said)
    if wrong:
        dashes = "-" if len(wrong[1]) == 1 else "--"
        return f"{dashes}{wrong[1]} must be one of {wrong[2]}, not {wrong[3]}"
    return said[:1].lower() + said[1:]
