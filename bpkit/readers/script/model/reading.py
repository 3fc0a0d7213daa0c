"""The result of reading a script: its actions in order, and what becomes of each line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from bpkit.errors import InputError, Place
from bpkit.readers.script.model.docker_actions import Action
from bpkit.readers.script.model.values import Origin, Symbol


class Fate(IntEnum):
    """The list that a line ends up in; if a line holds several commands, the highest counts."""

    KEPT = -1
    NOT_NEEDED = 0
    CARRIED = 1
    LEFT = 2
    REFUSED = 3


@dataclass(frozen=True)
class LineFate:
    """What becomes of a command in the script, on the lines ``place.line`` to ``end_line``.

    ``why`` is plain text for the report. The converter may still change the fate of an action's
    line.
    """

    place: Place
    text: str
    fate: Fate
    why: str
    end_line: int


@dataclass(frozen=True)
class ScriptRefusal:
    """Something that the reader can't follow, with a hint for the user."""

    place: Place
    message: str
    hint: str

    def error(self) -> InputError:
        """The error to raise for the refusal."""
        return InputError(self.message, place=self.place, hint=self.hint)


@dataclass(frozen=True)
class Assumption:
    """Something that the reading assumes: the script is started plainly and every step succeeds.

    ``is_choice``: started in another way, the script would make something else.
    """

    place: Place
    message: str
    is_choice: bool = False


@dataclass(frozen=True)
class ScriptReading:
    """A script as read.

    ``actions`` are in the order of a run in which no step fails. ``lines`` are in the order of the
    text, and every line that is neither blank nor a comment is in at least one of them.
    """

    name: str
    actions: tuple[Action, ...]
    lines: tuple[LineFate, ...]
    refusals: tuple[ScriptRefusal, ...] = ()
    assumptions: tuple[Assumption, ...] = ()


def unknown(symbol: Symbol, use: str) -> ScriptRefusal:
    """The refusal of a symbol that ``use`` ("the Dockerfile's path") needs the value of."""
    name = symbol.name
    match symbol.origin:
        case Origin.ENVIRONMENT:
            hint = f"pass --script-env {name}=VALUE"
        case Origin.ARGUMENT:
            hint = f"pass the script's argument {name} with --script-arg"
        case Origin.UNDECIDED:
            hint = "set the variables in the condition, or remove the condition"
        case _:
            hint = "replace the command in the script with the value"
    return ScriptRefusal(
        symbol.place, f"{use} is {symbol}, which is known only when the script runs", hint
    )
