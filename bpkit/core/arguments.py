"""The words of a command line, before it is run.

A word is known when the plan is made (``Lit``), bound by an earlier step (``Var``), set by the
user of the script, with a default (``Param``), a build argument whose value must not be in
any text (``Given``), joined from these (``Join``), or the flags that the user passes on (``Rest``).
The runner turns words into argv by ``resolve``; the shell
writer prints the same words by ``as_shell``. Both must mean the same, for every byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True)
class Lit:
    """A word known when the plan is made."""

    text: str


@dataclass(frozen=True)
class Var:
    """A value that an earlier step of the same run bound, such as the staging directory."""

    name: str


@dataclass(frozen=True)
class Param:
    """A value that the user can set in the environment; unset or empty means ``default``."""

    name: str
    default: str


@dataclass(frozen=True)
class Given:
    """The argument of ``--build-arg``: a name, and a value that only the engine may see.

    None is the value in the environment of the engine's client. A ``public`` value is
    in one of the project's files anyway: a script keeps it as a default. In shell source it is the
    variable ``variable``, which a script sets from its environment.
    """

    name: str
    value: str | None = field(repr=False)
    public: bool = False

    @property
    def variable(self) -> str:
        return f"given_{self.name}"


@dataclass(frozen=True)
class Join:
    """Several parts joined to one word: ``Join((Var("stage"), Lit("/context")))``."""

    parts: tuple[Lit | Var | Param, ...]


@dataclass(frozen=True)
class Rest:
    """Zero or more words: the flags that the user passes on."""


Word = Lit | Var | Param | Given | Join | Rest
Words = tuple[Word, ...]

# What a shell takes literally anywhere in a command. A leading '-' matters to the
# command, not to the shell.
_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+\Z")


def words(*items: str | Word) -> Words:
    """The items as words; a bare string becomes a ``Lit``."""
    return tuple(Lit(item) if isinstance(item, str) else item for item in items)


def join(*items: str | Lit | Var | Param | Join) -> Join:
    """The items joined to one word."""
    return Join(tuple(part for item in items for part in _simple_parts(item)))


def _simple_parts(item: str | Lit | Var | Param | Join) -> tuple[Lit | Var | Param, ...]:
    if isinstance(item, Join):
        return item.parts
    return (Lit(item) if isinstance(item, str) else item,)


def parts_of(word: Word) -> tuple[Lit | Var | Param | Given | Rest, ...]:
    """The parts of a word; a simple word is its only part."""
    return word.parts if isinstance(word, Join) else (word,)


def concealed(items: Sequence[Word]) -> Words:
    """The words as they may be shown: ``TOKEN=***`` for a build argument."""

    def shown(given: Given) -> Lit:
        return Lit(given.name if given.value is None else f"{given.name}=***")

    return tuple(shown(word) if isinstance(word, Given) else word for word in items)


def named(items: Sequence[Word]) -> Words:
    """The words with only the names of build arguments, as a person types them."""
    return tuple(Lit(word.name) if isinstance(word, Given) else word for word in items)


def variables(items: Sequence[Word]) -> frozenset[str]:
    """The names of all ``Var`` in these words."""
    return frozenset(p.name for w in items for p in parts_of(w) if isinstance(p, Var))


def params(items: Sequence[Word]) -> tuple[Param, ...]:
    """All ``Param`` in these words, each once, in order of appearance."""
    return tuple(dict.fromkeys(p for w in items for p in parts_of(w) if isinstance(p, Param)))


def resolve(
    items: Sequence[Word],
    bound: Mapping[str, str],
    settings: Mapping[str, str],
    rest: Sequence[str] = (),
) -> list[str]:
    """The argv of these words.

    ``bound`` holds the values of ``Var``, ``settings`` what the user set for ``Param``.
    """
    return list(_resolved(items, bound, settings, rest))


def _resolved(
    items: Sequence[Word],
    bound: Mapping[str, str],
    settings: Mapping[str, str],
    rest: Sequence[str],
) -> Iterator[str]:
    for word in items:
        if isinstance(word, Rest):
            yield from rest
        else:
            yield "".join(_value(part, bound, settings) for part in parts_of(word))


def _value(
    part: Lit | Var | Param | Given | Rest, bound: Mapping[str, str], settings: Mapping[str, str]
) -> str:
    match part:
        case Lit(text):
            return text
        case Var(name):
            return bound[name]
        case Param(name, default):
            return settings.get(name) or default
        case Given(name, text):
            return name if text is None else f"{name}={text}"
        case Rest():
            raise AssertionError("a Rest can't be part of a word")


def quote(text: str) -> str:
    """``text`` as one word of a POSIX shell, quoted only if necessary.

    In single quotes if possible; in double quotes if single quotes would have to be broken up,
    or if a reader (and shellcheck) would think that ``$`` in single quotes is a mistake.
    """
    if _PLAIN.match(text):
        return text
    if re.search(r"['$`]", text):
        escaped = re.sub(r'([\\"$`])', r"\\\1", text)
        return f'"{escaped}"'
    return f"'{text}'"


def as_shell(word: Word) -> str:
    """``word`` as source of a POSIX shell, where a ``Var`` or ``Param`` is a shell variable.

    A ``Param`` is printed as ``"$NAME"``: the script sets its default at its head, so that the
    default isn't repeated at each use, with quoting inside ``${x:-…}`` that differs between shells.
    """
    if isinstance(word, Rest):
        return '"$@"'
    if isinstance(word, Lit):
        return quote(word.text)
    if isinstance(word, Given):
        return f'"{word.name}=${word.variable}"'
    if isinstance(word, Join):
        return _glued(word.parts)
    return _glued((word,))


def _glued(parts: Sequence[Lit | Var | Param]) -> str:
    """The parts in one pair of double quotes if that reads well, else quoted one by one."""
    parts = [p for p in parts if p != Lit("")]
    literals = "".join(p.text for p in parts if isinstance(p, Lit))
    if literals == "" or _PLAIN.match(literals):
        inner = "".join(_in_double_quotes(parts))
        return f'"{inner}"'
    return "".join(quote(p.text) if isinstance(p, Lit) else f'"${p.name}"' for p in parts)


def _in_double_quotes(parts: Sequence[Lit | Var | Param]) -> Iterator[str]:
    for here, after in pairwise([*parts, Lit("")]):
        if isinstance(here, Lit):
            yield here.text
        else:
            glued_on = isinstance(after, Lit) and re.match(r"[A-Za-z0-9_]", after.text)
            yield f"${{{here.name}}}" if glued_on else f"${here.name}"


def shell_line(items: Sequence[Word]) -> str:
    """A whole command as one line of shell source."""
    return " ".join(as_shell(word) for word in items)
