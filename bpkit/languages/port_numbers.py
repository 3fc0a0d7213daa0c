"""Port numbers in source expressions, and the parts that expressions are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

#: ``":8080"``, ``"0.0.0.0:8080"``: a quoted address, but not a URL.
_ADDRESS = re.compile(
    r"[\"'`](?:\w+://)?(?:[\w.*+-]*|\[[\w:]*\]|\$\{?\w+\}?):([1-9]\d{1,4})[\"'`/]"
)
_FALLBACK = re.compile(
    r"(?i)\bPORT['\"]?\s*\)?\s*(?:,|\|\||\?\?|\?:|:[-=]|or\b|,\s*default\s*=)\s*(?:int\()?['\"]?:?([1-9]\d{1,4})"
)
_QUOTED_NUMBER = re.compile(r"[\"'`]:?([1-9]\d{1,4})[\"'`]")
_NUMBER = re.compile(r"(?<![\w.:$%-])([1-9]\d{1,4})(?![\w.]|\s*\*)")
_NAME = re.compile(r"(?<![\w\"'`])((?:self\.|this\.|\w+\.)*)([A-Za-z_]\w*)\b(?!\s*\()")
_QUOTED_NAME = re.compile(r"[\"'](?:[\w.]*\.)?(\w*port\w*)[\"']", re.IGNORECASE)
#: Below 1024, the ports of well-known services: any other number there counts something else.
_WELL_KNOWN = frozenset(
    {*(21, 22, 23, 25, 37, 43, 53, 67, 69, 70, 79, 80, 81, 82, 88, 110, 113, 119, 123, 143, 161)}
    | {*(162, 179, 194, 389, 443, 444, 465, 502, 514, 515, 554, 587, 636, 853, 873, 993, 995)}
)
_GREATEST = 65534
#: ``port > 1024 ? port : 8000``: a number that a port is compared with is a bound.
_COMPARED = re.compile(r"(?<![=<>-])[<>]=?\s*\d{1,5}\b")
#: Functions that return their argument, or the value of a variable or an option.
_TRANSPARENT = re.compile(
    r"(?i)(?:u?int\d*|u16|[iu]32|usize|string|str|number|parse\w*|atoi|ato\w|strto\w+|itoa|format!?"
    r"|s?printf|concat|get\w*|env\w*|config\w*|var\w*|unwrap\w*|or\w*|or|default\w*|map\w*|ok|from"
    r"|into|new|to_\w+|to\w{0,6}|intval|option|field|query|flag\w*|int\w*var|string\w*var|fallback"
    r"|cmp|\w*addr\w*|\w*address\w*|\w*endpoint|\w*port|htons|bind|listen|v4|v6|setting\w*"
    r"|add_argument|cast|some|tuple|value\w*|coalesce|if\w*|wrap|as\w*|resolve|integer|short|i)"
)
_CALLED = re.compile(r"([\w.:]*?)(\w+!?)\s*\(")
_KEYWORD = re.compile(r"^\s*[:\"']?([A-Za-z_]\w*)[\"']?\s*(?:=>|[=:](?![=:]))")
_DEEPEST, _MOST_VALUES = 4, 24
_OF_PORT = re.compile(r"(?i)port|addr|host|bind|listen|url|endpoint|interface|^ip$")


class KnownNames(Protocol):
    """The values that names get in the sources, as written."""

    def get(self, name: str, default: Sequence[str] = ..., /) -> Sequence[str]:
        """The values of the name, else the default."""


def is_port(number: str) -> bool:
    """Whether the number is a valid port."""
    return number.isdigit() and 0 < int(number) < 65536


def ports_of(text: str, known: KnownNames | None = None, above: tuple[str, ...] = ()) -> list[str]:
    """The ports that an expression may evaluate to, given the names' values; usually one or none.

    ``above`` are the names that are being resolved.
    """
    # A number beside the variable PORT is a port, whatever function has both as arguments.
    for match in _FALLBACK.finditer(text):
        is_meant = is_port(match[1]) and _may_be_meant(match[1])
        if is_meant and not _ADDRESS.search(text):
            return [match[1]]
    text = _COMPARED.sub(" ", _without_other_calls(text))
    for shape in (_ADDRESS, _FALLBACK, _QUOTED_NUMBER, _NUMBER):
        for match in shape.finditer(text):
            if is_port(match[1]) and (shape is _ADDRESS or _may_be_meant(match[1])):
                return [match[1]]
    if known is None or len(above) >= _DEEPEST:
        return []
    names = dict.fromkeys((*(m[2] for m in _NAME.finditer(text)), *_QUOTED_NAME.findall(text)))
    # A value named after a port wins over everything else in the call.
    for name in sorted(names, key=lambda one: not re.search(r"(?i)port|addr", one)):
        values = known.get(name, ())
        # A name that is assigned many values is a counter, a pointer, or similar.
        if name in above or len(values) > _MOST_VALUES:
            continue
        found: dict[str, None] = {}
        for value in values:
            if not (name in value and len(value) < len(name) + 3):
                found |= dict.fromkeys(ports_of(value, known, (*above, name)))
        if found:
            return list(found)
    return []


def _may_be_meant(number: str) -> bool:
    # The largest numbers are upper bounds, or masks.
    return 1024 <= int(number) < _GREATEST or int(number) in _WELL_KNOWN


def _without_other_calls(text: str) -> str:
    """The expression without the arguments of functions that compute something else from them."""
    at = 0
    while match := _CALLED.search(text, at):
        opening = match.end() - 1
        if _TRANSPARENT.fullmatch(match[2].removesuffix("!")):
            at = match.end()
            continue
        text = f"{text[: match.start()]}{text[opening + len(inside(text[opening:], '(')) + 2 :]}"
        at = match.start()
    return text


def first_port(text: str, known: KnownNames | None = None) -> str:
    """The port that an expression most likely evaluates to; empty if unknown."""
    return next(iter(ports_of(text, known)), "")


def port_arguments(arguments: Sequence[str]) -> str:
    """The arguments that may be a port: by name, no backlog, timeout or pool size."""
    kept = []
    for one in arguments:
        named = _KEYWORD.match(one)
        if named is None or _OF_PORT.search(named[1]):
            kept.append(one)
    return ",".join(kept)


def inside(text: str, opening: str) -> str:
    """The text between the bracket at the start and its closing bracket."""
    if not opening.rstrip().endswith(("(", "{", "[")):
        return text[1:200].partition("\n")[0]
    depth = 0
    for at, char in enumerate(text[:500]):
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth == 0:
                return text[1:at]
    return text[1:200]


def split_arguments(text: str) -> list[str]:
    """The arguments: the text between commas, except for commas in brackets."""
    parts, depth, last = list[str](), 0, 0
    for at, char in enumerate(text):
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(text[last:at])
            last = at + 1
    return [*parts, text[last:]] if text.strip() else []


def port_of_command(text: str) -> str:
    """The port that a command line names."""
    for shape in (
        r"(?:--port|--server\.port|--http-port|-p|--listen|-l)[ =]['\"]?(?:tcp://)?(?:[\w.*\[\]]*:)?\$?\{?(?:PORT:[-=])?([1-9]\d{1,4})\b",
        r"(?:--bind|-b|--address|-a|--host|-S|--addr)[ =]['\"]?(?:tcp://)?[\w.*\[\]]*:([1-9]\d{1,4})\b",
        r"(?:--bind|-b)[ =]['\"]?(?:tcp://)?[\w.*]*:\$\{PORT:[-=]([1-9]\d{1,4})\}",
        r"(?:^|\s)(?:\d+\.\d+\.\d+\.\d+)?:([1-9]\d{1,4})(?:\s|$)",
        r"\b0\.0\.0\.0[: ]([1-9]\d{1,4})\b",
        r"\bPORT=([1-9]\d{1,4})\b",
    ):
        found = re.search(shape, text)
        if found and is_port(found[1]):
            return found[1]
    return ""


def main_port(ports: Iterable[str]) -> list[str]:
    """The ports, with an encrypted service's last: it needs a certificate."""
    return sorted(dict.fromkeys(ports), key=lambda one: one in {"443", "8443"})
