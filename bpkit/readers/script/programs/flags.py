"""Separate flags from arguments in a command, as docker and most programs do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bpkit.readers.script.model.values import Value, value


@dataclass(frozen=True)
class FlagTable:
    """The flags of a command: ``values`` take one, ``switches`` don't; ``short`` gives long names.

    ``mixed``: flags may follow arguments.
    """

    values: frozenset[str]
    switches: frozenset[str]
    short: Mapping[str, str] = field(default_factory=dict)
    mixed: bool = True


@dataclass(frozen=True)
class Flags:
    """Flags in order, by their long names; the arguments; and the first flag not in the table."""

    given: tuple[tuple[str, Value | None], ...]
    arguments: tuple[Value, ...]
    unknown: str | None = None

    def last(self, name: str) -> Value | None:
        """The value that applies if the flag is not repeatable."""
        return next((found for flag, found in reversed(self.given) if flag == name), None)

    def all(self, name: str) -> tuple[Value, ...]:
        return tuple(found for flag, found in self.given if flag == name and found is not None)

    def has(self, name: str) -> bool:
        """Whether the switch is on: given, and not as ``--name=false``."""
        values = [found for flag, found in self.given if flag == name]
        return bool(values) and (values[-1] is None or values[-1].text not in {"false", "0", "no"})

    def others(self, known: frozenset[str]) -> Iterator[tuple[str, Value | None]]:
        return ((flag, found) for flag, found in self.given if flag not in known)


def read_flags(words: Sequence[Value], table: FlagTable) -> Flags:
    """Read the words after a command's name by ``table``; never raises."""
    given: list[tuple[str, Value | None]] = []
    arguments: list[Value] = []
    unknown: str | None = None
    rest = list(words)
    while rest:
        word = rest.pop(0)
        head = word.parts[0] if word.parts else ""
        if not isinstance(head, str) or not head.startswith("-") or word.text == "-":
            arguments.append(word)
            if not table.mixed:
                arguments += rest
                break
        elif word.text == "--":
            arguments += rest
            break
        elif head.startswith("--"):
            unknown = _long(word, rest, table, given) or unknown
        else:
            unknown = _short(word, rest, table, given) or unknown
    return Flags(tuple(given), tuple(arguments), unknown)


def _long(
    word: Value, rest: list[Value], table: FlagTable, given: list[tuple[str, Value | None]]
) -> str | None:
    flag, equals, after = word.partition("=")
    name = str(flag).removeprefix("--")
    if equals:
        given.append((name, after))
        return None if name in table.values | table.switches else str(flag)
    if name in table.values and rest:
        given.append((name, rest.pop(0)))
        return None
    given.append((name, None))
    return None if name in table.switches else str(flag)


def _short(
    word: Value, rest: list[Value], table: FlagTable, given: list[tuple[str, Value | None]]
) -> str | None:
    """``-it``, ``-tname``, ``-t name``, ``-t=name``."""
    head = str(word.parts[0])
    for index, letter in enumerate(head[1:], 1):
        name = table.short.get(letter, letter)
        if name in table.values:
            attached = Value((head[index + 1 :], *word.parts[1:]))
            if attached.startswith("="):
                attached = Value((str(attached.parts[0])[1:], *attached.parts[1:]))
            given.append((name, attached if attached.parts or not rest else rest.pop(0)))
            return None
        if name not in table.switches:
            given.append((name, None))
            return f"-{letter}"
        if head[index + 1 : index + 2] == "=":
            given.append((name, value(head[index + 2 :])))
            return None
        given.append((name, None))
    return None


def table(
    values: str = "", switches: str = "", short: str = "", *, mixed: bool = True
) -> FlagTable:
    """A flag table from lists of words: ``table("tag file", "quiet", "t=tag f=file q=quiet")``."""
    pairs = dict(pair.split("=", 1) for pair in short.split())
    return FlagTable(frozenset(values.split()), frozenset(switches.split()), pairs, mixed)
