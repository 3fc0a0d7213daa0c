"""Expand a Makefile's variables and functions to the text that make passes to the shell.

What only a run would know (``$(shell git describe)``, a variable that nothing sets) is put into a
shell variable of its own, whose value is a symbol: the reader of scripts then finds it in place,
and quoting and splitting are right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from bpkit.errors import InputError
from bpkit.formats.makefile import ARGUMENTS, substituted, text_function
from bpkit.formats.shell import matching_paths, parse
from bpkit.readers.script import (
    Default,
    Origin,
    ShellState,
    Symbol,
    ToCommand,
    Value,
    outside_script,
    value,
    without_line_ends,
)

_OPAQUE = re.compile(r"\$\{make_value_[0-9]+\}")
# make has no such limit, but Python's own is close.
_DEEPEST = 180


@dataclass(frozen=True)
class Variable:
    """A variable: a ``recursive`` one is expanded where it is used.

    A ``settable`` one (``?=``) has the environment's value if there is one.
    """

    text: str
    recursive: bool
    settable: bool = False


@dataclass
class Expander:
    """The variables at a point in the Makefile; ``state`` holds the values they stand for."""

    state: ShellState
    variables: dict[str, Variable] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    stand_ins: dict[tuple[Value, str], str] = field(default_factory=dict)
    line: int = 1
    depth: int = 0

    def expand(self, text: str) -> str:
        """``text`` with all its references expanded."""
        if "$" not in text:
            return text
        allowance = self.state.log.allowance
        allowance.place = self.state.place(self.line)
        allowance.take(1, len(text))
        done: list[str] = []
        at = 0
        while (dollar := text.find("$", at)) >= 0 and dollar + 1 < len(text):
            done.append(text[at:dollar])
            opening = text[dollar + 1]
            if opening in "({":
                end = _closing(text, dollar + 1)
                done.append(self._reference(text[dollar + 2 : end]))
                at = end + 1
            else:
                done.append("$" if opening == "$" else self._variable(opening))
                at = dollar + 2
        done.append(text[at:])
        allowance.take(1, sum(map(len, done)))
        return "".join(done)

    def known(self, text: str) -> bool:
        """Whether nothing in the expanded ``text`` depends on a run."""
        return not _OPAQUE.search(text)

    def opaque(self, found: Value, written: str) -> str:
        """Shell text that stands for ``found``; ``written`` is its text in the Makefile."""
        is_plain = found.text is not None and not re.search(r"""["'$`\\]""", found.text)
        if found.text is not None and is_plain and not found.is_open:
            return found.text
        key = (found, found.word)
        name = self.stand_ins.get(key)
        if name is None:
            name = self.stand_ins[key] = f"make_value_{len(self.written) + 1}"
            self.state.variables[name] = found
            self.written[name] = written
        return f"${{{name}}}"

    def as_written(self, text: str) -> str:
        """``text`` with the placeholders replaced by the Makefile's own text."""
        return _OPAQUE.sub(lambda m: self.written.get(m.group()[2:-1], m.group()), text)

    def _reference(self, inside: str) -> str:
        name, _, rest = inside.partition(" ")
        if self.depth > _DEEPEST:
            raise InputError(
                f"functions and variables are nested deeper than {_DEEPEST}",
                place=self.state.place(self.line),
                hint="write the value out",
            )
        self.depth += 1
        try:
            if rest and (name in ARGUMENTS or name in _SPECIAL):
                return self._function(name, rest.lstrip(), inside)
            found = re.fullmatch(r"([^:]+):(.*)=(.*)", inside)
            if found:
                return self._changed(*found.groups())
            return self._variable(self.expand(inside))
        finally:
            self.depth -= 1

    def _changed(self, name: str, old: str, new: str) -> str:
        """``$(NAME:old=new)``."""
        text = self.settled(self._variable(self.expand(name)))
        pattern = old if "%" in old else f"%{old}"
        return substituted(text.split(), pattern, new if "%" in old else f"%{new}")

    def _variable(self, name: str) -> str:
        if name in self.written:
            # A stand-in that a recursive variable holds.
            return f"${{{name}}}"
        known = self.variables.get(name)
        if known is not None and known.settable:
            return self._settable(name, self.expand(known.text))
        if known is not None:
            return self.expand(known.text) if known.recursive else known.text
        given = self.state.surroundings.environment.get(name)
        if given is not None:
            return given
        if name == "MAKE":
            return "make"
        if name in {"CURDIR", "PWD"}:
            return self.opaque(self.state.directory, f"$({name})")
        if name == "MAKEFILE_LIST":
            return self.state.frame.file
        if len(name) == 1 and not name.isalpha():
            return ""
        symbol = Symbol(Origin.ENVIRONMENT, name, self.state.place(self.line))
        return self.opaque(value(symbol), f"$({name})")

    def _settable(self, name: str, text: str) -> str:
        """Shell text for the value of a variable that ``make NAME=value`` may set."""
        if not self.known(text) or not re.fullmatch(r"[A-Za-z_]\w*", name):
            return text
        plain = not re.search(r"""["'`$\\}\n]""", text)
        shell = f"${{{name}:-{text}}}" if plain else None
        return self.opaque(value(Default(text, name, shell, name)), f"$({name})")

    def settled(self, text: str) -> str:
        """``text`` with the defaults of values that may be set, where a known value is needed."""

        def default(found: re.Match[str]) -> str:
            known = self.state.variables.get(found.group()[2:-1])
            text = known.text if isinstance(known, Value) else None
            return found.group() if text is None else text

        return _OPAQUE.sub(default, text)

    def _function(self, name: str, rest: str, inside: str) -> str:
        special = _SPECIAL.get(name)
        if special is not None:
            return special(self, rest)
        arguments = [self.expand(part) for part in split_arguments(rest, ARGUMENTS[name])]
        if all(self.known(argument) for argument in arguments) or name in {"strip", "addprefix"}:
            self._count_words(arguments)
            result = text_function(name, arguments)
            if result is not None:
                return result
        plain = [self.settled(argument) for argument in arguments]
        if all(self.known(argument) for argument in plain):
            result = text_function(name, plain)
            if result is not None:
                return self.opaque(value(Default(result, f"$({inside})")), f"$({inside})")
        return self._unknown(f"$({inside})")

    def _count_words(self, arguments: list[str]) -> None:
        """Count the words that a text function processes, and those that it may produce."""
        size = sum(map(len, arguments))
        blanks = sum(argument.count(" ") for argument in arguments)
        if len(arguments) > 1:
            # Each word of one with all of the other: $(addprefix …), $(subst …), $(filter …).
            size += len(arguments[0]) * (1 + blanks)
        self.state.log.allowance.take(1 + blanks // 16, size)

    def _unknown(self, written: str) -> str:
        symbol = Symbol(Origin.COMMAND, written[2:-1], self.state.place(self.line))
        return self.opaque(value(symbol), written)

    def shell(self, rest: str) -> str:
        """``$(shell …)``: the command's output, as far as the reader of scripts can tell."""
        text = self.expand(rest)
        inner = self.state.subshell()
        inner.streams = replace(inner.streams, stdout=ToCommand(f"$({text})"))
        printed = inner.follow(parse(text, self.state.frame.file, self.line))
        own = outside_script(text, self.state)
        shown = self.as_written(text)
        if printed.output is None:
            place = self.state.place(self.line)
            return self.opaque(value(Symbol(Origin.COMMAND, shown, place, own)), f"$({shown})")
        found = without_line_ends(printed.output)
        if found.text is not None and not found.is_open and re.match(r"\s*(?:cat\s|<)", text):
            # A project file's present content; the command stays, so it is read again each time.
            found = value(Default(found.text, shown, own))
        return self.opaque(found, f"$(shell {rest})")

    def wildcard(self, rest: str) -> str:
        files = self.state.surroundings.files
        if files is None:
            return self._unknown(f"$(wildcard {rest})")
        patterns = self.settled(self.expand(rest)).split()
        return " ".join(
            p for pattern in patterns for p in matching_paths([(pattern, False)], files)
        )

    def condition(self, rest: str) -> str:
        """``$(if condition,then,else)``."""
        parts = split_arguments(rest, 3)
        asked = self.expand(parts[0]).strip()
        is_set = bool(self.assumed(asked))
        chosen = parts[1:2] if is_set else parts[2:3]
        return self.expand(chosen[0]) if chosen else ""

    def assumed(self, text: str) -> str:
        """The text, with variables that nothing sets as empty."""
        text = self.settled(text)
        for found in _OPAQUE.findall(text):
            known = self.state.variables.get(found[2:-1])
            symbol = known.symbol if isinstance(known, Value) else None
            if symbol is not None and symbol.origin is Origin.ENVIRONMENT:
                text = text.replace(found, "")
        return text

    def any_of(self, rest: str) -> str:
        for part in split_arguments(rest, None):
            if self.assumed(expanded := self.expand(part).strip()):
                return expanded
        return ""

    def all_of(self, rest: str) -> str:
        expanded = ""
        for part in split_arguments(rest, None):
            expanded = self.expand(part).strip()
            if not self.assumed(expanded):
                return ""
        return expanded

    def each(self, rest: str) -> str:
        """``$(foreach name,words,text)``."""
        name, words, *body = split_arguments(rest, 3)
        name = self.expand(name).strip()
        before = self.variables.get(name)
        results: list[str] = []
        for word in self.expand(words).split():
            self.variables[name] = Variable(word, recursive=False)
            results.append(self.expand(body[0] if body else ""))
        self._restore(name, before)
        return " ".join(results)

    def call(self, rest: str) -> str:
        """``$(call name,argument,…)``."""
        name, *arguments = [self.expand(part) for part in split_arguments(rest, None)]
        numbers = [str(n) for n in range(len(arguments) + 1)]
        before = {number: self.variables.get(number) for number in numbers}
        for number, argument in zip(numbers, [name, *arguments], strict=True):
            self.variables[number] = Variable(argument, recursive=False)
        known = self.variables.get(name.strip())
        result = self.expand(known.text) if known else ""
        for number, old in before.items():
            self._restore(number, old)
        return result

    def _restore(self, name: str, old: Variable | None) -> None:
        if old is None:
            self.variables.pop(name, None)
        else:
            self.variables[name] = old

    def absolute(self, rest: str) -> str:
        """``$(abspath …)`` and ``$(realpath …)`` of one path below the project."""
        text = self.expand(rest).strip()
        if not self.known(text) or text.startswith("/") or " " in text:
            return text
        return self.opaque(self.state.directory + f"/{text}", f"$(abspath {rest})")

    def origin(self, rest: str) -> str:
        return "file" if self.expand(rest).strip() in self.variables else "undefined"

    def assign(self, name: str, operator: str, text: str) -> None:
        """``NAME = text`` with any of make's operators; it overrides the environment."""
        known = self.variables.get(name)
        match operator:
            case "?=":
                if known is None and name not in self.state.surroundings.environment:
                    self.variables[name] = Variable(text, recursive=True, settable=True)
            case "+=" if known is not None:
                more = text if known.recursive else self.expand(text)
                whole = f"{known.text} {more}" if known.text else more
                self.variables[name] = Variable(whole, known.recursive)
            case "!=":
                self.variables[name] = Variable(self.shell(text), recursive=False)
            case ":=" | "::=" | ":::=":
                self.variables[name] = Variable(self.expand(text), recursive=False)
            case _:
                self.variables[name] = Variable(text, recursive=True)

    def evaluate(self, rest: str) -> str:
        """``$(eval NAME := text)``; other uses of eval create rules, which are not followed."""
        found = re.fullmatch(r"\s*([^\s:#=?+!]+)\s*(:?:?:?=|[?+!]=)\s*(.*)", self.expand(rest))
        if re.search(r"\bshell\b.*\b(?:docker|podman)\b", rest):
            # GNU make's manual, "How make Processes a Recipe": all lines are expanded first.
            self.state.assume(
                self.line,
                "make expands this before the first line of the recipe; bpkit reads it in place",
            )
        if found:
            self.assign(*found.groups())
        return ""

    def nothing(self, rest: str) -> str:
        """Functions that only print something."""
        del rest
        return ""

    def raw(self, rest: str) -> str:
        known = self.variables.get(self.expand(rest).strip())
        return known.text if known else ""


_SPECIAL = {
    "shell": Expander.shell,
    "wildcard": Expander.wildcard,
    "if": Expander.condition,
    "or": Expander.any_of,
    "and": Expander.all_of,
    "foreach": Expander.each,
    "call": Expander.call,
    "abspath": Expander.absolute,
    "realpath": Expander.absolute,
    "origin": Expander.origin,
    "flavor": Expander.origin,
    "value": Expander.raw,
    "eval": Expander.evaluate,
    **dict.fromkeys(("info", "warning", "error"), Expander.nothing),
}


def _closing(text: str, at: int) -> int:
    """The offset of the bracket that closes the one at ``at``; the text's end if none does."""
    opening = text[at]
    closing = {"(": ")", "{": "}"}[opening]
    depth = 0
    for index in range(at, len(text)):
        if text[index] == opening:
            depth += 1
        elif text[index] == closing:
            depth -= 1
            if depth == 0:
                return index
    return len(text)


def split_arguments(text: str, most: int | None) -> list[str]:
    """The arguments, split at commas outside brackets; at ``most`` so many, the last one whole."""
    parts: list[str] = []
    depth = start = 0
    for index, char in enumerate(text):
        if char in "({":
            depth += 1
        elif char in ")}":
            depth -= 1
        elif char == "," and depth == 0 and (most is None or len(parts) < most - 1):
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]
