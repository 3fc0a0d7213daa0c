"""What plumbum finds wrong with a command line, in bpkit's words.

plumbum's own words are those of a Python library: "expected at least 1 positional argument,
got []".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bpkit.cli.english import load_plumbum_cli
from bpkit.errors import InputError
from bpkit.formats.text import nearest

load_plumbum_cli()
from plumbum.cli.switches import (  # noqa: E402
    MissingArgument,
    MissingMandatorySwitch,
    PositionalArgumentsError,
    SwitchCombinationError,
    SwitchError,
    UnknownSwitch,
    WrongArgumentType,
)

_MOST = re.compile(r"Expected at most (\d+) ")
#: The first switch that a complaint names: ``Switch --tag requires an argument``.
_SWITCH = re.compile(r"-{1,2}[^\s/-]\S*")
# "Argument of style expected to be {builder, multi-stage}, not 'x':", and then the exception.
_WRONG_VALUE = re.compile(r"Argument of (\S+) expected to be (.*), not (.*?):\n")
_RANGE = re.compile(r"\[(\d+)\.\.(\d+)\]")


def in_our_words(
    complaint: SwitchError,
    verb: Any,
    given: Mapping[Callable[..., Any], Any],
    operands: Sequence[str],
) -> InputError:
    """The error for a command line on which plumbum raised ``complaint``.

    ``given`` holds the switches of ``verb`` that were read, by their functions, and ``operands``
    what else stands on the line.
    """
    other = f"'{verb.PROGNAME} --help' lists the switches"
    text = str(complaint)
    switch = found[0] if (found := _SWITCH.search(text)) else ""
    match complaint:
        case PositionalArgumentsError():
            usage = " ".join(str(verb.USAGE or verb.PROGNAME).split())
            most = _MOST.match(text)
            wrong = (
                f"unexpected argument '{operands[int(most[1])]}'"
                if most
                else f"'{verb.PROGNAME}' needs {'another' if operands else 'an'} argument"
            )
            return InputError(wrong, hint=f"write '{usage}'")
        case SwitchCombinationError():
            return _combination(verb, given)
        case MissingMandatorySwitch():
            return InputError(
                f"'{verb.PROGNAME}' needs {switch}", hint=f"pass {switch} {_value(verb, switch)}"
            )
        case MissingArgument():
            return InputError(
                f"{switch} needs a value", hint=f"pass {switch} {_value(verb, switch)}"
            )
        case WrongArgumentType() if wrong_value := _WRONG_VALUE.match(text):
            dashed, allowed, value = _dashed(wrong_value[1]), wrong_value[2], wrong_value[3]
            numbers = _RANGE.fullmatch(allowed)
            values = allowed.strip("{}").split(", ")
            valid = f"a number, {numbers[1]} to {numbers[2]}" if numbers else _or(values)
            near = None if numbers else nearest(value.strip("'"), values)
            hint = f"did you mean '{near}'?" if near else other
            return InputError(f"{dashed} must be {valid}, not {value}", hint=hint)
        case UnknownSwitch() if switch:
            near = nearest(switch, sorted(_dashed(n) for n in verb._switches_by_name if len(n) > 1))
            hint = f"did you mean '{near}'?" if near else _after_the_verb(verb, switch) or other
            return InputError(f"unknown switch {switch}", hint=hint)
    if "does not take an argument" in text:
        return InputError(f"{switch} takes no value", hint=f"pass {switch} alone")
    if "already given" in text:
        return InputError(f"{switch} is given twice", hint=f"pass {switch} once")
    return InputError(text[:1].lower() + text[1:], hint=other)


def _combination(verb: Any, given: Mapping[Callable[..., Any], Any]) -> InputError:
    """The error for the first switch that lacks one it needs, or excludes one that is given."""
    for function, parsed in given.items():
        info, name = verb._switches_by_func[function], str(parsed.swname)
        for needed in info.requires:
            if verb._switches_by_name[needed].func not in given:
                other = _dashed(needed)
                return InputError(f"{name} needs {other}", hint=f"pass {other} too, or omit {name}")
        for excluded in info.excludes:
            beside = given.get(verb._switches_by_name[excluded].func)
            if beside is not None:
                return InputError(
                    f"{name} and {beside.swname} can't be combined", hint="omit one of them"
                )
    return InputError("these switches can't be combined", hint=f"see '{verb.PROGNAME} --help'")


def _after_the_verb(application: Any, switch: str) -> str:
    """The hint for a switch of a verb that stands before it; empty if it is none."""
    for word in application.given:
        if subcommand := application._subcommands.get(word):
            verb = subcommand.get()(application.PROGNAME)
            if switch.lstrip("-") in verb._switches_by_name:
                return f"put it after the verb: '{application.PROGNAME} {word} {switch}'"
            break
    return ""


def _or(values: Sequence[str]) -> str:
    """``text, json or sarif``."""
    *first, last = values
    return f"{', '.join(first)} or {last}" if first else last


def _value(verb: Any, switch: str) -> str:
    """What stands for the value of a switch in its help: ``NAME``, or ``text|json``."""
    info = verb._switches_by_name[switch.lstrip("-")]
    values: Sequence[object] = getattr(info.argtype, "values", ())
    return "|".join(map(str, values)) or str(info.argname)


def _dashed(name: str) -> str:
    return f"-{name}" if len(name) == 1 else f"--{name}"
