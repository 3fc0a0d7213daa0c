"""What ``bpkit VERB --help`` says, as a value, and that value as text for a terminal.

The manual pages and ``docs/verbs/`` are made from the same value (``make golden``), so that
the words of a verb are in one place: its class in ``bpkit/cli/``.
"""

from __future__ import annotations

import inspect
import re
import shutil
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

#: The heading of the switches that only this verb has.
OWN = "switches"
_WIDEST = 100
_INDENT = "  "
#: The description of a switch or command wider than this goes on the next line.
_COLUMN = 30
_BY_SIGNAL = ("128+n", "ended by signal n")


@dataclass(frozen=True)
class SwitchHelp:
    """A switch: ``-f, --file FILE`` and what it is for."""

    names: tuple[str, ...]
    argument: str
    says: str
    group: str

    @property
    def spelling(self) -> str:
        """As it is typed: ``-f, --file FILE``."""
        return " ".join(filter(None, (", ".join(self.names), self.argument)))


@dataclass(frozen=True)
class VerbHelp:
    """Everything that help says about a verb.

    ``examples`` are pairs of a command and what it does, ``statuses`` pairs of an exit status and
    what it means for this verb.
    """

    verb: str
    summary: str
    more: tuple[str, ...]
    usage: str
    switches: tuple[SwitchHelp, ...]
    examples: tuple[tuple[str, str], ...]
    statuses: tuple[tuple[str, str], ...]

    @property
    def page(self) -> str:
        """The verb's page in the documentation."""
        return f"docs/verbs/{self.verb}.md"

    @property
    def groups(self) -> dict[str, list[SwitchHelp]]:
        """The switches by their heading, the verb's own first."""
        found: dict[str, list[SwitchHelp]] = {}
        for switch in self.switches:
            found.setdefault(switch.group, []).append(switch)
        return found


def verb_help(verb: str, application: Any) -> VerbHelp:
    """The help of a verb, from its class: docstring, USAGE, EXAMPLES, STATUSES and switches.

    The first paragraph of the docstring is the summary, one sentence; the others follow it.
    """
    cls = type(application)
    summary, *more = re.split(r"\n\s*\n", _plain(inspect.getdoc(cls) or ""))
    infos = [info for info in application._switches_by_func.values() if info.group == "Switches"]
    order = [group for group, _ in _groups(cls)]
    switches = sorted(
        (_switch_help(info, cls) for info in infos),
        key=lambda switch: (order.index(switch.group), switch.names[-1]),
    )
    return VerbHelp(
        verb,
        " ".join(summary.split()),
        tuple(" ".join(paragraph.split()) for paragraph in more),
        cls.USAGE.strip(),
        tuple(switches),
        cls.EXAMPLES,
        (*((str(status), says) for status, says in sorted(dict(cls.STATUSES).items())), _BY_SIGNAL),
    )


def help_lines(page: VerbHelp, columns: int | None = None) -> Iterator[str]:
    """The help at a width of ``columns``; None for the width of the terminal."""
    width = min(columns or shutil.get_terminal_size().columns, _WIDEST)
    yield from (f"usage: {page.usage}", "")
    for paragraph in (page.summary, *page.more):
        yield from (*textwrap.wrap(paragraph, width), "")
    for group, switches in page.groups.items():
        yield f"{group}:"
        yield from _columns(((switch.spelling, switch.says) for switch in switches), width)
        yield ""
    yield "examples:"
    for command, says in page.examples:
        yield from textwrap.wrap(
            f"# {says}", width, initial_indent=_INDENT, subsequent_indent=f"{_INDENT}# "
        )
        yield f"{_INDENT}{command}"
    yield from ("", "exit status:")
    yield from _columns(page.statuses, width, column=9)
    yield from ("", "documentation:", f"{_INDENT}man bpkit-{page.verb}")
    yield f"{_INDENT}{page.page} in the source"


def _columns(
    rows: Iterable[tuple[str, str]], width: int, *, column: int = _COLUMN
) -> Iterator[str]:
    for name, says in rows:
        lines = textwrap.wrap(says, max(width - column, 30), break_on_hyphens=False) or [""]
        if len(_INDENT + name) + 2 > column:
            yield _INDENT + name
        else:
            yield (_INDENT + name).ljust(column) + lines.pop(0)
        yield from (" " * column + line for line in lines)


def _switch_help(info: Any, cls: type) -> SwitchHelp:
    names = tuple(sorted((_dashed(name) for name in info.names), key=len))
    return SwitchHelp(names, _argument(info), _says(info), _group_of(names, cls))


def _argument(info: Any) -> str:
    """``NAME``, or ``text|json`` where only these values are valid; empty for a flag."""
    if info.argtype is None:
        return ""
    values: tuple[object, ...] = getattr(info.argtype, "values", ())
    return "|".join(map(str, values)) or str(info.argname)


def _says(info: Any) -> str:
    # plumbum appends the default in its own words.
    says, _, default = (info.help or "").partition("; the default is ")
    parts = [_plain(says)]
    if default and "default" not in says:
        parts.append(f"default: {default}")
    if info.list:
        parts.append("can be given several times")
    if info.mandatory:
        parts.append("required")
    if info.requires:
        parts.append(f"only with {', '.join(map(_dashed, info.requires))}")
    if info.excludes:
        parts.append(f"not with {', '.join(map(_dashed, info.excludes))}")
    return "; ".join(parts)


def _group_of(names: tuple[str, ...], cls: type) -> str:
    """The heading of a switch: that of the class that declared it first."""
    for group, attributes in _groups(cls):
        for attribute in attributes:
            info = getattr(attribute, "_switch_info", None)
            if info is not None and {_dashed(name) for name in info.names} == set(names):
                return group
    return OWN


def _groups(cls: type) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Each class of the verb that has switches: its heading, and what it declares."""
    for each in cls.__mro__:
        yield vars(each).get("GROUP", OWN), tuple(vars(each).values())


def _dashed(name: str) -> str:
    bare = name.lstrip("-")
    return f"-{bare}" if len(bare) == 1 else f"--{bare}"


def _plain(text: str) -> str:
    """A docstring's text without the quotes of reStructuredText."""
    return re.sub(r"``(.+?)``", r"'\1'", text)
