"""The base class of all verbs: a switch that is not valid is reported like any other bad input.

plumbum would print its complaint and the whole help to standard output, where a program
could mistake it for the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from bpkit.cli.complaints import in_our_words
from bpkit.cli.english import load_plumbum_cli

load_plumbum_cli()
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


class Application(cli.Application):  # type: ignore[misc]
    """A plumbum application that raises InputError for switches that are not valid."""

    CALL_MAIN_IF_NESTED_COMMAND = False
    #: The words behind the verb, as they were typed.
    given: tuple[str, ...] = ()

    # plumbum has no public hook between parsing switches and printing its complaint.
    def _parse_args(self, argv: list[str]) -> Any:
        self.given = tuple(argv)
        with self._complaints({}, ()):
            return super()._parse_args(argv)

    def _validate_args(self, swfuncs: dict[Callable[..., Any], Any], tailargs: list[str]) -> Any:
        with self._complaints(swfuncs, tailargs):
            return super()._validate_args(swfuncs, tailargs)

    @contextmanager
    def _complaints(
        self, given: Mapping[Callable[..., Any], Any], operands: Sequence[str]
    ) -> Iterator[None]:
        try:
            yield
        except _ASKED:
            raise
        except SwitchError as complaint:
            raise in_our_words(complaint, self, given, operands) from None
