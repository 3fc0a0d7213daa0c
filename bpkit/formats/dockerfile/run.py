"""The simple commands of a RUN, as far as they can be recognized without a shell."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from bpkit.formats.dockerfile.parser import Instruction
from bpkit.light import dataclass, regex

_ENDS = frozenset({"&&", "||", ";", "|", "&", "(", ")", "|&", ";;", "{", "}"})
# Words that come before the actual program.
_PREFIXES = frozenset({"env", "exec", "sudo", "time", "nice", "command", "then", "do", "else", "!"})
_ASSIGNMENT = regex(r"[A-Za-z_]\w*=.*", re.DOTALL)
_ONLY_HEREDOC = regex(r"\s*<<-?\S+\s*")


@dataclass(frozen=True)
class Command:
    """A program with its arguments, and the variables set for it alone."""

    words: tuple[str, ...]
    assignments: tuple[tuple[str, str], ...] = ()

    @property
    def program(self) -> str:
        """The name of the program without its directory."""
        return self.words[0].rpartition("/")[2]

    @property
    def plain(self) -> tuple[str, ...]:
        """The arguments that are not options."""
        return tuple(word for word in self.words[1:] if not word.startswith("-"))

    def says(self, *words: str) -> bool:
        """Whether the arguments begin with these, options left out."""
        return self.plain[: len(words)] == words

    def with_variables(self, variables: Mapping[str, str]) -> Command:
        """The same command where these are set already."""
        return replace(self, assignments=(*variables.items(), *self.assignments))


#: The result for a script with an unclosed quote.
UNREADABLE = Command(("?",))


def run_commands(instruction: Instruction) -> tuple[Command, ...]:
    """The commands of a RUN, variables as written; none for another instruction."""
    if instruction.keyword != "RUN":
        return ()
    if instruction.json:
        return _command(list(instruction.args))
    script = _script(instruction)
    return _remembered(script) if len(script) <= _LONGEST_REMEMBERED else _commands(script)


def _commands(text: str) -> tuple[Command, ...]:
    script = _words(text)
    if script is None:
        return (UNREADABLE,)
    found: list[Command] = []
    words: list[str] = []
    for word in [*script, ";"]:
        if word in _ENDS:
            found += _command(words)
            words = []
        else:
            words.append(word)
    return tuple(found)


# Ten rules ask for the commands of each RUN, and a Dockerfile has at most 10,000 instructions.
_remembered = lru_cache(maxsize=10_000)(_commands)
_LONGEST_REMEMBERED = 2_000


def _script(instruction: Instruction) -> str:
    text = instruction.args[0] if instruction.args else ""
    if instruction.heredocs and _ONLY_HEREDOC.fullmatch(text):
        lines = instruction.heredocs[0].content.replace("\\\n", " ").split("\n")
        return " ; ".join(line for line in lines if not line.lstrip().startswith("#"))
    return text


def _words(script: str) -> list[str] | None:
    lexer = shlex.shlex(script, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError:
        return None


def _command(words: list[str]) -> tuple[Command, ...]:
    assignments = []
    while words and (words[0] in _PREFIXES or _ASSIGNMENT.fullmatch(words[0])):
        if words[0] not in _PREFIXES:
            name, _, value = words[0].partition("=")
            assignments.append((name, value))
        words = words[1:]
    return (Command(tuple(words), tuple(assignments)),) if words and words[0] else ()
