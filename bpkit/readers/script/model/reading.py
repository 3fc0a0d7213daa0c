"""What reading a script gives: its actions in order, and what becomes of every line of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from bpkit.errors import InputError, Place
from bpkit.readers.script.model.docker_actions import Action
from bpkit.readers.script.model.values import Origin, Symbol


class Fate(IntEnum):
    """The list that a line ends in; where a line holds several commands, the highest counts."""

    KEPT = -1
    NOT_NEEDED = 0
    CARRIED = 1
    LEFT = 2
    REFUSED = 3


@dataclass(frozen=True)
class LineFate:
    """What becomes of a command of the script, on the lines ``place.line`` to ``end_line``.

    ``why`` is a plain sentence. The converter may yet decide otherwise about an action's line.
    """

    place: Place
    text: str
    fate: Fate
    why: str
    end_line: int


@dataclass(frozen=True)
class Refusal:
    """Something that the reader can't follow, with what the user may do about it."""

    place: Place
    message: str
    hint: str

    def error(self) -> InputError:
        """The refusal as the error to raise."""
        return InputError(self.message, place=self.place, hint=self.hint)


@dataclass(frozen=True)
class Assumption:
    """Something that the reading takes for granted: the script run plainly, every step well.

    ``is_choice``: called in another way, the script would make something else.
    """

    place: Place
    message: str
    is_choice: bool = False


@dataclass(frozen=True)
class ScriptReading:
    """A script as read.

    ``actions`` in the order of a run in which no step fails; ``lines`` in the order of the text,
    with every line that is neither blank nor a comment in at least one of them.
    """

    name: str
    actions: tuple[Action, ...]
    lines: tuple[LineFate, ...]
    refusals: tuple[Refusal, ...] = ()
    assumptions: tuple[Assumption, ...] = ()


def unknown(symbol: Symbol, use: str) -> Refusal:
    """That ``symbol``'s value is needed for ``use`` ("the Dockerfile's path") but not known."""
    name = symbol.name
    match symbol.origin:
        case Origin.ENVIRONMENT:
            hint = f"pass --script-env {name}=VALUE"
        case Origin.ARGUMENT:
            hint = f"pass the script's argument {name} with --script-arg"
        case Origin.UNDECIDED:
            hint = "set the variables of the condition, or remove the condition"
        case _:
            hint = "put the value into the script in place of the command"
    return Refusal(symbol.place, f"{use} is {symbol}, which only a run of the script knows", hint)
