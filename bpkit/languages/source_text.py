"""Source code as text: without comments, its constants, and the literals that name files."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

#: Comment syntax, by file suffix.
_SLASHES = re.compile(
    r"(\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|//[^\n]*|/\*.*?\*/", re.DOTALL
)
_HASHES = re.compile(
    r"(\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')|#[^\n]*", re.DOTALL
)
_WITH_HASHES = (".py", ".rb", ".ex", ".exs", ".ru", ".yml", ".yaml", ".toml", ".properties", ".sh")
_WITH_BOTH = (".php",)
LONGEST_SOURCE = 200_000

_ASSIGNED = re.compile(
    r"(?:^|[\s,(;{])(?:(?:export|const|let|var|static|final|public|private|int|unsigned|constexpr"
    r"|uint16_t|u16|String|auto)\s+)*(\w+)(?:\s*:\s*&?'?[\w.<>]+(?: \w+)?)?\s*:?=(?![=>])\s*"
    r"([^\n;]{1,200}(?:\n\s*\.[^\n;]{1,100}){0,6})"
)
_DEFINED = re.compile(r"^\s*#\s*define\s+(\w+)\s+\(?([^\n]{1,80})", re.MULTILINE)
_PAIR = re.compile(r"^\s*(\w+), (\w+) :?= ([^,\n]+), ([^,\n]+)$", re.MULTILINE)
#: Other ways to give a name a value: a key in an object, an option's default, a setting, a struct
#: field.
_GIVEN = tuple(
    re.compile(shape, re.IGNORECASE | re.MULTILINE)
    for shape in (
        r"[{,\n]\s*['\"]?(\w*(?:port|addr|host|bind)\w*)['\"]?\s*:\s*([^,}\n]{1,120})",
        r"^\s*@(\w*port\w*)\s+([^\n]{1,60})",
        r"[\"'](?:[\w.]*\.)?(\w*(?:port|addr))[\"']\s*,\s*([^,)\n]{1,60})",
        r"^\s*(\w*(?:port|addr)\w*)\s+\w+\s+`[^`\n]*default:(\"[^\"]+\")",
        r"default_value(?:_t)?\s*=\s*([^,)\n]+)[^\n]*\]\s*(?:pub\s+)?(\w*(?:port|addr|host|bind)\w*)\s*:",
    )
)


def is_bundle(text: str) -> bool:
    """Whether a tool bundled the text from many sources, in lines that nobody writes.

    Names mean nothing in it, and code from other packages is not the program.
    """
    beginning = text[:_BEGINNING]
    return len(beginning) == _BEGINNING and beginning.count("\n") < _FEWEST_LINES


_BEGINNING, _FEWEST_LINES = 20_000, 60


@lru_cache(maxsize=1024)
def without_comments(text: str, file: str) -> str:
    """The text without its comments; strings stay."""
    text = text[:LONGEST_SOURCE]
    if file.endswith(_WITH_HASHES):
        return _HASHES.sub(lambda match: match[1] or "", text)
    text = _SLASHES.sub(lambda match: match[1] or " ", text)
    if file.endswith(_WITH_BOTH):
        text = _HASHES.sub(lambda match: match[1] or "", text)
    return text


@lru_cache(maxsize=1024)
def constants(text: str) -> Mapping[str, list[str]]:
    """The values that names get, as written, in the order of the text."""
    clients = [match.end() for match in _CLIENT_BRACKET.finditer(text)]
    found: dict[str, list[str]] = {}
    for name, value, at in _given(text):
        if at < 0 or not _is_of_a_client(text, at, clients):
            found.setdefault(name, []).append(value)
    return found


def constants_called(shape: re.Pattern[str], text: str) -> Iterator[tuple[str, str]]:
    """The names that match the shape, and the value of each, in the order of the text."""
    for name, value, at in _given(text) if shape.search(text) else ():
        if shape.search(name) and (at < 0 or not _is_of_a_client(text, at, None)):
            yield name, value


def _given(text: str) -> Iterator[tuple[str, str, int]]:
    """Names, their values, and positions; -1 if no call can surround it."""
    for name, value in _DEFINED.findall(text):
        yield name, value.strip(), -1
    for match in _ASSIGNED.finditer(text):
        yield match[1], match[2].strip(), match.start(1)
    for first, second, one, two in _PAIR.findall(text):
        yield first, one, -1
        yield second, two, -1
    for shape in _GIVEN:
        for match in shape.finditer(text):
            name, value = match.group(2, 1) if shape is _GIVEN[-1] else match.group(1, 2)
            yield name.replace("-", "_"), value.strip(), match.start(1)
    for name, value in _defaults_of_switches(text):
        yield name, value, -1


_BEFORE, _AFTER, _MOST_PLACES = 320, 700, 20
#: What follows a name that is used but not assigned; a macro's value may start with a bracket.
_ONLY_USED = re.compile(r"\s*(?:[).;\]+*/<>&|?-]|\((?!\d)|==|!=)")


def values_of(name: str, text: str) -> list[str]:
    """The values of one name, as in ``constants``, but searching only around its occurrences."""
    near = list[str]()
    for written in dict.fromkeys((name, name.replace("_", "-"))):
        at = end = 0
        while len(near) < _MOST_PLACES and (at := text.find(written, max(at, end))) >= 0:
            end = at + len(written)
            if _ONLY_USED.match(text, end) and "define" not in text[max(0, at - 12) : at]:
                continue
            end = at + _AFTER
            near.append(text[max(0, at - _BEFORE) : end])
            # An occurrence close behind is already in this part.
            end -= _AFTER // 2
    text = "\n".join(near)
    return [
        value
        for given, value, at in (_given(text) if near else ())
        if given == name and (at < 0 or not _is_of_a_client(text, at, None))
    ]


#: Code that connects to another service: a call, or a section of settings.
_CLIENT_NAME = (
    r"(?i:\w*(?:redis|connect|client|pool|mongo|postgres|mysql|amqp|kafka|smtp|mail|database|cache"
    r"|sequelize|dial|broker|memcached?|elastic|session|request)\w*|db|knex|get|post|fetch|axios)"
)
_CLIENT = re.compile(_CLIENT_NAME + r"['\"]?\s*[:=(]?\s*\(?\s*$")
_CLIENT_BRACKET = re.compile(
    r"(?i)(?:redis|connect|client|pool|mongo|postgres|mysql|amqp|kafka|smtp|mail|database|cache"
    r"|sequelize|dial|broker|memcached?|elastic|session|request|db|knex|get|post|fetch|axios)"
    r"\w*['\"]?\s*[:=(]?[\s(]*[({\[]"
)
_FAR = 300


def _is_of_a_client(text: str, at: int, clients: Sequence[int] | None) -> bool:
    """Whether the innermost bracket around a position is that of a client's call or section.

    ``clients`` are the positions of clients' opening brackets, in order, if they were searched:
    most positions are near none.
    """
    if clients is not None:
        before = bisect_right(clients, at)
        if not before or at - clients[before - 1] > _FAR:
            return False
    depth = 0
    for back in range(at - 1, max(-1, at - _FAR), -1):
        char = text[back]
        if char in ")]}":
            depth += 1
        elif char in "([{":
            if depth == 0:
                return bool(_CLIENT.search(text[max(0, back - 60) : back].rstrip(" (")))
            depth -= 1
    return False


_OF_ADDRESSES = r"[\w-]*(?:port|addr|host|bind)[\w-]*"
_SWITCH = re.compile(
    rf"[\"'`](?:-\w,?\s+)?(--?{_OF_ADDRESSES})([^\"'`\n]*)[\"'`]"
    rf"|\.option\(\s*[\"'`]({_OF_ADDRESSES})[\"'`]"
)
_DEFAULT = re.compile(r"\bdefault(?:_value(?:_t)?|Value)?\s*[=:(]\s*([^,)\n]{1,60})")
_LONGEST_DECLARATION = 700


def _defaults_of_switches(text: str) -> Iterator[tuple[str, str]]:
    """The options and settings that a program declares, with their defaults."""
    for written, default in declared_switches(text):
        yield written.lstrip("-").replace("-", "_"), default


def declared_switches(text: str) -> Iterator[tuple[str, str]]:
    """The options for ports and addresses, as they are written, with their defaults.

    The default is in the declaration itself, however many lines it has; if the option takes a
    value (``--port <number>``), the last argument counts as a default too.
    """
    for match in _SWITCH.finditer(text):
        rest = _to_the_end_of_the_call(text[match.end() : match.end() + _LONGEST_DECLARATION])
        written = match[1] or f"--{match[3]}"
        if default := _DEFAULT.search(rest):
            yield written, default[1].strip()
        elif re.search(r"[<\[]", match[2] or "") and (
            last := re.search(r",\s*([^,()]+?)\s*$", rest)
        ):
            yield written, last[1]


def _to_the_end_of_the_call(text: str) -> str:
    """The rest of a call's arguments, without the contents of nested brackets but an object's."""
    kept, inside, quote = list[str](), list[str](), ""
    for char in text:
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'`":
            quote = char
        elif char in "([{":
            # The body of a function isn't an object.
            is_body = "".join(kept).rstrip().endswith(("=>", ")"))
            inside.append("(" if is_body else char)
        elif char in ")]}":
            if not inside:
                break
            inside.pop()
        if all(one == "{" for one in inside) or char == "{":
            kept.append(char)
    return "".join(kept)


_LITERAL = re.compile(r"\"((?:[^\"\\\n]|\\.){1,200})\"|'((?:[^'\\\n]|\\.){1,200})'|`([^`]{1,200})`")


def literals(text: str) -> Iterator[str]:
    """The strings in quotes, without duplicates."""
    seen: set[str] = set()
    for match in _LITERAL.finditer(text):
        found = match[1] or match[2] or match[3] or ""
        if found and found not in seen:
            seen.add(found)
            yield found
