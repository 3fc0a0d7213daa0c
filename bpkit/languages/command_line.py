"""Reads an interpreter's command line up to the file that it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ReadCommand:
    """An interpreter's words: its options, each with its value or "", and the words after them.

    ``rest`` is None after an unknown option: then nothing can be said about the words after it.
    """

    options: tuple[tuple[str, str], ...]
    rest: tuple[str, ...] | None

    def value(self, *options: str) -> str:
        """The value of the last of these options that is given; empty if none is."""
        given = [value for option, value in self.options if option in options]
        return given[-1] if given else ""


@dataclass(frozen=True)
class CommandLine:
    """The programs that run a language, by base name, and the options that they accept.

    ``flags`` are options without a value, ``values`` those whose value is the next word; an option
    that begins with one of ``prefixes`` is one word. After one of ``last`` there is no file: its
    value is the code to run. ``endings`` may be omitted from the file's name; ``subcommands`` may
    come before it. ``launchers`` are programs that start one of ``programs`` (``npm``).
    ``runs_file`` is false if the next word is a class or a command instead of a file.
    """

    programs: frozenset[str]
    flags: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    last: frozenset[str] = frozenset()
    endings: tuple[str, ...] = ("",)
    subcommands: frozenset[str] = frozenset()
    launchers: frozenset[str] = frozenset()
    runs_file: bool = True

    def starts(self, name: str) -> bool:
        """Whether ``name`` (``/usr/bin/python3.11``) is one of the programs."""
        return bare_name(name) in self.programs

    def read(self, argv: Sequence[str]) -> ReadCommand:
        """The words after the program, up to the first that isn't understood."""
        words, options = list(argv[1:]), list[tuple[str, str]]()
        while words and words[0].startswith("-"):
            word = words.pop(0)
            takes_value = word in self.values or word in self.last
            options.append((word, words.pop(0) if takes_value and words else ""))
            if word in self.last:
                return ReadCommand(tuple(options), ())
            one_word = "=" in word or word.startswith(self.prefixes)
            if not takes_value and word not in self.flags and not one_word:
                return ReadCommand(tuple(options), None)
        return ReadCommand(tuple(options), tuple(words))


def bare_name(word: str) -> str:
    """A program's name without directories and version: ``python`` for ``/usr/bin/python3.11``."""
    return word.rpartition("/")[2].rstrip("0123456789.")
